import * as http2 from "node:http2";
import {
  type CallContext,
  type Handlers,
  nodeRuntime,
  RpcError,
  type ServerOptions,
  Status,
} from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { cleanUp, installChecks, pair, signal } from "../behaviour/harness.js";
import type { Echo } from "../gen/echo_pb.js";
import { messagesIn, PATH, prefixed, wireMessage } from "./messages.js";

// A client of node:http2 (nghttp2) that sends odd requests, and what our server answers.

installChecks();

const HEAD: http2.OutgoingHttpHeaders = {
  ":method": "POST",
  ":path": PATH.unary,
  te: "trailers",
  "content-type": "application/grpc",
};

const A = wireMessage({ text: "a" });
const B = wireMessage({ text: "b" });

interface Answer {
  readonly headers: http2.IncomingHttpHeaders;
  readonly trailers: http2.IncomingHttpHeaders;
  readonly payload: Buffer;
  readonly rstCode: number;
}

interface Served {
  readonly session: http2.ClientHttp2Session;
  /** Sends a request: `HEAD` with changes (undefined takes a field out), then `body`. */
  request(
    changes?: http2.OutgoingHttpHeaders,
    body?: readonly Buffer[],
    options?: { readonly end?: boolean },
  ): http2.ClientHttp2Stream;
}

async function served(
  handlers: Partial<Handlers<typeof Echo>> = {},
  server: ServerOptions = {},
): Promise<Served> {
  const { address } = await pair("tcp", handlers, { server });
  const session = http2.connect(`http://${address}`);
  cleanUp(() => session.destroy());
  return {
    session,
    request(changes = {}, body = [A], { end = true } = {}) {
      const fields = Object.entries({ ...HEAD, ...changes }).filter(([, value]) => value !== undefined);
      const stream = session.request(Object.fromEntries(fields), { endStream: false });
      stream.on("error", () => {});
      for (const piece of body) stream.write(piece);
      if (end) stream.end();
      return stream;
    },
  };
}

/** All that comes back on a stream. */
function answerOf(stream: http2.ClientHttp2Stream): Promise<Answer> {
  let headers: http2.IncomingHttpHeaders = {};
  let trailers: http2.IncomingHttpHeaders = {};
  const pieces: Buffer[] = [];
  stream.on("response", (received) => (headers = received));
  stream.on("trailers", (received) => (trailers = received));
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  return new Promise((resolve) => {
    stream.on("close", () =>
      resolve({ headers, trailers, payload: Buffer.concat(pieces), rstCode: stream.rstCode ?? -1 }),
    );
  });
}

/** Sends an odd request, checks the status alone that comes back, and that the connection still serves. */
async function checkRefusal(
  changes: http2.OutgoingHttpHeaders,
  body: readonly Buffer[],
  expected: Record<string, unknown>,
  server?: ServerOptions,
): Promise<void> {
  const { request } = await served({}, server);
  const { headers, payload } = await answerOf(request(changes, body));
  expect(headers).toMatchObject(expected);
  expect(payload.length).toBe(0);
  await checkServes(request);
}

async function checkServes(request: Served["request"]): Promise<void> {
  const { headers, trailers, payload } = await answerOf(request());
  expect(headers[":status"]).toBe(200);
  expect(messagesIn(payload).map((message) => message.text)).toEqual(["a"]);
  expect(trailers["grpc-status"]).toBe("0");
}

