import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { type ChannelOptions, type Metadata, type RpcError, Status, type Stub, stub } from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { all, cleanUp, failureOf, installChecks, openChannel } from "../behaviour/harness.js";
import { Echo } from "../gen/echo_pb.js";
import { messagesIn, prefixed, wireMessage } from "./messages.js";

// A server of node:http2 (nghttp2) that gives odd answers, and what our channel makes of them.

const HEAD = { ":status": 200, "content-type": "application/grpc" };
const { constants } = http2;

installChecks();

type Answer = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void;

interface Served {
  readonly echo: Stub<typeof Echo>;
  readonly server: http2.Http2Server;
}

/** A server that answers each request with `answer`, and a stub of a channel to it. */
async function served(
  answer: Answer,
  options: { readonly server?: http2.ServerOptions; readonly channel?: ChannelOptions } = {},
): Promise<Served> {
  const server = http2.createServer(options.server ?? {});
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("stream", (stream, headers) => {
    // Odd answers are reset by the client: that is what is being tested.
    stream.on("error", () => {});
    answer(stream, headers);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUp(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const channel = openChannel(`127.0.0.1:${port}`, options.channel);
  return { echo: stub(Echo, channel), server };
}

/** Answers with headers, messages and trailers. */
function answerWith(body: Buffer | readonly Buffer[], trailers: http2.OutgoingHttpHeaders): Answer {
  return (stream) => {
    stream.respond(HEAD, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    for (const piece of Array.isArray(body) ? body : [body]) stream.write(piece);
    stream.end();
  };
}

/** Answers with a header section alone. */
function answerOnly(headers: http2.OutgoingHttpHeaders): Answer {
  return (stream) => stream.respond(headers, { endStream: true });
}

interface Failure {
  readonly code: string;
  readonly message: string | RegExp;
  readonly outcome?: string;
}

async function checkFailure(
  answer: Answer,
  { code, message, outcome = "unknown" }: Failure,
): Promise<RpcError> {
  const { echo } = await served(answer);
  const error = await failureOf(echo.unary({ text: "a" }));
  expect({ code: error.codeName, message: error.message, outcome: error.outcome }).toEqual({
    code,
    message: typeof message === "string" ? message : expect.stringMatching(message),
    outcome,
  });
  return error;
}

describe("an answer with an HTTP status other than 200 (http-grpc-status-mapping)", () => {
  it.each([
    [400, "INTERNAL"],
    [401, "UNAUTHENTICATED"],
    [403, "PERMISSION_DENIED"],
    [404, "UNIMPLEMENTED"],
    [429, "UNAVAILABLE"],
    [431, "INTERNAL"],
    [502, "UNAVAILABLE"],
    [503, "UNAVAILABLE"],
    [504, "UNAVAILABLE"],
    [500, "UNKNOWN"],
    [302, "UNKNOWN"],
    [204, "UNKNOWN"],
  ])("%d without grpc-status is %s", async (status, code) => {
    await checkFailure(answerOnly({ ":status": status }), {
      code,
      message: new RegExp(`HTTP status ${status}`),
    });
  });

  it("503 with a page in HTML", async () => {
    const answer: Answer = (stream) => {
      stream.respond({ ":status": 503, "content-type": "text/html", "content-length": 6 });
      stream.end("<html>");
    };
    await checkFailure(answer, { code: "UNAVAILABLE", message: /HTTP status 503/ });
  });

  it.each([503, 404, 200])("%d with grpc-status in the one header section: that is used", async (status) => {
    const headers = { ":status": status, "grpc-status": "7", "grpc-message": "no%21" };
    await checkFailure(answerOnly(headers), { code: "PERMISSION_DENIED", message: "no!" });
  });

  it("503 with grpc-status and a body: grpc-status is used", async () => {
    const answer: Answer = (stream) => {
      stream.respond({ ":status": 503, "content-type": "text/plain", "grpc-status": "8" });
      stream.end("busy");
    };
    await checkFailure(answer, { code: "RESOURCE_EXHAUSTED", message: /HTTP status 503/ });
  });
});

describe("an answer of 200 that is no gRPC", () => {
  it("with another content-type is UNKNOWN", async () => {
    const answer: Answer = (stream) => {
      stream.respond({ ":status": 200, "content-type": "text/html" });
      stream.end("<html>hello</html>");
    };
    await checkFailure(answer, { code: "UNKNOWN", message: /content-type "text\/html"/ });
  });

  it("without content-type is UNKNOWN", async () => {
    await checkFailure((stream) => stream.respond({ ":status": 200 }), {
      code: "UNKNOWN",
      message: /content-type ""/,
    });
  });

  it("in an encoding that was not asked for is INTERNAL (compression document)", async () => {
    const answer: Answer = (stream) => {
      stream.respond({ ...HEAD, "grpc-encoding": "br" });
      stream.end(prefixed(Buffer.from("x"), 1));
    };
    await checkFailure(answer, { code: "INTERNAL", message: /grpc-encoding "br".*identity,gzip,deflate/ });
  });
});

describe("Trailers-Only", () => {
  it("with a status", async () => {
    const headers = { ...HEAD, "grpc-status": "5", "grpc-message": "no such %E2%98%83", "x-id": "7" };
    const error = await checkFailure(answerOnly(headers), { code: "NOT_FOUND", message: "no such ☃" });
    expect(error.metadata.toJSON()).toMatchObject({ "x-id": ["7"] });
  });

  it("with OK and no message breaks the promise of one answer", async () => {
    const { echo } = await served(answerOnly({ ...HEAD, "grpc-status": "0" }));
    const error = await failureOf(echo.unary({}));
    expect(error.message).toMatch(/without a message/);
    expect(error.outcome).toBe("executed");
  });

  it("with OK ends a stream of no messages", async () => {
    const { echo } = await served(answerOnly({ ...HEAD, "grpc-status": "0" }));
    expect(await all(echo.expand({}))).toEqual([]);
  });

  it("as a header section and an empty DATA frame, as servers over HTTP libraries send it, has no trailers", async () => {
    const answer: Answer = (stream) => {
      stream.respond({ ...HEAD, "grpc-status": "5" });
      stream.end();
    };
    await checkFailure(answer, { code: "UNKNOWN", message: /without grpc-status/ });
  });

  it("after the same header section began a longer answer", async () => {
    let count = 0;
    const { echo } = await served((stream) => {
      if (count++ % 2 === 0) {
        stream.respond(HEAD, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end(wireMessage({ text: "a" }));
      } else stream.respond(HEAD, { endStream: true });
    });
    for (let i = 0; i < 4; i++) {
      expect((await echo.unary({})).text).toBe("a");
      const error = await failureOf(echo.unary({}));
      expect(error.codeName).toBe("UNKNOWN");
      expect(error.message).toMatch(/without grpc-status/);
    }
  });
});

describe("Trailers", () => {
  const message = wireMessage({ text: "a" });

  it("with metadata, after messages", async () => {
    const { echo } = await served(
      answerWith(message, { "grpc-status": "0", "x-id": "7", "b-bin": "AQ==,Ag", "grpc-anything": "x" }),
    );
    const seen: Metadata[] = [];
    const reply = await echo.unary({}, { onTrailers: (trailers) => seen.push(trailers) });
    expect(reply.text).toBe("a");
    expect(seen.map((metadata) => metadata.toJSON())).toEqual([
      { "x-id": ["7"], "b-bin": [new Uint8Array([1]), new Uint8Array([2])] },
    ]);
  });

  it("with a failure, after a message: the failure counts", async () => {
    const trailers = { "grpc-status": "9", "grpc-message": "not now" };
    await checkFailure(answerWith(message, trailers), { code: "FAILED_PRECONDITION", message: "not now" });
  });

  it("missing altogether", async () => {
    const answer: Answer = (stream) => {
      stream.respond(HEAD);
      stream.end(message);
    };
    await checkFailure(answer, { code: "UNKNOWN", message: /without grpc-status/ });
  });

  it.each([
    ["missing grpc-status", { "x-id": "7" }, "UNKNOWN", /without grpc-status/],
    ["malformed grpc-status", { "grpc-status": "five" }, "UNKNOWN", 'malformed grpc-status "five"'],
    ["grpc-status 99", { "grpc-status": "99", "grpc-message": "odd" }, "UNKNOWN", "odd"],
    ["octets that are no UTF-8", { "grpc-status": "2", "grpc-message": "a\xffb" }, "UNKNOWN", "a\ufffdb"],
    ["octets of UTF-8", { "grpc-status": "2", "grpc-message": "caf\xc3\xa9" }, "UNKNOWN", "café"],
    ["broken escapes", { "grpc-status": "2", "grpc-message": "100% sure%2" }, "UNKNOWN", "100% sure%2"],
    ["escapes that are no UTF-8", { "grpc-status": "2", "grpc-message": "%FF" }, "UNKNOWN", "\ufffd"],
  ])("with %s", async (_, trailers, code, text) => {
    await checkFailure(answerWith(message, trailers as http2.OutgoingHttpHeaders), { code, message: text });
  });

  it("with the word of a server of ours on the outcome", async () => {
    const trailers = { "grpc-status": "8", "redoubt-outcome": "not-executed" };
    await checkFailure(answerOnly({ ...HEAD, ...trailers }), {
      code: "RESOURCE_EXHAUSTED",
      message: "",
      outcome: "not-executed",
    });
  });

  it("larger than we take", async () => {
    const trailers = { "grpc-status": "0", big: "x".repeat(70_000) };
    const { echo } = await served(answerWith(message, trailers), {
      server: { peerMaxHeaderListSize: 200_000, maxSendHeaderBlockLength: 200_000 } as http2.ServerOptions,
    });
    const error = await failureOf(echo.unary({}));
    expect(error.codeName).toBe("RESOURCE_EXHAUSTED");
    expect(error.message).toMatch(/header section of 7\d{4} bytes; at most 65536/);
  });

  it("of 30,000 octets, in several frames", async () => {
    const big = "x".repeat(30_000);
    const { echo } = await served(answerWith(message, { "grpc-status": "0", big }));
    let trailers: Metadata | undefined;
    await echo.unary({}, { onTrailers: (received) => (trailers = received) });
    expect(trailers?.get("big")).toBe(big);
  });
});

describe("messages", () => {
  it("none, where one is due", async () => {
    const { echo } = await served(answerWith([], { "grpc-status": "0" }));
    expect((await failureOf(echo.unary({}))).message).toMatch(/without a message/);
  });

  it("two, where one is due", async () => {
    const two = Buffer.concat([wireMessage({ text: "a" }), wireMessage({ text: "b" })]);
    const { echo } = await served(answerWith(two, { "grpc-status": "0" }));
    expect((await failureOf(echo.unary({}))).message).toMatch(/with 2 messages/);
  });

  it("truncated", async () => {
    const truncated = wireMessage({ text: "abc" }).subarray(0, 7);
    await checkFailure(answerWith(truncated, { "grpc-status": "0" }), {
      code: "INTERNAL",
      message: "the answer ended in the middle of a message",
    });
  });

  it("that are not of their type", async () => {
    const garbage = prefixed(Buffer.from([0x0a, 0x05, 0x61]));
    await checkFailure(answerWith(garbage, { "grpc-status": "0" }), {
      code: "INTERNAL",
      message: /the answer cannot be decoded/,
    });
  });

  it("with the Compressed-Flag, without grpc-encoding (compression document)", async () => {
    await checkFailure(answerWith(prefixed(Buffer.from("x"), 1), { "grpc-status": "0" }), {
      code: "INTERNAL",
      message: /compressed message/,
    });
  });

  it("larger than allowed are refused by their prefix alone", async () => {
    const prefix = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]);
    const { echo } = await served((stream) => {
      stream.respond(HEAD);
      stream.write(prefix);
    });
    const error = await failureOf(echo.unary({}));
    expect(error.codeName).toBe("RESOURCE_EXHAUSTED");
    expect(error.message).toBe("received message of 2147483647 bytes; at most 4194304 are allowed");
  });

  it("split and joined by DATA frames in every way", async () => {
    const texts = Array.from({ length: 40 }, (_, i) => "é".repeat(i * 3));
    const bytes = Buffer.concat(texts.map((text) => wireMessage({ text })));
    for (const size of [1, 2, 5, 7, 100, bytes.length]) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      const { echo } = await served(answerWith(pieces, { "grpc-status": "0" }));
      const replies = await all(echo.expand({}));
      expect(replies.map((reply) => reply.text)).toEqual(texts);
    }
  });

  it("in padded frames, through windows of 65,535 bytes", async () => {
    const body = new Uint8Array(300_000).fill(7);
    const { echo } = await served(answerWith(wireMessage({ body }), { "grpc-status": "0" }), {
      server: { paddingStrategy: constants.PADDING_STRATEGY_MAX },
      channel: { http2: SMALL_WINDOWS },
    });
    for (let i = 0; i < 5; i++) expect(Buffer.compare((await echo.unary({})).body, body)).toBe(0);
  });
});

const SMALL_WINDOWS = {
  streamWindowBytes: 65_535,
  streamWindowBytesMax: 65_535,
  connectionWindowBytes: 65_535,
  connectionWindowBytesMax: 65_535,
};

describe("informational answers (RFC 9113 §8.1)", () => {
  it("are skipped", async () => {
    const { echo } = await served((stream) => {
      stream.additionalHeaders({ ":status": 103, link: "</a>" });
      stream.additionalHeaders({ ":status": 103, "grpc-status": "13" });
      answerWith(wireMessage({ text: "a" }), { "grpc-status": "0" })(stream, {});
    });
    expect((await echo.unary({})).text).toBe("a");
  });
});

describe("RST_STREAM (PROTOCOL-HTTP2, Errors)", () => {
  it.each([
    ["NO_ERROR", constants.NGHTTP2_NO_ERROR, "INTERNAL"],
    ["PROTOCOL_ERROR", constants.NGHTTP2_PROTOCOL_ERROR, "INTERNAL"],
    ["INTERNAL_ERROR", constants.NGHTTP2_INTERNAL_ERROR, "INTERNAL"],
    ["FLOW_CONTROL_ERROR", constants.NGHTTP2_FLOW_CONTROL_ERROR, "INTERNAL"],
    ["SETTINGS_TIMEOUT", constants.NGHTTP2_SETTINGS_TIMEOUT, "INTERNAL"],
    ["STREAM_CLOSED", constants.NGHTTP2_STREAM_CLOSED, "UNKNOWN"],
    ["FRAME_SIZE_ERROR", constants.NGHTTP2_FRAME_SIZE_ERROR, "INTERNAL"],
    ["CANCEL", constants.NGHTTP2_CANCEL, "CANCELLED"],
    ["COMPRESSION_ERROR", constants.NGHTTP2_COMPRESSION_ERROR, "INTERNAL"],
    ["CONNECT_ERROR", constants.NGHTTP2_CONNECT_ERROR, "INTERNAL"],
    ["ENHANCE_YOUR_CALM", constants.NGHTTP2_ENHANCE_YOUR_CALM, "RESOURCE_EXHAUSTED"],
    ["INADEQUATE_SECURITY", constants.NGHTTP2_INADEQUATE_SECURITY, "PERMISSION_DENIED"],
  ])("%s before the answer has begun", async (name, rstCode, code) => {
    const message = `the peer reset the stream (${name})`;
    await checkFailure((stream) => stream.close(rstCode), { code, message });
  });

  it("REFUSED_STREAM: the call is made again, as nothing was processed", async () => {
    let count = 0;
    const { echo } = await served((stream, headers) => {
      if (count++ === 0) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else answerWith(wireMessage({ text: "a" }), { "grpc-status": "0" })(stream, headers);
    });
    expect((await echo.unary({})).text).toBe("a");
    expect(count).toBe(2);
  });

  it("REFUSED_STREAM for ever: UNAVAILABLE, and not executed", async () => {
    let count = 0;
    const refuse: Answer = (stream) => {
      count++;
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
    };
    await checkFailure(refuse, {
      code: "UNAVAILABLE",
      message: "the peer reset the stream (REFUSED_STREAM)",
      outcome: "not-executed",
    });
    expect(count).toBe(2);
  });
});

describe("connections", () => {
  it("gone in the middle: UNAVAILABLE, outcome unknown (statuscodes: some data transmitted before connection breaks)", async () => {
    const { echo } = await served((stream) => stream.session?.destroy());
    const error = await failureOf(echo.unary({}));
    expect(error.codeName).toBe("UNAVAILABLE");
    expect(error.outcome).toBe("unknown");
  });

  it("gone after a few messages of a stream: these are delivered, then UNAVAILABLE", async () => {
    const { echo } = await served((stream) => {
      stream.respond(HEAD);
      stream.write(wireMessage({ text: "a" }));
      stream.write(wireMessage({ text: "b" }), () => stream.session?.destroy());
    });
    const texts: string[] = [];
    const error = await failureOf(
      (async () => {
        for await (const message of echo.expand({})) texts.push(message.text);
      })(),
    );
    expect(error.code).toBe(Status.UNAVAILABLE);
    expect(texts).toEqual(["a", "b"]);
  });

  it("few streams at a time: calls wait for their turn", async () => {
    const open = new Set<http2.ServerHttp2Stream>();
    let most = 0;
    const { echo } = await served(
      (stream) => {
        open.add(stream);
        most = Math.max(most, open.size);
        stream.on("close", () => open.delete(stream));
        let payload = Buffer.alloc(0);
        stream.on("data", (piece: Buffer) => (payload = Buffer.concat([payload, piece])));
        stream.on("end", () => {
          const [{ index }] = messagesIn(payload);
          answerWith(wireMessage({ index }), { "grpc-status": "0" })(stream, {});
        });
      },
      { server: { settings: { maxConcurrentStreams: 3 } } },
    );
    const replies = await Promise.all(Array.from({ length: 100 }, (_, index) => echo.unary({ index })));
    expect(replies.map((reply) => reply.index)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(most).toBeLessThanOrEqual(3);
  });

  it("no streams at all (MAX_CONCURRENT_STREAMS 0): calls wait until their deadline", async () => {
    const { echo } = await served(() => {}, { server: { settings: { maxConcurrentStreams: 0 } } });
    const error = await failureOf(echo.unary({}, { timeoutMs: 100 }));
    expect(error.codeName).toBe("DEADLINE_EXCEEDED");
    expect(error.message).toMatch(/waiting for a free stream/);
    expect(error.outcome).toBe("not-executed");
  });
});
