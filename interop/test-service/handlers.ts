import { setTimeout as after } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CallContext, Handlers } from "@redoubt/rpc";
import type {
  SimpleRequest,
  StreamingOutputCallRequest,
  StreamingOutputCallResponseSchema,
} from "../gen/grpc/testing/messages_pb.js";
import type { TestService } from "../gen/grpc/testing/test_pb.js";
import { bearerOf } from "./bearer.js";
import { checkCompression, compression } from "./compression.js";
import { echoMetadata, echoStatus } from "./echo.js";
import { payload } from "./payload.js";

const CACHEABLE_SECONDS = 60;

/** The server of gRPC's interoperability tests, but for the method that no server implements. */
export type TestServiceHandlers = Omit<Handlers<typeof TestService>, "unimplementedCall">;

export const testServiceHandlers: TestServiceHandlers = {
  emptyCall: () => ({}),

  unaryCall(request, call) {
    echoMetadata(call);
    echoStatus(request.responseStatus);
    checkCompression(request.expectCompressed, call);
    if (request.responseCompressed !== undefined) call.compression = compression(request.responseCompressed);
    return { payload: payload(request.responseSize, request.responseType), ...identity(request, call) };
  },

  cacheableUnaryCall(_, call) {
    call.responseHeaders.append("cache-control", `max-age=${CACHEABLE_SECONDS}, public`);
    return { payload: { body: new TextEncoder().encode(String(process.hrtime.bigint())) } };
  },

  streamingOutputCall(request, call) {
    // The headers name one compression; of the messages each can do without it.
    if (request.responseParameters.some(({ compressed }) => compressed?.value)) {
      call.compression = "gzip";
      call.sendHeaders();
    }
    return answers(request, call);
  },

  async streamingInputCall(requests, call) {
    let aggregatedPayloadSize = 0;
    for await (const { payload: received, expectCompressed } of requests) {
      checkCompression(expectCompressed, call);
      aggregatedPayloadSize += received?.body.length ?? 0;
    }
    return { aggregatedPayloadSize };
  },

  async *fullDuplexCall(requests, call) {
    echoMetadata(call);
    for await (const request of requests) yield* answers(request, call);
  },

  async *halfDuplexCall(requests, call) {
    const received: StreamingOutputCallRequest[] = [];
    for await (const request of requests) received.push(request);
    for (const request of received) yield* answers(request, call);
  },
};

async function* answers(
  request: StreamingOutputCallRequest,
  call: CallContext,
): AsyncGenerator<MessageInitShape<typeof StreamingOutputCallResponseSchema>> {
  echoStatus(request.responseStatus);
  for (const { size, intervalUs, compressed } of request.responseParameters) {
    if (intervalUs > 0) await after(intervalUs / 1000, undefined, { signal: call.signal });
    if (compressed !== undefined) call.compression = compression(compressed);
    yield { payload: payload(size, request.responseType) };
  }
}

/** What the request wants to know of who asks and who answers. */
function identity(request: SimpleRequest, call: CallContext) {
  const asksWho = request.fillUsername || request.fillOauthScope;
  const { username, scope } = asksWho
    ? bearerOf(call.metadata.get("authorization"))
    : { username: "", scope: "" };
  return {
    username: request.fillUsername ? username : "",
    oauthScope: request.fillOauthScope ? scope : "",
    serverId: request.fillServerId ? String(process.pid) : "",
  };
}
