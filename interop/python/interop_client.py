"""The client of gRPC's interoperability tests, on grpcio.

Runs the cases that --test_case names, with commas between, and prints "passed: CASE" or "failed: CASE: why" for each.
Exits 1 if one has failed.
"""

import queue
import sys
import time

import grpc

import interop_flags
from interop_flags import BOOLEAN, ECHO_INITIAL, ECHO_TRAILING

CASE_SECONDS_MAX = 30
REQUESTS_BYTES = (27182, 8, 1828, 45904)
RESPONSES_BYTES = (31415, 9, 2653, 58979)
LARGE_REQUEST_BYTES = 271828
LARGE_RESPONSE_BYTES = 314159
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
USERNAME = "interop@example.com"
SCOPE = "https://example.com/auth/interop"


def main():
    parser = interop_flags.parser(__doc__)
    parser.add_argument("--server_host", default="localhost")
    parser.add_argument("--server_port", type=int, default=8080)
    parser.add_argument("--server_host_override", default="")
    parser.add_argument("--test_case", default="large_unary")
    parser.add_argument("--use_test_ca", **BOOLEAN)
    parser.add_argument("--ca_file", default="build/certificates/ca.pem")
    parser.add_argument("--soak_iterations", type=int, default=10)
    parser.add_argument("--soak_max_failures", type=int, default=0)
    parser.add_argument("--soak_per_iteration_max_acceptable_latency_ms", type=int, default=1000)
    parser.add_argument("--soak_overall_timeout_seconds", type=int, default=10)
    flags = parser.parse_args()

    cases = Cases(flags)
    failed = 0
    for name in flags.test_case.split(","):
        try:
            run = getattr(cases, name, None)
            if run is None:
                raise AssertionError("grpcio has nothing to do it with")
            run()
            print(f"passed: {name}", flush=True)
        except (AssertionError, grpc.RpcError) as error:
            failed += 1
            print(f"failed: {name}: {' '.join(str(error).split())}", flush=True)
    cases.channel.close()
    sys.exit(1 if failed else 0)


