import { type ChannelOptions, Credentials, nodeRuntime, PipeError, Server, Status, stub } from "@redoubt/rpc";
import { expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import { cleanUp, ECHO, failureOf, installChecks, openChannel, signal, turns, until } from "./harness.js";

installChecks();

/** A world in which connecting fails until `up`, and attempts are counted. */
async function unsteady(options: ChannelOptions = {}) {
  const runtime = new ManualRuntime();
  const world = nodeRuntime();
  const server = new Server().add(Echo, ECHO);
  cleanUp(() => server.close());
  const address = await server.listen("127.0.0.1:0", Credentials.insecure());
  const state = { up: false, attempts: 0 };
  runtime.connect = (to, events) => {
    state.attempts++;
    if (state.up) return world.connect(to, events);
    return world.connect({ kind: "unix", path: "/no/such/socket" }, events);
  };
  const channel = openChannel(address, { runtime, ...options });
  return { runtime, server, address, channel, echo: stub(Echo, channel), state };
}

test("attempts are spaced by 1 s, then 1.6 times as much each, up to two minutes", async () => {
  const { runtime, echo, state } = await unsteady();
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 14; attempt++) {
    await failureOf(echo.unary({}));
    expect(state.attempts).toBe(attempt);
    expect(runtime.pendingMs.length).toBe(1);
    waits.push(Math.round(runtime.pendingMs[0]));
    runtime.advance(runtime.pendingMs[0]);
  }
  expect(waits).toEqual([
    1000, 1600, 2560, 4096, 6554, 10486, 16777, 26844, 42950, 68719, 109951, 120000, 120000, 120000,
  ]);
});

test.each([
  [0, 800],
  [0.999999, 1200],
])("a random %d makes the first wait %d ms", async (randomness, expectedMs) => {
  const { runtime, echo } = await unsteady();
  runtime.randomness = randomness;
  await failureOf(echo.unary({}));
  expect(runtime.pendingMs.map(Math.round)).toEqual([expectedMs]);
});

test("backoff is as the options say", async () => {
  const { runtime, echo } = await unsteady({ backoff: { initialMs: 10, maxMs: 12 } });
  for (const expectedMs of [10, 12, 12]) {
    await failureOf(echo.unary({}));
    expect(runtime.pendingMs).toEqual([expectedMs]);
    runtime.advance(expectedMs);
  }
});

test("calls made meanwhile fail fast, and the message says why", async () => {
  const { echo, state } = await unsteady();
  const first = await failureOf(echo.unary({}));
  for (let i = 0; i < 10; i++) {
    const error = await failureOf(echo.unary({}));
    expect(error).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
      message: first.message,
    });
  }
  expect(state.attempts).toBe(1);
});

test("calls that wait for better times get through when they come", async () => {
  const { echo, runtime, state } = await unsteady();
  const replies = Array.from({ length: 5 }, (_, index) => echo.unary({ index }, { waitForReady: true }));
  await until(() => runtime.pendingMs[0] === 1000);
  state.up = true;
  runtime.advance(1000);
  expect((await Promise.all(replies)).map((reply) => reply.index)).toEqual([0, 1, 2, 3, 4]);
  expect(state.attempts).toBe(2);
});

test("without calls that wait there are no attempts", async () => {
  const { echo, runtime, state } = await unsteady();
  await failureOf(echo.unary({}));
  runtime.advance(3_600_000);
  await turns(10);
  expect(state.attempts).toBe(1);
  expect(runtime.pendingMs).toEqual([]);
});

test("calls that no longer wait ask for no attempts", async () => {
  const { echo, runtime, state } = await unsteady();
  const abort = new AbortController();
  const waiting = failureOf(echo.unary({}, { waitForReady: true, signal: abort.signal }));
  await until(() => runtime.pendingMs[0] === 1000);
  abort.abort();
  await waiting;
  runtime.advance(3_600_000);
  await turns(10);
  expect(state.attempts).toBe(1);
});

test("a connection that stood starts the backoff over", async () => {
  const { echo, runtime, state, server } = await unsteady();
  for (const expectedMs of [1000, 1600]) {
    await failureOf(echo.unary({}));
    expect(runtime.pendingMs).toEqual([expectedMs]);
    runtime.advance(expectedMs);
  }
  state.up = true;
  await echo.unary({});
  state.up = false;
  await server.close();
  await until(() => state.attempts === 3);
  await turns(20);
  await failureOf(echo.unary({}));
  expect(runtime.pendingMs.map(Math.round)).toContain(1000);
});

test("a server that comes back is found again", async () => {
  const { echo, server, address, state } = await unsteady();
  state.up = true;
  await echo.unary({});
  await server.close();
  await turns(20);
  const next = new Server().add(Echo, ECHO);
  cleanUp(() => next.close());
  await next.listen(address, Credentials.insecure());
  expect((await echo.unary({ text: "again" })).text).toBe("again");
});

