import { below, branch, seededRandom } from "../runtime/seeded-random.test.util.js";
import { type DiskImage, type DiskPhase, SimulatedDisk } from "../runtime/simulated-disk.test.util.js";
import { randomFaults } from "../runtime/simulated-faults.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { kindOf } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { Life, SEGMENT_BYTES } from "./crash-life.test.util.js";
import { type Oracle, type Violation, violationOf } from "./crash-violation.test.util.js";
import { JournalError } from "./journal-error.js";
import type { Reservation } from "./reservations.js";

/** How often something has happened in runs. */
export type RunCounts = Record<string, number>;

export interface RunResult {
  readonly problems: readonly Violation[];
  /** All that the disks were asked and have answered. */
  readonly trace: readonly string[];
  readonly counts: RunCounts;
}

/**
 * A long life of one journal, drawn from `seed`: programs that append, reserve, make checkpoints, close and open again, on
 * disks that do less than asked, fail and fill up; which are killed, or lose their power, at any moment. After each the next
 * one must find all that was acknowledged; at the end, all is well again and the journal works.
 */
export async function run(seed: number, isTraced = false): Promise<RunResult> {
  const run = new Run(seed, isTraced);
  await run.live();
  return { problems: run.problems, trace: run.trace, counts: run.counts };
}

class Run {
  readonly problems: Violation[] = [];
  readonly trace: string[] = [];
  readonly counts: RunCounts = {};
  private readonly isTraced: boolean;
  private readonly random: () => number;
  private readonly history = new History();
  private readonly checkpointBytes: number;
  private readonly world: SimulatedWorld;
  private disk: SimulatedDisk;
  private life: Life;
  private nextNumber = 1;
  /** The power has failed, and this is what it left. */
  private left: DiskImage | undefined;
  private reservations: Reservation[] = [];

  constructor(seed: number, isTraced: boolean) {
    this.isTraced = isTraced;
    this.random = seededRandom(seed);
    const scheduling = branch(this.random);
    const isInOrder = this.random() < 0.3;
    this.world = new SimulatedWorld(isInOrder ? undefined : (waiting) => below(waiting, scheduling));
    this.checkpointBytes = this.oneOf([3_000, 10_000, 2 ** 30]);
    this.disk = this.newDisk();
    this.life = this.newLife();
  }

  async live(): Promise<void> {
    const lives = 2 + below(3, this.random);
    for (let life = 0; life < lives && this.problems.length === 0; life++) await this.liveOnce();
    await this.recoverAtLast();
    this.problems.push(...this.life.problems);
    this.trace.push(...this.disk.trace);
  }

  /** One program, from its beginning to whatever end. */
  private async liveOnce(): Promise<void> {
    this.arm();
    if (await this.attempt("open", () => this.life.begin())) {
      const actions = 1 + below(20, this.random);
      for (let count = 0; count < actions && this.isAlive && this.life.journal !== undefined; count++)
        await this.act();
    }
    await this.end();
  }

  private async act(): Promise<void> {
    const die = this.random();
    if (die < 0.4) await this.attempt("append", () => this.life.append(this.size()));
    else if (die < 0.55) await this.attempt("append several", () => this.appendSeveral());
    else if (die < 0.65) await this.attempt("reserve", () => this.reserve());
    else if (die < 0.75) await this.attempt("append reserved", () => this.appendReserved());
    else if (die < 0.85) await this.attempt("checkpoint", () => this.life.step("checkpoint"));
    else if (die < 0.87) await this.attempt("read", () => this.life.read(), ["failed", "closed", "trimmed"]);
    else if (die < 0.9) await this.attempt("reopen", () => this.reopen());
    else if (die < 0.95) await this.attempt("pass", () => this.pause());
    else this.fill();
  }

  /** The faults and the death of the next program. */
  private arm(): void {
    const faults = branch(this.random);
    const isFailing = this.random() < 0.3;
    this.disk.faults = randomFaults(
      { short: this.oneOf([0, 0, 0.2]), sync: isFailing ? 0.02 : 0, full: this.oneOf([0, 0, 0.05]) },
      faults,
    );
    this.disk.quotaBytes = undefined;
    const { life, disk } = this;
    let operations =
      this.random() < 0.7 ? below(this.oneOf([20, 60, 200]), this.random) : Number.POSITIVE_INFINITY;
    const phase = this.oneOf<DiskPhase>(["before", "middle", "after"]);
    const isPower = this.random() < 0.5;
    disk.onMoment = (_, at) => {
      if (at !== phase || operations-- !== 0 || !this.isAlive) return;
      if (isPower) this.left = disk.crash();
      life.runtime.kill();
      this.count(isPower ? "power failed" : "killed");
    };
  }

