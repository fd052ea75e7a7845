import http2 from "node:http2";
import net, { type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ConnectionOptions } from "./connection.js";
import type { StreamAbort } from "./error.js";
import { ErrorCode } from "./error.js";
import { concat, someBytes } from "./frame-text.test.util.js";
import type { HeaderList } from "./hpack/header-list.js";
import { type PumpEvents, SocketPump } from "./socket-pump.test.util.js";
import type { Stream, StreamHandler } from "./stream.js";

/* Node's HTTP/2 is nghttp2: the other end here shares nothing with ours. */

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const WINDOWS: [string, { ours: ConnectionOptions; theirs: http2.Settings }][] = [
  ["windows of our choice", { ours: {}, theirs: {} }],
  [
    "windows of 65,535 bytes",
    {
      ours: { streamWindowBytes: 65_535, connectionWindowBytes: 65_535 },
      theirs: { initialWindowSize: 65_535 },
    },
  ],
  [
    "tiny windows",
    {
      ours: { streamWindowBytes: 100, streamWindowBytesMax: 100, connectionWindowBytes: 65_535 },
      theirs: { initialWindowSize: 100 },
    },
  ],
  [
    "large frames",
    { ours: { maxFrameBytes: 1_000_000 }, theirs: { maxFrameSize: 1_000_000, initialWindowSize: 5_000_000 } },
  ],
];

/** Collects one message; consumes as it comes. */
class Message implements StreamHandler {
  stream!: Stream;
  readonly sections: (readonly string[])[] = [];
  readonly done: Promise<Message>;
  aborted: StreamAbort | undefined;
  private readonly chunks: Uint8Array[] = [];
  private readonly pump: () => SocketPump;
  private finish!: (message: Message) => void;
  private writable: (() => void) | undefined;

