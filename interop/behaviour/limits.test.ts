import { RpcError, Status } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { all, failureOf, installChecks, pair, type Signal, signal, turns, until, WAYS } from "./harness.js";

installChecks();

describe.each(WAYS)("over %s", (way) => {
  /** A unary handler that tells which calls run, and ends each when it is told to. */
  async function held(server: {
    maxConcurrentCalls: number;
    maxQueuedCalls?: number;
    runtime?: ManualRuntime;
  }) {
    const running = new Map<number, Signal>();
    const started: number[] = [];
    const enter = (index: number) => {
      const done = signal();
      running.set(index, done);
      started.push(index);
      return done.promise;
    };
    const result = await pair(
      way,
      {
        async unary({ index }) {
          await enter(index);
          return { index };
        },
        async *expand({ index }) {
          yield { index };
          await enter(index);
        },
        async collect(requests) {
          const first = await requests.next();
          const index = first.done ? 0 : first.value.index;
          await enter(index);
          return { index };
        },
      },
      { server },
    );
    const end = (index: number) => {
      const done = running.get(index) as Signal;
      running.delete(index);
      done.resolve();
    };
    return { ...result, running, started, end };
  }

  test("calls beyond the limit wait, and start first come first served", async () => {
    const { echo, running, started, end } = await held({ maxConcurrentCalls: 2 });
    const replies = [];
    for (let index = 0; index < 6; index++) replies.push(echo.unary({ index }));
    await until(() => running.size === 2);
    await turns(10);
    expect(started).toEqual([0, 1]);
    end(1);
    await until(() => started.length === 3);
    end(0);
    await until(() => started.length === 4);
    expect(started).toEqual([0, 1, 2, 3]);
    for (const index of [2, 3]) end(index);
    await until(() => started.length === 6);
    for (const index of [4, 5]) end(index);
    expect((await Promise.all(replies)).map((reply) => reply.index)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("calls beyond the queue are refused, and that they were not executed is certain", async () => {
    const { echo, running, end } = await held({ maxConcurrentCalls: 1, maxQueuedCalls: 1 });
    const first = echo.unary({ index: 0 });
    await until(() => running.size === 1);
    const second = echo.unary({ index: 1 });
    for (const call of [
      echo.unary({ index: 2 }),
      echo.expand({ index: 3 }),
      echo.collect([{ index: 4 }]),
      echo.chat([]),
    ])
      expect(await failureOf(call)).toMatchObject({
        code: Status.RESOURCE_EXHAUSTED,
        outcome: "not-executed",
        message: "the server has as many calls as it takes",
      });
    end(0);
    await first;
    await until(() => running.size === 1);
    end(1);
    await second;
  });

  test("without a queue the next call is refused at once", async () => {
    const { echo, running, end } = await held({ maxConcurrentCalls: 1, maxQueuedCalls: 0 });
    const first = echo.unary({ index: 0 });
    await until(() => running.size === 1);
    expect((await failureOf(echo.unary({ index: 1 }))).code).toBe(Status.RESOURCE_EXHAUSTED);
    end(0);
    await first;
  });

  test("a waiting call that is cancelled leaves the queue, and never starts", async () => {
    const { echo, running, started, end } = await held({ maxConcurrentCalls: 1, maxQueuedCalls: 1 });
    const first = echo.unary({ index: 0 });
    await until(() => running.size === 1);
    const abort = new AbortController();
    const given = failureOf(echo.unary({ index: 1 }, { signal: abort.signal }));
    await expectRefused(echo);
    abort.abort();
    await given;
    const third = echo.unary({ index: 3 });
    await expectRefused(echo);
    end(0);
    await first;
    await until(() => started.length === 2);
    expect(started).toEqual([0, 3]);
    end(3);
    await third;
  });

  test("a waiting call whose deadline passes leaves the queue, not executed", async () => {
    const runtime = new ManualRuntime();
    const { echo, running, started, end } = await held({ maxConcurrentCalls: 1, maxQueuedCalls: 1, runtime });
    const first = echo.unary({ index: 0 });
    await until(() => running.size === 1);
    const late = failureOf(echo.unary({ index: 1 }, { timeoutMs: 1_000_000 }));
    await expectRefused(echo);
    runtime.advance(1_000_000);
    expect(await late).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "not-executed" });
    const next = echo.unary({ index: 2 });
    await expectRefused(echo);
    end(0);
    await first;
    await until(() => started.length === 2);
    expect(started).toEqual([0, 2]);
    end(2);
    await next;
  });

  test("a cancelled call keeps its place until its handler has returned", async () => {
    const { echo, running, started, end } = await held({ maxConcurrentCalls: 1 });
    const abort = new AbortController();
    const first = failureOf(echo.unary({ index: 0 }, { signal: abort.signal }));
    await until(() => running.size === 1);
    const second = echo.unary({ index: 1 });
    abort.abort();
    await first;
    await turns(20);
    expect(started).toEqual([0]);
    end(0);
    await until(() => started.length === 2);
    end(1);
    await second;
  });

  test("a call whose deadline has passed keeps its place until its handler has returned", async () => {
    const runtime = new ManualRuntime();
    const { echo, running, started, end } = await held({ maxConcurrentCalls: 1, runtime });
    const first = failureOf(echo.unary({ index: 0 }, { timeoutMs: 1_000_000 }));
    await until(() => running.size === 1);
    const second = echo.unary({ index: 1 });
    runtime.advance(1_000_000);
    expect(await first).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "executed" });
    await turns(20);
    expect(started).toEqual([0]);
    end(0);
    await until(() => started.length === 2);
    end(1);
    await second;
  });

  test("streams take places too, until their handlers have returned", async () => {
    const { echo, running, started, end } = await held({ maxConcurrentCalls: 1 });
    const stream = all(echo.expand({ index: 0 }));
    await until(() => running.size === 1);
    const upload = echo.collect([{ index: 1 }]);
    const single = echo.unary({ index: 2 });
    await turns(20);
    expect(started).toEqual([0]);
    end(0);
    await stream;
    await until(() => started.length === 2);
    end(1);
    await upload;
    await until(() => started.length === 3);
    end(2);
    await single;
    expect(started).toEqual([0, 1, 2]);
  });

  test("places come back from calls that fail", async () => {
    let calls = 0;
    const { echo } = await pair(
      way,
      {
        unary() {
          calls++;
          throw new RpcError(Status.ABORTED);
        },
        async collect() {
          calls++;
          throw new Error("oops");
        },
        async *expand() {
          calls++;
          throw new Error("oops");
        },
        chat() {
          calls++;
          return undefined as never;
        },
      },
      { server: { maxConcurrentCalls: 1, maxQueuedCalls: 0 } },
    );
    for (let round = 0; round < 3; round++)
      for (const call of [
        () => echo.unary({}),
        () => echo.collect([]),
        () => echo.expand({}),
        () => echo.chat([]),
      ]) {
        const error = await failureOf(call());
        expect(error.outcome).toBe("executed");
      }
    expect(calls).toBe(12);
  });

  test("a long queue of calls that end at once is worked off without a deep stack", async () => {
    const go = signal();
    let calls = 0;
    const count = 5000;
    const { echo } = await pair(
      way,
      {
        unary(request) {
          if (calls++ === 0) return go.promise.then(() => request);
          return request;
        },
      },
      { server: { maxConcurrentCalls: 1, maxQueuedCalls: count } },
    );
    const replies = Promise.all(Array.from({ length: count }, (_, index) => echo.unary({ index })));
    await until(() => calls === 1);
    await turns(50);
    go.resolve();
    expect((await replies).map((reply) => reply.index)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test("the limit holds over all connections", async () => {
    const { echo, server, address, running, end } = await held({ maxConcurrentCalls: 1 });
    const { openChannel } = await import("./harness.js");
    const { stub } = await import("@redoubt/rpc");
    const { Echo } = await import("../gen/echo_pb.js");
    const other = stub(Echo, openChannel(way === "in-process" ? server : address));
    const first = echo.unary({ index: 0 });
    await until(() => running.size === 1);
    const second = other.unary({ index: 1 });
    await turns(20);
    expect(running.size).toBe(1);
    end(0);
    await first;
    await until(() => running.has(1));
    end(1);
    await second;
  });
});

/** Shows that the queue is full. */
async function expectRefused(echo: Awaited<ReturnType<typeof pair>>["echo"]): Promise<void> {
  expect((await failureOf(echo.unary({ index: 99 }))).code).toBe(Status.RESOURCE_EXHAUSTED);
}

test("a limiter of one's own decides", async () => {
  const events: string[] = [];
  const { echo } = await pair(
    "tcp",
    {},
    {
      server: {
        limiter: {
          enter() {
            events.push("enter");
            return events.length > 3 ? "refuse" : "start";
          },
          leave: () => void events.push("leave"),
          withdraw: () => void events.push("withdraw"),
        },
      },
    },
  );
  await echo.unary({});
  await echo.unary({}).catch(() => {});
  expect((await failureOf(echo.unary({}))).code).toBe(Status.RESOURCE_EXHAUSTED);
  expect(events).toEqual(["enter", "leave", "enter", "leave", "enter"]);
});
