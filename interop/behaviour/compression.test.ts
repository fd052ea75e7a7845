import { randomBytes } from "node:crypto";
import {
  type CallContext,
  type CallObserver,
  type Compression,
  CompressionFault,
  nodeRuntime,
  type Runtime,
  Server,
  statusName,
} from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { all, failureOf, installChecks, openChannel, pair, signal, until } from "./harness.js";

installChecks();

const ENCODINGS = nodeRuntime().compressor.encodings;

/** Compresses well. */
const TEXT = "hello ".repeat(50);

const LARGE_BYTES = 300_000;

/** Notes of each message that is received whether it came compressed. */
function flags(): { observer: CallObserver; received: boolean[] } {
  const received: boolean[] = [];
  const observer: CallObserver = {
    onCall: () => ({ onMessageReceived: ({ compressed }) => received.push(compressed) }),
  };
  return { observer, received };
}

describe.each(ENCODINGS)("%s", (compression) => {
  it.each([
    ["small", TEXT.length],
    ["large", LARGE_BYTES],
  ])("%s messages, both ways, in every kind of call", async (_, bytes) => {
    const client = flags();
    const requests: boolean[] = [];
    const { echo } = await pair(
      "tcp",
      {
        unary(request, call) {
          requests.push(call.requestCompressed);
          return request;
        },
        async *chat(messages, call) {
          for await (const message of messages) {
            requests.push(call.requestCompressed);
            yield message;
          }
        },
      },
      { server: { compression }, channel: { compression, observer: client.observer } },
    );
    const text = "x".repeat(bytes);
    expect((await echo.unary({ text })).text).toBe(text);
    expect((await echo.collect([{ text }, { text: "y" }])).text).toBe(`${text}y`);
    expect((await all(echo.expand({ text, repeatCount: 3 }))).map((m) => m.text)).toEqual([text, text, text]);
    const replies = await all(echo.chat([{ text }, { text: `${text}1` }]));
    expect(replies.map((m) => m.text)).toEqual([text, `${text}1`]);
    expect(requests).toEqual([true, true, true]);
    expect(client.received).toEqual(Array.from({ length: 7 }, () => true));
  });
});

