"""Calls the Directories service, on grpcio. A foreign client to test servers against.

Reads one request a line from stdin and prints one answer a line, both JSON:
  {"method": "MakeDirectory", "path": "/a", "timeoutMs": 1000, "metadata": [["k", "text"], ["k-bin", "<base64>"]]}
  {"code": "OK", "message": "", "entries": [["name", true]], "trailers": [["k", "text"]], "tookMs": 1.5}
"timeoutMs" and "metadata" may be absent. A method that the service does not have is called with an empty request.
Values of keys that end in "-bin" are base64 in both directions. All calls use one channel.
"""

import argparse
import base64
import json
import sys
import time

import grpc


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", required=True, help="where directories_pb2.py and directories_pb2_grpc.py are")
    parser.add_argument("target", help="HOST:PORT or unix:PATH")
    arguments = parser.parse_args()

    sys.path.insert(0, arguments.generated)
    import directories_pb2
    import directories_pb2_grpc

    with grpc.insecure_channel(arguments.target) as channel:
        directories = directories_pb2_grpc.DirectoriesStub(channel)
        methods = {
            "MakeDirectory": (directories.MakeDirectory, directories_pb2.MakeDirArgs),
            "ListDirectory": (directories.ListDirectory, directories_pb2.ListDirArgs),
        }
        for line in sys.stdin:
            request = json.loads(line)
            if request["method"] in methods:
                method, Args = methods[request["method"]]
                answer = call(method, Args(path=request["path"]), request)
            else:
                answer = call(channel.unary_unary(f"/Directories/{request['method']}"), b"", request)
            print(json.dumps(answer), flush=True)


def call(method, message, request):
    metadata = tuple((key, encoded(key, value)) for key, value in request.get("metadata", []))
    timeout = request["timeoutMs"] / 1000 if "timeoutMs" in request else None
    start = time.monotonic()
    try:
        reply, ended = method.with_call(message, timeout=timeout, metadata=metadata)
        entries = [[entry.name, entry.is_directory] for entry in getattr(reply, "entries", [])]
    except grpc.RpcError as error:
        ended, entries = error, []
    return {
        "code": ended.code().name,
        "message": ended.details() or "",
        "entries": entries,
        "trailers": [[key, shown(key, value)] for key, value in ended.trailing_metadata() or ()],
        "tookMs": (time.monotonic() - start) * 1000,
    }


def encoded(key, value):
    return base64.b64decode(value) if key.endswith("-bin") else value


def shown(key, value):
    return base64.b64encode(value).decode("ascii") if key.endswith("-bin") else value


if __name__ == "__main__":
    main()
