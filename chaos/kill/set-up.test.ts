import { Channel, type ChannelOptions, Credentials, RpcError, Server, Status, stub } from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { Echo } from "../../interop/gen/echo_pb.js";
import { CUT_KINDS, type Cut, isSilent } from "../virtual/cut.js";
import { type NetworkPlan, VirtualNetwork } from "../virtual/network.js";
import { VirtualRuntime } from "../virtual/runtime.js";
import { World } from "../virtual/world.js";
import { EntryLog } from "./entry-log.js";

/** Longer than every time limit of the engine's. */
const LIMIT_MS = 120_000;

/** Fewer bytes than the server's first SETTINGS have, without which no call may leave. */
const SERVER_PREFACE_BYTES_MIN = 9;

const CREDENTIALS = Credentials.insecure();
const ADDRESS = "10.0.0.1:80";

/** One client and one server that are about to connect. */
class SetUp {
  readonly world = new World();
  readonly network: VirtualNetwork;
  readonly clientRuntime: VirtualRuntime;
  readonly serverRuntime: VirtualRuntime;
  readonly log = new EntryLog(this.world);
  readonly server: Server;

  constructor(plan: NetworkPlan = {}) {
    this.network = new VirtualNetwork(this.world, plan);
    this.clientRuntime = new VirtualRuntime(this.world, this.network);
    this.serverRuntime = new VirtualRuntime(this.world, this.network);
    this.server = new Server({ runtime: this.serverRuntime }).add(Echo, this.log.handlers());
  }

  channel(target = ADDRESS, options: ChannelOptions = {}): Channel {
    return new Channel(target, { credentials: CREDENTIALS, runtime: this.clientRuntime, ...options });
  }

  /** Lets the world run until `promise` is settled; `hangs` if it never is. */
  async settle<T>(promise: Promise<T>): Promise<T | RpcError | "hangs"> {
    let result: T | RpcError | "hangs" = "hangs";
    let over = false;
    const done = (value: T | RpcError) => {
      result = value;
      over = true;
    };
    promise.then(done, done);
    await this.world.run(() => over, this.world.nowMs + LIMIT_MS);
    return result;
  }

  /** Closes both and says what they have left. */
  async leftovers(channel: Channel): Promise<Record<string, unknown>> {
    const closed = [await this.settle(channel.close()), await this.settle(this.server.close())];
    await this.world.run(() => false, LIMIT_MS * 2);
    return {
      closed,
      pipes: this.network.openPipes("client") + this.network.openPipes("server"),
      client: this.clientRuntime.pending,
      server: this.serverRuntime.pending,
    };
  }
}

const NOTHING_LEFT = {
  closed: [undefined, undefined],
  pipes: 0,
  client: { timers: 0, turnEnds: 0 },
  server: { timers: 0, turnEnds: 0 },
};

function call(
  channel: Channel,
  options: { waitForReady?: boolean; timeoutMs?: number } = {},
): Promise<unknown> {
  return stub(Echo, channel).unary({ text: "hello" }, options);
}

describe("a connection that is never set up", () => {
  it("ends calls when nobody listens", async () => {
    const setUp = new SetUp();
    const channel = setUp.channel();
    expect(await setUp.settle(call(channel))).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
    });
    expect(await setUp.leftovers(channel)).toEqual(NOTHING_LEFT);
  });

  it("ends calls when connecting gets no answer, by the time allowed for it", async () => {
    const setUp = new SetUp({ ignoresConnects: true });
    const channel = setUp.channel();
    expect(await setUp.settle(call(channel))).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
    });
    expect(setUp.world.nowMs).toBe(20_000);
    expect(await setUp.leftovers(channel)).toEqual(NOTHING_LEFT);
  });

  it("ends calls when the name is unknown", async () => {
    const setUp = new SetUp();
    const channel = setUp.channel("dns:///nowhere:80");
    expect(await setUp.settle(call(channel))).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
    });
    expect(await setUp.leftovers(channel)).toEqual(NOTHING_LEFT);
  });

  it("tries the next address", async () => {
    const setUp = new SetUp();
    setUp.network.names.set("somewhere", ["10.0.0.9", "10.0.0.1"]);
    await setUp.server.listen(ADDRESS, CREDENTIALS);
    const channel = setUp.channel("dns:///somewhere:80");
    expect(await setUp.settle(call(channel))).toMatchObject({ text: "hello" });
    expect(await setUp.leftovers(channel)).toEqual(NOTHING_LEFT);
  });

  it("keeps a call that waits for better times, and carries it when they come", async () => {
    const setUp = new SetUp();
    const channel = setUp.channel();
    const waiting = call(channel, { waitForReady: true });
    await setUp.settle(setUp.world.sleep(30_000));
    await setUp.server.listen(ADDRESS, CREDENTIALS);
    expect(await setUp.settle(waiting)).toMatchObject({ text: "hello" });
    expect(await setUp.leftovers(channel)).toEqual(NOTHING_LEFT);
  });

  it("ends a waiting call with its deadline, as one that was not executed", async () => {
    const setUp = new SetUp();
    const channel = setUp.channel();
    expect(await setUp.settle(call(channel, { waitForReady: true, timeoutMs: 5_000 }))).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      outcome: "not-executed",
    });
    expect(await setUp.leftovers(channel)).toEqual(NOTHING_LEFT);
  });

  it("closes while it connects", async () => {
    const setUp = new SetUp({ ignoresConnects: true });
    const channel = setUp.channel();
    const waiting = call(channel);
    await setUp.settle(setUp.world.sleep(10));
    expect(await setUp.leftovers(channel)).toEqual(NOTHING_LEFT);
    expect(setUp.world.nowMs).toBe(10);
    await expect(waiting).rejects.toMatchObject({ code: Status.CANCELLED, outcome: "not-executed" });
  });
});

