"""Serves the standard services, on grpcio: health, reflection, channelz. A foreign server to test clients against.

Prints "listening on ADDRESS". Then reads one line "SERVICE STATUS" after the other from stdin, sets the service's
health, and prints "set".
"""

import concurrent.futures
import sys

import grpc
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

HEALTH = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name


def main():
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=8))
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    channelz.add_channelz_servicer(server)
    reflection.enable_server_reflection((HEALTH, reflection.SERVICE_NAME), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    for line in sys.stdin:
        service, status = line.split()
        servicer.set(service, health_pb2.HealthCheckResponse.ServingStatus.Value(status))
        print("set", flush=True)


if __name__ == "__main__":
    main()
