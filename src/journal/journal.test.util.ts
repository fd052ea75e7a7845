import { below, seededRandom } from "../runtime/seeded-random.test.util.js";
import { type DiskImage, type DiskOptions, SimulatedDisk } from "../runtime/simulated-disk.test.util.js";
import { SimulatedRuntime } from "../runtime/simulated-runtime.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import type { Storage } from "../runtime/storage.js";
import { namedFile } from "./file-names.js";
import { Journal, type JournalOptions } from "./journal.js";
import { JournalError } from "./journal-error.js";
import type { JournaledState } from "./journaled-state.js";

export const FOLDER = "/j";

/** A state that is the list of all records, as text. */
export class ListState implements JournaledState {
  readonly texts: string[] = [];
  readonly positions: number[] = [];
  /** How many came from a checkpoint. */
  restored = 0;

  restore(record: Uint8Array): void {
    this.texts.push(text(record));
    this.restored++;
  }

  apply(record: Uint8Array, position: number): void {
    this.texts.push(text(record));
    this.positions.push(position);
  }

  *snapshot(): Generator<Uint8Array> {
    for (const each of this.texts.slice()) yield bytes(each);
  }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** What a file of a journal is, for the names of operations. */
function kindOf(path: string): string {
  const { kind } = namedFile(path.slice(FOLDER.length + 1));
  if (kind !== "unfinished") return kind;
  return path.includes("segment") ? "new segment" : "new checkpoint";
}

/** A journal on a simulated disk, with programs that come and go. */
export class Lab {
  /** What the disk was asked for, by name, in order: "segment write". */
  readonly asked: string[] = [];
  readonly world = new SimulatedWorld();
  disk: SimulatedDisk;
  runtime: SimulatedRuntime;
  state = new ListState();
  journal!: Journal;
  private seed = 1;

  constructor(options: Partial<DiskOptions> & { image?: DiskImage } = {}) {
    const { image, ...rest } = options;
    this.disk = this.newDisk(image, rest);
    this.runtime = this.newRuntime();
  }

  /** All that has its name, its path and its bytes on the disk, if the power fails now. */
  get image(): DiskImage {
    return this.disk.crash();
  }

  /** Opens it in a program of its own. */
  async open(options?: JournalOptions): Promise<Journal> {
    this.journal = await this.outcome(this.opening(options));
    return this.journal;
  }

  /** Why it does not open. */
  openError(options?: JournalOptions): Promise<unknown> {
    return this.error(this.opening(options));
  }

  /** Opens it if that works; else gives why not. */
  async tryOpen(): Promise<unknown> {
    try {
      this.journal = await this.opening();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  private opening(options: JournalOptions = {}): Promise<Journal> {
    this.runtime = this.newRuntime();
    this.state = new ListState();
    return Journal.open(FOLDER, this.state, { runtime: this.runtime, segmentBytes: 4096, ...options });
  }

  /** Ends the program as SIGKILL does. */
  kill(): void {
    this.runtime.kill();
  }

  /** Ends it as a power failure does, which leaves what `image` says, or something at random. */
  crash(image: DiskImage = this.disk.crash()): void {
    this.runtime.kill();
    this.disk = this.newDisk(image);
  }

  /** The names of the files there are, those of a kind if one is given. */
  async files(kind = ""): Promise<string[]> {
    const names = await this.outcome(this.newStorage().list(FOLDER));
    return names.filter((name) => name.startsWith(kind)).sort();
  }

  /** The disk as another program has it. */
  newStorage(): Storage {
    return this.newRuntime().storage;
  }

  outcome<T>(promise: Promise<T>): Promise<T> {
    return this.world.outcome(promise);
  }

  /** What it is rejected with. */
  async error(promise: Promise<unknown>): Promise<unknown> {
    try {
      await this.outcome(promise);
    } catch (error) {
      return error;
    }
    throw new Error("it was not rejected");
  }

  /** Adds a record, as a program does: the state changes with it. Waits once for room where there may be some. */
  async append(record: string): Promise<number> {
    let position: number;
    try {
      position = this.add(record);
    } catch (error) {
      if (!(error instanceof JournalError && error.fault === "full")) throw error;
      await this.journal.whenRoom();
      position = this.add(record);
    }
    await this.journal.whenDurable(position);
    return position;
  }

  private add(record: string): number {
    const position = this.journal.add(bytes(record));
    this.state.texts.push(record);
    return position;
  }

  appendNow(...records: string[]): Promise<number[]> {
    return this.outcome(Promise.all(records.map((record) => this.append(record))));
  }

  async close(): Promise<void> {
    await this.outcome(this.journal.close());
  }

  private newDisk(image?: DiskImage, options: Partial<DiskOptions> = {}): SimulatedDisk {
    const random = seededRandom(this.seed++);
    const disk = new SimulatedDisk({ post: this.world.post, random, kindOf, ...options }, { image });
    disk.onMoment = ({ name }, phase) => {
      if (phase === "before") this.asked.push(name);
    };
    return disk;
  }

  private newRuntime(): SimulatedRuntime {
    return new SimulatedRuntime(this.world, this.disk, this.seed++);
  }
}

/** Bytes that no checksum has been made for. */
export function randomBytes(count: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: count }, () => below(256, random));
}