describe.each(CUT_KINDS)("a connection that is cut as it is set up (%s)", (kind) => {
  it.each(["to-server", "to-client"] as const)("ends calls and sides at every byte %s", async (direction) => {
    const whole = new SetUp();
    await whole.server.listen(ADDRESS, CREDENTIALS);
    const idle = whole.channel();
    await whole.settle(call(idle));
    const bytes = whole.network.links[0].bytesSent[direction];
    for (let at = 0; at < bytes; at++) {
      const cut: Cut = { direction, bytes: at, kind };
      const setUp = new SetUp({ cut, refusesLater: true });
      await setUp.server.listen(ADDRESS, CREDENTIALS);
      const channel = setUp.channel();
      // Once the connection stands and falls silent, a call without a deadline may wait for ever.
      const standing = isSilent(kind) && !(direction === "to-client" && at < SERVER_PREFACE_BYTES_MIN);
      const ended = await setUp.settle(call(channel, standing ? { timeoutMs: 30_000 } : {}));
      expect(RpcError.is(ended) || (ended as { text: string }).text, JSON.stringify(cut)).toBeTruthy();
      if (!standing && direction === "to-client" && at < SERVER_PREFACE_BYTES_MIN)
        expect(ended, JSON.stringify(cut)).toMatchObject({
          code: Status.UNAVAILABLE,
          outcome: "not-executed",
        });
      expect(await setUp.leftovers(channel), JSON.stringify(cut)).toEqual(NOTHING_LEFT);
    }
  });
});

describe("a server that is given pipes", () => {
  it.each(CUT_KINDS)("loses one that was cut before it was started (%s)", async (kind) => {
    const setUp = new SetUp({ cut: { direction: "to-server", bytes: 0, kind } });
    await setUp.server.listen(ADDRESS, CREDENTIALS);
    setUp.network.connect({ kind: "tcp", host: "10.0.0.1", port: 80 }, SILENT_CLIENT);
    await setUp.world.run(() => false, LIMIT_MS);
    expect(setUp.network.openPipes("server")).toBe(0);
    expect(setUp.serverRuntime.pending).toEqual({ timers: 0, turnEnds: 0 });
  });

  it("gives up a client that says nothing", async () => {
    const setUp = new SetUp();
    await setUp.server.listen(ADDRESS, CREDENTIALS);
    setUp.network.connect({ kind: "tcp", host: "10.0.0.1", port: 80 }, SILENT_CLIENT);
    await setUp.world.run(() => setUp.network.openPipes("server") === 0 && setUp.world.nowMs > 0, LIMIT_MS);
    expect(setUp.world.nowMs).toBe(22_000);
    expect(setUp.serverRuntime.pending).toEqual({ timers: 0, turnEnds: 0 });
  });

  it("closes while a client sets its connection up", async () => {
    const setUp = new SetUp();
    await setUp.server.listen(ADDRESS, CREDENTIALS);
    setUp.network.connect({ kind: "tcp", host: "10.0.0.1", port: 80 }, SILENT_CLIENT);
    await setUp.settle(setUp.world.sleep(10));
    expect(await setUp.settle(setUp.server.close({ graceMs: 5_000 }))).toBeUndefined();
    expect(setUp.network.openPipes("server")).toBe(0);
    expect(setUp.serverRuntime.pending).toEqual({ timers: 0, turnEnds: 0 });
  });

  it("destroys those that come after its end", async () => {
    const setUp = new SetUp();
    await setUp.settle(setUp.server.close());
    await setUp.network.listen({ kind: "tcp", host: "10.0.0.1", port: 80 }, (pipe) =>
      setUp.server.accept(pipe),
    );
    const channel = setUp.channel();
    expect(await setUp.settle(call(channel))).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
    });
    expect(await setUp.leftovers(channel)).toEqual(NOTHING_LEFT);
  });
});

/** A client that connects and says nothing. */
const SILENT_CLIENT = { onData() {}, onWritten() {}, onEnd() {}, onClose() {} };
