import {
  Channel,
  Credentials,
  DurableClient,
  Home,
  journaled,
  type RedoCall,
  redo,
  Server,
  stub,
} from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { registryOf } from "../../src/idl/compile.test.util.js";
import { seededRandom } from "../../src/runtime/seeded-random.test.util.js";
import { SimulatedDisk } from "../../src/runtime/simulated-disk.test.util.js";
import { scaled } from "../scale.js";
import { CUT_KINDS } from "../virtual/cut.js";
import { VirtualNetwork } from "../virtual/network.js";
import { VirtualRuntime } from "../virtual/runtime.js";
import { World } from "../virtual/world.js";
import { MortalRuntime } from "./mortal-runtime.test.util.js";

const ADDRESS = "10.0.0.1:80";
const CREDENTIALS = Credentials.insecure();

/** Of each kind of client; the seeds are the same each time. */
const WORLDS = scaled(150, 1_500);

/** As long as a world may take until everything is resolved. */
const LIMIT_MS = 600_000;

const work = registryOf({
  "work.proto": `
    syntax = "proto3";
    package stack;
    import "redoubt/options.proto";
    message Text { string text = 1; }
    service Work {
      rpc Make(Text) returns (Text) { option (redoubt.delivery) = EXACTLY_ONCE; }
      rpc Count(Text) returns (Text) { option (redoubt.delivery) = EXACTLY_ONCE; }
    }`,
}).getService("stack.Work")!;

type Call = (request: { text: string }, options?: object) => Promise<{ text: string }>;

/** One server, one client, and all that lies between: channel, HTTP/2, server, gate, home, journal, disk. */
class Stack {
  readonly world = new World();
  readonly effects = new Map<string, number>();
  private readonly random: () => number;
  private readonly network: VirtualNetwork;
  private readonly serverDisk: SimulatedDisk;
  private readonly clientDisk: SimulatedDisk;
  private server: MortalRuntime | undefined;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    const cut = {
      direction: this.random() < 0.5 ? ("to-server" as const) : ("to-client" as const),
      bytes: Math.floor(this.random() * 1_200),
      kind: CUT_KINDS[Math.floor(this.random() * 2)]!,
    };
    this.network = new VirtualNetwork(this.world, { cut });
    this.serverDisk = this.newDisk();
    this.clientDisk = this.newDisk();
  }

  private newDisk(): SimulatedDisk {
    return new SimulatedDisk({
      post: (event) => void this.world.setTimer(event, 0.1 + this.random()),
      random: this.random,
    });
  }

  private runtime(disk: SimulatedDisk): MortalRuntime {
    return new MortalRuntime(new VirtualRuntime(this.world, this.network), disk.start());
  }

  async startServer(): Promise<void> {
    const runtime = this.runtime(this.serverDisk);
    this.server = runtime;
    const home = await Home.open("/journal", { runtime, segmentBytes: 65_536, maxAnswerBytes: 1024 });
    if (!runtime.isAlive) return;
    const server = new Server({ runtime, home }).add(work, {
      make: redo({ conflictKey: () => "one" }, async ({ text }: { text: string }, call: RedoCall) => {
        const noted = call.noted ?? new TextEncoder().encode(String(this.effects.get(text) ?? 0));
        if (call.noted === undefined) await call.note(noted);
        await this.world.sleep(1);
        const seen = Number(new TextDecoder().decode(noted));
        if (runtime.isAlive && (this.effects.get(text) ?? 0) === seen) this.effects.set(text, seen + 1);
        await this.world.sleep(1);
        return { text: `${text} made` };
      }),
      count: journaled(({ text }: { text: string }, { state }) => {
        const count = Number(new TextDecoder().decode(state.get(text) ?? new Uint8Array())) + 1;
        state.put(text, new TextEncoder().encode(String(count)));
        return { text: `${text} counted ${count}` };
      }),
    } as never);
    await server.listen(ADDRESS, CREDENTIALS);
  }

  /** Kills the server's process after a while, and starts another. */
  planCrash(): void {
    this.world.setTimer(() => {
      this.server?.kill();
      this.world.setTimer(() => void this.startServer(), 5 + 50 * this.random());
    }, 40 * this.random());
  }

  /** Makes calls, each once; a durable client dies in the middle, and its successor goes on. */
  async makeCalls(isDurable: boolean): Promise<string[]> {
    const runtime = this.runtime(this.clientDisk);
    const delivery = isDurable
      ? await DurableClient.open("/client", { runtime, segmentBytes: 65_536 })
      : undefined;
    const channel = new Channel(ADDRESS, { credentials: CREDENTIALS, runtime, delivery });
    const calls = stub(work, channel) as unknown as Record<"make" | "count", Call>;
    const ask = (method: "make" | "count", text: string) =>
      calls[method]({ text }, { timeoutMs: LIMIT_MS, ...(isDurable ? { key: text } : {}) }).then(
        (answer) => answer.text,
      );
    const answers = Promise.all([ask("make", "a"), ask("count", "b"), ask("make", "c"), ask("count", "d")]);
    if (!isDurable || this.random() < 0.5) return answers;
    answers.catch(() => {});
    await this.world.sleep(30 * this.random());
    runtime.kill();
    return this.makeCalls(true);
  }

  /** Lets the world run until that is there. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    const stopped = await this.world.run(() => isOver, this.world.nowMs + LIMIT_MS);
    if (!isOver) throw new Error(`not over, and nothing more happens (${stopped})`);
    return promise;
  }
}

describe.each([
  ["a channel's own session", false],
  ["a durable client", true],
])("whole stacks with %s", (_name, isDurable) => {
  test("each call has one effect and its answer, whatever is cut and killed", async () => {
    for (let seed = 1; seed <= WORLDS; seed++) {
      const stack = new Stack(seed);
      await stack.settle(stack.startServer());
      stack.planCrash();
      const answers = await stack
        .settle(stack.makeCalls(isDurable))
        .catch((error: Error) => [`seed ${seed}: ${error.message}`]);
      expect(answers, `seed ${seed}`).toEqual(["a made", "b counted 1", "c made", "d counted 1"]);
      expect([...stack.effects].sort(), `seed ${seed}`).toEqual([
        ["a", 1],
        ["c", 1],
      ]);
    }
  }, 120_000);
});
