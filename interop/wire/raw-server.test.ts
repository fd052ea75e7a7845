import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type Channel, type Stub, stub } from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { all, cleanUp, failureOf, installChecks, openChannel, signal, turns } from "../behaviour/harness.js";
import { Echo } from "../gen/echo_pb.js";
import { data, Flag, type Frame, FrameParser, frame, goAway, headers, rstStream, Type } from "./frames.js";
import { wireMessage } from "./messages.js";

// A server that says what no HTTP library can be made to say, and what our channel makes of it.

installChecks();

const HEAD = { ":status": "200", "content-type": "application/grpc" };
const OK = { "grpc-status": "0" };
const A = wireMessage({ text: "a" });
const B = wireMessage({ text: "b" });

/** One connection, from the server's side. */
class RawConnection {
  readonly received: Frame[] = [];
  private readonly socket: Socket;
  private readonly onFrame: (connection: RawConnection, received: Frame) => void;
  private readonly parser = new FrameParser("client");

  constructor(socket: Socket, onFrame: (connection: RawConnection, received: Frame) => void) {
    this.socket = socket;
    this.onFrame = onFrame;
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => this.receive(bytes));
    this.send(frame(Type.SETTINGS, 0, 0), frame(Type.SETTINGS, Flag.ACK, 0));
  }

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  destroy(): void {
    this.socket.destroy();
  }

  private receive(bytes: Buffer): void {
    for (const one of this.parser.take(bytes)) {
      this.received.push(one);
      this.onFrame(this, one);
    }
  }
}

interface Served {
  readonly echo: Stub<typeof Echo>;
  readonly channel: Channel;
  readonly connections: readonly RawConnection[];
}

