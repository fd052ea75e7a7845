import * as grpc from "@grpc/grpc-js";
import {
  Credentials,
  nodeRuntime,
  type PipeEvents,
  type Runtime,
  Server,
  type ServerOptions,
  Status,
  stub,
} from "@redoubt/rpc";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import {
  cleanUp,
  ECHO,
  failureOf,
  installChecks,
  openChannel,
  signal,
  turns,
  until,
} from "../behaviour/harness.js";
import { Echo } from "../gen/echo_pb.js";
import { Flag, FrameParser, Type } from "../wire/frames.js";
import { loadService } from "./grpc-js.js";

// Keepalive and the ends of connections, with grpc-js at the other end.

installChecks();
beforeAll(() => grpc.setLogVerbosity(grpc.logVerbosity.NONE));
afterAll(() => grpc.setLogVerbosity(grpc.logVerbosity.ERROR));

const EchoClient = loadService("interop/proto/echo.proto", "redoubt.test.v1.Echo");
const never = new Promise<never>(() => {});

/** Counts connections, those that were closed, and the PINGs and their answers that the other end sends. */
class Wire {
  readonly runtime: Runtime;
  connections = 0;
  closed = 0;
  pings = 0;
  answers = 0;

  constructor(world: Runtime = nodeRuntime()) {
    this.runtime = {
      now: () => world.now(),
      epochMs: () => world.epochMs(),
      randomBytes: (length) => world.randomBytes(length),
      sha256: (bytes) => world.sha256(bytes),
      sha256Text: (bytes) => world.sha256Text(bytes),
      crc32: (bytes, seed) => world.crc32(bytes, seed),
      compressor: world.compressor,
      storage: world.storage,
      keepAlive: () => world.keepAlive(),
      setTimer: (callback, delayMs) => world.setTimer(callback, delayMs),
      afterTurn: (callback) => world.afterTurn(callback),
      random: () => world.random(),
      lookup: (host) => world.lookup(host),
      connect: (address, events) => world.connect(address, this.watched(events, "server")),
      listen: (address, onPipe) =>
        world.listen(address, (pipe) => {
          const { start } = pipe;
          pipe.start = (events) => start.call(pipe, this.watched(events, "client"));
          onPipe(pipe);
        }),
    };
  }

  private watched(events: PipeEvents, from: "client" | "server"): PipeEvents {
    this.connections++;
    const parser = new FrameParser(from);
    return {
      onOpen: () => events.onOpen?.(),
      onData: (chunk, retainable) => {
        for (const { type, flags } of parser.take(chunk)) {
          if (type !== Type.PING) continue;
          if ((flags & Flag.ACK) === 0) this.pings++;
          else this.answers++;
        }
        events.onData(chunk, retainable);
      },
      onWritten: () => events.onWritten(),
      onEnd: () => events.onEnd(),
      onClose: (error) => {
        this.closed++;
        events.onClose(error);
      },
    };
  }
}

interface Failed {
  readonly code: number;
  readonly details: string;
}

describe("grpc-js calls us", () => {
  async function served(server: ServerOptions, client: grpc.ChannelOptions, world?: Runtime) {
    const wire = new Wire(world);
    const running = signal();
    const hold = signal();
    const ours = new Server({ runtime: wire.runtime, ...server }).add(Echo, {
      ...ECHO,
      async *expand() {
        running.resolve();
        await hold.promise;
        yield { text: "done" };
      },
    });
    cleanUp(() => ours.close());
    const address = await ours.listen("127.0.0.1:0", Credentials.insecure());
    const theirs = new EchoClient(address, grpc.credentials.createInsecure(), client);
    cleanUp(() => theirs.close());
    const unary = (text: string) =>
      new Promise<string>((resolve, reject) => {
        theirs.unary({ text }, (error: grpc.ServiceError | null, reply: { text: string }) =>
          error ? reject(error) : resolve(reply.text),
        );
      });
    const expand = () =>
      new Promise<string | Failed>((resolve) => {
        let text = "";
        const call = theirs.expand({});
        call.on("data", (message: { text: string }) => (text += message.text));
        call.on("error", ({ code, details }: grpc.ServiceError) => resolve({ code, details }));
        call.on("end", () => resolve(text));
      });
    return { ours, wire, unary, expand, running: running.promise, hold };
  }

  it("and asks too often: it is sent away", async () => {
    const { wire, expand } = await served({}, { "grpc.keepalive_time_ms": 10 });
    // Node ends the streams of a connection with the code of its GOAWAY, and grpc-js makes this of ENHANCE_YOUR_CALM.
    expect(await expand()).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    expect(wire.pings).toBeGreaterThanOrEqual(4);
  });

  it("and asks as often as it may: its call goes on", async () => {
    const { wire, expand, hold } = await served(
      { keepalive: { minPingIntervalMs: 1 } },
      { "grpc.keepalive_time_ms": 10 },
    );
    const stream = expand();
    await until(() => wire.pings >= 10);
    hold.resolve();
    expect(await stream).toBe("done");
    expect(wire.connections).toBe(1);
  });

  it("over connections that get old: no call fails", async () => {
    const time = new ManualRuntime();
    const { wire, unary } = await served({ maxConnectionAgeMs: 20 }, {}, time);
    let calls = 0;
    while (wire.connections < 5) {
      const answers = Promise.all(Array.from({ length: 10 }, (_, index) => unary(`${calls + index}`)));
      time.advance(25);
      const replies = await answers;
      expect(replies).toEqual(replies.map((_, index) => `${calls + index}`));
      calls += replies.length;
    }
  });

  it("over connections that are closed when idle: no call fails", async () => {
    const time = new ManualRuntime();
    const { wire, unary } = await served({ maxConnectionIdleMs: 5 }, {}, time);
    for (let closed = 1; closed < 4; closed++) {
      expect(await unary("x")).toBe("x");
      await until(() => {
        time.advance(5);
        return wire.closed === closed;
      });
    }
  });

  it("and is asked whether it is there: it is", async () => {
    const time = new ManualRuntime();
    const keepalive = { timeMs: 1000, timeoutMs: 500 };
    const { wire, expand, running, hold } = await served({ keepalive }, {}, time);
    const stream = expand();
    await running;
    for (let asked = 1; asked <= 10; asked++) {
      time.advance(1000);
      await until(() => wire.answers === asked);
    }
    hold.resolve();
    expect(await stream).toBe("done");
    expect(wire.connections).toBe(1);
  });

  it("while we close: what it has sent before it knew is served", async () => {
    const { ours, unary } = await served({}, {});
    await unary("first");
    const calls = Array.from({ length: 50 }, (_, index) => unary(`${index}`));
    await turns(1);
    const closing = ours.close({ graceMs: 10_000 });
    const ends = await Promise.allSettled(calls);
    await closing;
    // What it had not sent yet finds nobody listening; what it had sent is answered.
    for (const end of ends)
      if (end.status === "rejected") expect((end.reason as Failed).details).toContain("ECONNREFUSED");
    expect(ends.some((end) => end.status === "fulfilled")).toBe(true);
  });
});

