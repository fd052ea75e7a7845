"""Makes directories exactly once, on grpcio alone. It is a whole client of redoubt.Delivery: see README.md.

Usage: exactly_once.py TARGET PATH...
"""

import os
import sys
import time

import directories_pb2
import directories_pb2_grpc
import grpc
from redoubt import delivery_pb2, delivery_pb2_grpc

CALL_SECONDS_MAX = 60
ATTEMPT_SECONDS_MAX = 5
PAUSE_SECONDS = 0.2
# Refusals that pass. Any other one is the last word on a call.
PASSING = {"wrong-home", "window", "quota", "full", "failed", "starting"}
# The connection was lost, or the answer is late: neither says what became of the call.
UNKNOWN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


class Session:
    """A session of this process, for one call at a time."""

    def __init__(self, channel):
        # The same nonce in every attempt, so that they open one session.
        request = delivery_pb2.OpenRequest(nonce=os.urandom(16))
        self.delivery = delivery_pb2_grpc.DeliveryStub(channel)
        reply, _ = repeated(self.delivery.Open, request)
        self.known, self.next_sequence, self.wanted = reply.session, reply.next_sequence, set()

    def call(self, method, request):
        """The answer of a call that is carried out once. Raises grpc.RpcError, its recorded error among others."""
        sequence = self.next_sequence
        self.next_sequence += 1
        self.wanted.add(sequence)
        # "ack": below it no answer is wanted any more, so that the server may forget those.
        parts = self.known.home, self.known.client, self.known.incarnation, sequence, min(self.wanted), self.known.mark
        try:
            reply, ended = repeated(method, request, [("redoubt-call", ".".join(map(str, parts)))])
        except grpc.RpcError as error:
            reply, ended = None, error
        # Only a recorded answer is one for good; a call that ended otherwise stays wanted.
        if mark := trailers(ended).get("redoubt-recorded"):
            self.known.mark = mark
            self.wanted.remove(sequence)
        if reply is None:
            raise ended
        return reply

    def close(self):
        repeated(self.delivery.Close, delivery_pb2.CloseRequest(session=self.known))


def repeated(method, request, metadata=()):
    """Sends the same request until there is an answer to it. Gives the reply and the ended call."""
    deadline = time.monotonic() + CALL_SECONDS_MAX
    while True:
        try:
            return method.with_call(request, timeout=ATTEMPT_SECONDS_MAX, metadata=metadata, wait_for_ready=True)
        except grpc.RpcError as error:
            refusal = trailers(error).get("redoubt-refusal")
            passes = refusal in PASSING if refusal else error.code() in UNKNOWN
            if "redoubt-recorded" in trailers(error) or not passes or time.monotonic() > deadline:
                raise
        time.sleep(PAUSE_SECONDS)


def trailers(ended):
    return dict(ended.trailing_metadata() or ())


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    target, *paths = sys.argv[1:]
    with grpc.insecure_channel(target, options=[("grpc.max_reconnect_backoff_ms", 1000)]) as channel:
        session = Session(channel)
        directories = directories_pb2_grpc.DirectoriesStub(channel)
        for path in paths:
            try:
                session.call(directories.MakeDirectory, directories_pb2.MakeDirArgs(path=path))
                print(f"made {path}", flush=True)
            except grpc.RpcError as error:
                print(f"{path}: {error.code().name}: {error.details()}", flush=True)
        session.close()


if __name__ == "__main__":
    main()