describe("what is compressed", () => {
  async function check(
    channel: Compression | undefined,
    call: Compression | undefined,
    server: Compression | undefined,
    expected: [request: boolean, reply: boolean],
  ) {
    const client = flags();
    const requests: boolean[] = [];
    const { echo } = await pair(
      "tcp",
      {
        unary(request, context) {
          requests.push(context.requestCompressed);
          return request;
        },
      },
      { server: { compression: server }, channel: { compression: channel, observer: client.observer } },
    );
    await echo.unary({ text: TEXT }, { compression: call });
    expect([requests, client.received]).toEqual([[expected[0]], [expected[1]]]);
  }

  it("nothing where nobody says so", () => check(undefined, undefined, undefined, [false, false]));
  it("requests, where the channel says so", () => check("gzip", undefined, undefined, [true, false]));
  it("requests, where the call says so", () => check(undefined, "deflate", undefined, [true, false]));
  it("no requests, where the call says so", () => check("gzip", "identity", undefined, [false, false]));
  it("answers, where the server says so", () => check(undefined, undefined, "gzip", [false, true]));
  it("each way in its own encoding", () => check("gzip", undefined, "deflate", [true, true]));

  it("answers, where the handler says so", async () => {
    const client = flags();
    const { echo } = await pair(
      "tcp",
      {
        unary(request, call) {
          if (request.text.startsWith("p")) call.compression = "identity";
          return request;
        },
      },
      { server: { compression: "gzip" }, channel: { observer: client.observer } },
    );
    await echo.unary({ text: `c${TEXT}` });
    await echo.unary({ text: `p${TEXT}` });
    expect(client.received).toEqual([true, false]);
  });

  it("not what becomes no smaller", async () => {
    const client = flags();
    const { echo } = await pair(
      "tcp",
      {},
      { server: { compression: "gzip" }, channel: { observer: client.observer } },
    );
    await echo.unary({ body: randomBytes(100) });
    await echo.unary({ body: randomBytes(LARGE_BYTES) });
    await echo.unary({});
    expect(client.received).toEqual([false, false, false]);
  });

  it("requests, message by message", async () => {
    const requests: boolean[] = [];
    const { echo } = await pair("tcp", {
      async collect(messages, call) {
        for await (const _ of messages) requests.push(call.requestCompressed);
        return {};
      },
    });
    for (const text of [TEXT, "x".repeat(LARGE_BYTES)]) {
      requests.length = 0;
      const call = echo.collect({ compression: "gzip" });
      await call.send({ text });
      await call.send({ text }, { compress: false });
      await call.send({ text }, { compress: true });
      call.end();
      await call.reply;
      expect(requests).toEqual([true, false, true]);
    }
  });

  it("requests, message by message, through interceptors too", async () => {
    const requests: boolean[] = [];
    const { echo } = await pair(
      "tcp",
      {
        async *chat(messages, call) {
          for await (const message of messages) {
            requests.push(call.requestCompressed);
            yield message;
          }
        },
        async collect(messages, call) {
          for await (const _ of messages) requests.push(call.requestCompressed);
          return {};
        },
      },
      { channel: { compression: "gzip", interceptors: [(call, next) => next(call)] } },
    );
    const chat = echo.chat();
    const collect = echo.collect();
    for (const call of [chat, collect]) {
      void call.send({ text: TEXT });
      void call.send({ text: TEXT }, { compress: false });
      call.end();
    }
    expect((await all(chat)).length).toBe(2);
    await collect.reply;
    expect(requests.sort()).toEqual([false, false, true, true]);
  });

  it("answers, message by message", async () => {
    const client = flags();
    const { echo } = await pair(
      "tcp",
      {
        async *expand({ text }, call) {
          for (const compression of ["gzip", "identity", "gzip"] as const) {
            call.compression = compression;
            yield { text };
          }
        },
      },
      { channel: { observer: client.observer } },
    );
    await all(echo.expand({ text: TEXT }));
    await all(echo.expand({ text: "x".repeat(LARGE_BYTES) }));
    expect(client.received).toEqual([true, false, true, true, false, true]);
  });

  it("nothing on the way to a server in this process", async () => {
    const client = flags();
    const requests: boolean[] = [];
    const { echo } = await pair(
      "in-process",
      {
        unary(request, call) {
          requests.push(call.requestCompressed);
          return request;
        },
      },
      { server: { compression: "gzip" }, channel: { compression: "gzip", observer: client.observer } },
    );
    expect((await echo.unary({ text: TEXT })).text).toBe(TEXT);
    expect([requests, client.received]).toEqual([[false], [false]]);
  });
});

describe("what is refused", () => {
  it("an encoding that is not there: the channel, the server, the call and the handler say so", async () => {
    const nothing = "br" as Compression;
    const error = { name: "TypeError", message: expect.stringMatching(/"br" is not available.*gzip/) };
    expect(() => new Server({ compression: nothing })).toThrow(expect.objectContaining(error));
    expect(() => openChannel("127.0.0.1:1", { compression: nothing })).toThrow(
      expect.objectContaining(error),
    );
    let thrown: unknown;
    const { echo } = await pair("tcp", {
      unary(request, call) {
        try {
          call.compression = nothing;
        } catch (reason) {
          thrown = reason;
        }
        return request;
      },
    });
    await expect(echo.unary({}, { compression: nothing })).rejects.toMatchObject(error);
    await echo.unary({});
    expect(thrown).toMatchObject(error);
  });

  it.skipIf(ENCODINGS.includes("zstd"))("zstd where Node has none: the error says which has", () => {
    expect(() => new Server({ compression: "zstd" })).toThrow(/Node 22\.15 or 23\.8/);
  });

  it("another encoding than the answer has begun with", async () => {
    const context = signal<CallContext>();
    const { echo } = await pair("tcp", {
      async *expand({ text }, call) {
        yield { text };
        context.resolve(call);
        expect(() => (call.compression = "gzip")).toThrow(
          /begun with compression identity.*before the first/,
        );
        call.compression = "identity";
        yield { text };
      },
    });
    expect((await all(echo.expand({ text: TEXT }))).length).toBe(2);
    await context.promise;
  });
});

/** A runtime whose compression off the event loop is up to `work`; what it is given ends the work with a fault, or does it. */
function runtimeWith(work: (end: (fault?: CompressionFault) => void) => void): Runtime {
  const runtime = nodeRuntime();
  const { compressor } = runtime;
  return {
    ...runtime,
    compressor: {
      ...compressor,
      compress: (encoding, bytes, onDone) =>
        work((fault) => (fault ? onDone(fault) : compressor.compress(encoding, bytes, onDone))),
      decompress: (encoding, bytes, bytesMax, onDone) =>
        work((fault) => (fault ? onDone(fault) : compressor.decompress(encoding, bytes, bytesMax, onDone))),
    },
  };
}

