"""A client that survives its own death, as docs/delivery-protocol.md has it.

Usage: durable_client.py TARGET FILE POINT PATH...

Makes directories, each in a call of its own, and writes to FILE what it must not forget. Dies at POINT, if it comes there:
nonce (written), opened (the reply is not written), call (written), answer (not written).
"""

import json
import os
import sys

import grpc
from directories_pb2 import Empty, MakeDirArgs
from exactly_once import Session, trailers
from google.protobuf.json_format import MessageToDict, ParseDict
from redoubt.delivery_pb2 import OpenReply, OpenRequest
from redoubt.delivery_pb2 import Session as Known

MAKE = "/Directories/MakeDirectory"


class DurableSession(Session):
    def __init__(self, channel, path, point):
        self.channel, self.point = channel, point
        self.known, self.nonce, self.calls, self.answered, self.next_sequence = None, None, {}, set(), 0
        if os.path.exists(path):
            with open(path) as file:
                for line in file:
                    self.take(json.loads(line))
        self.file = open(path, "a")
        # One that the home may know is answered first; then there is one that no copy of the file has.
        if self.nonce is not None:
            self.open()
        self.write({"nonce": os.urandom(16).hex()})
        self.die("nonce")
        self.open()

    def take(self, record):
        """What a record says, now or when it is read again."""
        if "nonce" in record:
            self.nonce = bytes.fromhex(record["nonce"])
        elif "opened" in record:
            self.known, self.nonce = ParseDict(record["opened"], Known()), None
            self.next_sequence = max(self.next_sequence, record["next"])
        elif "call" in record:
            self.calls[record["call"]] = bytes.fromhex(record["request"])
            self.next_sequence = max(self.next_sequence, record["call"] + 1)
        else:
            self.answered.add(record["answer"])
            self.known.mark = record["mark"]

    def write(self, record):
        self.file.write(json.dumps(record) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        self.take(record)

    def open(self):
        request = OpenRequest(session=self.known, nonce=self.nonce, next_sequence=self.next_sequence)
        reply, _ = self.repeat("/redoubt.Delivery/Open", request, OpenReply)
        self.die("opened")
        self.write({"opened": MessageToDict(reply.session), "next": reply.next_sequence})

    def make(self, path):
        sequence = self.next_sequence
        self.write({"call": sequence, "request": MakeDirArgs(path=path).SerializeToString().hex()})
        self.die("call")
        self.send(sequence)

    def send(self, sequence):
        known, wanted = self.known, min(self.calls.keys() - self.answered)
        call = f"{known.home}.{known.client}.{known.incarnation}.{sequence}.{wanted}.{known.mark}"
        request = MakeDirArgs.FromString(self.calls[sequence])
        try:
            _, ended = self.repeat(MAKE, request, Empty, call)
            said = "made"
        except grpc.RpcError as error:
            ended, said = error, f"{error.code().name}: {error.details()}"
        self.die("answer")
        if mark := trailers(ended).get("redoubt-recorded"):
            self.write({"answer": sequence, "mark": mark})
        print(f"{request.path}: {said}", flush=True)

    def die(self, point):
        if point == self.point:
            os._exit(3)


def main():
    target, path, point, *paths = sys.argv[1:]
    with grpc.insecure_channel(target, options=[("grpc.max_reconnect_backoff_ms", 1000)]) as channel:
        session = DurableSession(channel, path, point)
        for sequence in sorted(session.calls.keys() - session.answered):
            session.send(sequence)
        for one in paths:
            session.make(one)


if __name__ == "__main__":
    main()
