import type { ChannelOptions } from "../../client/channel.js";
import { type Stub, stub } from "../../client/stub.js";
import { ManualRuntime } from "../../runtime/manual-runtime.test.util.js";
import { seededRandom } from "../../runtime/seeded-random.test.util.js";
import { SimulatedDisk } from "../../runtime/simulated-disk.test.util.js";
import type { SimulatedStorage } from "../../runtime/simulated-storage.test.util.js";
import { Channel } from "../channel.js";
import { DurableClient, type DurableClientOptions } from "./durable-client.js";
import { cleanUp, FakeHome, failureOf, hold, Notes, turns, WRITE } from "./fake-home.test.util.js";

const FOLDER = "/client";

/** A program with a durable client and a channel that leads to a home. */
export interface Program {
  readonly client: DurableClient;
  readonly channel: Channel;
  readonly notes: Stub<typeof Notes>;
  readonly runtime: ManualRuntime;
  readonly storage: SimulatedStorage;
}

/** A simulated disk, and programs on it that come and go. */
export class DurableLab {
  home: FakeHome;
  disk: SimulatedDisk;
  /** Gets what the disk is asked to do, which is done once it is called; undefined: it is done soon. */
  held: ((event: () => void) => void) | undefined;

  constructor(home = new FakeHome(), quotaBytes?: number) {
    this.home = home;
    this.disk = this.newDisk(quotaBytes);
  }

  /** Starts a program. */
  async start(
    options: DurableClientOptions = {},
    disk = this.disk,
    channelOptions: ChannelOptions = {},
  ): Promise<Program> {
    const runtime = new ManualRuntime();
    const storage = disk.start();
    runtime.storage = storage;
    let nonces = Math.floor(this.random() * 1e6);
    runtime.randomBytes = (length) => new Uint8Array(length).map((_, i) => (++nonces * 31 + i) & 0xff);
    const client = await DurableClient.open(FOLDER, { segmentBytes: 64 * 1024, ...options, runtime });
    const channel = new Channel(this.home, { ...channelOptions, runtime, delivery: client });
    cleanUp(async () => {
      if (!storage.isAlive) return;
      await channel.close();
      await client.close();
    });
    return { client, channel, notes: stub(Notes, channel), runtime, storage };
  }

  /** Ends a program as SIGKILL does: what the system has taken is there. */
  kill({ storage }: Program): void {
    storage.kill();
    this.home.forgetAttempts();
  }

  /** Ends it as a power failure does: of what was not synced there is what chance leaves. */
  powerFailure(program: Program): void {
    this.kill(program);
    this.held = undefined;
    this.disk = this.newDisk(undefined, this.disk);
  }

  /** Ends it in good order. */
  async stop({ channel, client }: Program): Promise<void> {
    await channel.close();
    await client.close();
  }

  /** Leaves no room on a program's disk, by calls that its home holds: not even for the smallest one. */
  async fill({ notes }: Program): Promise<void> {
    this.disk.quotaBytes = 0;
    for (const size of [900, 100, 1])
      for (let isFull = false; !isFull; ) {
        this.home.script(WRITE, hold);
        const failed = failureOf(notes.write({ text: "x".repeat(size) })).then(() => true);
        isFull = await Promise.race([failed, settled().then(() => false)]);
      }
    this.home.heal();
  }

  private readonly random = seededRandom(5);

  private newDisk(quotaBytes?: number, crashed?: SimulatedDisk): SimulatedDisk {
    const options = {
      post: (event: () => void) => void (this.held ?? setImmediate)(event),
      random: this.random,
      ...(quotaBytes === undefined ? {} : { quotaBytes }),
    };
    return new SimulatedDisk(options, crashed === undefined ? {} : { image: crashed.crash() });
  }
}

/** Lets the disk and the home do what they have to do. */
export function settled(): Promise<void> {
  return turns(40);
}