describe("compression that fails", () => {
  const failing = () =>
    runtimeWith((end) => setImmediate(() => end(new CompressionFault("corrupt", "no memory"))));
  const text = "x".repeat(LARGE_BYTES);

  it("of a request: the call is INTERNAL, and the connection lives", async () => {
    const { echo } = await pair("tcp", {}, { channel: { compression: "gzip", runtime: failing() } });
    const failure = await failureOf(echo.unary({ text }));
    expect([statusName(failure.code), failure.message]).toEqual([
      "INTERNAL",
      "the message cannot be compressed (gzip): no memory",
    ]);
    expect((await echo.unary({ text: TEXT })).text).toBe(TEXT);
  });

  it("of an answer: the call is INTERNAL, and the handler was executed", async () => {
    const { echo } = await pair(
      "tcp",
      {
        async *chat(messages) {
          yield* messages;
        },
      },
      { server: { compression: "gzip", runtime: failing() } },
    );
    for (const call of [echo.unary({ text }), echo.expand({ text, repeatCount: 2 }), echo.chat([{ text }])]) {
      const failure = await failureOf(call);
      expect([statusName(failure.code), failure.outcome]).toEqual(["INTERNAL", "executed"]);
      expect(failure.message).toBe("the message cannot be compressed (gzip): no memory");
    }
    expect((await echo.unary({ text: TEXT })).text).toBe(TEXT);
  });
});

describe("calls that are taken back while their messages wait for compression", () => {
  it("cost no more than what was under way", async () => {
    const begun: (() => void)[] = [];
    const runtime = runtimeWith((end) => begun.push(end));
    const { echo } = await pair("tcp", {}, { server: { runtime } });
    const controller = new AbortController();
    const calls = Array.from({ length: 20 }, () =>
      failureOf(
        echo.unary({ text: "x".repeat(LARGE_BYTES) }, { compression: "gzip", signal: controller.signal }),
      ),
    );
    await until(() => begun.length === 2);
    // All requests are on their way in front of this one, and all resets in front of the next.
    await echo.unary({ text: "plain" });
    controller.abort();
    for (const failure of await Promise.all(calls)) expect(statusName(failure.code)).toBe("CANCELLED");
    await echo.unary({ text: "plain" });
    for (const end of begun.splice(0)) end();
    const later = echo.unary({ text: "x".repeat(LARGE_BYTES) }, { compression: "gzip" });
    await until(() => begun.length > 0);
    begun.splice(0).map((end) => end());
    expect((await later).text.length).toBe(LARGE_BYTES);
    expect(begun).toEqual([]);
  });

  it("a deadline and a cancel do not wait for it, at either end", async () => {
    const begun: (() => void)[] = [];
    const runtime = new ManualRuntime(runtimeWith((end) => begun.push(end)));
    const { echo } = await pair("tcp", {}, { channel: { runtime, compression: "gzip" } });
    const text = "x".repeat(LARGE_BYTES);
    const late = failureOf(echo.unary({ text }, { timeoutMs: 20 }));
    await until(() => begun.length === 1);
    runtime.advance(20);
    expect(statusName((await late).code)).toBe("DEADLINE_EXCEEDED");
    const controller = new AbortController();
    const taken = failureOf(echo.unary({ text }, { signal: controller.signal }));
    await until(() => begun.length === 2);
    controller.abort();
    expect(statusName((await taken).code)).toBe("CANCELLED");
    for (const end of begun) end();
    expect((await echo.unary({ text: TEXT })).text).toBe(TEXT);
  });
});

describe("bombs", () => {
  /** Compresses to a thousandth. */
  const BOMB = { body: new Uint8Array(8 * 1024 * 1024) };

  it.each(ENCODINGS)("%s: a request is RESOURCE_EXHAUSTED, and the connection lives", async (compression) => {
    const { echo } = await pair("tcp", {}, { channel: { compression } });
    const failure = await failureOf(echo.unary(BOMB));
    expect([statusName(failure.code), failure.outcome]).toEqual(["RESOURCE_EXHAUSTED", "not-executed"]);
    expect(failure.message).toMatch(/more than 4194304 bytes, decompressed/);
    expect((await echo.unary({ text: TEXT })).text).toBe(TEXT);
  });

  it.each(ENCODINGS)("%s: an answer is RESOURCE_EXHAUSTED, and the connection lives", async (compression) => {
    const { echo } = await pair("tcp", { expand: () => [BOMB] }, { server: { compression } });
    expect(statusName((await failureOf(echo.expand({}))).code)).toBe("RESOURCE_EXHAUSTED");
    expect((await echo.unary({ text: TEXT })).text).toBe(TEXT);
  });
});

