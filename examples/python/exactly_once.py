"""Makes directories exactly once, on grpcio alone. It is a whole client of redoubt.Delivery: see README.md.

Usage: exactly_once.py TARGET PATH...
"""

import os
import random
import sys
import time

import grpc
from directories_pb2 import Empty, MakeDirArgs
from redoubt.delivery_pb2 import CloseRequest, OpenReply, OpenRequest

CALL_SECONDS_MAX = 60
# A call may have to wait for others with its conflict key: an attempt that ends gives up its place among them.
ATTEMPT_SECONDS_MAX = 30
# Refusals that pass. Any other one is the last word on a call.
PASSING = {"wrong-home", "window", "quota", "full", "failed", "starting"}
# The connection was lost, or may have been: grpcio reports a stream that was reset in several ways.
LOST = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN"}


class Session:
    """A session of this process, for one call at a time."""

    def __init__(self, channel):
        self.channel = channel
        # The same nonce in every attempt, so that they open one session.
        opened, _ = self.repeat("/redoubt.Delivery/Open", OpenRequest(nonce=os.urandom(16)), OpenReply)
        self.known, self.next_sequence, self.methods = opened.session, opened.next_sequence, opened.methods
        self.wanted = set()

    def call(self, path, request, reply_type):
        """The answer of a call that is carried out once. Raises grpc.RpcError, its recorded error among others."""
        if path not in self.methods:
            raise ValueError(f"the server does not call {path} exactly once")
        sequence = self.next_sequence
        self.next_sequence += 1
        self.wanted.add(sequence)
        # "ack": below it no answer is wanted any more, so that the server may forget those.
        parts = self.known.home, self.known.client, self.known.incarnation, sequence, min(self.wanted), self.known.mark
        try:
            reply, ended = self.repeat(path, request, reply_type, ".".join(map(str, parts)))
        except grpc.RpcError as error:
            reply, ended = None, error
        # Only a recorded answer is one for good; a call that ended otherwise stays wanted.
        if mark := trailers(ended).get("redoubt-recorded"):
            self.known.mark = mark
            self.wanted.remove(sequence)
        if reply is None:
            raise ended
        return reply

    def repeat(self, path, request, reply_type, call=None):
        """Sends the same bytes until there is an answer to them. Gives the reply and the ended call."""
        method = self.channel.unary_unary(path, response_deserializer=reply_type.FromString)
        data, metadata = request.SerializeToString(), [("redoubt-call", call)] if call else []
        deadline = time.monotonic() + CALL_SECONDS_MAX
        pause = 0.05
        while True:
            timeout = min(ATTEMPT_SECONDS_MAX, deadline - time.monotonic())
            try:
                reply, ended = method.with_call(data, timeout=timeout, metadata=metadata, wait_for_ready=True)
                if call is None or "redoubt-recorded" in trailers(ended):
                    return reply, ended
                # Something on the way drops trailers: what is not recorded is no answer.
                passes, failure = True, RuntimeError("the server has answered, and recorded nothing")
            except grpc.RpcError as error:
                refusal, passes, failure = trailers(error).get("redoubt-refusal"), False, error
                if "redoubt-recorded" not in trailers(error):
                    passes = refusal in PASSING if refusal else error.code().name in LOST
            jittered = pause * random.uniform(0.8, 1.2)
            if not passes or time.monotonic() + jittered > deadline:
                raise failure
            time.sleep(jittered)
            pause = min(1.6 * pause, 2)

    def close(self):
        """Lets the server forget the session. Where it does not hear of it, it does so by itself after some days."""
        data = CloseRequest(session=self.known).SerializeToString()
        self.channel.unary_unary("/redoubt.Delivery/Close").future(data, timeout=1).exception()


def trailers(ended):
    return dict(ended.trailing_metadata() or ())


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    target, *paths = sys.argv[1:]
    with grpc.insecure_channel(target, options=[("grpc.max_reconnect_backoff_ms", 1000)]) as channel:
        session = Session(channel)
        for path in paths:
            try:
                session.call("/Directories/MakeDirectory", MakeDirArgs(path=path), Empty)
                print(f"made {path}", flush=True)
            except grpc.RpcError as error:
                print(f"{path}: {error.code().name}: {error.details()}", flush=True)
        session.close()


if __name__ == "__main__":
    main()
