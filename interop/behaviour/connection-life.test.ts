import { type AddressInfo, createServer } from "node:net";
import {
  type Address,
  type ChannelOptions,
  Credentials,
  type Pipe,
  type PipeEvents,
  type Runtime,
  Server,
  type ServerOptions,
  Status,
  stub,
} from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import { Flag, type Frame, FrameParser, frame, goAway, Type } from "../wire/frames.js";
import {
  all,
  cleanUp,
  ECHO,
  failureOf,
  installChecks,
  openChannel,
  pair,
  signal,
  turns,
  until,
} from "./harness.js";

// How long connections live, and how they end: gRFC A8 and A9.

installChecks();

/** The pipes of a channel's connections; from `swallow` on they lose everything, both ways, and say nothing of it. */
class Cable {
  readonly pipes: Pipe[] = [];
  connections = 0;
  /** PINGs that the client has sent, over connections that still stand, and that were not answered. */
  unanswered = 0;
  goAways = 0;
  private swallows = false;

  constructor(runtime: ManualRuntime) {
    const { connect } = runtime;
    runtime.connect = (address: Address, events: PipeEvents) => this.connect(connect, address, events);
  }

  swallow(): void {
    this.swallows = true;
  }

  private connect(connect: Runtime["connect"], address: Address, events: PipeEvents): Pipe {
    this.connections++;
    let isSwallowed = false;
    const swallows = () => (isSwallowed ||= this.swallows);
    const [sent, received] = [new FrameParser("client"), new FrameParser("server")];
    let unanswered = 0;
    const ask = (count: number) => {
      unanswered += count;
      this.unanswered += count;
    };
    const isAnswer = ({ flags }: Frame) => (flags & Flag.ACK) !== 0;
    const pipe = connect(address, {
      onOpen: () => events.onOpen?.(),
      onData: (bytes, retainable) => {
        if (swallows()) return;
        const frames = received.take(bytes);
        ask(-frames.filter((one) => one.type === Type.PING && isAnswer(one)).length);
        this.goAways += frames.filter(({ type }) => type === Type.GOAWAY).length;
        events.onData(bytes, retainable);
      },
      onWritten: () => events.onWritten(),
      onEnd: () => {
        if (!swallows()) events.onEnd();
      },
      onClose: (error) => {
        ask(-unanswered);
        events.onClose(error);
      },
    });
    const { write, end } = pipe;
    pipe.write = (bytes) => {
      if (swallows()) return true;
      ask(sent.take(bytes).filter((one) => one.type === Type.PING && !isAnswer(one)).length);
      return write.call(pipe, bytes);
    };
    pipe.end = () => {
      if (!swallows()) end.call(pipe);
    };
    this.pipes.push(pipe);
    cleanUp(() => pipe.destroy());
    return pipe;
  }

  /** Connections opened from now on work. */
  repair(): void {
    this.swallows = false;
  }
}

interface World {
  readonly runtime: ManualRuntime;
  readonly cable: Cable;
}

/** A server of the real world, and a channel whose time stands still. */
async function silentWorld(channel: ChannelOptions, server: ServerOptions = {}) {
  const runtime = new ManualRuntime();
  const cable = new Cable(runtime);
  const hold = signal();
  const running = signal();
  const handlers = {
    async unary(request: { text: string }) {
      if (request.text === "hold") {
        running.resolve();
        await hold.promise;
      }
      return { text: request.text };
    },
  };
  const made = await pair("tcp", handlers, { channel: { runtime, ...channel }, server });
  cleanUp(() => hold.resolve());
  return { ...made, runtime, cable, running: running.promise, hold };
}

/** Lets time pass in steps, each long enough for the client's PINGs to be answered. */
async function pass(
  { runtime, cable }: Pick<World, "runtime"> & Partial<World>,
  ms: number,
  steps = 1,
): Promise<void> {
  for (let step = 0; step < steps; step++) {
    runtime.advance(ms / steps);
    await turns(20);
    if (cable) await until(() => cable.unanswered === 0);
  }
}