describe("while a message is being worked on", () => {
  it("messages of all sizes, compressed or not, keep their order in many streams at once", async () => {
    const { echo } = await pair("tcp", {}, { server: { compression: "gzip" } });
    const bytes = (index: number) => [10, 200_000, 3_000, 70_000, 0][index % 5];
    await Promise.all(
      Array.from({ length: 10 }, async (_, stream) => {
        const chat = echo.chat({ compression: stream % 2 === 0 ? "gzip" : "deflate" });
        const sending = (async () => {
          for (let index = 0; index < 20; index++)
            await chat.send(
              { index, text: "x".repeat(bytes(index + stream)) },
              { compress: (index + stream) % 3 > 0 },
            );
          chat.end();
        })();
        const replies = await all(chat);
        expect(replies.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, i) => i));
        expect(replies.map(({ text }) => text.length)).toEqual(
          replies.map(({ index }) => bytes(index + stream)),
        );
        await sending;
      }),
    );
  });

  it("messages given without awaiting keep their order, and the half-close comes last", async () => {
    const { echo } = await pair("tcp", {}, { channel: { compression: "gzip" } });
    const call = echo.collect();
    const sent = Array.from({ length: 12 }, (_, i) => String.fromCharCode(97 + i).repeat(i % 2 ? 50_000 : 5));
    for (const text of sent) void call.send({ text });
    call.end();
    expect((await call.reply).text).toBe(sent.join(""));
  });

  it("a call that is taken back, or whose deadline passes, ends at once, and others go on", async () => {
    const { echo } = await pair(
      "tcp",
      {},
      { server: { compression: "gzip" }, channel: { compression: "gzip" } },
    );
    const body = new Uint8Array(3 * 1024 * 1024);
    for (let i = 0; i < 10; i++) {
      const controller = new AbortController();
      const taken = failureOf(echo.unary({ body }, { signal: controller.signal }));
      const late = failureOf(echo.unary({ body }, { timeoutMs: 1 }));
      const fine = echo.unary({ body });
      controller.abort();
      expect(statusName((await taken).code)).toBe("CANCELLED");
      expect(statusName((await late).code)).toBe("DEADLINE_EXCEEDED");
      expect((await fine).body.length).toBe(body.length);
    }
  });

  it("a handler's error comes behind the messages before it", async () => {
    const { echo } = await pair(
      "tcp",
      {
        async *expand() {
          yield { text: "x".repeat(LARGE_BYTES) };
          throw new Error("no");
        },
      },
      { server: { compression: "gzip" } },
    );
    const lengths: number[] = [];
    const failure = await failureOf(
      (async () => {
        for await (const { text } of echo.expand({})) lengths.push(text.length);
      })(),
    );
    expect([lengths, statusName(failure.code)]).toEqual([[LARGE_BYTES], "UNKNOWN"]);
  });

  it("the event loop goes on", async () => {
    const { echo } = await pair(
      "tcp",
      {},
      {
        server: { maxReceiveMessageBytes: 2 ** 30 },
        channel: { compression: "gzip", maxReceiveMessageBytes: 2 ** 30 },
      },
    );
    let turns = 0;
    let done = false;
    const call = echo.unary({ body: randomBytes(16 * 1024 * 1024) }).finally(() => {
      done = true;
    });
    await until(() => {
      turns++;
      return done;
    });
    await call;
    expect(turns).toBeGreaterThan(100);
  });

  it("a server that closes waits for an answer that is being compressed", async () => {
    const text = "x".repeat(3_000_000);
    const entered = signal();
    const handlers = {
      unary() {
        entered.resolve();
        return { text };
      },
    };
    const { echo, server } = await pair("tcp", handlers, { server: { compression: "gzip" } });
    const reply = echo.unary({});
    await entered.promise;
    const [answer] = await Promise.all([reply, server.close({ graceMs: 20_000 })]);
    expect(answer.text.length).toBe(text.length);
  });
});
