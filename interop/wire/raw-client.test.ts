import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type CallContext, type Handlers, RpcError } from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { cleanUp, installChecks, pair, type Signal, signal, until } from "../behaviour/harness.js";
import type { Echo } from "../gen/echo_pb.js";
import { data, Flag, type Frame, FrameParser, frame, headers, PREFACE, rstStream, Type } from "./frames.js";
import { PATH, prefixed, wireMessage } from "./messages.js";

// A client that says what no HTTP library can be made to say, and what our server makes of it.

installChecks();

const HEAD = {
  ":method": "POST",
  ":scheme": "http",
  ":path": PATH.chat,
  ":authority": "localhost",
  te: "trailers",
  "content-type": "application/grpc",
};
const A = wireMessage({ text: "a" });

class RawClient {
  readonly received: Frame[] = [];
  readonly socket: Socket;
  private readonly parser = new FrameParser("server");

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      this.received.push(...this.parser.take(bytes));
    });
    this.send(PREFACE, frame(Type.SETTINGS, 0, 0), frame(Type.SETTINGS, Flag.ACK, 0));
  }

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** What has come on a stream. */
  on(streamId: number): Frame[] {
    return this.received.filter((one) => one.streamId === streamId);
  }

  /** Resolves once the stream has ended, by END_STREAM or RST_STREAM. */
  ended(streamId: number): Promise<void> {
    const ends = ({ type, flags }: Frame) =>
      type === Type.RST_STREAM || ((flags & Flag.END_STREAM) !== 0 && type <= Type.HEADERS);
    return until(() => this.on(streamId).some(ends));
  }

  /** A call on stream `streamId`, as a check that the server still serves on this connection. */
  async checkServes(streamId: number): Promise<void> {
    this.send(headers(streamId, { ...HEAD, ":path": PATH.unary }), data(streamId, A, Flag.END_STREAM));
    await this.ended(streamId);
    const payload = this.on(streamId).filter(({ type }) => type === Type.DATA);
    expect(Buffer.concat(payload.map((one) => one.payload))).toEqual(A);
  }
}

async function connected(handlers: Partial<Handlers<typeof Echo>> = {}): Promise<RawClient> {
  const { address } = await pair("tcp", handlers);
  const [host, port] = address.split(":");
  const socket = connect({ host, port: Number(port) });
  cleanUp(() => socket.destroy());
  await once(socket, "connect");
  return new RawClient(socket);
}

/** A chat whose handler tells how its requests have ended. */
function watched(): {
  chat: Handlers<typeof Echo>["chat"];
  started: Signal<CallContext>;
  failed: Signal<unknown>;
} {
  const started = signal<CallContext>();
  const failed = signal<unknown>();
  return {
    started,
    failed,
    async *chat(requests, call) {
      started.resolve(call);
      try {
        yield* requests;
        failed.resolve(undefined);
      } catch (error) {
        failed.resolve(error);
        throw error;
      }
    },
  };
}

describe("Client Cancellation (PROTOCOL-HTTP2)", () => {
  it.each([
    ["RST_STREAM(CANCEL)", (client: RawClient) => client.send(rstStream(1, 8))],
    ["RST_STREAM(NO_ERROR)", (client: RawClient) => client.send(rstStream(1, 0))],
    ["the end of the connection", (client: RawClient) => client.socket.end()],
    ["the loss of the connection", (client: RawClient) => client.socket.resetAndDestroy()],
  ])("%s: the requests of the handler fail, they do not just end", async (_, leave) => {
    const { chat, started, failed } = watched();
    const client = await connected({ chat });
    client.send(headers(1, HEAD), data(1, A));
    const call = await started.promise;
    leave(client);
    const error = await failed.promise;
    expect(RpcError.is(error) && error.codeName).toBe("CANCELLED");
    expect(call.signal.aborted).toBe(true);
  });
});

describe("deadlines (PROTOCOL-HTTP2, Timeout)", () => {
  it("are enforced by the server where the client does nothing", async () => {
    const { chat, started, failed } = watched();
    const client = await connected({ chat });
    client.send(headers(1, { ...HEAD, "grpc-timeout": "30m" }));
    const call = await started.promise;
    await client.ended(1);
    const error = await failed.promise;
    expect(RpcError.is(error)).toBe(true);
    expect(call.signal.aborted).toBe(true);
    expect(call.timeRemainingMs()).toBe(0);
    await client.checkServes(3);
  });

  it("are not met by a message that never becomes whole", async () => {
    let calls = 0;
    const client = await connected({
      unary: (request) => {
        calls++;
        return request;
      },
    });
    client.send(
      headers(1, { ...HEAD, ":path": PATH.unary, "grpc-timeout": "30m" }),
      data(1, A.subarray(0, 6)),
    );
    await client.ended(1);
    expect(calls).toBe(0);
    await client.checkServes(3);
  });
});

describe("a request out of order", () => {
  it("DATA after END_STREAM: that stream ends, the connection lives", async () => {
    const client = await connected();
    client.send(headers(1, HEAD), data(1, A, Flag.END_STREAM), data(1, A));
    await client.ended(1);
    await client.checkServes(3);
  });

  it("trailers that end the request, after messages", async () => {
    const { chat, failed } = watched();
    const client = await connected({ chat });
    client.send(headers(1, HEAD), data(1, A), headers(1, { "x-checksum": "1" }, Flag.END_STREAM));
    expect(await failed.promise).toBeUndefined();
    await client.ended(1);
    await client.checkServes(3);
  });

  it("END_STREAM in an empty DATA frame, as gRPC ends requests (PROTOCOL-HTTP2, EOS)", async () => {
    const { chat, failed } = watched();
    const client = await connected({ chat });
    client.send(headers(1, HEAD), data(1, A), data(1, Buffer.alloc(0), Flag.END_STREAM));
    expect(await failed.promise).toBeUndefined();
    await client.ended(1);
  });

  it("headers alone that end the request", async () => {
    const { chat, failed } = watched();
    const client = await connected({ chat });
    client.send(headers(1, HEAD, Flag.END_STREAM));
    expect(await failed.promise).toBeUndefined();
    await client.ended(1);
    await client.checkServes(3);
  });
});

describe("messages", () => {
  it("in DATA frames of one byte, with padding and with empty ones between", async () => {
    const client = await connected();
    const pieces = [...A].flatMap((byte) => [
      data(1, Buffer.concat([Buffer.of(200, byte), Buffer.alloc(200)]), Flag.PADDED),
      data(1, Buffer.alloc(0)),
    ]);
    client.send(
      headers(1, { ...HEAD, ":path": PATH.unary }),
      ...pieces,
      data(1, Buffer.alloc(0), Flag.END_STREAM),
    );
    await client.ended(1);
    const payload = client.on(1).filter(({ type }) => type === Type.DATA);
    expect(Buffer.concat(payload.map((one) => one.payload))).toEqual(A);
  });

  it("many refused in a row leave the connection and its windows whole", async () => {
    const client = await connected();
    const faulty = prefixed(Buffer.alloc(10_000, 0xff));
    // Far more than the connection's window of 4 MiB in all.
    for (let i = 0; i < 600; i++) {
      const id = 1 + 2 * i;
      client.send(
        headers(id, { ...HEAD, ":path": PATH.unary }),
        data(id, faulty),
        data(id, faulty, Flag.END_STREAM),
      );
      if (i % 50 === 49) await client.ended(id);
    }
    await client.checkServes(2001);
  });
});
