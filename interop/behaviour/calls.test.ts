import { create } from "@bufbuild/protobuf";
import { type CallContext, Channel, Credentials, type Handlers, Server, Status, stub } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { Echo, type Message, MessageSchema } from "../gen/echo_pb.js";
import { all, ECHO, failureOf, installChecks, openChannel, pair, signal, WAYS } from "./harness.js";

installChecks();

const TEXTS = [{ text: "a" }, { text: "b" }, { text: "c" }];

async function* generated() {
  yield* TEXTS;
}

/** Can be iterated by hand only: no `return`, no `throw`. */
const bareIterable: AsyncIterable<{ text: string }> = {
  [Symbol.asyncIterator]() {
    let at = 0;
    return {
      next: async () => (at < 3 ? { done: false, value: TEXTS[at++] } : { done: true, value: undefined }),
    };
  },
};

describe.each(WAYS)("over %s", (way) => {
  describe("a unary call", () => {
    test("takes an init shape and brings a whole message", async () => {
      const { echo } = await pair(way);
      const reply = await echo.unary({ text: "héllo", counters: { a: 1n }, nested: { tags: ["x", "y"] } });
      expect(reply).toEqual(
        create(MessageSchema, { text: "héllo", counters: { a: 1n }, nested: { tags: ["x", "y"] } }),
      );
      expect(reply.$typeName).toBe("redoubt.test.v1.Message");
    });

    test("takes a message as it is", async () => {
      const { echo } = await pair(way);
      expect((await echo.unary(create(MessageSchema, { text: "m" }))).text).toBe("m");
    });

    test("takes an empty message", async () => {
      const { echo } = await pair(way);
      expect(await echo.unary({})).toEqual(create(MessageSchema));
    });

    test("carries bodies larger than frames and windows, unchanged", async () => {
      const { echo } = await pair(way);
      const body = Uint8Array.from({ length: 3_000_000 }, (_, i) => i * 7);
      const reply = await echo.unary({ body });
      expect(Buffer.compare(reply.body, body)).toBe(0);
    });

    test("many at once keep their own answers", async () => {
      const { echo } = await pair(way);
      const replies = await Promise.all(Array.from({ length: 500 }, (_, index) => echo.unary({ index })));
      expect(replies.map((reply) => reply.index)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    });

    test("starts when it is made, not when it is awaited", async () => {
      const arrived = signal();
      const { echo } = await pair(way, {
        unary: (request) => {
          arrived.resolve();
          return request;
        },
      });
      echo.unary({});
      await arrived.promise;
    });
  });

  describe("a client-streaming call", () => {
    test.each([
      ["an array", TEXTS],
      ["a set", new Set(TEXTS)],
      ["an async generator", undefined],
      ["a bare async iterable", bareIterable],
    ])("sends what %s gives", async (_, messages) => {
      const { echo } = await pair(way);
      expect((await echo.collect(messages ?? generated())).text).toBe("abc");
    });

    test("sends by hand", async () => {
      const { echo } = await pair(way);
      const upload = echo.collect();
      for (const message of TEXTS) await upload.send(message);
      upload.end();
      expect((await upload.reply).text).toBe("abc");
    });

    test("keeps the order of sends that nobody awaits", async () => {
      const { echo } = await pair(way);
      const upload = echo.collect();
      for (let i = 0; i < 500; i++) void upload.send({ text: `${i},` });
      upload.end();
      expect((await upload.reply).text).toBe(Array.from({ length: 500 }, (_, i) => `${i},`).join(""));
    });

    test("may send nothing at all", async () => {
      const { echo } = await pair(way);
      expect((await echo.collect([])).text).toBe("");
      const upload = echo.collect();
      upload.end();
      upload.end();
      expect((await upload.reply).text).toBe("");
    });

    test("gets its answer though the handler has not read all", async () => {
      const { echo } = await pair(way, {
        async collect(requests) {
          const first = await requests.next();
          return { text: first.done ? "" : first.value.text };
        },
      });
      const upload = echo.collect();
      await upload.send({ text: "one" });
      expect((await upload.reply).text).toBe("one");
      await upload.send({ text: "late" });
      upload.end();
    });

    test("takes options in both forms", async () => {
      const seen: (string | undefined)[] = [];
      const { echo } = await pair(way, {
        collect(_, call) {
          seen.push(call.metadata.get("k"));
          return {};
        },
      });
      await echo.collect([], { metadata: { k: "iterable" } });
      await echo.collect({ metadata: { k: "by hand" } }).reply;
      expect(seen).toEqual(["iterable", "by hand"]);
    });
  });

  describe("a server-streaming call", () => {
    test("brings all messages in order", async () => {
      const { echo } = await pair(way);
      const messages = await all(echo.expand({ repeatCount: 300, text: "x" }));
      expect(messages.map((message) => message.index)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    });

    test("may bring none", async () => {
      const { echo } = await pair(way);
      expect(await all(echo.expand({}))).toEqual([]);
    });

    test("can be read by hand, and is done for good at the end", async () => {
      const { echo } = await pair(way);
      const messages = echo.expand({ repeatCount: 1 });
      expect((await messages.next()).done).toBe(false);
      expect((await messages.next()).done).toBe(true);
      expect((await messages.next()).done).toBe(true);
    });

    test("starts before it is read", async () => {
      const arrived = signal();
      const { echo } = await pair(way, {
        async *expand() {
          arrived.resolve();
        },
      });
      const messages = echo.expand({});
      await arrived.promise;
      expect(await all(messages)).toEqual([]);
    });

    test.each([
      ["an array", () => [{ index: 0 }, { index: 1 }]],
      [
        "a generator",
        function* () {
          yield { index: 0 };
          yield { index: 1 };
        },
      ],
    ] as [string, Handlers<typeof Echo>["expand"]][])("may be answered by %s", async (_, expand) => {
      const { echo } = await pair(way, { expand });
      expect((await all(echo.expand({}))).map((message) => message.index)).toEqual([0, 1]);
    });
  });

  describe("a bidirectional call", () => {
    test("answers each message before the next", async () => {
      const { echo } = await pair(way);
      const chat = echo.chat();
      for (let index = 0; index < 50; index++) {
        await chat.send({ index });
        expect((await chat.next()).value.index).toBe(index);
      }
      chat.end();
      expect((await chat.next()).done).toBe(true);
    });

    test("takes an iterable", async () => {
      const { echo } = await pair(way);
      expect((await all(echo.chat(generated()))).map((message) => message.text)).toEqual(["a", "b", "c"]);
    });

    test("is over when the handler returns, though the client goes on sending", async () => {
      const { echo } = await pair(way, {
        async *chat(requests) {
          await requests.next();
          yield { text: "enough" };
        },
      });
      const chat = echo.chat();
      await chat.send({});
      expect((await all(chat)).map((message) => message.text)).toEqual(["enough"]);
      await chat.send({});
      await chat.send({});
      chat.end();
    });

    test("may send before it reads", async () => {
      const { echo } = await pair(way, {
        async *chat() {
          yield { text: "first" };
        },
      });
      expect((await all(echo.chat([]))).map((message) => message.text)).toEqual(["first"]);
    });
  });

  test("a class instance keeps its this, private fields included", async () => {
    class Service implements Handlers<typeof Echo> {
      readonly #texts: string[] = [];
      unary(request: Message) {
        this.#texts.push(request.text);
        return { text: this.#texts.join("") };
      }
      collect() {
        return { text: this.#texts.join("") };
      }
      async *expand() {
        for (const text of this.#texts) yield { text };
      }
      *chat() {
        for (const text of this.#texts) yield { text };
      }
    }
    const server = new Server().add(Echo, new Service());
    const echo = stub(Echo, openChannel(server));
    await echo.unary({ text: "a" });
    expect((await echo.unary({ text: "b" })).text).toBe("ab");
    expect((await echo.collect([])).text).toBe("ab");
    expect((await all(echo.expand({}))).length).toBe(2);
    expect((await all(echo.chat([]))).length).toBe(2);
    await server.close();
  });

  test("the handler sees who calls, and on which end", async () => {
    const { echo, address } = await pair(way, {
      unary: (_, call) => ({ text: call.peer.address, tags: [call.localAddress] }),
    });
    const { text, tags } = await echo.unary({});
    if (way === "tcp") {
      expect(text).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(tags).toEqual([address]);
    } else {
      expect(text).toBe(way === "unix" ? address : "in-process");
      expect(tags).toEqual([text]);
    }
  });
});

describe("a server", () => {
  test("refuses a service without all handlers, and says which are missing", () => {
    const { expand: _, chat: __, ...some } = ECHO;
    expect(() => new Server().add(Echo, some as Handlers<typeof Echo>)).toThrow(
      "redoubt.test.v1.Echo: no handler for expand, chat. Write them, or say { partial: true } to answer UNIMPLEMENTED.",
    );
  });

  test("refuses a handler that is no function", () => {
    expect(() => new Server().add(Echo, { ...ECHO, unary: "no" as never })).toThrow(
      "redoubt.test.v1.Echo.unary is a string, not a function",
    );
  });

  test("refuses a service twice, also partial ones", () => {
    const server = new Server().add(Echo, ECHO);
    expect(() => server.add(Echo, {}, { partial: true })).toThrow(
      "service redoubt.test.v1.Echo was added before",
    );
  });

  test("takes a service after a refused attempt", () => {
    const server = new Server();
    expect(() => server.add(Echo, {} as Handlers<typeof Echo>)).toThrow("no handler");
    server.add(Echo, ECHO);
  });

  test("answers the missing methods of a partial service with UNIMPLEMENTED", async () => {
    const server = new Server().add(Echo, { unary: (request) => request }, { partial: true });
    const echo = stub(Echo, openChannel(server));
    expect((await echo.unary({ text: "x" })).text).toBe("x");
    const error = await failureOf(echo.expand({}));
    expect(error).toMatchObject({
      code: Status.UNIMPLEMENTED,
      message: "service redoubt.test.v1.Echo has no method Expand",
      outcome: "not-executed",
    });
  });

  test("takes services while it runs", async () => {
    const server = new Server();
    const address = await server.listen("127.0.0.1:0", Credentials.insecure());
    const echo = stub(Echo, openChannel(address));
    expect((await failureOf(echo.unary({}))).message).toBe("unknown service redoubt.test.v1.Echo");
    server.add(Echo, ECHO);
    await echo.unary({});
    await server.close();
  });

  test("listens on several addresses at once", async () => {
    const server = new Server().add(Echo, ECHO);
    for (let i = 0; i < 2; i++) {
      const address = await server.listen("127.0.0.1:0", Credentials.insecure());
      await stub(Echo, openChannel(address)).unary({});
    }
    await server.close();
  });

  test.each([
    ["an address in use", async (address: string) => address, { code: "EADDRINUSE" }],
    [
      "a malformed address",
      async () => "nonsense",
      { name: "TypeError", message: expect.stringContaining("host:port") },
    ],
    ["a port that is none", async () => "127.0.0.1:70000", { name: "TypeError" }],
    ["an empty address", async () => "", { name: "TypeError" }],
    [
      "a socket in a directory that is not there",
      async () => "unix:/no/such/directory/s",
      { code: "ENOENT" },
    ],
  ])("does not listen on %s", async (_, choose, expected) => {
    const server = new Server();
    const address = await server.listen("127.0.0.1:0", Credentials.insecure());
    await expect(server.listen(await choose(address), Credentials.insecure())).rejects.toMatchObject(
      expected,
    );
    await server.close();
  });

  test("asks how a listener is secured", async () => {
    await expect(new Server().listen("127.0.0.1:0", undefined as never)).rejects.toThrow(
      "Credentials.insecure()",
    );
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses maxConcurrentCalls %d", (maxConcurrentCalls) => {
    expect(() => new Server({ maxConcurrentCalls })).toThrow("maxConcurrentCalls");
  });

  test.each([-1, 1.5, Number.NaN])("refuses maxQueuedCalls %d", (maxQueuedCalls) => {
    expect(() => new Server({ maxConcurrentCalls: 1, maxQueuedCalls })).toThrow("maxQueuedCalls");
  });
});

describe("a channel", () => {
  test.each(["127.0.0.1:1", "dns:///localhost:1", "localhost:1"])(
    "to %s asks how it is secured",
    (target) => {
      expect(() => new Channel(target)).toThrow("Credentials.insecure()");
    },
  );

  test("to a Unix socket does without credentials", async () => {
    await new Channel("unix:/tmp/x").close();
    await new Channel("unix-abstract:x").close();
  });

  test("refuses a malformed target", () => {
    expect(() => new Channel("http://x")).toThrow(TypeError);
  });
});

describe("a handler", () => {
  const GARBAGE: [string, unknown][] = [
    ["nothing", undefined],
    ["null", null],
    ["a promise of nothing", Promise.resolve(undefined)],
  ];
  test.each(GARBAGE)("that answers with %s fails its call, and the server says so", async (_, reply) => {
    const reported: unknown[] = [];
    const { echo } = await pair(
      "tcp",
      { unary: () => reply as never },
      { server: { onHandlerError: (error) => reported.push(error) } },
    );
    const error = await failureOf(echo.unary({}));
    expect(error).toMatchObject({ code: Status.INTERNAL, outcome: "executed" });
    expect(error.message).toContain("cannot be encoded");
    expect(reported).toHaveLength(1);
  });

  test("that answers a stream with no iterable fails its call", async () => {
    const reported: unknown[] = [];
    const { echo } = await pair(
      "tcp",
      { expand: () => undefined as never },
      { server: { onHandlerError: (error) => reported.push(error) } },
    );
    expect(await failureOf(echo.expand({}))).toMatchObject({ code: Status.UNKNOWN, outcome: "executed" });
    expect(reported).toHaveLength(1);
  });

  test("reads the requests to their end and learns that it is the end", async () => {
    const ends: boolean[] = [];
    const { echo } = await pair("tcp", {
      async collect(requests) {
        for await (const _ of requests);
        ends.push((await requests.next()).done === true);
        return {};
      },
    });
    await echo.collect(TEXTS);
    expect(ends).toEqual([true]);
  });

  test("is told what kind of method it serves", async () => {
    let method: CallContext["method"] | undefined;
    const { echo } = await pair("tcp", {
      unary(_, call) {
        method = call.method;
        return {};
      },
    });
    await echo.unary({});
    expect(method).toMatchObject({
      path: "/redoubt.test.v1.Echo/Unary",
      service: "redoubt.test.v1.Echo",
      name: "Unary",
      kind: "unary",
      promise: "at-most-once",
    });
  });
});

describe("a message that is too large", () => {
  test("to receive for the server: the call fails, the connection lives", async () => {
    const { echo } = await pair("tcp", {}, { server: { maxReceiveMessageBytes: 100 } });
    expect(await failureOf(echo.unary({ text: "x".repeat(200) }))).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "not-executed",
    });
    await echo.unary({ text: "x" });
  });

  const limits = { maxReceiveMessageBytes: 100 };
  test.each(WAYS)("to receive for the client over %s: the call fails", async (way) => {
    const { echo } = await pair(way, { unary: () => ({ text: "x".repeat(200) }) }, { channel: limits });
    expect(await failureOf(echo.unary({}))).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
  });

  test.each(WAYS)("to send for the client over %s: nothing is sent", async (way) => {
    let calls = 0;
    const { echo } = await pair(
      way,
      {
        unary() {
          calls++;
          return {};
        },
      },
      { channel: { maxSendMessageBytes: 100 } },
    );
    const text = "x".repeat(200);
    expect(await failureOf(echo.unary({ text }))).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    expect(await failureOf(echo.collect([{ text }]))).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    expect(await failureOf(echo.expand({ text }))).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    expect(await failureOf(echo.chat([{ text }]))).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    await echo.unary({});
    expect(calls).toBe(1);
  });

  test("to send for the server: the call fails with what was wrong", async () => {
    const { echo } = await pair("tcp", {}, { server: { maxSendMessageBytes: 100 } });
    expect(await failureOf(echo.unary({ text: "x".repeat(200) }))).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "executed",
    });
  });
});

test("a stub is no promise: an async function may return one", async () => {
  const { echo } = await pair("in-process");
  expect(await (async () => echo)()).toBe(echo);
});
