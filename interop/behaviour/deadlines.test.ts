import { type CallContext, nodeRuntime, type Pipe, type PipeEvents, Status, stub } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import { failureOf, installChecks, openChannel, pair, signal, turns, until, WAYS } from "./harness.js";

installChecks();

const never = new Promise<never>(() => {});

/** A pipe that is never connected. */
function deadPipe(events: PipeEvents): Pipe {
  return {
    localAddress: undefined,
    remoteAddress: undefined,
    write: () => true,
    pauseReading() {},
    resumeReading() {},
    end() {},
    destroy: () => queueMicrotask(() => events.onClose(undefined)),
  };
}

describe.each(WAYS)("over %s", (way) => {
  test("the client ends a call of any kind whose deadline passes", async () => {
    const runtime = new ManualRuntime();
    let arrived = 0;
    const hang = () => {
      arrived++;
      return never;
    };
    const { echo } = await pair(
      way,
      {
        unary: hang,
        collect: hang,
        async *expand() {
          await hang();
        },
        async *chat() {
          await hang();
        },
      },
      { channel: { runtime, idleTimeoutMs: Number.POSITIVE_INFINITY } },
    );
    const options = { timeoutMs: 400 };
    const calls = [
      echo.unary({}, options),
      echo.collect(options).reply,
      echo.expand({}, options),
      echo.chat(options),
    ].map(failureOf);
    await until(() => arrived === 4);
    runtime.advance(399);
    await turns(2);
    runtime.advance(1);
    for (const error of await Promise.all(calls))
      expect(error).toMatchObject({
        code: Status.DEADLINE_EXCEEDED,
        outcome: "unknown",
        message: expect.stringMatching(/^deadline of 400 ms exceeded: .*waiting for the answer/),
      });
    expect(runtime.pendingMs).toEqual([]);
  });

  test("a call that ends in time leaves no timer behind", async () => {
    const runtime = new ManualRuntime();
    const { echo } = await pair(way, {}, { channel: { runtime, idleTimeoutMs: Number.POSITIVE_INFINITY } });
    await echo.unary({}, { timeoutMs: 1000 });
    expect(runtime.pendingMs).toEqual([]);
  });

  test.each([0, -1, -1e9, Number.NEGATIVE_INFINITY])(
    "timeoutMs %d has passed before the call",
    async (timeoutMs) => {
      let calls = 0;
      const { echo } = await pair(way, {
        unary() {
          calls++;
          return {};
        },
      });
      for (const call of [
        echo.unary({}, { timeoutMs }),
        echo.expand({}, { timeoutMs }),
        echo.collect([], { timeoutMs }),
      ])
        expect(await failureOf(call)).toMatchObject({
          code: Status.DEADLINE_EXCEEDED,
          outcome: "not-executed",
          message: "the deadline had passed before the call was made",
        });
      expect(calls).toBe(0);
    },
  );

  test("timeoutMs NaN is refused", async () => {
    const { echo } = await pair(way);
    await expect(echo.unary({}, { timeoutMs: Number.NaN })).rejects.toThrow(TypeError);
    expect(() => echo.expand({}, { timeoutMs: Number.NaN })).toThrow("timeoutMs is not a number");
  });

  test.each([2 ** 31, 1e12, 1e15, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE])(
    "timeoutMs %d neither fires at once nor fails",
    async (timeoutMs) => {
      const remaining = signal<number | undefined>();
      const { echo } = await pair(way, {
        async unary(_, call) {
          await turns(5);
          remaining.resolve(call.timeRemainingMs());
          return {};
        },
      });
      await echo.unary({}, { timeoutMs });
      expect(await remaining.promise).toBeGreaterThan(1e9);
    },
  );

  test("no timeout, or an infinite one, is no deadline", async () => {
    const seen: (number | undefined)[] = [];
    const { echo } = await pair(way, {
      unary(_, call) {
        seen.push(call.timeRemainingMs());
        return {};
      },
    });
    await echo.unary({});
    await echo.unary({}, { timeoutMs: Number.POSITIVE_INFINITY });
    expect(seen).toEqual([undefined, undefined]);
  });

  test("the channel's timeout holds for calls that name none", async () => {
    const seen: (number | undefined)[] = [];
    const runtime = new ManualRuntime();
    const { echo } = await pair(
      way,
      {
        unary(_, call) {
          seen.push(call.timeRemainingMs());
          return {};
        },
      },
      { channel: { timeoutMs: 5000, runtime }, server: { runtime } },
    );
    await echo.unary({});
    await echo.unary({}, { timeoutMs: 100 });
    await echo.unary({}, { timeoutMs: Number.POSITIVE_INFINITY });
    expect(seen).toEqual([5000, 100, undefined]);
  });

  test("the server ends a call whose deadline passes, also where the client does not", async () => {
    const clock = new ManualRuntime();
    const clientClock = new ManualRuntime();
    const aborted = signal<unknown>();
    const running = signal<CallContext>();
    const { echo } = await pair(
      way,
      {
        async unary(_, call) {
          call.signal.addEventListener("abort", () => aborted.resolve(call.signal.reason));
          running.resolve(call);
          return never;
        },
      },
      { server: { runtime: clock }, channel: { runtime: clientClock } },
    );
    const failure = failureOf(echo.unary({}, { timeoutMs: 800 }));
    const call = await running.promise;
    clock.advance(300);
    expect(call.timeRemainingMs()).toBe(500);
    clock.advance(500);
    expect(call.timeRemainingMs()).toBe(0);
    expect(await failure).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      message: "the caller's deadline of 800 ms has passed at the server",
      outcome: "executed",
    });
    expect(await aborted.promise).toMatchObject({
      message: "the caller's deadline of 800 ms has passed at the server",
    });
  });

  test("a parent passes on what is left of its deadline", async () => {
    const runtime = new ManualRuntime();
    const inner = signal<number | undefined>();
    const { echo } = await pair(
      way,
      {
        async unary(request, call) {
          if (request.text === "inner") {
            inner.resolve(call.timeRemainingMs());
            return {};
          }
          runtime.advance(400);
          return echo.unary({ text: "inner" }, { parent: call, timeoutMs: 100_000 });
        },
      },
      { server: { runtime }, channel: { runtime } },
    );
    await echo.unary({}, { timeoutMs: 1000 });
    expect(await inner.promise).toBe(600);
  });

  test("a shorter timeout of one's own stands against the parent's", async () => {
    const runtime = new ManualRuntime();
    const inner = signal<number | undefined>();
    const { echo } = await pair(
      way,
      {
        async unary(request, call) {
          if (request.text !== "inner") return echo.unary({ text: "inner" }, { parent: call, timeoutMs: 20 });
          inner.resolve(call.timeRemainingMs());
          return {};
        },
      },
      { server: { runtime }, channel: { runtime } },
    );
    await echo.unary({}, { timeoutMs: 1000 });
    expect(await inner.promise).toBe(20);
  });

  test("a parent passes its cancellation on", async () => {
    const abort = new AbortController();
    const innerRunning = signal();
    const innerAborted = signal();
    const { echo } = await pair(way, {
      async unary(request, call) {
        if (request.text !== "inner") return echo.unary({ text: "inner" }, { parent: call });
        call.signal.addEventListener("abort", () => innerAborted.resolve());
        innerRunning.resolve();
        return never;
      },
    });
    const outer = failureOf(echo.unary({}, { signal: abort.signal }));
    await innerRunning.promise;
    abort.abort();
    expect((await outer).code).toBe(Status.CANCELLED);
    await innerAborted.promise;
  });
});