  constructor(pump: () => SocketPump) {
    this.pump = pump;
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  get body(): Uint8Array {
    return concat(this.chunks);
  }

  field(name: string): string | undefined {
    const fields = this.sections.flat();
    const at = fields.indexOf(name);
    return at < 0 ? undefined : fields[at + 1];
  }

  /** Sends a body piece by piece, each when the one before has left. */
  async sends(body: Uint8Array, endStream: boolean, pieceBytes = 100_000): Promise<void> {
    const { connection } = this.pump();
    for (let at = 0; at < body.length; at += pieceBytes) {
      const writable = new Promise<void>((resolve) => {
        this.writable = resolve;
      });
      if (!connection.sendData(this.stream, body.slice(at, at + pieceBytes), false)) await writable;
    }
    if (endStream) connection.sendData(this.stream, new Uint8Array(0), true);
  }

  onHeaders(headers: HeaderList, endStream: boolean): void {
    this.sections.push(headers.fields);
    if (endStream) this.finish(this);
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.chunks.push(bytes.slice(start, end));
    this.pump().connection.consume(this.stream, end - start);
  }

  onEnd(): void {
    this.finish(this);
  }

  onOpened(): void {}

  onWritable(): void {
    this.writable?.();
  }

  onAbort(abort: StreamAbort): void {
    this.aborted = abort;
    this.writable?.();
    this.finish(this);
  }
}

async function listening(server: net.Server | http2.Http2Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Our server, nghttp2's client. `answer` gets each request when it has ended. */
async function ourServer(
  answer: (request: Message, pump: SocketPump) => void,
  ours: ConnectionOptions = {},
  theirs: http2.Settings = {},
  events: PumpEvents = {},
): Promise<{ client: http2.ClientHttp2Session; pump: Promise<SocketPump> }> {
  let connected!: (pump: SocketPump) => void;
  const pump = new Promise<SocketPump>((resolve) => {
    connected = resolve;
  });
  const server = net.createServer((socket) => {
    const onStream = (stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler => {
      const request = new Message(() => pump);
      request.stream = stream;
      void request.done.then(() => answer(request, pump));
      request.sections.push(headers.fields);
      if (endStream) request.onEnd();
      return request;
    };
    const pump: SocketPump = new SocketPump("server", socket, { onStream, ...events }, ours);
    connected(pump);
  });
  const client = http2.connect(`http://127.0.0.1:${await listening(server)}`, { settings: theirs });
  client.on("error", () => {});
  closers.push(() => client.destroy());
  return { client, pump };
}

/** nghttp2's server, our client. */
async function ourClient(
  onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
  ours: ConnectionOptions = {},
  theirs: http2.Settings = {},
  events: PumpEvents = {},
): Promise<{ pump: SocketPump; session: Promise<http2.ServerHttp2Session> }> {
  const server = http2.createServer({ settings: theirs });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    onStream(stream, headers);
  });
  const session = new Promise<http2.ServerHttp2Session>((resolve) => server.once("session", resolve));
  const port = await listening(server);
  const socket = net.connect(port, "127.0.0.1");
  closers.push(() => socket.destroy());
  const pump = new SocketPump("client", socket, events, ours);
  return { pump, session };
}

function requests(pump: SocketPump, fields: string[] = [], endStream = true, method = "GET"): Message {
  const message = new Message(() => pump);
  message.stream = pump.connection.openStream(message);
  const pseudo = [":method", method, ":scheme", "http", ":path", "/", ":authority", "localhost"];
  pump.connection.sendHeaders(message.stream, undefined, [...pseudo, ...fields], endStream);
  return message;
}

interface Reply {
  readonly headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader;
  readonly trailers: http2.IncomingHttpHeaders | undefined;
  readonly body: Uint8Array;
  readonly code: number;
}

/** Waits for what nghttp2's client makes of an answer. */
function replyOf(stream: http2.ClientHttp2Stream): Promise<Reply> {
  return new Promise((resolve) => {
    let headers: Reply["headers"] = {};
    let trailers: Reply["trailers"];
    const chunks: Uint8Array[] = [];
    stream.on("response", (received) => {
      headers = received;
    });
    stream.on("trailers", (received) => {
      trailers = received;
    });
    stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    stream.on("error", () => {});
    stream.on("close", () => resolve({ headers, trailers, body: concat(chunks), code: stream.rstCode ?? 0 }));
  });
}

async function bodyOf(stream: http2.ServerHttp2Stream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return concat(chunks);
}

/** `toEqual` takes its time over a megabyte. */
function same(a: Uint8Array, b: Uint8Array): void {
  expect(a.length).toBe(b.length);
  expect(Buffer.compare(a, b)).toBe(0);
}

describe.each(WINDOWS)("nghttp2's client and our server, %s", (name, { ours, theirs }) => {
  const bytes = name === "tiny windows" ? 20_000 : 3_000_000;

  it("exchange large bodies both ways, with trailers", async () => {
    const { client } = await ourServer(
      (request, { connection }) => {
        connection.sendHeaders(
          request.stream,
          undefined,
          [":status", "200", "x-trailer", request.field("t") ?? ""],
          false,
        );
        void request
          .sends(request.body, false)
          .then(() => connection.sendHeaders(request.stream, undefined, ["t2", "u2"], true));
      },
      ours,
      theirs,
    );
    const sent = someBytes(bytes);
    const stream = client.request({ ":method": "POST", ":path": "/" }, { waitForTrailers: true } as never);
    stream.on("wantTrailers", () => stream.sendTrailers({ t: "u" }));
    const reply = replyOf(stream);
    stream.end(sent);
    const { headers, body, trailers, code } = await reply;
    expect(headers[":status"]).toBe(200);
    expect(headers["x-trailer"]).toBe("u");
    expect(trailers?.t2).toBe("u2");
    expect(code).toBe(0);
    same(body, sent);
  });

  it("exchange many at once", async () => {
    const { client } = await ourServer(
      (request, { connection }) => {
        connection.sendHeaders(request.stream, undefined, [":status", "200"], false);
        void request.sends(request.body, true, 777);
      },
      { ...ours, maxConcurrentStreams: 100 },
      theirs,
    );
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const sent = someBytes(i * 37, i);
        const stream = client.request({ ":method": "POST", ":path": `/${i}` });
        const reply = replyOf(stream);
        stream.end(sent);
        same((await reply).body, sent);
      }),
    );
  });
});