/** Calls `onRequest` for each request, once its headers have come. */
async function served(
  onRequest: (connection: RawConnection, streamId: number, number: number) => void,
  onFrame: (connection: RawConnection, received: Frame) => void = () => {},
): Promise<Served> {
  const connections: RawConnection[] = [];
  let requests = 0;
  const server = createServer((socket) => {
    connections.push(
      new RawConnection(socket, (connection, received) => {
        onFrame(connection, received);
        if (received.type === Type.HEADERS) onRequest(connection, received.streamId, ++requests);
      }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUp(() => {
    for (const connection of connections) connection.destroy();
    server.close();
  });
  const channel = openChannel(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { echo: stub(Echo, channel), channel, connections };
}

/** The frames of a whole answer with the given messages. */
function answer(streamId: number, ...messages: Buffer[]): Buffer[] {
  return [
    headers(streamId, HEAD),
    ...messages.map((message) => data(streamId, message)),
    headers(streamId, OK, Flag.END_STREAM),
  ];
}

async function check(
  frames: (streamId: number) => Buffer[],
  expected: { code: string; message: string | RegExp; outcome?: string },
): Promise<void> {
  const { echo, connections } = await served((connection, streamId, number) => {
    connection.send(...(number === 1 ? frames(streamId) : answer(streamId, A)));
  });
  const error = await failureOf(echo.unary({}));
  expect({ code: error.codeName, message: error.message, outcome: error.outcome }).toEqual({
    code: expected.code,
    message:
      typeof expected.message === "string" ? expected.message : expect.stringMatching(expected.message),
    outcome: expected.outcome ?? "unknown",
  });
  // The fault was one stream's: the connection lives.
  expect((await echo.unary({})).text).toBe("a");
  expect(connections.length).toBe(1);
}

describe("an answer out of order", () => {
  it("HEADERS after DATA that do not end the stream (RFC 9113 §8.1)", async () => {
    await check((id) => [headers(id, HEAD), data(id, A), headers(id, { "x-more": "1" })], {
      code: "INTERNAL",
      message: "trailers that do not end the stream",
    });
  });

  it("DATA before HEADERS", async () => {
    await check((id) => [data(id, A), ...answer(id, A)], {
      code: "INTERNAL",
      message: "DATA outside of a message body",
    });
  });

  it("DATA and HEADERS after the trailers do not reach the call that has ended", async () => {
    const { echo } = await served((connection, id) => {
      connection.send(...answer(id, A), data(id, B), headers(id, { "grpc-status": "13" }, Flag.END_STREAM));
    });
    for (let i = 0; i < 3; i++) expect((await echo.unary({})).text).toBe("a");
  });

  it("a second header section with :status is no trailers (RFC 9113 §8.1)", async () => {
    await check((id) => [headers(id, HEAD), headers(id, { ...HEAD, ...OK }, Flag.END_STREAM)], {
      code: "INTERNAL",
      message: "pseudo-header field :status in a trailers section",
    });
  });

  it("an informational answer that ends the stream", async () => {
    await check((id) => [headers(id, { ":status": "103" }, Flag.END_STREAM)], {
      code: "INTERNAL",
      message: "informational response that ends the stream",
    });
  });

  it("without :status", async () => {
    await check((id) => [headers(id, { "content-type": "application/grpc" })], {
      code: "INTERNAL",
      message: "response without a valid :status",
    });
  });
});

describe("messages", () => {
  it("in DATA frames of one byte, with empty ones between", async () => {
    const { echo } = await served((connection, id) => {
      const pieces = [...A, ...B].flatMap((byte) => [data(id, Buffer.of(byte)), data(id, Buffer.alloc(0))]);
      connection.send(headers(id, HEAD), ...pieces, headers(id, OK, Flag.END_STREAM));
    });
    expect((await all(echo.expand({}))).map((message) => message.text)).toEqual(["a", "b"]);
  });

  it("in frames that are mostly padding", async () => {
    const { echo } = await served((connection, id) => {
      const padded = (byte: number) =>
        data(id, Buffer.concat([Buffer.of(255, byte), Buffer.alloc(255)]), Flag.PADDED);
      connection.send(headers(id, HEAD), ...[...A, ...B].map(padded), headers(id, OK, Flag.END_STREAM));
    });
    expect((await all(echo.expand({}))).map((message) => message.text)).toEqual(["a", "b"]);
  });

  it("whose last DATA frame ends the stream, without trailers", async () => {
    await check((id) => [headers(id, HEAD), data(id, A, Flag.END_STREAM)], {
      code: "UNKNOWN",
      message: "the peer ended the call without grpc-status",
    });
  });
});

describe("RST_STREAM (PROTOCOL-HTTP2, Errors)", () => {
  it.each([
    ["NO_ERROR", 0, "INTERNAL"],
    ["PROTOCOL_ERROR", 1, "INTERNAL"],
    ["STREAM_CLOSED", 5, "UNKNOWN"],
    ["CANCEL", 8, "CANCELLED"],
    ["ENHANCE_YOUR_CALM", 11, "RESOURCE_EXHAUSTED"],
    ["INADEQUATE_SECURITY", 12, "PERMISSION_DENIED"],
    ["HTTP_1_1_REQUIRED", 13, "INTERNAL"],
    ["0xbeef", 0xbeef, "INTERNAL"],
  ])("%s in the middle of an answer", async (name, rstCode, code) => {
    await check((id) => [headers(id, HEAD), data(id, A), rstStream(id, rstCode)], {
      code,
      message: `the peer reset the stream (${name})`,
    });
  });

  it("REFUSED_STREAM after a part of the answer: the call is not made again, since its caller has seen that part", async () => {
    await check((id) => [headers(id, HEAD), data(id, A), rstStream(id, 7)], {
      code: "UNAVAILABLE",
      message: "the peer reset the stream (REFUSED_STREAM)",
    });
  });

  it("after the trailers changes nothing", async () => {
    const { echo } = await served((connection, id) => connection.send(...answer(id, A), rstStream(id, 0)));
    for (let i = 0; i < 3; i++) expect((await echo.unary({})).text).toBe("a");
  });
});

describe("Early Server Closure (PROTOCOL-HTTP2)", () => {
  it("is answered with RST_STREAM(NO_ERROR)", async () => {
    const reset = signal<Frame>();
    const { echo } = await served(
      (connection, id) => connection.send(...answer(id, A)),
      (_, received) => received.type === Type.RST_STREAM && reset.resolve(received),
    );
    const chat = echo.chat();
    expect((await all(chat)).map((message) => message.text)).toEqual(["a"]);
    expect((await reset.promise).payload.readUInt32BE()).toBe(0);
  });

  it.each([
    [
      "RST_STREAM(NO_ERROR), as servers send it",
      (connection: RawConnection, id: number) => connection.send(rstStream(id, 0)),
    ],
    ["RST_STREAM(CANCEL)", (connection: RawConnection, id: number) => connection.send(rstStream(id, 8))],
    ["the end of the connection", (connection: RawConnection) => connection.destroy()],
  ])("with %s loses neither messages nor status for a reader that is not there yet", async (_, leave) => {
    const { echo, connections } = await served((connection, id, number) => {
      if (number > 1) return connection.send(...answer(id, A));
      connection.send(...answer(id, A, B, A, B));
      leave(connection, id);
    });
    const chat = echo.chat();
    await chat.send({ text: "not the last" });
    const first = await chat.next();
    // The answer to a later call has come, and so has all that was sent before it.
    await echo.unary({}).catch(() => echo.unary({}));
    const rest = await all(chat);
    expect([first.value, ...rest].map((message) => message.text)).toEqual(["a", "b", "a", "b"]);
    expect(connections.length).toBeGreaterThan(0);
  });
});

describe("a call that is answered, and nobody reads the answer yet", () => {
  it("lets a sender go on that waits for the window", async () => {
    const { echo } = await served((connection, id) => connection.send(...answer(id, A, B)));
    const chat = echo.chat();
    for (let i = 0; i < 5; i++) await chat.send({ body: new Uint8Array(200_000) });
    chat.end();
    expect((await all(chat)).map((message) => message.text)).toEqual(["a", "b"]);
  });

  it("is not starved by requests without end", async () => {
    const { echo } = await served((connection, id) => connection.send(...answer(id, A, B)));
    const left = signal();
    async function* endless() {
      try {
        for (;;) yield { text: "more" };
      } finally {
        left.resolve();
      }
    }
    const chat = echo.chat(endless());
    await turns(50);
    expect((await all(chat)).map((message) => message.text)).toEqual(["a", "b"]);
    await left.promise;
  });
});

describe("GOAWAY (PROTOCOL-HTTP2, Connection Management)", () => {
  it("below the call: it is made again on another connection", async () => {
    const { echo, connections } = await served((connection, id, number) => {
      connection.send(...(number === 1 ? [goAway(0, 0)] : answer(id, A)));
    });
    expect((await echo.unary({})).text).toBe("a");
    expect(connections.length).toBe(2);
  });

  it("at the call: it goes on to its end, and later ones go to another connection", async () => {
    const { echo, connections } = await served((connection, id, number) => {
      if (number === 1) connection.send(headers(id, HEAD), goAway(id, 0), data(id, A));
      else {
        connection.send(...answer(id, B));
        connections[0].send(headers(1, OK, Flag.END_STREAM));
      }
    });
    const first = echo.expand({});
    expect((await first.next()).value.text).toBe("a");
    expect((await echo.unary({})).text).toBe("b");
    expect(await first.next()).toMatchObject({ done: true });
    expect(connections.length).toBe(2);
  });

  it("then the end of the connection: UNAVAILABLE, outcome unknown", async () => {
    const { echo } = await served((connection, id) => {
      connection.send(goAway(id, 11, "too_many_pings"));
      connection.destroy();
    });
    const error = await failureOf(echo.unary({}));
    expect(error.codeName).toBe("UNAVAILABLE");
    expect(error.outcome).toBe("unknown");
  });

  it("twice, lower the second time", async () => {
    const { echo, connections } = await served((connection, id, number) => {
      if (number === 1) connection.send(goAway(2 ** 31 - 1, 0), goAway(0, 0));
      else connection.send(...answer(id, A));
    });
    expect((await echo.unary({})).text).toBe("a");
    expect(connections.length).toBe(2);
  });
});

describe("a connection that breaks HTTP/2", () => {
  it.each([
    ["a frame on an idle stream", (id: number) => [data(id + 2, A)]],
    [
      "a header block that cannot be decoded",
      (id: number) => [frame(Type.HEADERS, Flag.END_HEADERS, id, Buffer.of(0xff, 0xff, 0xff))],
    ],
    ["PING of seven bytes", () => [frame(Type.PING, 0, 0, Buffer.alloc(7))]],
    ["WINDOW_UPDATE of 0", () => [frame(Type.WINDOW_UPDATE, 0, 0, Buffer.alloc(4))]],
  ])("%s: the call ends with UNAVAILABLE, and the next one gets a new connection", async (_, frames) => {
    const { echo, connections } = await served((connection, id, number) => {
      connection.send(...(number === 1 ? frames(id) : answer(id, A)));
    });
    expect((await failureOf(echo.unary({}))).codeName).toBe("UNAVAILABLE");
    expect((await echo.unary({})).text).toBe("a");
    expect(connections.length).toBe(2);
  });
});