test("a server that restarts gracefully loses no call", async () => {
  const { echo, server, address, state } = await unsteady();
  state.up = true;
  await echo.unary({});
  const next = new Server().add(Echo, ECHO);
  cleanUp(() => next.close());
  let sent = 0;
  let stop = false;
  const load = Array.from({ length: 8 }, async () => {
    while (!stop) {
      await echo.unary({ index: sent++ }, { waitForReady: true });
    }
  });
  await until(() => sent > 100);
  const closing = server.close({ graceMs: 10_000 });
  await next.listen(address, Credentials.insecure());
  await closing;
  const before = sent;
  await until(() => sent > before + 100);
  stop = true;
  await Promise.all(load);
});

test("all addresses of a name are tried, in order", async () => {
  const { echo, runtime, state, address } = await unsteady();
  const tried: string[] = [];
  const { connect } = runtime;
  runtime.connect = (to, events) => {
    if (to.kind === "tcp") tried.push(to.host);
    state.up = to.kind === "tcp" && to.host === "127.0.0.1";
    return connect(to, events);
  };
  runtime.lookup = async () => ["10.0.0.1", "10.0.0.2", "127.0.0.1"];
  const named = stub(Echo, openChannel(`server.example:${address.split(":")[1]}`, { runtime }));
  await named.unary({});
  expect(tried).toEqual(["10.0.0.1", "10.0.0.2", "127.0.0.1"]);
  expect(echo).toBeDefined();
});

test("a name without addresses is an error that says so", async () => {
  const runtime = new ManualRuntime();
  runtime.lookup = async () => [];
  expect(await failureOf(stub(Echo, openChannel("server.example:80", { runtime })).unary({}))).toMatchObject({
    code: Status.UNAVAILABLE,
    message: "no address for server.example:80",
    outcome: "not-executed",
  });
});

test("a name is looked up again for each attempt", async () => {
  const runtime = new ManualRuntime();
  let lookups = 0;
  runtime.lookup = async () => {
    lookups++;
    throw new PipeError("ENOTFOUND", "no such name");
  };
  const echo = stub(Echo, openChannel("server.example:80", { runtime }));
  const error = await failureOf(echo.unary({}));
  expect(error.cause).toMatchObject({ code: "ENOTFOUND" });
  runtime.advance(1000);
  await failureOf(echo.unary({}));
  expect(lookups).toBe(2);
});

test("a look-up that fails later does not matter while the addresses of an earlier one work", async () => {
  const { runtime, state, address, server } = await unsteady();
  state.up = true;
  let lookups = 0;
  runtime.lookup = async () => {
    if (lookups++ > 0) throw new PipeError("EAI_AGAIN", "name look-up timed out");
    return ["127.0.0.1"];
  };
  const echo = stub(Echo, openChannel(`server.example:${address.split(":")[1]}`, { runtime }));
  await echo.unary({});
  await server.close();
  await turns(20);
  const next = new Server().add(Echo, ECHO);
  cleanUp(() => next.close());
  await next.listen(address, Credentials.insecure());
  expect((await echo.unary({ text: "again" })).text).toBe("again");
  expect(lookups).toBe(2);
});

test("calls that wait for a connection are bounded", async () => {
  const runtime = new ManualRuntime();
  const found = signal<string[]>();
  runtime.lookup = () => found.promise;
  const echo = stub(Echo, openChannel("server.example:80", { runtime, maxWaitingCalls: 3 }));
  const waiting = Array.from({ length: 3 }, () => failureOf(echo.unary({})));
  for (const call of [echo.unary({}), echo.expand({}), echo.collect([]), echo.chat([])])
    expect(await failureOf(call)).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "not-executed",
      message: "3 calls wait for a connection or a free stream",
    });
  found.resolve([]);
  for (const error of await Promise.all(waiting)) expect(error.code).toBe(Status.UNAVAILABLE);
});

test("calls that wait for a free stream are bounded too", async () => {
  const go = signal();
  const running = signal();
  const server = new Server({ http2: { maxConcurrentStreams: 1 } }).add(Echo, {
    ...ECHO,
    async unary(request) {
      running.resolve();
      await go.promise;
      return request;
    },
  });
  cleanUp(() => server.close());
  const address = await server.listen("127.0.0.1:0", Credentials.insecure());
  const echo = stub(Echo, openChannel(address, { maxWaitingCalls: 2 }));
  const first = echo.unary({});
  await running.promise;
  const waiting = [echo.unary({}), echo.unary({})];
  expect(await failureOf(echo.unary({}))).toMatchObject({
    code: Status.RESOURCE_EXHAUSTED,
    outcome: "not-executed",
  });
  go.resolve();
  await Promise.all([first, ...waiting]);
});

test("a peer that says nothing is given up after 20 s", async () => {
  const { createServer } = await import("node:net");
  const silent = createServer((socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  cleanUp(() => silent.close());
  const runtime = new ManualRuntime();
  const { port } = silent.address() as { port: number };
  const failure = failureOf(stub(Echo, openChannel(`127.0.0.1:${port}`, { runtime })).unary({}));
  await turns(20);
  runtime.advance(20_000);
  await turns(5);
  runtime.advance(2_000);
  expect(await failure).toMatchObject({
    code: Status.UNAVAILABLE,
    outcome: "not-executed",
    message: expect.stringContaining("no HTTP/2 SETTINGS within 20 s"),
  });
});