describe("a deadline says where the time went", () => {
  test("looking up the name", async () => {
    const runtime = new ManualRuntime();
    runtime.lookup = () => never;
    const failure = failureOf(
      stub(Echo, openChannel("dns:///db.example:80", { runtime })).unary({}, { timeoutMs: 100 }),
    );
    await turns(2);
    runtime.advance(100);
    expect(await failure).toMatchObject({
      message: "deadline of 100 ms exceeded: 100 ms looking up db.example:80",
      outcome: "not-executed",
    });
  });

  test("connecting, after the name was looked up", async () => {
    const runtime = new ManualRuntime();
    const addresses = signal<string[]>();
    runtime.lookup = () => addresses.promise;
    runtime.connect = (_, events) => deadPipe(events);
    const failure = failureOf(
      stub(Echo, openChannel("db.example:80", { runtime })).unary({}, { timeoutMs: 100 }),
    );
    await turns(2);
    runtime.advance(40);
    addresses.resolve(["10.0.0.7"]);
    await turns(2);
    runtime.advance(60);
    expect(await failure).toMatchObject({
      message: "deadline of 100 ms exceeded: 40 ms in name look-up, 60 ms connecting to 10.0.0.7:80",
      outcome: "not-executed",
    });
  });

  test("waiting to connect again", async () => {
    const runtime = new ManualRuntime();
    const world = nodeRuntime();
    runtime.connect = (_, events) => world.connect({ kind: "unix", path: "/no/such/socket" }, events);
    const echo = stub(Echo, openChannel("127.0.0.1:80", { runtime }));
    await failureOf(echo.unary({}));
    const failure = failureOf(echo.unary({}, { timeoutMs: 100, waitForReady: true }));
    runtime.advance(100);
    const { message, outcome } = await failure;
    expect(message).toMatch(/^deadline of 100 ms exceeded: 100 ms waiting to connect again \(last: .*ENOENT/);
    expect(outcome).toBe("not-executed");
  });

  test("waiting for a free stream, and at which address", async () => {
    const runtime = new ManualRuntime();
    const running = signal();
    const { echo, address } = await pair(
      "tcp",
      {
        async unary() {
          running.resolve();
          return never;
        },
      },
      { channel: { runtime }, server: { http2: { maxConcurrentStreams: 1 } } },
    );
    echo.unary({}, { timeoutMs: 10_000 });
    await running.promise;
    const failure = failureOf(echo.unary({}, { timeoutMs: 100 }));
    runtime.advance(100);
    expect(await failure).toMatchObject({
      message: `deadline of 100 ms exceeded: 100 ms waiting for a free stream to ${address}`,
      outcome: "not-executed",
    });
  });

  test("waiting for a free stream, then for the answer", async () => {
    const runtime = new ManualRuntime();
    const gates = [signal(), signal()];
    const arrivals = [signal(), signal()];
    let calls = 0;
    const { echo, address } = await pair(
      "tcp",
      {
        async unary() {
          const call = calls++;
          arrivals[call].resolve();
          await gates[call].promise;
          return {};
        },
      },
      { channel: { runtime }, server: { http2: { maxConcurrentStreams: 1 } } },
    );
    const first = echo.unary({});
    await arrivals[0].promise;
    const failure = failureOf(echo.unary({}, { timeoutMs: 100 }));
    runtime.advance(24);
    gates[0].resolve();
    await first;
    await arrivals[1].promise;
    runtime.advance(76);
    expect((await failure).message).toBe(
      `deadline of 100 ms exceeded: 24 ms waiting for a free stream, 76 ms waiting for the answer from ${address}`,
    );
    gates[1].resolve();
  });

  test("connecting, then waiting for the answer", async () => {
    const runtime = new ManualRuntime();
    const running = signal();
    const { address } = await pair("tcp", {
      async unary() {
        running.resolve();
        return never;
      },
    });
    const found = signal<string[]>();
    runtime.lookup = () => found.promise;
    const port = address.split(":")[1];
    const failure = failureOf(
      stub(Echo, openChannel(`server:${port}`, { runtime })).unary({}, { timeoutMs: 100 }),
    );
    await turns(2);
    runtime.advance(12);
    found.resolve(["127.0.0.1"]);
    await running.promise;
    runtime.advance(88);
    expect((await failure).message).toMatch(
      new RegExp(
        `^deadline of 100 ms exceeded: 12 ms in name look-up, 0 ms connecting, 88 ms waiting for the answer from ${address}$`,
      ),
    );
  });

  test("of a parent, without a tail of digits", async () => {
    const runtime = new ManualRuntime();
    const running = signal();
    const { echo } = await pair(
      "in-process",
      {
        async unary() {
          running.resolve();
          return never;
        },
      },
      { channel: { runtime, idleTimeoutMs: Number.POSITIVE_INFINITY } },
    );
    const parent = { timeRemainingMs: () => 99.99999999, signal: new AbortController().signal };
    const failure = failureOf(echo.unary({}, { parent }));
    await running.promise;
    runtime.advance(100);
    expect((await failure).message).toMatch(/^deadline of 100 ms exceeded: /);
  });
});