  /** How a program ends that has not died yet; and what the next one finds. */
  private async end(): Promise<void> {
    const { life, disk } = this;
    disk.onMoment = undefined;
    if (this.isAlive && life.journal?.failure !== undefined)
      await this.attempt("be refused", () => life.expectRefusal(), []);
    if (this.isAlive) {
      const die = this.random();
      if (life.journal !== undefined && die < 0.4) {
        await this.attempt("close", () => life.step("close"));
        this.count("closed");
      } else if (die < 0.7) {
        this.left = disk.crash();
        this.count("power failed");
      }
      if (this.isAlive) life.runtime.kill();
    }
    if (life.runtime.storage.openFiles < 0)
      this.tell("files-are-closed-once", "more were closed than opened");
    this.problems.push(...life.problems);
    if (this.left !== undefined) {
      this.trace.push(...disk.trace);
      this.disk = this.newDisk(this.left);
      this.left = undefined;
    } else if (this.random() < 0.3) {
      disk.evict();
      this.count("evicted");
    }
    this.reservations = [];
    this.life = this.newLife();
  }

  /** Without faults: it opens, works, and has all that it says it has. */
  private async recoverAtLast(): Promise<void> {
    if (this.problems.length > 0) return;
    this.disk.faults = undefined;
    this.disk.quotaBytes = undefined;
    const { life } = this;
    await this.attempt("open", () => life.begin(), []);
    await this.attempt("append", () => life.append(this.size()), []);
    await this.attempt("checkpoint", () => life.step("checkpoint"), []);
    await this.attempt("read", () => life.read(), []);
    await this.attempt("reopen", () => life.step("reopen"), []);
    await this.attempt("read", () => life.read(), []);
    await this.attempt("close", () => life.step("close"), []);
  }

  /** Does something until it is done or the program is dead; true if it went well. */
  private async attempt(
    name: string,
    action: () => Promise<unknown>,
    expected: readonly string[] = ["failed", "full", "closed", "busy"],
  ): Promise<boolean> {
    let outcome: { readonly error?: unknown } | undefined;
    action().then(
      () => {
        outcome = {};
      },
      (error) => {
        outcome = { error };
      },
    );
    const isOver = await this.world.run(() => outcome !== undefined || !this.isAlive);
    if (outcome === undefined) {
      if (!isOver) this.tell("nothing-waits-for-ever", name);
      return false;
    }
    if (!("error" in outcome)) return true;
    const { error } = outcome;
    const isExpected = error instanceof JournalError && expected.includes(error.fault);
    if (isExpected) this.count(error.fault);
    else this.problems.push(violationOf(error, name === "open" ? "opens-again" : "goes-on", name));
    return false;
  }

  private async appendSeveral(): Promise<void> {
    const all = Array.from({ length: 2 + below(6, this.random) }, () => this.life.append(this.size()));
    const settled = await Promise.allSettled(all);
    const refused = settled.find((each) => each.status === "rejected");
    if (refused !== undefined) throw refused.reason;
  }

  private async reserve(): Promise<void> {
    const reservation = await this.life.reserve(9 + below(this.oneOf([600, 3_000]), this.random));
    if (reservation === undefined) this.count("no reservation");
    else this.reservations.push(reservation);
  }

  /** What was reserved is there, unless the journal has failed. */
  private async appendReserved(): Promise<void> {
    const reservation = this.reservations.shift();
    if (reservation === undefined) return;
    if (this.random() < 0.2) return reservation.release();
    try {
      await this.life.appendNow(reservation.bytes, reservation);
      this.count("reserved");
    } catch (error) {
      if (error instanceof JournalError && error.fault === "full")
        this.tell("room-is-kept", `a reservation did not help: ${error}`);
      throw error;
    }
  }

  private async reopen(): Promise<void> {
    this.reservations = [];
    await this.life.step(this.oneOf(["reopen", "reopen", "resize"]));
  }

  /** The disk is full, or nearly so, or has room again. */
  private fill(): void {
    this.disk.quotaBytes =
      this.disk.quotaBytes === undefined
        ? this.disk.tree.allocatedBytes + below(3 * SEGMENT_BYTES, this.random)
        : undefined;
  }

  /** Lets some of the world's time pass. */
  private pause(): Promise<void> {
    return new Promise((resolve) => this.life.runtime.setTimer(resolve, 300));
  }

  private tell(oracle: Oracle, detail: string): void {
    this.problems.push({ oracle, detail });
  }

  private get isAlive(): boolean {
    return this.life.runtime.storage.isAlive;
  }

  private size(): number {
    return 9 + below(this.oneOf([30, 30, 600, 3_000]), this.random);
  }

  private newDisk(image?: DiskImage): SimulatedDisk {
    return new SimulatedDisk(
      { post: this.world.post, random: branch(this.random), kindOf, isTraced: this.isTraced },
      { image },
    );
  }

  private newLife(): Life {
    this.nextNumber += 1_000;
    return new Life(this.world, this.disk, this.history, {
      firstNumber: this.nextNumber,
      seed: below(2 ** 31, this.random),
      checkpointBytes: this.checkpointBytes,
    });
  }

  private oneOf<T>(choices: readonly T[]): T {
    return choices[below(choices.length, this.random)];
  }

  private count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}
