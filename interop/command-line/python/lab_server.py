"""Serves lab.v1.Lab with reflection, health and channelz. Prints its port."""

import sys
from concurrent import futures

import grpc
import lab_pb2
import lab_pb2_grpc
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status


class Lab(lab_pb2_grpc.LabServicer):
    def Echo(self, request, context):
        context.set_trailing_metadata((("said", dict(context.invocation_metadata()).get("say", "nothing")),))
        return request

    def Count(self, request, context):
        for value in range(1, request.value + 1):
            yield lab_pb2.Number(value=value)

    def Sum(self, requests, context):
        return lab_pb2.Number(value=sum(request.value for request in requests))

    def Chat(self, requests, context):
        for request in requests:
            yield lab_pb2.Sample(name=request.name + "?")

    def Fail(self, request, context):
        detail = any_pb2.Any()
        detail.Pack(error_details_pb2.ErrorInfo(reason="LAB", domain="lab.example"))
        status = status_pb2.Status(code=code_pb2.NOT_FOUND, message="no such thing", details=[detail])
        context.abort_with_status(rpc_status.to_status(status))


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    lab_pb2_grpc.add_LabServicer_to_server(Lab(), server)
    servicer = health.HealthServicer()
    servicer.set("lab.v1.Lab", health_pb2.HealthCheckResponse.NOT_SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    channelz.add_channelz_servicer(server)
    names = (lab_pb2.DESCRIPTOR.services_by_name["Lab"].full_name, reflection.SERVICE_NAME, health.SERVICE_NAME)
    reflection.enable_server_reflection(names, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    # The end of the input is the end of who has started us.
    sys.stdin.read()
    server.stop(0)


main()
