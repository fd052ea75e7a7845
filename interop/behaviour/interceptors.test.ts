import {
  type ClientInterceptor,
  type ClientRequest,
  Metadata,
  RpcError,
  type ServerInterceptor,
  Status,
} from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import type { Message } from "../gen/echo_pb.js";
import { all, failureOf, installChecks, type Pair, pair, signal, turns, until, WAYS } from "./harness.js";

installChecks();

const never = new Promise<never>(() => {});

/** A call of each kind, as a promise of the texts that came back. */
function everyKind({ echo }: Pair): [string, () => Promise<string[]>][] {
  const texts = (messages: Message[]) => messages.map((message) => message.text);
  return [
    ["unary", async () => texts([await echo.unary({ text: "a" })])],
    ["client-streaming", async () => texts([await echo.collect([{ text: "a" }, { text: "b" }])])],
    [
      "client-streaming",
      async () => {
        const upload = echo.collect();
        await upload.send({ text: "a" });
        await upload.send({ text: "b" });
        upload.end();
        return texts([await upload.reply]);
      },
    ],
    ["server-streaming", async () => texts(await all(echo.expand({ text: "a", repeatCount: 2 })))],
    ["bidirectional", async () => texts(await all(echo.chat([{ text: "a" }, { text: "b" }])))],
    [
      "bidirectional",
      async () => {
        const chat = echo.chat();
        await chat.send({ text: "a" });
        const first = (await chat.next()).value as Message;
        await chat.send({ text: "b" });
        chat.end();
        return texts([first, ...(await all(chat))]);
      },
    ],
  ];
}

const EXPECTED = [["a"], ["ab"], ["ab"], ["a", "a"], ["a", "b"], ["a", "b"]];

const passClient: ClientInterceptor = (call, next) => next(call);
const passServer: ServerInterceptor = (call, next) => next(call);

