"""What the programs of gRPC's interoperability tests have in common, on grpcio."""

import argparse
import base64
import json
import os
import sys

ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"


def parser(description):
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--generated", required=True, help="the folder of the generated stubs")
    made.add_argument("--use_tls", **BOOLEAN)
    return made


def truth(text):
    if text not in ("true", "false"):
        raise argparse.ArgumentTypeError("true or false")
    return text == "true"


BOOLEAN = {"type": truth, "nargs": "?", "const": True, "default": False}


def stubs(generated):
    """Gives the modules of the messages and of the service."""
    import grpc

    # The stubs are in the package grpc.testing, beside the modules of grpcio.
    sys.path.insert(0, generated)
    grpc.__path__.append(os.path.join(generated, "grpc"))
    from grpc.testing import empty_pb2, messages_pb2, test_pb2_grpc

    messages_pb2.Empty = empty_pb2.Empty
    return messages_pb2, test_pb2_grpc


def bearer_token(username, scope):
    """A JSON Web Token without a signature."""
    parts = ({"alg": "none"}, {"sub": username, "scope": scope})
    return ".".join(encoded(json.dumps(part).encode()) for part in parts) + "."


def bearer_of(authorization):
    """The claims of a JSON Web Token, whoever has signed it; None where there is none."""
    if authorization is None or not authorization.startswith("Bearer "):
        return None
    claims = authorization.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def contents(path):
    with open(path, "rb") as file:
        return file.read()
