"""Asks for the standard services, on grpcio: health, reflection, channelz, and error details. A foreign client to test servers against.

Reads one question a line from stdin and prints one answer a line, both JSON:
  {"ask": "check", "service": "a.B"}
  {"answer": "SERVING"} or {"error": "NOT_FOUND: ..."}
What can be asked is what Questions has methods for. All calls use one channel.
"""

import argparse
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2, status_pb2
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

SECONDS_MAX = 10
PUBLISHED = [channelz_pb2, error_details_pb2, health_pb2, reflection_pb2, status_pb2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", help="HOST:PORT or unix:PATH")
    arguments = parser.parse_args()
    with grpc.insecure_channel(arguments.target) as channel:
        questions = Questions(channel)
        for line in sys.stdin:
            question = json.loads(line)
            try:
                answer = {"answer": getattr(questions, question.pop("ask"))(**question)}
            except grpc.RpcError as error:
                answer = {"error": f"{error.code().name}: {error.details()}"}
            except (AssertionError, KeyError, TypeError) as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)


class Questions:
    def __init__(self, channel):
        self.channel = channel
        self.health = health_pb2_grpc.HealthStub(channel)
        self.channelz = channelz_pb2_grpc.ChannelzStub(channel)
        self.reflected = ProtoReflectionDescriptorDatabase(channel)
        self.pool = descriptor_pool.DescriptorPool(self.reflected)

    def check(self, service):
        request = health_pb2.HealthCheckRequest(service=service)
        return status_name(self.health.Check(request, timeout=SECONDS_MAX))

    def watch(self, service):
        request = health_pb2.HealthCheckRequest(service=service)
        self.watching = self.health.Watch(request, timeout=SECONDS_MAX)
        return status_name(next(self.watching))

    def next_watched(self):
        return status_name(next(self.watching))

    def services(self):
        return sorted(self.reflected.get_services())

    def call(self, service, method, request):
        """Calls a unary method that only reflection tells of; messages are JSON."""
        described = self.pool.FindServiceByName(service).FindMethodByName(method)
        Request, Response = (
            message_factory.GetMessageClass(described.input_type),
            message_factory.GetMessageClass(described.output_type),
        )
        make = self.channel.unary_unary(
            f"/{service}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=Response.FromString,
        )
        message = json_format.ParseDict(request, Request(), descriptor_pool=self.pool)
        return json_format.MessageToDict(make(message, timeout=SECONDS_MAX), descriptor_pool=self.pool)

    def file_of(self, symbol):
        return self.reflected.FindFileContainingSymbol(symbol).name

    def extensions(self, message):
        described = self.pool.FindMessageTypeByName(message)
        return sorted(extension.full_name for extension in self.pool.FindAllExtensions(described))

    def differences(self):
        """The names of the standard files that the server has otherwise than the packages of grpcio do."""
        return [
            module.DESCRIPTOR.name
            for module in PUBLISHED
            if described(module.DESCRIPTOR) != described(self.pool.FindFileContainingSymbol(first_type(module)))
        ]

    def details(self, path):
        """What google.rpc.Status a unary method ends with, its details as JSON."""
        try:
            self.channel.unary_unary(path)(b"", timeout=SECONDS_MAX)
        except grpc.RpcError as error:
            status = rpc_status.from_call(error)
            if status is None:
                raise
            return {
                "code": status.code,
                "message": status.message,
                "details": [json_format.MessageToDict(detail) for detail in status.details],
            }

    def connections(self):
        """Each connection of the first server: both addresses and what went over it."""
        server = self.channelz.GetServers(channelz_pb2.GetServersRequest(), timeout=SECONDS_MAX).server[0]
        request = channelz_pb2.GetServerSocketsRequest(server_id=server.ref.server_id)
        sockets = self.channelz.GetServerSockets(request, timeout=SECONDS_MAX).socket_ref
        answers = [
            self.channelz.GetSocket(channelz_pb2.GetSocketRequest(socket_id=ref.socket_id), timeout=SECONDS_MAX)
            for ref in sockets
        ]
        return [json_format.MessageToDict(answer.socket) for answer in answers]


def status_name(response):
    return health_pb2.HealthCheckResponse.ServingStatus.Name(response.status)


def first_type(module):
    return next(iter(module.DESCRIPTOR.message_types_by_name.values())).full_name


def described(file):
    """What a file declares: the order of its parts and its name do not count, nor what Python's modules leave out."""
    made = descriptor_pb2.FileDescriptorProto()
    file.CopyToProto(made)
    for field in ("name", "options", "source_code_info"):
        made.ClearField(field)
    for message in made.message_type:
        clear_json_names(message)
    for parts in (made.message_type, made.service):
        parts.sort(key=lambda part: part.name)
    for service in made.service:
        service.method.sort(key=lambda method: method.name)
    return made


def clear_json_names(message):
    for field in message.field:
        field.ClearField("json_name")
    for nested in message.nested_type:
        clear_json_names(nested)


if __name__ == "__main__":
    main()
