import { type DiskImage, type DiskOperation, SimulatedDisk } from "../../runtime/simulated-disk.test.util.js";
import { type Clock, Program } from "./program.test.util.js";
import type { RandomStream } from "./random.test.util.js";
import { WatchedStorage, type WriteWatch } from "./watched-storage.test.util.js";
import type { World } from "./world.test.util.js";

/** What is left of a program's writes when it ends. */
export type CrashKind =
  /** All that the system took, as after SIGKILL. */
  | "process"
  /** What was synced, and of the rest any part. */
  | "power";

/** How long operations of a disk take. */
export interface DiskManner {
  readonly syncMs: readonly [number, number];
  /** How often one takes very long. */
  readonly slow: number;
  readonly quotaBytes?: number;
}

/** A disk, and the program that runs above it now, if any. */
export class Machine {
  readonly name: string;
  readonly world: World;
  disk: SimulatedDisk;
  program: Program | undefined;
  manner: DiskManner;
  /** Sees what its programs write. */
  watch: ((program: Program) => WriteWatch) | undefined;
  private readonly random: RandomStream;
  private readonly clock: Clock;
  private starts = 0;

  constructor(world: World, name: string, manner: DiskManner, clock: Clock, from?: Machine) {
    this.world = world;
    this.name = name;
    this.manner = manner;
    this.clock = clock;
    this.random = world.stream(`disk ${name}`);
    this.disk = from === undefined ? this.newDisk() : this.copied(from.disk);
  }

  /** Starts a program. */
  start(): Program {
    const simulated = this.disk.start();
    const storage = new WatchedStorage(simulated, () => this.watch?.(program));
    const name = `${this.name}.${++this.starts}`;
    const program: Program = new Program(this.world, name, storage, this.clock, () => simulated.kill());
    this.program = program;
    this.world.note(`${program.name} starts`);
    return program;
  }

  crash(kind: CrashKind): void {
    this.world.note(`${this.program?.name ?? this.name} crashes (${kind})`);
    this.program?.kill();
    this.program = undefined;
    if (kind === "power") {
      const image = this.disk.crash();
      this.disk = this.newDisk(image);
    }
  }

  /** What is on the disk now, for a machine that gets a copy of it, or for this one to be set back to. */
  copyOfDisk(): SimulatedDisk {
    return this.copied(this.disk);
  }

  /** Puts in another disk; nothing runs meanwhile. */
  replaceDisk(disk: SimulatedDisk | undefined): void {
    this.disk = disk === undefined ? this.newDisk() : this.copied(disk);
  }

  private newDisk(image?: DiskImage): SimulatedDisk {
    return new SimulatedDisk(this.diskOptions(), image === undefined ? {} : { image });
  }

  private copied(from: SimulatedDisk): SimulatedDisk {
    const copy = from.copy(this.diskOptions());
    // What was being written when it was copied has come as far as it had come.
    copy.interrupt();
    return copy;
  }

  private diskOptions() {
    return {
      post: (event: () => void, operation: DiskOperation) =>
        void this.world.after(this.latency(operation), event),
      random: () => this.random.fraction(),
      ...(this.manner.quotaBytes === undefined ? {} : { quotaBytes: this.manner.quotaBytes }),
    };
  }

  private latency({ action }: DiskOperation): number {
    if (this.random.chance(this.manner.slow)) return this.random.between(5, 300);
    const [from, to] = this.manner.syncMs;
    return action === "write" || action === "sync" ? this.random.between(from, to) : 0.01;
  }
}