describe("a proper request", () => {
  it.each([
    ["as gRPC sends it", {}],
    ["with +proto", { "content-type": "application/grpc+proto" }],
    ["without te, which only detects proxies", { te: undefined }],
    ["with identity encoding", { "grpc-encoding": "identity", "grpc-accept-encoding": "gzip, identity" }],
    ["with fields that we do not know", { "grpc-previous-rpc-attempts": "1", "x-b3": "1", cookie: "a=b" }],
    ["with a timeout in hours", { "grpc-timeout": "99999999H" }],
  ])("%s is served", async (_, changes) => {
    const { request } = await served();
    const { headers, trailers, payload } = await answerOf(request(changes));
    expect(headers).toMatchObject({ ":status": 200, "content-type": "application/grpc" });
    expect(messagesIn(payload).map((message) => message.text)).toEqual(["a"]);
    expect(trailers["grpc-status"]).toBe("0");
    expect(trailers["grpc-message"]).toBeUndefined();
  });

  it("with trailers, which mean nothing to gRPC, is served", async () => {
    const { session } = await served();
    const stream = session.request(HEAD, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-checksum": "1" }));
    stream.end(A);
    const { trailers, payload } = await answerOf(stream);
    expect(messagesIn(payload).map((message) => message.text)).toEqual(["a"]);
    expect(trailers["grpc-status"]).toBe("0");
  });

  it("split into DATA frames of a byte each is served", async () => {
    const { request } = await served();
    const stream = request({}, [], { end: false });
    for (const byte of A) await new Promise((resolve) => stream.write(Buffer.of(byte), resolve));
    stream.end();
    expect(messagesIn((await answerOf(stream)).payload).map((message) => message.text)).toEqual(["a"]);
  });

  it("in padded frames is served", async () => {
    const { address } = await pair("tcp");
    const session = http2.connect(`http://${address}`, {
      paddingStrategy: http2.constants.PADDING_STRATEGY_MAX,
    });
    cleanUp(() => session.destroy());
    const stream = session.request(HEAD);
    stream.end(wireMessage({ text: "x".repeat(100_000) }));
    expect(messagesIn((await answerOf(stream)).payload)[0].text.length).toBe(100_000);
  });
});

describe("a request that is no gRPC of ours", () => {
  it.each([
    ["another content-type", { "content-type": "application/json" }],
    ["no content-type", { "content-type": undefined }],
    ["another message format", { "content-type": "application/grpc+json" }],
    ["gRPC-Web", { "content-type": "application/grpc-web+proto" }],
  ])("%s: HTTP status 415 (PROTOCOL-HTTP2, Content-Type)", async (_, changes) => {
    await checkRefusal(changes, [A], { ":status": 415, "redoubt-outcome": "not-executed" });
  });

  it.each(["PUT", "PATCH", "QUERY"])(
    "method %s: HTTP status 405, saying what is allowed (RFC 9110 §15.5.6)",
    async (method) => {
      await checkRefusal({ ":method": method }, [A], { ":status": 405, allow: "POST" });
    },
  );

  it("a browser's GET: 415", async () => {
    const { session, request } = await served();
    const { headers } = await answerOf(session.request({ ":path": "/" }));
    expect(headers[":status"]).toBe(415);
    await checkServes(request);
  });

  it("a HEAD", async () => {
    const { session, request } = await served();
    const { headers } = await answerOf(session.request({ ...HEAD, ":method": "HEAD" }));
    expect(headers[":status"]).toBe(405);
    await checkServes(request);
  });

  it("a CONNECT, which has no path", async () => {
    const { session, request } = await served();
    const { headers } = await answerOf(
      session.request({ ":method": "CONNECT", ":authority": "example.org:80" }),
    );
    expect(headers[":status"]).toBe(415);
    await checkServes(request);
  });
});

describe("a request with a fault in its headers", () => {
  it.each([
    ["/redoubt.test.v1.Echo/NoSuch", "service redoubt.test.v1.Echo has no method NoSuch"],
    ["/redoubt.test.v1.echo/Unary", "unknown service redoubt.test.v1.echo"],
    ["/no.Such/Method", "unknown service no.Such"],
    ["/", 'malformed path "/"'],
    ["/redoubt.test.v1.Echo", 'malformed path "/redoubt.test.v1.Echo"'],
    ["/redoubt.test.v1.Echo/Unary/", 'malformed path "/redoubt.test.v1.Echo/Unary/"'],
    ["/redoubt.test.v1.Echo/Unary?a=b", "service redoubt.test.v1.Echo has no method Unary?a=b"],
    ["/__proto__/constructor", "unknown service __proto__"],
  ])("path %s: UNIMPLEMENTED (statuscodes: method not found at server)", async (path, message) => {
    await checkRefusal({ ":path": path }, [A], {
      ":status": 200,
      "grpc-status": "12",
      "grpc-message": message,
      "redoubt-outcome": "not-executed",
    });
  });

  it.each(["", "1", "S", "123456789S", "1.5S", "-1S", "1 S", "1s"])(
    "grpc-timeout %j: INTERNAL (PROTOCOL-HTTP2, Timeout)",
    async (timeout) => {
      await checkRefusal({ "grpc-timeout": timeout }, [A], {
        ":status": 200,
        "grpc-status": "13",
        "grpc-message": `malformed grpc-timeout ${JSON.stringify(timeout)}`,
        "redoubt-outcome": "not-executed",
      });
    },
  );

  it.each(["GZIP", "br", "x"])(
    "grpc-encoding %s: UNIMPLEMENTED, with what is accepted (compression document)",
    async (encoding) => {
      await checkRefusal({ "grpc-encoding": encoding }, [prefixed(Buffer.from("x"), 1)], {
        ":status": 200,
        "grpc-status": "12",
        "grpc-accept-encoding": ["identity", ...nodeRuntime().compressor.encodings].join(","),
        "redoubt-outcome": "not-executed",
      });
    },
  );

  it("header section larger than we take: the stream is reset, and the connection lives", async () => {
    const { address } = await pair("tcp");
    const session = http2.connect(`http://${address}`, { maxSendHeaderBlockLength: 1_000_000 });
    cleanUp(() => session.destroy());
    const stream = session.request({ ...HEAD, big: "x".repeat(70_000) });
    stream.on("error", () => {});
    expect((await answerOf(stream)).rstCode).toBe(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
    const next = session.request(HEAD);
    next.end(A);
    expect((await answerOf(next)).trailers["grpc-status"]).toBe("0");
  });
});

describe("a request with a fault in its messages", () => {
  const check = (
    body: Buffer[],
    status: Status,
    message: string | RegExp,
    changes: http2.OutgoingHttpHeaders = {},
  ) =>
    checkRefusal(changes, body, {
      ":status": 200,
      "grpc-status": String(status),
      "grpc-message": typeof message === "string" ? message : expect.stringMatching(message),
    });

  it("none, where one is due (statuscodes: request cardinality violation)", async () => {
    await check([], Status.UNIMPLEMENTED, "0 request messages, where one is due");
  });

  it("two, where one is due (statuscodes: request cardinality violation)", async () => {
    await check([A, B], Status.UNIMPLEMENTED, "more than one request message, where one is due");
  });

  it("two, where one is due and many come back", async () => {
    await check([A, B], Status.UNIMPLEMENTED, /more than one request message/, { ":path": PATH.expand });
  });

  it.each([1, 4, 5, 6])("truncated after %d bytes", async (length) => {
    await check([A.subarray(0, length)], Status.INTERNAL, "the request ended in the middle of a message");
  });

  it("truncated behind a whole one", async () => {
    await check([A, B.subarray(0, 3)], Status.INTERNAL, "the request ended in the middle of a message");
  });

  it("not of its type (statuscodes: error parsing request proto)", async () => {
    await check([prefixed(Buffer.of(0x0a, 5, 0x61))], Status.INTERNAL, /the request cannot be decoded/);
  });

  it("Compressed-Flag without grpc-encoding (compression document)", async () => {
    await check([prefixed(Buffer.from("x"), 1)], Status.INTERNAL, "compressed message without grpc-encoding");
  });

  it("a flag that nobody has defined", async () => {
    await check([prefixed(Buffer.from("x"), 7)], Status.INTERNAL, "message flag 7");
  });

  it("larger than allowed (statuscodes: RESOURCE_EXHAUSTED), refused by its prefix alone", async () => {
    const { request } = await served({}, { maxReceiveMessageBytes: 1000 });
    const stream = request({}, [Buffer.of(0, 0, 0, 3, 0xe9)], { end: false });
    const { headers } = await answerOf(stream);
    expect(headers).toMatchObject({
      "grpc-status": "8",
      "grpc-message": "received message of 1001 bytes; at most 1000 are allowed",
      "redoubt-outcome": "not-executed",
    });
    await checkServes(request);
  });

  it("larger than allowed, in the middle of a stream that the handler reads", async () => {
    const failure = signal<unknown>();
    const { request } = await served(
      {
        async *chat(requests) {
          try {
            yield* requests;
          } catch (error) {
            failure.resolve(error);
            throw error;
          }
        },
      },
      { maxReceiveMessageBytes: 1000 },
    );
    const large = wireMessage({ body: new Uint8Array(1001) });
    const { payload, trailers } = await answerOf(request({ ":path": PATH.chat }, [A, B, large]));
    expect(messagesIn(payload).map((message) => message.text)).toEqual(["a", "b"]);
    expect(trailers).toMatchObject({ "grpc-status": "8", "redoubt-outcome": "executed" });
    expect(RpcError.is(await failure.promise)).toBe(true);
    await checkServes(request);
  });
});

describe("Early Server Closure (PROTOCOL-HTTP2)", () => {
  it("a status before the client has half-closed is followed by RST_STREAM(NO_ERROR)", async () => {
    const { request } = await served({
      chat() {
        throw new RpcError(Status.FAILED_PRECONDITION, "not now");
      },
    });
    const { headers, rstCode } = await answerOf(request({ ":path": PATH.chat }, [A], { end: false }));
    expect(headers).toMatchObject({ "grpc-status": "9", "grpc-message": "not now" });
    expect(rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
    await checkServes(request);
  });

  it("what the client goes on sending does no harm", async () => {
    const { request } = await served({
      async *chat(requests) {
        for await (const message of requests) {
          yield message;
          return;
        }
      },
    });
    const stream = request({ ":path": PATH.chat }, [A], { end: false });
    for (let i = 0; i < 50; i++) stream.write(wireMessage({ body: new Uint8Array(10_000) }));
    const { payload, trailers } = await answerOf(stream);
    expect(messagesIn(payload).map((message) => message.text)).toEqual(["a"]);
    expect(trailers["grpc-status"]).toBe("0");
    await checkServes(request);
  });
});

describe("Client Cancellation (PROTOCOL-HTTP2)", () => {
  // node:http2 ends a stream before it resets it: the requests themselves may end as if all had come.
  it.each([
    ["RST_STREAM(CANCEL)", (stream: http2.ClientHttp2Stream) => stream.close(http2.constants.NGHTTP2_CANCEL)],
    ["the end of the connection", (stream: http2.ClientHttp2Stream) => stream.session?.destroy()],
  ])("%s in the middle of a call aborts its handler's signal", async (_, leave) => {
    const started = signal<CallContext>();
    const aborted = signal<unknown>();
    const { request } = await served({
      async *chat(_requests, call) {
        started.resolve(call);
        await new Promise<void>((resolve) => call.signal.addEventListener("abort", () => resolve()));
        aborted.resolve(call.signal.reason);
        yield {};
      },
    });
    const stream = request({ ":path": PATH.chat }, [A], { end: false });
    await started.promise;
    leave(stream);
    const reason = await aborted.promise;
    expect(RpcError.is(reason) && reason.codeName).toBe("CANCELLED");
  });

  it("of a unary call in the middle of its message never starts the handler", async () => {
    let calls = 0;
    const { request } = await served({
      unary: (message) => {
        calls++;
        return message;
      },
    });
    const stream = request({}, [A.subarray(0, 6)], { end: false });
    await new Promise((resolve) => stream.once("ready", resolve));
    stream.close(http2.constants.NGHTTP2_CANCEL);
    await answerOf(stream);
    await checkServes(request);
    expect(calls).toBe(1);
  });
});

describe("what the server sends", () => {
  it("metadata in headers and trailers, -bin without padding, repeated names as fields of their own", async () => {
    const { request } = await served({
      unary(message, call) {
        call.responseHeaders.append("x-id", "7").append("b-bin", new Uint8Array([1]));
        call.responseTrailers.append("t", "1").append("t", "2");
        return message;
      },
    });
    const { headers, trailers } = await answerOf(request());
    expect(headers).toMatchObject({ "x-id": "7", "b-bin": "AQ" });
    expect(trailers).toMatchObject({ "grpc-status": "0", t: "1, 2" });
  });

  it("an error alone in one header section (Trailers-Only), its message percent-encoded", async () => {
    const { request } = await served({
      unary() {
        throw new RpcError(Status.NOT_FOUND, "100% né\n");
      },
    });
    const { headers, trailers } = await answerOf(request());
    expect(headers).toMatchObject({
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": "5",
      "grpc-message": "100%25 n%C3%A9%0A",
      "redoubt-outcome": "executed",
    });
    expect(trailers).toEqual({});
  });

  it("messages as the client's window lets it, and not more", async () => {
    const { address } = await pair("tcp");
    const session = http2.connect(`http://${address}`, { settings: { initialWindowSize: 100 } });
    cleanUp(() => session.destroy());
    const stream = session.request(HEAD);
    stream.end(wireMessage({ text: "x".repeat(100_000) }));
    expect(messagesIn((await answerOf(stream)).payload)[0].text.length).toBe(100_000);
  });
});
