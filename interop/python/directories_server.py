"""Serves a folder as the Directories service, on grpcio. A foreign server to test clients against.

Debugging aids, so that a test sees what arrived:
  - request metadata whose key begins with "echo" comes back in the trailers, in the same order;
  - request metadata "delay-ms" delays the answer, until the call ends if that is sooner;
  - the trailer "time-remaining-ms" says how much of the caller's deadline was left on arrival.

Prints "listening on ADDRESS" for each address, then serves until it is killed.
"""

import argparse
import concurrent.futures
import os
import sys
import threading

import grpc

SECONDS_A_YEAR = 365 * 24 * 3600


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", required=True, help="where directories_pb2.py and directories_pb2_grpc.py are")
    parser.add_argument("--root", required=True, help="the folder to serve")
    parser.add_argument("--listen", required=True, action="append", help="HOST:PORT or unix:PATH; may be repeated")
    arguments = parser.parse_args()

    sys.path.insert(0, arguments.generated)
    import directories_pb2
    import directories_pb2_grpc

    root = os.path.realpath(arguments.root)

    class Directories(directories_pb2_grpc.DirectoriesServicer):
        def MakeDirectory(self, request, context):
            oblige(context)
            os_call(context, request.path, lambda: os.mkdir(within(root, request.path, context)))
            return directories_pb2.Empty()

        def ListDirectory(self, request, context):
            oblige(context)
            entries = os_call(context, request.path, lambda: list(os.scandir(within(root, request.path, context))))
            return directories_pb2.DirectoryList(
                entries=[
                    directories_pb2.DirectoryEntry(name=entry.name, is_directory=entry.is_dir())
                    for entry in sorted(entries, key=lambda entry: entry.name)
                ]
            )

    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=8))
    directories_pb2_grpc.add_DirectoriesServicer_to_server(Directories(), server)
    ports = [server.add_insecure_port(address) for address in arguments.listen]
    server.start()
    for address, port in zip(arguments.listen, ports):
        is_unix = address.startswith("unix:")
        print("listening on", address if is_unix else f"{address.rpartition(':')[0]}:{port}", flush=True)
    server.wait_for_termination()


def oblige(context):
    """The debugging aids."""
    metadata = [(key, value) for key, value in context.invocation_metadata()]
    trailers = [(key, value) for key, value in metadata if key.startswith("echo")]
    remaining = context.time_remaining()
    # Where the caller set no deadline, grpcio gives centuries.
    if remaining is not None and remaining < SECONDS_A_YEAR:
        trailers.append(("time-remaining-ms", str(round(remaining * 1000))))
    context.set_trailing_metadata(tuple(trailers))
    delay_ms = int(dict(metadata).get("delay-ms", "0"))
    if delay_ms > 0:
        ended = threading.Event()
        if context.add_callback(ended.set):
            ended.wait(delay_ms / 1000)


def within(root, path, context):
    place = os.path.realpath(os.path.join(root, os.path.normpath(path.lstrip("/"))))
    if place != root and not place.startswith(root + os.sep):
        context.abort(grpc.StatusCode.PERMISSION_DENIED, f'"{path}" leads out of the root')
    return place


def os_call(context, path, work):
    try:
        return work()
    except FileExistsError:
        context.abort(grpc.StatusCode.ALREADY_EXISTS, f'"{path}" is taken already: schon vergeben, 既にある 🚧')
    except FileNotFoundError:
        context.abort(grpc.StatusCode.NOT_FOUND, f'"{path}" is missing: fehlt, 見つからない 🔍')
    except NotADirectoryError:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, f'"{path}" is no directory')


if __name__ == "__main__":
    main()
