"""The server of gRPC's interoperability tests, on grpcio.

Prints "listening on ADDRESS", then serves until it is killed. It cannot tell whether a request came compressed: grpcio
shows that to no handler.
"""

import concurrent.futures
import threading
import time

import grpc

import interop_flags
from interop_flags import ECHO_INITIAL, ECHO_TRAILING

WORKERS = 16


def main():
    parser = interop_flags.parser(__doc__)
    parser.add_argument("--port", type=int, default=8080, help="the port to listen on; 0 picks a free one")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--tls_cert_file", default="build/certificates/server1.pem")
    parser.add_argument("--tls_key_file", default="build/certificates/server1.key")
    flags = parser.parse_args()

    messages, service = interop_flags.stubs(flags.generated)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=WORKERS))
    service.add_TestServiceServicer_to_server(handlers(messages, service), server)
    address = f"{flags.host}:{flags.port}"
    if flags.use_tls:
        key, certificates = (interop_flags.contents(path) for path in (flags.tls_key_file, flags.tls_cert_file))
        port = server.add_secure_port(address, grpc.ssl_server_credentials([(key, certificates)]))
    else:
        port = server.add_insecure_port(address)
    server.start()
    print(f"listening on {flags.host}:{port}", flush=True)
    server.wait_for_termination()


def handlers(messages, service):
    def payload(kind, size):
        return messages.Payload(type=kind, body=bytes(size))

    def answers(request, context):
        echo_status(request, context)
        for parameters in request.response_parameters:
            if parameters.interval_us > 0:
                wait(parameters.interval_us / 1e6, context)
            if parameters.HasField("compressed") and not parameters.compressed.value:
                context.disable_next_message_compression()
            yield messages.StreamingOutputCallResponse(payload=payload(request.response_type, parameters.size))

    class TestService(service.TestServiceServicer):
        def EmptyCall(self, request, context):
            return messages.Empty()

        def UnaryCall(self, request, context):
            echo_metadata(context)
            echo_status(request, context)
            if request.response_compressed.value:
                context.set_compression(grpc.Compression.Gzip)
            response = messages.SimpleResponse(payload=payload(request.response_type, request.response_size))
            if request.fill_username or request.fill_oauth_scope:
                claims = interop_flags.bearer_of(dict(context.invocation_metadata()).get("authorization"))
                if claims is None:
                    context.abort(grpc.StatusCode.UNAUTHENTICATED, "there is no bearer token")
                if request.fill_username:
                    response.username = claims.get("sub", "")
                if request.fill_oauth_scope:
                    response.oauth_scope = claims.get("scope", "")
            return response

        def CacheableUnaryCall(self, request, context):
            context.send_initial_metadata((("cache-control", "max-age=60, public"),))
            return messages.SimpleResponse(payload=messages.Payload(body=str(time.time_ns()).encode()))

        def StreamingOutputCall(self, request, context):
            if any(parameters.compressed.value for parameters in request.response_parameters):
                context.set_compression(grpc.Compression.Gzip)
            yield from answers(request, context)

        def StreamingInputCall(self, requests, context):
            size = sum(len(request.payload.body) for request in requests)
            return messages.StreamingInputCallResponse(aggregated_payload_size=size)

        def FullDuplexCall(self, requests, context):
            echo_metadata(context)
            for request in requests:
                yield from answers(request, context)

        def HalfDuplexCall(self, requests, context):
            for request in list(requests):
                yield from answers(request, context)

    return TestService()


def echo_metadata(context):
    metadata = dict(context.invocation_metadata())
    if ECHO_INITIAL in metadata:
        context.send_initial_metadata(((ECHO_INITIAL, metadata[ECHO_INITIAL]),))
    if ECHO_TRAILING in metadata:
        context.set_trailing_metadata(((ECHO_TRAILING, metadata[ECHO_TRAILING]),))


def echo_status(request, context):
    if request.response_status.code != 0:
        codes = {code.value[0]: code for code in grpc.StatusCode}
        context.abort(codes[request.response_status.code], request.response_status.message)


def wait(seconds, context):
    ended = threading.Event()
    if context.add_callback(ended.set):
        ended.wait(seconds)


if __name__ == "__main__":
    main()