describe.each(WINDOWS)("our client and nghttp2's server, %s", (name, { ours, theirs }) => {
  const bytes = name === "tiny windows" ? 20_000 : 3_000_000;

  it("exchange large bodies both ways, with trailers", async () => {
    const { pump } = await ourClient(
      (stream) => {
        void bodyOf(stream).then((body) => {
          stream.respond({ ":status": 200 }, { waitForTrailers: true });
          stream.on("wantTrailers", () => stream.sendTrailers({ t: "u" }));
          stream.end(body);
        });
      },
      ours,
      theirs,
    );
    const sent = someBytes(bytes);
    const message = requests(pump, [], false, "POST");
    await message.sends(sent, true);
    await message.done;
    expect(message.aborted).toBeUndefined();
    expect(message.field("t")).toBe("u");
    same(message.body, sent);
  });

  it("exchange many at once, waiting for slots", async () => {
    const { pump } = await ourClient(
      (stream) => {
        void bodyOf(stream).then((body) => {
          stream.respond({ ":status": 200 });
          stream.end(body);
        });
      },
      ours,
      { ...theirs, maxConcurrentStreams: 10 },
    );
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const sent = someBytes(i * 37, i);
        const message = requests(pump, [], false, "POST");
        await message.sends(sent, true);
        same((await message.done).body, sent);
      }),
    );
    expect(pump.connection.openStreams).toBe(0);
  });
});

describe("header blocks larger than a frame", () => {
  const long = "~".repeat(40_000);

  it("come from nghttp2", async () => {
    const { client } = await ourServer(
      (request, { connection }) => {
        const length = String(request.field("x-long")?.length);
        connection.sendHeaders(request.stream, undefined, [":status", "200", "x-length", length], true);
      },
      { maxHeaderListBytes: 100_000 },
    );
    const { headers } = await replyOf(client.request({ ":path": "/", "x-long": long }).end());
    expect(headers["x-length"]).toBe("40000");
  });

  it("go to nghttp2", async () => {
    const { pump } = await ourClient((stream, headers) =>
      stream.respond({ ":status": 200, "x-length": headers["x-long"]?.length }, { endStream: true }),
    );
    const message = await requests(pump, ["x-long", long]).done;
    expect(message.field("x-length")).toBe("40000");
  });
});

describe("RST_STREAM", () => {
  it("of nghttp2's client reaches our server", async () => {
    let reset!: (request: Message) => void;
    const done = new Promise<Message>((resolve) => {
      reset = resolve;
    });
    const { client } = await ourServer((request) => reset(request));
    const stream = client.request({ ":method": "POST", ":path": "/" });
    stream.on("error", () => {});
    stream.write(someBytes(100));
    stream.on("ready", () => setImmediate(() => stream.close(http2.constants.NGHTTP2_CANCEL)));
    expect((await done).aborted).toMatchObject({ code: ErrorCode.CANCEL, initiator: "remote" });
  });

  it("of our server reaches nghttp2's client", async () => {
    const { client } = await ourServer(({ stream }, { connection }) =>
      connection.resetStream(stream, ErrorCode.REFUSED_STREAM),
    );
    const { code } = await replyOf(client.request({ ":path": "/" }).end());
    expect(code).toBe(http2.constants.NGHTTP2_REFUSED_STREAM);
  });

  it("of nghttp2's server reaches our client", async () => {
    const { pump } = await ourClient((stream) => stream.close(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM));
    const { aborted } = await requests(pump).done;
    expect(aborted).toMatchObject({
      code: ErrorCode.ENHANCE_YOUR_CALM,
      initiator: "remote",
      unprocessed: false,
    });
  });

  it("without error, behind an early answer, leaves the answer whole", async () => {
    let pump!: SocketPump;
    const onStream = (stream: Stream): StreamHandler => {
      pump.connection.sendHeaders(stream, undefined, [":status", "413"], false);
      pump.connection.sendData(stream, someBytes(100_000), true);
      const request = new Message(() => pump);
      request.stream = stream;
      return request;
    };
    const { client, pump: connected } = await ourServer(() => {}, {}, {}, { onStream });
    pump = await connected;
    const stream = client.request({ ":method": "POST", ":path": "/" });
    stream.write(someBytes(1000));
    const { headers, body, code } = await replyOf(stream);
    expect([headers[":status"], body.length, code]).toEqual([413, 100_000, 0]);
  });
});

