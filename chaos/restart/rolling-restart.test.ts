import { Channel, Credentials, RpcError, Server, Status, type Stub, stub } from "@redoubt/rpc";
import { expect, test } from "vitest";
import { Echo } from "../../interop/gen/echo_pb.js";
import { scaled } from "../scale.js";

// Three servers, restarted one after the other under load, again and again: no unary call fails or is executed
// twice, and every stream ends with a status.

const SERVERS = 3;
const UNARY_CALLS = 64;
const STREAMS = 20;
const ROUNDS = scaled(1, 40);

/** Streams that have not ended by then, after a server was told to close, end with UNAVAILABLE. */
const GRACE_MS = 1500;

/** Calls that must have been answered before the next server is restarted. */
const CALLS_BETWEEN = scaled(500, 2000);

/** Streams of this length end by themselves, in the grace of their server. The others only end with it. */
const SHORT_STREAM_MESSAGES = 20;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Counts how often each call is executed, over all servers. */
class Executions {
  private readonly counts = new Map<number, number>();

  add(call: number): void {
    this.counts.set(call, (this.counts.get(call) ?? 0) + 1);
  }

  /** The calls from 0 to `calls` that were not executed exactly once. */
  wrong(calls: number): number[] {
    return Array.from({ length: calls }, (_, call) => call).filter((call) => this.counts.get(call) !== 1);
  }
}

/** A place where one server follows another. */
class Place {
  address = "127.0.0.1:0";
  private readonly executions: Executions;
  private server: Server | undefined;

  constructor(executions: Executions) {
    this.executions = executions;
  }

  async start(): Promise<void> {
    const { executions } = this;
    this.server = new Server().add(
      Echo,
      {
        async unary({ index }) {
          executions.add(index);
          for (let turns = index % 7; turns > 0; turns--) await turn();
          return { index };
        },
        async *expand({ repeatCount }) {
          for (let index = 0; index < repeatCount; index++) {
            yield { index };
            await turn();
          }
        },
      },
      { partial: true },
    );
    this.address = await this.server.listen(this.address, Credentials.insecure());
  }

  async stop(): Promise<void> {
    await this.server?.close({ graceMs: GRACE_MS });
  }
}

/** The load: what is called, and what has come of it. */
class Load {
  /** Unary calls made and answered. */
  made = 0;
  answered = 0;
  readonly failures: string[] = [];
  /** How streams have ended. */
  readonly ends = new Map<string, number>();
  private stopping = false;
  private readonly workers: Promise<void>[];

  constructor(stubs: readonly Stub<typeof Echo>[]) {
    const at = (worker: number) => stubs[worker % stubs.length];
    this.workers = [
      ...Array.from({ length: UNARY_CALLS }, (_, worker) => this.callUnary(at(worker))),
      ...Array.from({ length: STREAMS }, (_, worker) => this.callStreams(at(worker), worker % 2 === 0)),
    ];
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.workers);
  }

  private async callUnary(echo: Stub<typeof Echo>): Promise<void> {
    while (!this.stopping) {
      const index = this.made++;
      try {
        const reply = await echo.unary({ index });
        if (reply.index === index) this.answered++;
        else this.failures.push(`call ${index} got the answer of ${reply.index}`);
      } catch (error) {
        this.failures.push(`call ${index}: ${error}`);
      }
    }
  }

  private async callStreams(echo: Stub<typeof Echo>, isShort: boolean): Promise<void> {
    const repeatCount = isShort ? SHORT_STREAM_MESSAGES : 2 ** 31 - 1;
    while (!this.stopping) {
      const end = await this.stream(echo, repeatCount);
      this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
    }
  }

  private async stream(echo: Stub<typeof Echo>, repeatCount: number): Promise<string> {
    let next = 0;
    try {
      for await (const { index } of echo.expand({ repeatCount })) {
        if (index !== next++) return `message ${index} out of order`;
        if (this.stopping) return "left";
      }
    } catch (error) {
      return RpcError.is(error) && error.code === Status.UNAVAILABLE ? "UNAVAILABLE" : String(error);
    }
    return next === repeatCount ? "OK" : `OK after ${next} messages`;
  }
}

/** Every client prefers another server, and goes on to the others. */
function openChannels(addresses: readonly string[]): Channel[] {
  return addresses.map((_, first) => {
    const order = [...addresses.slice(first), ...addresses.slice(0, first)];
    return new Channel(`ipv4:${order.join(",")}`, { credentials: Credentials.insecure() });
  });
}

test(
  "three servers are restarted one after the other: no call fails, each is executed once, every stream ends",
  async () => {
    const executions = new Executions();
    const places = Array.from({ length: SERVERS }, () => new Place(executions));
    for (const place of places) await place.start();
    const channels = openChannels(places.map((place) => place.address));
    const load = new Load(channels.map((channel) => stub(Echo, channel)));
    const progress = async () => {
      const before = load.answered;
      while (load.answered < before + CALLS_BETWEEN && load.failures.length === 0) await turn();
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (const place of places) {
        await progress();
        await place.stop();
        await place.start();
      }
    }
    await progress();
    await load.stop();
    for (const channel of channels) await channel.close();
    for (const place of places) await place.stop();

    expect(load.failures).toEqual([]);
    expect(load.answered).toBe(load.made);
    expect(executions.wrong(load.made)).toEqual([]);
    expect([...load.ends.keys()].filter((end) => !["OK", "UNAVAILABLE", "left"].includes(end))).toEqual([]);
    expect(load.ends.get("OK")).toBeGreaterThan(STREAMS);
    expect(load.ends.get("UNAVAILABLE")).toBeGreaterThanOrEqual(1);
  },
  scaled(60_000, 600_000),
);