class Cases:
    """A method for each case that grpcio can do."""

    def __init__(self, flags):
        self.flags = flags
        self.messages, self.service = interop_flags.stubs(flags.generated)
        self.channel = self.connect()
        self.stub = self.service.TestServiceStub(self.channel)

    def connect(self):
        flags = self.flags
        address = f"{flags.server_host}:{flags.server_port}"
        # Without a pool of its own a channel would share its connection with others to the same server.
        options = [("grpc.use_local_subchannel_pool", 1)]
        if not flags.use_tls:
            return grpc.insecure_channel(address, options)
        if flags.server_host_override:
            options.append(("grpc.ssl_target_name_override", flags.server_host_override))
        ca = interop_flags.contents(flags.ca_file) if flags.use_test_ca else None
        return grpc.secure_channel(address, grpc.ssl_channel_credentials(ca), options)

    def empty_unary(self):
        response = self.stub.EmptyCall(self.messages.Empty(), timeout=CASE_SECONDS_MAX)
        same(response.ByteSize(), 0)

    def large_unary(self):
        self.call_large(self.stub)

    def cacheable_unary(self):
        for _ in range(2):
            request = self.messages.SimpleRequest(payload=self.messages.Payload(body=str(time.time_ns()).encode()))
            response, call = self.stub.CacheableUnaryCall.with_call(
                request, metadata=(("x-user-ip", "1.2.3.4"),), timeout=CASE_SECONDS_MAX
            )
            same(response.payload.body.isdigit(), True)
            same("max-age=" in dict(call.initial_metadata()).get("cache-control", ""), True)

    def client_streaming(self):
        requests = (self.messages.StreamingInputCallRequest(payload=self.payload(size)) for size in REQUESTS_BYTES)
        response = self.stub.StreamingInputCall(requests, timeout=CASE_SECONDS_MAX)
        same(response.aggregated_payload_size, 74922)

    def server_streaming(self):
        request = self.output_request(*RESPONSES_BYTES)
        responses = list(self.stub.StreamingOutputCall(request, timeout=CASE_SECONDS_MAX))
        same([len(response.payload.body) for response in responses], list(RESPONSES_BYTES))

    def ping_pong(self):
        requests = Requests()
        responses = self.stub.FullDuplexCall(requests, timeout=CASE_SECONDS_MAX)
        for sent, received in zip(REQUESTS_BYTES, RESPONSES_BYTES):
            requests.give(self.output_request(received, body=sent))
            self.expect_zeros(next(responses), received)
        requests.end()
        same(list(responses), [])

    def empty_stream(self):
        same(list(self.stub.FullDuplexCall(iter(()), timeout=CASE_SECONDS_MAX)), [])

    def client_compressed_unary(self):
        expecting = self.messages.BoolValue(value=True)
        probe = self.large_request(expect_compressed=expecting)
        expect_status(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.stub.UnaryCall(probe, timeout=CASE_SECONDS_MAX))
        for compressed, algorithm in ((True, grpc.Compression.Gzip), (False, grpc.Compression.NoCompression)):
            request = self.large_request(expect_compressed=self.messages.BoolValue(value=compressed))
            response = self.stub.UnaryCall(request, compression=algorithm, timeout=CASE_SECONDS_MAX)
            self.expect_zeros(response, LARGE_RESPONSE_BYTES)

    def server_compressed_unary(self):
        """Sees the sizes alone: grpcio does not show how a message has come."""
        for compressed in (True, False):
            request = self.large_request(response_compressed=self.messages.BoolValue(value=compressed))
            response = self.stub.UnaryCall(request, timeout=CASE_SECONDS_MAX)
            self.expect_zeros(response, LARGE_RESPONSE_BYTES)

    def server_compressed_streaming(self):
        """Sees the sizes alone: grpcio does not show how a message has come."""
        request = self.output_request(31415, 92653)
        for parameters, compressed in zip(request.response_parameters, (True, False)):
            parameters.compressed.value = compressed
        responses = list(self.stub.StreamingOutputCall(request, timeout=CASE_SECONDS_MAX))
        same([len(response.payload.body) for response in responses], [31415, 92653])

    def custom_metadata(self):
        metadata = ((ECHO_INITIAL, "test_initial_metadata_value"), (ECHO_TRAILING, b"\xab\xab\xab"))
        _, unary = self.stub.UnaryCall.with_call(self.large_request(), metadata=metadata, timeout=CASE_SECONDS_MAX)
        request = self.output_request(LARGE_RESPONSE_BYTES, body=LARGE_REQUEST_BYTES)
        duplex = self.stub.FullDuplexCall(iter((request,)), metadata=metadata, timeout=CASE_SECONDS_MAX)
        same(len(list(duplex)), 1)
        for call in (unary, duplex):
            same([value for key, value in call.initial_metadata() if key == ECHO_INITIAL], [metadata[0][1]])
            same([value for key, value in call.trailing_metadata() if key == ECHO_TRAILING], [metadata[1][1]])

    def status_code_and_message(self):
        self.expect_echoed_status("test status message", duplex=True)

    def special_status_message(self):
        self.expect_echoed_status(SPECIAL_MESSAGE, duplex=False)

    def unimplemented_method(self):
        call = lambda: self.stub.UnimplementedCall(self.messages.Empty(), timeout=CASE_SECONDS_MAX)
        expect_status(grpc.StatusCode.UNIMPLEMENTED, call)

    def unimplemented_service(self):
        stub = self.service.UnimplementedServiceStub(self.channel)
        call = lambda: stub.UnimplementedCall(self.messages.Empty(), timeout=CASE_SECONDS_MAX)
        expect_status(grpc.StatusCode.UNIMPLEMENTED, call)

    def cancel_after_begin(self):
        requests = Requests()
        call = self.stub.StreamingInputCall.future(requests, timeout=CASE_SECONDS_MAX)
        call.cancel()
        requests.end()
        same(call.cancelled(), True)
        same(call.code(), grpc.StatusCode.CANCELLED)

    def cancel_after_first_response(self):
        requests = Requests()
        responses = self.stub.FullDuplexCall(requests, timeout=CASE_SECONDS_MAX)
        requests.give(self.output_request(31415, body=27182))
        self.expect_zeros(next(responses), 31415)
        responses.cancel()
        requests.end()
        expect_status(grpc.StatusCode.CANCELLED, lambda: next(responses))

    def timeout_on_sleeping_server(self):
        requests = Requests()
        requests.give(self.output_request(body=27182))
        responses = self.stub.FullDuplexCall(requests, timeout=0.001)
        expect_status(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(responses))
        requests.end()

    def per_rpc_creds(self):
        credentials = grpc.access_token_call_credentials(interop_flags.bearer_token(USERNAME, SCOPE))
        request = self.messages.SimpleRequest(fill_username=True, fill_oauth_scope=True)
        response = self.stub.UnaryCall(request, credentials=credentials, timeout=CASE_SECONDS_MAX)
        same((response.username, response.oauth_scope), (USERNAME, SCOPE))

    def call_creds_metadata(self):
        credentials = grpc.metadata_call_credentials(EchoedCredentials())
        request = self.messages.SimpleRequest()
        _, call = self.stub.UnaryCall.with_call(request, credentials=credentials, timeout=CASE_SECONDS_MAX)
        same(dict(call.initial_metadata()).get(ECHO_INITIAL), "token")

    def compressed_requests(self):
        for algorithm in (grpc.Compression.Gzip, grpc.Compression.Deflate):
            response = self.stub.UnaryCall(self.large_request(), compression=algorithm, timeout=CASE_SECONDS_MAX)
            self.expect_zeros(response, LARGE_RESPONSE_BYTES)
            requests = (self.messages.StreamingInputCallRequest(payload=self.payload(size)) for size in REQUESTS_BYTES)
            response = self.stub.StreamingInputCall(requests, compression=algorithm, timeout=CASE_SECONDS_MAX)
            same(response.aggregated_payload_size, 74922)

    def rpc_soak(self):
        self.soak(lambda: self.call_large(self.stub))

    def channel_soak(self):
        def call():
            with self.connect() as channel:
                self.call_large(self.service.TestServiceStub(channel))

        self.soak(call)

    def soak(self, call):
        failures = []
        end = time.monotonic() + self.flags.soak_overall_timeout_seconds
        for count in range(self.flags.soak_iterations):
            start = time.monotonic()
            if start > end:
                raise AssertionError(f"the time is over after {count} iterations")
            try:
                call()
                took_ms = (time.monotonic() - start) * 1000
                if took_ms > self.flags.soak_per_iteration_max_acceptable_latency_ms:
                    failures.append(f"iteration {count} took {took_ms} ms")
            except (AssertionError, grpc.RpcError) as error:
                failures.append(f"iteration {count}: {error}")
        if len(failures) > self.flags.soak_max_failures:
            raise AssertionError(f"{len(failures)} iterations have failed, the last: {failures[-1]}")

    def call_large(self, stub):
        self.expect_zeros(stub.UnaryCall(self.large_request(), timeout=CASE_SECONDS_MAX), LARGE_RESPONSE_BYTES)

    def expect_echoed_status(self, message, duplex):
        status = self.messages.EchoStatus(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
        unary = self.messages.SimpleRequest(response_status=status)
        call = lambda: self.stub.UnaryCall(unary, timeout=CASE_SECONDS_MAX)
        same(expect_status(grpc.StatusCode.UNKNOWN, call).details(), message)
        if duplex:
            request = self.messages.StreamingOutputCallRequest(response_status=status)
            call = lambda: list(self.stub.FullDuplexCall(iter((request,)), timeout=CASE_SECONDS_MAX))
            same(expect_status(grpc.StatusCode.UNKNOWN, call).details(), message)

    def payload(self, size):
        return self.messages.Payload(body=bytes(size))

    def large_request(self, **fields):
        size, payload = LARGE_RESPONSE_BYTES, self.payload(LARGE_REQUEST_BYTES)
        return self.messages.SimpleRequest(response_size=size, payload=payload, **fields)

    def output_request(self, *sizes, body=None):
        parameters = [self.messages.ResponseParameters(size=size) for size in sizes]
        payload = None if body is None else self.payload(body)
        return self.messages.StreamingOutputCallRequest(response_parameters=parameters, payload=payload)

    def expect_zeros(self, response, size):
        same(response.payload.body == bytes(size), True)


class EchoedCredentials(grpc.AuthMetadataPlugin):
    """Gives an entry that servers send back."""

    def __call__(self, context, callback):
        callback(((ECHO_INITIAL, "token"),), None)


class Requests:
    """Requests that come one at a time, as a case gives them."""

    END = object()

    def __init__(self):
        self.queue = queue.SimpleQueue()

    def give(self, request):
        self.queue.put(request)

    def end(self):
        self.queue.put(self.END)

    def __iter__(self):
        return self

    def __next__(self):
        request = self.queue.get()
        if request is self.END:
            raise StopIteration
        return request


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def expect_status(code, call):
    try:
        call()
    except grpc.RpcError as error:
        same(error.code(), code)
        return error
    raise AssertionError(f"the call has succeeded instead of ending with {code}")


if __name__ == "__main__":
    main()
