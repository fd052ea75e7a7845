import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { deflateRawSync, deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { type ChannelOptions, nodeRuntime, Status, type Stub, statusName, stub } from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import {
  cleanUp,
  failureOf,
  installChecks,
  openChannel,
  type PairOptions,
  pair,
} from "../behaviour/harness.js";
import { Echo, MessageSchema } from "../gen/echo_pb.js";
import { PATH, prefixed, wireMessage } from "./messages.js";

// The compression document and PROTOCOL-HTTP2, "Message-Encoding", against clients and servers of node:http2.

installChecks();

const TEXT = "hello ".repeat(50);
const BYTES = toBinary(MessageSchema, create(MessageSchema, { text: TEXT }));
const ACCEPTED = ["identity", ...nodeRuntime().compressor.encodings].join(",");
const GZIPPED = prefixed(gzipSync(BYTES), 1);

interface Answered {
  readonly headers: http2.IncomingHttpHeaders;
  readonly trailers: http2.IncomingHttpHeaders;
  readonly payload: Buffer;
}

describe("a server", () => {
  async function answerTo(
    changes: http2.OutgoingHttpHeaders,
    body: Buffer,
    options: PairOptions = {},
  ): Promise<Answered> {
    const { address } = await pair("tcp", {}, options);
    const session = http2.connect(`http://${address}`);
    cleanUp(() => session.destroy());
    const stream = session.request({
      ":method": "POST",
      ":path": PATH.unary,
      "content-type": "application/grpc",
      te: "trailers",
      ...changes,
    });
    let headers: http2.IncomingHttpHeaders = {};
    let trailers: http2.IncomingHttpHeaders = {};
    stream.on("response", (received) => {
      headers = received;
    });
    stream.on("trailers", (received) => {
      trailers = received;
    });
    const pieces: Buffer[] = [];
    stream.on("data", (piece: Buffer) => pieces.push(piece));
    stream.end(body);
    await once(stream, "close");
    return { headers, trailers: { ...headers, ...trailers }, payload: Buffer.concat(pieces) };
  }

  it("understands gzip, and says to those who compress what it takes", async () => {
    const { headers, trailers, payload } = await answerTo({ "grpc-encoding": "gzip" }, GZIPPED);
    expect(trailers["grpc-status"]).toBe("0");
    expect(headers["grpc-accept-encoding"]).toBe(ACCEPTED);
    expect(headers["grpc-encoding"]).toBeUndefined();
    expect(payload).toEqual(wireMessage({ text: TEXT }));
  });

  it("understands by deflate the format of zlib, and not raw data", async () => {
    const zlib = await answerTo({ "grpc-encoding": "deflate" }, prefixed(deflateSync(BYTES), 1));
    expect(zlib.trailers["grpc-status"]).toBe("0");
    const raw = await answerTo({ "grpc-encoding": "deflate" }, prefixed(deflateRawSync(BYTES), 1));
    expect(raw.trailers["grpc-status"]).toBe(String(Status.INTERNAL));
    expect(raw.headers["grpc-accept-encoding"]).toBe(ACCEPTED);
  });

  it("understands a message that is not compressed though the request names an encoding", async () => {
    const { trailers } = await answerTo({ "grpc-encoding": "gzip" }, wireMessage({ text: TEXT }));
    expect(trailers["grpc-status"]).toBe("0");
  });

  it("says nothing of compression to those who do not", async () => {
    const { headers } = await answerTo({}, wireMessage({ text: TEXT }));
    expect(Object.keys(headers)).not.toContain("grpc-encoding");
    expect(Object.keys(headers)).not.toContain("grpc-accept-encoding");
  });

  it.each([
    ["identity,gzip", true],
    ["gzip", true],
    ["deflate, gzip", true],
    ["identity,deflate", false],
    ["identity", false],
    [undefined, false],
  ])("that is to compress, for a client that takes %j: %j", async (accepted, expected) => {
    const changes = accepted === undefined ? {} : { "grpc-accept-encoding": accepted };
    const { headers, payload } = await answerTo(changes, wireMessage({ text: TEXT }), {
      server: { compression: "gzip" },
    });
    expect(headers["grpc-encoding"]).toBe(expected ? "gzip" : undefined);
    expect(payload[0]).toBe(expected ? 1 : 0);
    const message = payload.subarray(5);
    expect(new Uint8Array(expected ? gunzipSync(message) : message)).toEqual(BYTES);
  });

  it.each([
    ["flag 1 with identity", { "grpc-encoding": "identity" }, GZIPPED, Status.INTERNAL],
    ["flag 1 without grpc-encoding", {}, GZIPPED, Status.INTERNAL],
    ["data of another encoding", { "grpc-encoding": "deflate" }, GZIPPED, Status.INTERNAL],
    ["nothing at all", { "grpc-encoding": "gzip" }, prefixed(Buffer.alloc(0), 1), Status.INTERNAL],
    [
      "something behind the data",
      { "grpc-encoding": "gzip" },
      prefixed(Buffer.concat([gzipSync(BYTES), Buffer.of(0)]), 1),
      Status.INTERNAL,
    ],
    [
      "a bomb",
      { "grpc-encoding": "gzip" },
      prefixed(gzipSync(Buffer.alloc(5 * 1024 * 1024)), 1),
      Status.RESOURCE_EXHAUSTED,
    ],
    ["an encoding that is none", { "grpc-encoding": "br" }, GZIPPED, Status.UNIMPLEMENTED],
  ])("ends a request with %s: %j", async (_, changes, body, status) => {
    const { trailers } = await answerTo(changes, body);
    expect(trailers["grpc-status"]).toBe(String(status));
    expect(trailers["redoubt-outcome"]).toBe("not-executed");
  });
});

describe("a client", () => {
  type Answer = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void;

  async function served(answer: Answer, options?: ChannelOptions): Promise<Stub<typeof Echo>> {
    const server = http2.createServer();
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => sockets.add(socket));
    server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      answer(stream, headers);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanUp(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const channel = openChannel(`127.0.0.1:${(server.address() as AddressInfo).port}`, options);
    return stub(Echo, channel);
  }

  const HEAD = { ":status": 200, "content-type": "application/grpc" };

  function answerWith(body: Buffer, head: http2.OutgoingHttpHeaders): Answer {
    return (stream) => {
      stream.respond({ ...HEAD, ...head }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(body);
    };
  }

  it("says what it takes, and names an encoding only where it compresses", async () => {
    const seen: (string | string[] | undefined)[] = [];
    const plain = wireMessage({ text: "a" });
    const echo = await served((stream, headers) => {
      seen.push(headers["grpc-accept-encoding"], headers["grpc-encoding"]);
      answerWith(plain, {})(stream, headers);
    });
    await echo.unary({ text: TEXT });
    await echo.unary({ text: TEXT }, { compression: "deflate" });
    expect(seen).toEqual([ACCEPTED, undefined, ACCEPTED, "deflate"]);
  });

  it("understands compressed answers, whatever it sends itself", async () => {
    const echo = await served(answerWith(GZIPPED, { "grpc-encoding": "gzip" }));
    expect((await echo.unary({})).text).toBe(TEXT);
  });

  it.each([
    ["an encoding that it does not take", "br", GZIPPED, "INTERNAL", /"br".*identity,gzip/],
    ["flag 1 and identity", "identity", GZIPPED, "INTERNAL", /compressed message without grpc-encoding/],
    ["wrong data", "gzip", prefixed(Buffer.from("no"), 1), "INTERNAL", /cannot be decompressed \(gzip\)/],
    [
      "a bomb",
      "gzip",
      prefixed(gzipSync(Buffer.alloc(5 * 1024 * 1024)), 1),
      "RESOURCE_EXHAUSTED",
      /more than 4194304 bytes, decompressed/,
    ],
  ])("ends a call that is answered with %s (%s)", async (_, encoding, body, code, message) => {
    const echo = await served(answerWith(body, { "grpc-encoding": encoding }));
    const failure = await failureOf(echo.unary({}));
    expect(statusName(failure.code)).toBe(code);
    expect(failure.message).toMatch(message);
  });

  it("says that it was for the encoding where a server does not take it", async () => {
    const refusal = {
      ...HEAD,
      "grpc-status": "12",
      "grpc-message": "no",
      "grpc-accept-encoding": "identity,deflate",
    };
    const echo = await served((stream) => stream.respond(refusal, { endStream: true }), {
      compression: "gzip",
    });
    const failure = await failureOf(echo.unary({}));
    expect(statusName(failure.code)).toBe("UNIMPLEMENTED");
    expect(failure.message).toBe(
      "no (the server takes no messages compressed with gzip, but identity,deflate)",
    );
    expect((await failureOf(echo.unary({}, { compression: "deflate" }))).message).toBe("no");
  });
});