describe("PING", () => {
  it("of nghttp2 is answered by us", async () => {
    const { client } = await ourServer(() => {});
    await new Promise<void>((resolve) => client.once("connect", () => resolve()));
    const payload = Buffer.from("12345678");
    const answer = await new Promise<Buffer>((resolve, reject) =>
      client.ping(payload, (error, _, received) => (error ? reject(error) : resolve(received))),
    );
    expect(answer).toEqual(payload);
  });

  it("of ours is answered by nghttp2", async () => {
    const acknowledged = new Promise<number>((resolve) => {
      void ourClient(() => {}, {}, {}, { onPingAck: resolve }).then(({ pump }) => pump.connection.ping(33));
    });
    expect(await acknowledged).toBe(33);
  });
});

describe("GOAWAY", () => {
  it("of our server lets nghttp2's client finish, then closes", async () => {
    let answerLate!: () => void;
    const { client, pump } = await ourServer(({ stream }, { connection }) => {
      answerLate = () => connection.sendHeaders(stream, undefined, [":status", "200"], true);
      connection.shutdown();
    });
    const goaway = new Promise<number>((resolve) => client.once("goaway", resolve));
    const closed = new Promise<void>((resolve) => client.once("close", resolve));
    const reply = replyOf(client.request({ ":path": "/" }).end());
    expect(await goaway).toBe(0);
    answerLate();
    expect((await reply).headers[":status"]).toBe(200);
    await closed;
    expect((await pump).connection.openStreams).toBe(0);
  });

  it("of nghttp2's server lets our client finish, and no new streams open", async () => {
    let answerLate!: () => void;
    let wentAway!: () => void;
    const goaway = new Promise<void>((resolve) => {
      wentAway = resolve;
    });
    const { pump, session } = await ourClient(
      (stream) => {
        answerLate = () => stream.respond({ ":status": 200 }, { endStream: true });
        void session.then((it) => it.goaway(0, stream.id));
      },
      {},
      {},
      { onGoAway: () => wentAway() },
    );
    const message = requests(pump);
    await goaway;
    expect(pump.connection.acceptsStreams).toBe(false);
    answerLate();
    await message.done;
    expect(message.field(":status")).toBe("200");
    expect(message.aborted).toBeUndefined();
  });

  it("of our client, once its streams have ended, ends nghttp2's session without error", async () => {
    const { pump, session } = await ourClient(
      (stream) => stream.respond({ ":status": 200 }, { endStream: true }),
      {},
      { maxConcurrentStreams: 1 },
    );
    const messages = [requests(pump), requests(pump), requests(pump)];
    pump.connection.shutdown();
    const theirs = await session;
    const codes: number[] = [];
    theirs.on("goaway", (code) => codes.push(code));
    const closed = new Promise<void>((resolve) => theirs.once("close", resolve));
    for (const message of messages) expect((await message.done).field(":status")).toBe("200");
    await closed;
    expect(codes).toEqual([0]);
  });

  it("with an error of nghttp2's, and what it says of the streams above", async () => {
    const { pump, session } = await ourClient(() => {
      void session.then((it) =>
        it.goaway(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM, 1, Buffer.from("too_many_pings")),
      );
    });
    const [first, second] = [requests(pump), requests(pump)];
    expect((await second.done).aborted).toMatchObject({
      code: ErrorCode.ENHANCE_YOUR_CALM,
      initiator: "connection",
      unprocessed: true,
      detail: expect.stringContaining("too_many_pings"),
    });
    expect(first.aborted).toBeUndefined();
  });
});

describe("informational responses and empty bodies", () => {
  it("of nghttp2's server", async () => {
    const { pump } = await ourClient((stream) => {
      stream.additionalHeaders({ ":status": 103, link: "x" });
      stream.respond({ ":status": 204 }, { endStream: true });
    });
    const { sections } = await requests(pump).done;
    expect(sections).toHaveLength(1);
    expect(sections[0]).toContain("204");
  });
});
