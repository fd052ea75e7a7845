import { Status, stub } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import { failureOf, installChecks, openChannel, pair, signal, turns, until, WAYS } from "./harness.js";

installChecks();

const SIZES = [
  ["empty messages", {}],
  ["small messages", { text: "x" }],
  ["messages of 10 KB", { body: new Uint8Array(10_000) }],
  ["messages of 1 MB", { body: new Uint8Array(1_000_000) }],
] as const;

describe.each(WAYS)("a handler that yields for ever without awaiting, over %s,", (way) => {
  describe.each(SIZES)("%s", (_, message) => {
    /** A service whose `expand` yields for ever; `left` resolves when it is made to stop. */
    async function endless(options: Parameters<typeof pair>[2] = {}) {
      const left = signal();
      const result = await pair(
        way,
        {
          async *expand() {
            try {
              for (;;) yield message;
            } finally {
              left.resolve();
            }
          },
        },
        options,
      );
      return { ...result, left: left.promise };
    }

    test("can be cancelled while it is read", async () => {
      const { echo, left } = await endless();
      const abort = new AbortController();
      let count = 0;
      const failure = failureOf(
        (async () => {
          for await (const _ of echo.expand({}, { signal: abort.signal })) if (++count === 20) abort.abort();
        })(),
      );
      expect((await failure).code).toBe(Status.CANCELLED);
      await left;
    });

    test("can be cancelled while nobody reads", async () => {
      const { echo, left } = await endless();
      const abort = new AbortController();
      const messages = echo.expand({}, { signal: abort.signal });
      await messages.next();
      await turns(20);
      abort.abort();
      await left;
      expect((await failureOf(messages)).code).toBe(Status.CANCELLED);
    });

    test("meets its deadline at both ends", async () => {
      const clock = new ManualRuntime();
      const { echo, left } = await endless({ server: { runtime: clock } });
      const messages = echo.expand({}, { timeoutMs: 100_000 });
      await messages.next();
      clock.advance(100_000);
      await left;
      expect(await failureOf(messages)).toMatchObject({
        code: Status.DEADLINE_EXCEEDED,
        outcome: "executed",
      });
    });

    test("starves no call on its connection, nor on another", async () => {
      const { echo, server, address, left } = await endless();
      const other = stub(Echo, openChannel(way === "in-process" ? server : address));
      const abort = new AbortController();
      const reading = failureOf(echo.expand({}, { signal: abort.signal }));
      for (let i = 0; i < 5; i++) {
        expect((await echo.unary({ index: i })).index).toBe(i);
        expect((await other.unary({ index: i })).index).toBe(i);
      }
      abort.abort();
      await reading;
      await left;
    });
  });
});

describe.each(WAYS)("a client that sends for ever without awaiting, over %s,", (way) => {
  function* forever() {
    for (;;) yield {};
  }

  test("can be cancelled, and starves nobody", async () => {
    let received = 0;
    const { echo } = await pair(way, {
      async collect(requests) {
        for await (const _ of requests) received++;
        return {};
      },
    });
    const abort = new AbortController();
    const failure = failureOf(echo.collect(forever(), { signal: abort.signal }));
    for (let i = 0; i < 5; i++) await echo.unary({});
    await until(() => received > 1000);
    abort.abort();
    expect((await failure).code).toBe(Status.CANCELLED);
  });

  test("is stopped by the answer", async () => {
    const { echo } = await pair(way, {
      async collect(requests) {
        for (let i = 0; i < 3; i++) await requests.next();
        return { text: "enough" };
      },
    });
    expect((await echo.collect(forever())).text).toBe("enough");
  });

  test("is stopped by the answer before it has come to anything", async () => {
    const { echo } = await pair(way, { collect: () => ({ text: "at once" }) });
    expect((await echo.collect(forever())).text).toBe("at once");
  });

  test("both ends at once: a conversation without end can be left", async () => {
    const { echo } = await pair(way);
    let count = 0;
    for await (const _ of echo.chat(forever())) if (++count === 5000) break;
    await echo.unary({});
  });
});