describe("we call grpc-js", () => {
  /** Until the test lets it pass. A connection's age or idleness is then over in a call, or after it, but once only. */
  function theirTimeStandsStill(): void {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    cleanUp(() => vi.useRealTimers());
  }

  async function served(options: grpc.ServerOptions) {
    const theirs = new grpc.Server(options);
    cleanUp(() => theirs.forceShutdown());
    const running = signal();
    theirs.addService(EchoClient.service, {
      unary: (call: grpc.ServerUnaryCall<object, object>, callback: grpc.sendUnaryData<object>) =>
        callback(null, call.request),
      expand: async () => {
        running.resolve();
        await never;
      },
      collect: () => {},
      chat: () => {},
    });
    const port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, value: number) => (error ? reject(error) : resolve(value));
      theirs.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), bound);
    });
    return { theirs, target: `127.0.0.1:${port}`, running: running.promise };
  }

  it("over connections that get old: no call fails", async () => {
    theirTimeStandsStill();
    const { target } = await served({ "grpc.max_connection_age_ms": 20 });
    const wire = new Wire();
    const echo = stub(Echo, openChannel(target, { runtime: wire.runtime }));
    let calls = 0;
    while (wire.connections < 5) {
      const answers = Promise.all(Array.from({ length: 10 }, () => echo.unary({ index: calls++ })));
      vi.advanceTimersByTime(25);
      const replies = await answers;
      expect(replies.map((reply) => reply.index)).toEqual(replies.map((_, index) => calls - 10 + index));
    }
  });

  it("over connections that are closed when idle: no call fails", async () => {
    theirTimeStandsStill();
    const { target } = await served({ "grpc.max_connection_idle_ms": 5 });
    const wire = new Wire();
    const echo = stub(Echo, openChannel(target, { runtime: wire.runtime }));
    for (let closed = 1; closed < 4; closed++) {
      expect((await echo.unary({ text: "x" })).text).toBe("x");
      await until(() => {
        vi.advanceTimersByTime(5);
        return wire.closed === closed;
      });
    }
  });

  it("and ask whether it is there: it is", async () => {
    const { target, running } = await served({});
    const time = new ManualRuntime();
    const wire = new Wire(time);
    const keepalive = { timeMs: 10_000, timeoutMs: 5_000 };
    const echo = stub(Echo, openChannel(target, { runtime: wire.runtime, keepalive }));
    const abort = new AbortController();
    const stream = failureOf(echo.expand({}, { signal: abort.signal }));
    await running;
    for (let asked = 1; asked <= 10; asked++) {
      time.advance(10_000);
      await until(() => wire.answers === asked);
    }
    expect((await echo.unary({ text: "x" })).text).toBe("x");
    expect(wire.connections).toBe(1);
    abort.abort();
    expect((await stream).code).toBe(Status.CANCELLED);
  });

  it("which asks whether we are there: we are", async () => {
    const { target, running } = await served({
      "grpc.keepalive_time_ms": 10,
      "grpc.keepalive_timeout_ms": 5_000,
    });
    const wire = new Wire();
    const echo = stub(Echo, openChannel(target, { runtime: wire.runtime }));
    const abort = new AbortController();
    const stream = failureOf(echo.expand({}, { signal: abort.signal }));
    await running;
    await until(() => wire.pings >= 10);
    expect((await echo.unary({ text: "x" })).text).toBe("x");
    expect(wire.connections).toBe(1);
    abort.abort();
    expect((await stream).code).toBe(Status.CANCELLED);
  });

  it("while it closes: what we have sent is answered, and the rest goes to the next address", async () => {
    const first = await served({});
    const second = await served({});
    const echo = stub(Echo, openChannel(`ipv4:${first.target},${second.target}`));
    await echo.unary({});
    const before = Array.from({ length: 50 }, (_, index) => echo.unary({ index }));
    await turns(1);
    const shut = new Promise<void>((resolve) => first.theirs.tryShutdown(() => resolve()));
    const after = Array.from({ length: 50 }, (_, index) => echo.unary({ index }));
    const replies = await Promise.all([...before, ...after]);
    expect(replies.length).toBe(100);
    await shut;
    expect((await echo.unary({ text: "second" })).text).toBe("second");
  });
});