describe("a server that is gone without a word", () => {
  test("is noticed by its open calls, which end as UNAVAILABLE and unknown", async () => {
    const world = await silentWorld({ keepalive: { timeMs: 10_000, timeoutMs: 3_000 } });
    const failure = failureOf(world.echo.unary({ text: "hold" }));
    await world.running;
    world.cable.swallow();
    await pass(world, 10_000);
    await pass(world, 2_999);
    const reply = Promise.race([failure, turns(5)]);
    expect(await reply).toBeUndefined();
    await pass(world, 1);
    expect(await failure).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "unknown",
      message: "keepalive: no answer for 3000 ms",
    });
    world.cable.repair();
    expect((await world.echo.unary({ text: "again" })).text).toBe("again");
    expect(world.cable.connections).toBe(2);
  });

  test("is noticed by the first call after a pause in one timeout, not in a time and a timeout", async () => {
    const world = await silentWorld({ keepalive: { timeMs: 10_000, timeoutMs: 3_000 } });
    await world.echo.unary({});
    world.cable.swallow();
    await pass(world, 600_000);
    const failure = failureOf(world.echo.unary({}));
    await turns(5);
    await pass(world, 3_000);
    expect((await failure).message).toBe("keepalive: no answer for 3000 ms");
  });

  test("is noticed without any call where that is wanted", async () => {
    const world = await silentWorld({ keepalive: { timeMs: 10_000, timeoutMs: 3_000, withoutCalls: true } });
    await world.echo.unary({});
    world.cable.swallow();
    await pass(world, 10_000);
    await pass(world, 3_000);
    world.cable.repair();
    await world.echo.unary({});
    expect(world.cable.connections).toBe(2);
  });

  test("is not noticed without keepalive: the call waits for its deadline", async () => {
    const world = await silentWorld({});
    const failure = failureOf(world.echo.unary({ text: "hold" }, { timeoutMs: 500_000 }));
    await world.running;
    world.cable.swallow();
    await pass(world, 499_000);
    await pass(world, 1_100);
    expect((await failure).code).toBe(Status.DEADLINE_EXCEEDED);
  });

  test("and one that answers lives on", async () => {
    const world = await silentWorld(
      { keepalive: { timeMs: 10_000, timeoutMs: 3_000 } },
      { keepalive: { minPingIntervalMs: 0 } },
    );
    const reply = world.echo.unary({ text: "hold" });
    await world.running;
    await pass(world, 200_000, 200);
    world.hold.resolve();
    expect((await reply).text).toBe("hold");
    expect(world.cable.connections).toBe(1);
  });
});

test("a client that is gone without a word: its calls are cancelled, its connection is closed", async () => {
  const runtime = new ManualRuntime();
  const { echo, server, cable, running } = await silentWorld(
    {},
    { runtime, keepalive: { timeMs: 60_000, timeoutMs: 5_000 } },
  );
  const call = echo.unary({ text: "hold" });
  call.catch(() => {});
  await running;
  cable.swallow();
  await pass({ runtime }, 60_000);
  await pass({ runtime }, 5_000);
  const closing = server.close({ graceMs: 3_600_000 });
  await pass({ runtime }, 2_000);
  await closing;
  for (const pipe of cable.pipes) pipe.destroy();
  expect(runtime.pendingMs).toEqual([]);
});

describe("too many pings", () => {
  /** A call that stays open while the client asks every ten seconds; the server's time stands still. */
  async function askedTooOften(options: ChannelOptions) {
    const world = await silentWorld(
      { keepalive: { timeMs: 10_000, timeoutMs: 3_000 }, ...options },
      { runtime: new ManualRuntime() },
    );
    const failure = failureOf(world.echo.unary({ text: "hold" }));
    await world.running;
    let isOver = false;
    void failure.then(() => {
      isOver = true;
    });
    while (!isOver) await pass(world, 100);
    return { ...world, error: await failure };
  }

  test("end the connection, and the error says what to do", async () => {
    const { error } = await askedTooOften({});
    expect(error).toMatchObject({ code: Status.UNAVAILABLE, outcome: "unknown" });
    expect(error.message).toBe(
      "the server went away because of too many pings (ENHANCE_YOUR_CALM: too_many_pings); " +
        "the next connections ask every 20000 ms (keepalive.timeMs)",
    );
  });

  test("make the channel ask half as often, and its observer is told", async () => {
    const told: number[] = [];
    const world = await askedTooOften({
      observer: { onCall: () => undefined, onTooManyPings: (timeMs) => told.push(timeMs) },
    });
    expect(told).toEqual([20_000]);
    await world.echo.unary({ text: "next" });
    const { runtime } = world;
    expect(runtime.pendingMs).toContain(20_000);
  });

  test("are none where the server allows them", async () => {
    const runtime = new ManualRuntime();
    const world = await silentWorld(
      { keepalive: { timeMs: 10_000, timeoutMs: 3_000 } },
      { runtime, keepalive: { minPingIntervalMs: 10_000 } },
    );
    const reply = world.echo.unary({ text: "hold" });
    await world.running;
    for (let second = 0; second < 200; second++) {
      runtime.advance(1000);
      await pass(world, 1000);
    }
    world.hold.resolve();
    expect((await reply).text).toBe("hold");
  });
});

describe("an idle connection", () => {
  test("is closed by the channel, and the next call opens another", async () => {
    const world = await silentWorld({ idleTimeoutMs: 60_000 });
    await world.echo.unary({});
    expect(world.runtime.pendingMs).toEqual([60_000]);
    await pass(world, 60_000);
    expect((await world.echo.unary({ text: "again" })).text).toBe("again");
    expect(world.cable.connections).toBe(2);
  });

  test("is closed by the channel after half an hour, unless a call is open", async () => {
    const world = await silentWorld({});
    const reply = world.echo.unary({ text: "hold" });
    await world.running;
    await pass(world, 3_600_000);
    world.hold.resolve();
    await reply;
    await pass(world, 1_799_000);
    await world.echo.unary({});
    expect(world.cable.connections).toBe(1);
    await pass(world, 1_800_000, 2);
    await world.echo.unary({});
    expect(world.cable.connections).toBe(2);
  });

  test("is closed by the server, and no call fails", async () => {
    const runtime = new ManualRuntime();
    const { echo, cable } = await silentWorld({}, { runtime, maxConnectionIdleMs: 1000 });
    await echo.unary({});
    runtime.advance(1000);
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => echo.unary({ text: `${index}` })),
    );
    expect(replies.map((reply) => reply.text)).toEqual(replies.map((_, index) => `${index}`));
    await turns(20);
    await echo.unary({});
    expect(cable.connections).toBe(2);
  });
});