describe.each(WAYS)("over %s", (way) => {
  test("calls of all kinds pass interceptors at both ends unchanged", async () => {
    const both = await pair(
      way,
      {},
      {
        channel: { interceptors: [passClient, passClient] },
        server: { interceptors: [passServer, passServer] },
      },
    );
    const calls = everyKind(both);
    for (const [at, [, call]] of calls.entries()) expect(await call()).toEqual(EXPECTED[at]);
  });

  test("the first interceptor is the outermost, at both ends", async () => {
    const events: string[] = [];
    const client =
      (name: string): ClientInterceptor =>
      async (call, next) => {
        events.push(`${name} ${call.kind}`);
        const reply = await next(call);
        events.push(`${name} back`);
        return reply;
      };
    const server =
      (name: string): ServerInterceptor =>
      async (call, next) => {
        events.push(name);
        const reply = await next(call);
        events.push(`${name} back`);
        return reply;
      };
    const both = await pair(
      way,
      {},
      {
        channel: { interceptors: [client("c1"), client("c2")] },
        server: { interceptors: [server("s1"), server("s2")] },
      },
    );
    for (const [kind, call] of everyKind(both)) {
      events.length = 0;
      await call();
      expect(events.filter((event) => event.startsWith("c"))[0]).toBe(`c1 ${kind}`);
      expect(
        events.filter((event) => event.startsWith("c")).map((event) => event.replace(` ${kind}`, "")),
      ).toEqual(["c1", "c2", "c2 back", "c1 back"]);
      expect(events.filter((event) => event.startsWith("s"))).toEqual(["s1", "s2", "s2 back", "s1 back"]);
    }
  });

  test("a client interceptor may change metadata, timeout and messages of both directions", async () => {
    const seen: unknown[] = [];
    const upper = (message: unknown) => ({
      ...(message as Message),
      text: (message as Message).text.toUpperCase(),
    });
    async function* map(messages: AsyncIterable<unknown>, change: (message: unknown) => unknown) {
      for await (const message of messages) yield change(message);
    }
    const exclaim = (message: unknown) => ({
      ...(message as Message),
      text: `${(message as Message).text}!`,
    });
    const interceptor: ClientInterceptor = async (call, next) => {
      call.metadata.append("added", "yes");
      const changed: ClientRequest =
        "message" in call
          ? { ...call, message: upper(call.message), timeoutMs: 7000 }
          : { ...call, messages: map(call.messages, upper), timeoutMs: 7000 };
      const reply = await next(changed);
      return "message" in reply
        ? { ...reply, message: exclaim(reply.message) }
        : { ...reply, messages: map(reply.messages, exclaim) };
    };
    const runtime = new ManualRuntime();
    const both = await pair(
      way,
      {},
      {
        channel: { interceptors: [interceptor], runtime },
        server: {
          runtime,
          interceptors: [
            (call, next) => {
              seen.push([call.context.metadata.get("added"), call.context.timeRemainingMs()]);
              return next(call);
            },
          ],
        },
      },
    );
    const expected = [["A!"], ["AB!"], ["AB!"], ["A!", "A!"], ["A!", "B!"], ["A!", "B!"]];
    for (const [at, [, call]] of everyKind(both).entries()) expect(await call()).toEqual(expected[at]);
    expect(seen).toEqual(Array(6).fill(["yes", 7000]));
  });

  test("a server interceptor may change messages of both directions and add trailers", async () => {
    const mark = (message: unknown) => ({ ...(message as Message), text: `<${(message as Message).text}>` });
    async function* map(messages: AsyncIterable<unknown>) {
      for await (const message of messages) yield mark(message);
    }
    const interceptor: ServerInterceptor = async (call, next) => {
      call.context.responseTrailers.set("seen", "yes");
      const reply = await next(
        "message" in call
          ? { ...call, message: mark(call.message) }
          : { ...call, messages: map(call.messages) },
      );
      return "message" in reply
        ? { ...reply, message: mark(reply.message) }
        : { ...reply, messages: map(reply.messages) };
    };
    const both = await pair(way, {}, { server: { interceptors: [interceptor] } });
    const expected = [
      ["<<a>>"],
      ["<<a><b>>"],
      ["<<a><b>>"],
      ["<<a>>", "<<a>>"],
      ["<<a>>", "<<b>>"],
      ["<<a>>", "<<b>>"],
    ];
    for (const [at, [, call]] of everyKind(both).entries()) expect(await call()).toEqual(expected[at]);
    let trailers: Metadata | undefined;
    await both.echo.unary(
      {},
      {
        onTrailers: (received) => {
          trailers = received;
        },
      },
    );
    expect(trailers?.get("seen")).toBe("yes");
  });

  test("a client interceptor may answer by itself: nothing is sent", async () => {
    const empty = { headers: new Metadata(), trailers: new Metadata() };
    async function* two() {
      yield { text: "x" };
      yield { text: "y" };
    }
    let calls = 0;
    const both = await pair(
      way,
      {},
      {
        channel: {
          interceptors: [
            async ({ kind }) =>
              kind === "unary" || kind === "client-streaming"
                ? { kind, message: { text: "x" }, ...empty }
                : { kind, messages: two(), ...empty },
          ],
        },
        server: { observer: { onCall: () => void calls++ } },
      },
    );
    const { echo } = both;
    expect((await echo.unary({})).text).toBe("x");
    expect((await echo.collect([])).text).toBe("x");
    expect((await all(echo.expand({}))).length).toBe(2);
    expect((await all(echo.chat([]))).length).toBe(2);
    const upload = echo.collect();
    await upload.send({});
    await upload.send({});
    upload.end();
    expect((await upload.reply).text).toBe("x");
    const chat = echo.chat();
    const sending = chat.send({});
    expect((await all(chat)).length).toBe(2);
    await sending;
    await chat.send({});
    expect(calls).toBe(0);
  });

  test("a client interceptor may call next again: a retry", async () => {
    let calls = 0;
    const { echo } = await pair(
      way,
      {
        unary(request) {
          if (++calls < 3) throw new RpcError(Status.UNAVAILABLE);
          return request;
        },
      },
      { channel: { interceptors: [retry] } },
    );
    expect((await echo.unary({ text: "x" })).text).toBe("x");
    expect(calls).toBe(3);
  });

  test("a timeout covers all attempts and the time in interceptors", async () => {
    const runtime = new ManualRuntime();
    const seen: (number | undefined)[] = [];
    const { echo } = await pair(
      way,
      {
        unary(request, call) {
          seen.push(call.timeRemainingMs());
          runtime.advance(40);
          if (seen.length < 3) throw new RpcError(Status.UNAVAILABLE);
          return request;
        },
      },
      {
        channel: {
          runtime,
          interceptors: [
            (call, next) => {
              runtime.advance(20);
              return next(call);
            },
            retry,
          ],
        },
        server: { runtime },
      },
    );
    await echo.unary({}, { timeoutMs: 1000 });
    expect(seen).toEqual([980, 940, 900]);
  });

  test("an interceptor may take the channel's timeout away", async () => {
    const seen: (number | undefined)[] = [];
    const { echo } = await pair(
      way,
      {
        unary(request, call) {
          seen.push(call.timeRemainingMs());
          return request;
        },
      },
      {
        channel: { timeoutMs: 1000, interceptors: [(call, next) => next({ ...call, timeoutMs: undefined })] },
      },
    );
    await echo.unary({});
    expect(seen).toEqual([undefined]);
  });

  test.each([
    [
      "before next, in its turn",
      (): never => {
        throw new Error("mine");
      },
    ],
    [
      "before next, later",
      async () => {
        await turns();
        throw new Error("mine");
      },
    ],
    [
      "after next",
      async (call: ClientRequest, next: Parameters<ClientInterceptor>[1]) => {
        await next(call);
        throw new Error("mine");
      },
    ],
  ] as [string, ClientInterceptor][])(
    "an error that a client interceptor throws %s is the caller's",
    async (_, interceptor) => {
      const { echo } = await pair(
        way,
        {},
        { channel: { interceptors: [passClient, interceptor, passClient] } },
      );
      await expect(echo.unary({})).rejects.toThrow("mine");
      await expect(echo.collect([])).rejects.toThrow("mine");
      await expect(all(echo.expand({}))).rejects.toThrow("mine");
      await expect(all(echo.chat([]))).rejects.toThrow("mine");
      const upload = echo.collect();
      await upload.send({});
      await upload.send({});
      upload.end();
      await expect(upload.reply).rejects.toThrow("mine");
      const chat = echo.chat();
      await chat.send({});
      chat.end();
      await expect(all(chat)).rejects.toThrow("mine");
      expect((await chat.next()).done).toBe(true);
      // And nobody looks:
      echo.unary({});
      echo.expand({});
      echo.collect([]);
      echo.chat();
      await turns(5);
    },
  );

  test.each([
    [
      "in its turn",
      (): never => {
        throw new RpcError(Status.UNAUTHENTICATED, "who are you?");
      },
    ],
    [
      "later",
      async () => {
        await turns();
        throw new RpcError(Status.UNAUTHENTICATED, "who are you?");
      },
    ],
  ] as [string, ServerInterceptor][])(
    "a server interceptor that refuses %s: certainly not executed",
    async (_, auth) => {
      let executed = 0;
      const count = () => {
        executed++;
        return {} as never;
      };
      const both = await pair(
        way,
        { unary: count, collect: count, expand: count, chat: count },
        { server: { interceptors: [passServer, auth] } },
      );
      for (const [, call] of everyKind(both))
        expect(await failureOf(call())).toMatchObject({
          code: Status.UNAUTHENTICATED,
          message: "who are you?",
          outcome: "not-executed",
        });
      expect(executed).toBe(0);
    },
  );

  test("a server interceptor that answers with nothing fails its call, and only that", async () => {
    const reported: unknown[] = [];
    const { echo } = await pair(
      way,
      {},
      {
        server: {
          interceptors: [async () => undefined as never],
          onHandlerError: (error) => reported.push(error),
        },
      },
    );
    expect(await failureOf(echo.unary({}))).toMatchObject({ code: Status.UNKNOWN, outcome: "not-executed" });
    expect(reported).toHaveLength(1);
  });

  test("a server interceptor that loses its client meanwhile does not start the handler", async () => {
    let executed = 0;
    const there = signal();
    const go = signal();
    const passed = signal();
    const { echo } = await pair(
      way,
      {
        unary(request) {
          executed++;
          return request;
        },
      },
      {
        server: {
          interceptors: [
            async (call, next) => {
              if (call.kind !== "unary") return next(call);
              there.resolve();
              await go.promise;
              try {
                return await next(call);
              } finally {
                passed.resolve();
              }
            },
          ],
        },
      },
    );
    const abort = new AbortController();
    const failure = failureOf(echo.unary({}, { signal: abort.signal }));
    await there.promise;
    abort.abort();
    await failure;
    // It comes after the cancellation on the same connection.
    await all(echo.expand({}));
    go.resolve();
    await passed.promise;
    expect(executed).toBe(0);
  });

  test("cancelling reaches calls that are in interceptors, or past them", async () => {
    let aborted = 0;
    let running = 0;
    const hang = (_: unknown, call: { signal: AbortSignal }) => {
      running++;
      call.signal.addEventListener("abort", () => aborted++);
      return never;
    };
    const { echo } = await pair(
      way,
      {
        unary: hang,
        collect: hang,
        async *expand(request, call) {
          yield {};
          await hang(request, call);
        },
        async *chat(requests, call) {
          yield {};
          await hang(requests, call);
        },
      },
      { channel: { interceptors: [passClient] } },
    );
    const abort = new AbortController();
    const unary = failureOf(echo.unary({}, { signal: abort.signal }));
    const upload = echo.collect();
    const messages = echo.expand({});
    const chat = echo.chat();
    await messages.next();
    await chat.next();
    await until(() => running === 4 || running === 2);
    abort.abort();
    upload.cancel();
    await messages.return?.();
    await chat.return();
    expect((await unary).code).toBe(Status.CANCELLED);
    expect((await failureOf(upload.reply)).code).toBe(Status.CANCELLED);
    expect((await messages.next()).done).toBe(true);
    expect((await chat.next()).done).toBe(true);
    await upload.send({});
    await chat.send({});
    await until(() => aborted >= 2);
  });

  test("leaving a stream before its answer has begun takes the call back", async () => {
    const aborted = signal();
    const running = signal();
    const { echo } = await pair(
      way,
      {
        async *expand(_, call) {
          call.signal.addEventListener("abort", () => aborted.resolve());
          running.resolve();
          await never;
        },
      },
      { channel: { interceptors: [passClient] } },
    );
    const messages = echo.expand({});
    const waiting = messages.next();
    await running.promise;
    expect(await messages.return?.()).toEqual({ done: true, value: undefined });
    await aborted.promise;
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test("sends are held back, bounded, and end with the call", async () => {
    const hold = signal();
    const { echo } = await pair(
      way,
      {
        async collect() {
          await hold.promise;
          return {};
        },
      },
      { channel: { interceptors: [passClient] } },
    );
    const upload = echo.collect();
    const body = new Uint8Array(50_000);
    for (let i = 0; i < 5000; i++) void upload.send({ body });
    expect(await failureOf(upload.reply)).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      message: expect.stringContaining("await each send"),
    });
    const second = echo.collect();
    second.end();
    await expect(second.send({})).rejects.toThrow("send() after end()");
    await failureOf(second.reply);
    hold.resolve();
  });

  test("sends resolve once the call is over, though more come", async () => {
    const { echo } = await pair(
      way,
      {
        async *chat(requests) {
          await requests.next();
          yield { text: "enough" };
        },
      },
      { channel: { interceptors: [passClient] } },
    );
    const chat = echo.chat();
    await chat.send({});
    expect((await all(chat)).length).toBe(1);
    for (let i = 0; i < 5; i++) await chat.send({});
    chat.end();
  });

  test("the stack shows the caller through interceptors", async () => {
    const { echo } = await pair(
      way,
      {
        unary() {
          throw new RpcError(Status.NOT_FOUND);
        },
      },
      { channel: { interceptors: [async (call, next) => await next(call)] } },
    );
    async function asksForOne() {
      await echo.unary({});
    }
    expect((await failureOf(asksForOne())).stack).toContain("asksForOne");
  });
});

const retry: ClientInterceptor = async (call, next) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await next(call);
    } catch (error) {
      if (!RpcError.is(error) || error.code !== Status.UNAVAILABLE || attempt === 5) throw error;
    }
  }
};
