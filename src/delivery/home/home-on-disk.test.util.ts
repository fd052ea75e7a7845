import { Journal, type JournalOptions } from "../../journal/journal.js";
import { Store } from "../../journal/store.js";
import { seededRandom } from "../../runtime/seeded-random.test.util.js";
import { type DiskImage, SimulatedDisk } from "../../runtime/simulated-disk.test.util.js";
import { SimulatedRuntime } from "../../runtime/simulated-runtime.test.util.js";
import { SimulatedWorld } from "../../runtime/simulated-world.test.util.js";
import type { Storage } from "../../runtime/storage.js";
import { Home } from "./home.js";
import {
  guardShop,
  type HandAttempt,
  type SentAttempt,
  type ShopHandlers,
  sendTo,
} from "./home.test.util.js";
import type { HomeOptions } from "./home-options.js";
import { HomeState } from "./home-state.js";

/** A home with its own journal on a simulated disk, without a server. */
export class HomeOnDisk {
  readonly world = new SimulatedWorld();
  disk = this.newDisk();
  runtime!: SimulatedRuntime;
  state!: HomeState;
  journal!: Journal;
  home!: Home;

  /** Opens and starts it, in a program of its own. */
  async open(handlers: ShopHandlers = {}, options: HomeOptions & JournalOptions = {}): Promise<void> {
    this.runtime = new SimulatedRuntime(this.world, this.disk, 1);
    const { runtime } = this;
    const all = { segmentBytes: 64 * 1024, ...options, runtime };
    this.state = new HomeState(new Store());
    const { state } = this;
    this.journal = await this.outcome(Journal.open("/shop", state, all));
    this.home = new Home({ runtime, state, journal: this.journal }, all);
    guardShop(this.home, handlers);
    await this.outcome(
      this.home.start({ limiter: undefined, sendBytesMax: 4 * 1024 * 1024, isServing: true }),
    );
  }

  /** The power fails: the next program finds what was durable. */
  crash(): void {
    this.runtime.kill();
    this.disk = this.newDisk(this.disk.crash());
  }

  anotherRuntime(): SimulatedRuntime {
    return new SimulatedRuntime(this.world, this.disk, 2);
  }

  /** The disk as another program has it. */
  get storage(): Storage {
    return this.anotherRuntime().storage;
  }

  /** No file can be made or made longer any more. */
  fill(): void {
    this.disk.quotaBytes = this.disk.tree.allocatedBytes;
  }

  makeRoom(): void {
    this.disk.quotaBytes = undefined;
  }

  send(attempt: HandAttempt): SentAttempt {
    return sendTo(this.home, attempt);
  }

  outcome<T>(promise: Promise<T>): Promise<T> {
    return this.world.outcome(promise);
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.outcome(new Promise<void>((resolve) => void this.runtime.setTimer(resolve, ms)));
  }

  private newDisk(image?: DiskImage): SimulatedDisk {
    return new SimulatedDisk({ post: this.world.post, random: seededRandom(1) }, { image });
  }
}