describe("an old connection", () => {
  test("is left by the server; its open calls end there, the next go to another", async () => {
    const runtime = new ManualRuntime();
    const world = await silentWorld({}, { runtime, maxConnectionAgeMs: 1000 });
    const reply = world.echo.unary({ text: "hold" });
    await world.running;
    runtime.advance(1000);
    await until(() => world.cable.goAways > 0);
    expect((await world.echo.unary({ text: "next" })).text).toBe("next");
    expect(world.cable.connections).toBe(2);
    runtime.advance(3_600_000);
    world.hold.resolve();
    expect((await reply).text).toBe("hold");
  });

  test("ends with its calls when the grace is over", async () => {
    const runtime = new ManualRuntime();
    const world = await silentWorld({}, { runtime, maxConnectionAgeMs: 1000, maxConnectionAgeGraceMs: 500 });
    const failure = failureOf(world.echo.unary({ text: "hold" }));
    await world.running;
    runtime.advance(1000);
    await until(() => runtime.pendingMs.includes(500));
    runtime.advance(500);
    expect(await failure).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "unknown",
      message: "the peer went away (NO_ERROR: the connection has reached its age, and its grace is over)",
    });
  });
});

test.each([
  { keepalive: { timeMs: 0 } },
  { maxConnectionAgeMs: -1 },
  { maxConnectionAgeGraceMs: Number.NaN },
  { maxConnectionIdleMs: 0 },
])("a server does not take %j", (options) => {
  expect(() => new Server(options)).toThrow(/ is .*: it must be a number of milliseconds above 0/);
});

test.each([{ keepalive: { timeMs: 0 } }, { idleTimeoutMs: 0 }])("a channel does not take %j", (options) => {
  expect(() => openChannel("127.0.0.1:1", options)).toThrow(/ is .*: it must be a number of milliseconds/);
});

test("a server that accepts and leaves at once costs a channel no more than five connections in a row", async () => {
  let connections = 0;
  const leaving = createServer((socket) => {
    connections++;
    socket.on("error", () => {});
    const noStreams = frame(Type.SETTINGS, 0, 0, Buffer.from([0, 3, 0, 0, 0, 0]));
    socket.write(Buffer.concat([noStreams, frame(Type.SETTINGS, Flag.ACK, 0), goAway(0, 0)]));
    socket.resume().on("end", () => socket.end());
  });
  await new Promise<void>((resolve) => leaving.listen(0, "127.0.0.1", resolve));
  cleanUp(() => leaving.close());
  const { port } = leaving.address() as AddressInfo;
  const runtime = new ManualRuntime();
  const echo = stub(Echo, openChannel(`127.0.0.1:${port}`, { runtime }));
  const expected = {
    code: Status.UNAVAILABLE,
    outcome: "not-executed",
    message: "5 connections in a row took no call; the last: the server went away",
  };
  const failures = await Promise.all(Array.from({ length: 50 }, () => failureOf(echo.unary({}))));
  for (const failure of failures) expect(failure).toMatchObject(expected);
  expect(connections).toBe(5);
  runtime.advance(1000);
  expect(await failureOf(echo.unary({}))).toMatchObject(expected);
  expect(connections).toBe(10);
  runtime.advance(1000);
  await failureOf(echo.unary({}));
  expect(connections).toBe(10);
  runtime.advance(600);
  expect(await failureOf(echo.unary({}))).toMatchObject(expected);
  expect(connections).toBe(15);
});

test("all addresses of a target are tried, in order, and again from the first", async () => {
  const servers: Server[] = [];
  const addresses: string[] = [];
  for (const name of ["a", "b"]) {
    const server = new Server().add(Echo, { ...ECHO, unary: () => ({ text: name }) });
    cleanUp(() => server.close());
    servers.push(server);
    addresses.push(await server.listen("127.0.0.1:0", Credentials.insecure()));
  }
  const echo = stub(Echo, openChannel(`ipv4:${addresses.join(",")}`));
  expect((await echo.unary({})).text).toBe("a");
  await servers[0].close({ graceMs: 1000 });
  expect((await echo.unary({})).text).toBe("b");
  const next = new Server().add(Echo, { ...ECHO, unary: () => ({ text: "a again" }) });
  cleanUp(() => next.close());
  await next.listen(addresses[0], Credentials.insecure());
  expect((await echo.unary({})).text).toBe("b");
  await servers[1].close({ graceMs: 1000 });
  expect((await echo.unary({})).text).toBe("a again");
  const third = new Server().add(Echo, ECHO);
  cleanUp(() => third.close());
  expect((await all(echo.expand({ text: "x", repeatCount: 3 }))).length).toBe(3);
});
