import type { SimulatedDisk } from "../runtime/simulated-disk.test.util.js";
import { SimulatedRuntime } from "../runtime/simulated-runtime.test.util.js";
import type { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import type { Found, History } from "./crash-history.test.util.js";
import { numberOf, recordOf } from "./crash-record.test.util.js";
import { type Entry, RememberingState } from "./crash-state.test.util.js";
import { Journal } from "./journal.js";
import { JournalError } from "./journal-error.js";
import type { Reservation } from "./reservations.js";

/** What a program does with its journal, one after the other. */
export type Step =
  | "small"
  | "large"
  | "roll"
  | "checkpoint"
  | "reserve"
  | "reopen"
  | "kill"
  | "close"
  /** Waits until room has been made ahead. */
  | "settle"
  /** Reserves room for a large record, and lets it be. */
  | "promise"
  /** Reopens with segments of another size. */
  | "resize";

export const FOLDER = "/journal";

/** Small, so that few records fill a segment, and few sectors make a file. */
export const SEGMENT_BYTES = 4096;
const LARGER_SEGMENT_BYTES = 6144;

/** Never reached by itself: checkpoints are made where a step says so. */
const CHECKPOINT_BYTES = 2 ** 30;

export interface LifeOptions {
  readonly checkpointBytes?: number;
  /** The number of the first record; no two records of one journal have the same. */
  readonly firstNumber?: number;
  readonly seed?: number;
}

/** Programs that use one journal one after the other, and tell its {@link History} what they give and what it says. */
export class Life {
  /** What is being done, for the names of crash points. */
  doing = "";
  journal: Journal | undefined;
  runtime: SimulatedRuntime;
  readonly history: History;
  /** What the journal has done that it must never do. */
  readonly problems: string[] = [];
  private state = new RememberingState();
  private readonly world: SimulatedWorld;
  private readonly disk: SimulatedDisk;
  private readonly options: LifeOptions;
  private readonly durableAtFailure = new WeakMap<Journal, number>();
  private segmentBytes = SEGMENT_BYTES;
  private nextNumber: number;
  private programs: number;

  constructor(world: SimulatedWorld, disk: SimulatedDisk, history: History, options: LifeOptions = {}) {
    this.world = world;
    this.disk = disk;
    this.history = history;
    this.options = options;
    this.nextNumber = options.firstNumber ?? 1;
    this.programs = options.seed ?? 1;
    this.runtime = new SimulatedRuntime(world, disk, this.programs);
  }

  /** Opens the journal in a new program; what it has must not contradict its history. */
  async open(): Promise<Found> {
    this.doing = this.history.home === undefined ? "create" : "open";
    this.runtime = new SimulatedRuntime(this.world, this.disk, this.programs++);
    this.state = new RememberingState();
    this.journal = await Journal.open(FOLDER, this.state, {
      runtime: this.runtime,
      segmentBytes: this.segmentBytes,
      checkpointBytes: this.options.checkpointBytes ?? CHECKPOINT_BYTES,
    });
    this.journal.onFailure(() => this.watchFailed());
    return this.found(this.journal);
  }

  /** After a failure nothing is acknowledged any more, and the log's files are not touched. */
  private watchFailed(): void {
    const { journal, runtime } = this;
    if (journal === undefined) return;
    const { durablePosition } = journal;
    this.durableAtFailure.set(journal, durablePosition);
    runtime.storage.onOperation = ({ name }) => {
      if (name === "segment write" || name === "segment sync") this.problems.push(`${name} after a failure`);
    };
  }

  async step(step: Step): Promise<void> {
    this.doing = step;
    await this.steps[step]();
  }

  private readonly steps: Readonly<Record<Step, () => Promise<unknown>>> = {
    small: () => this.append(20),
    /** Two that together are more than a segment. */
    large: () => Promise.all([this.append(1700), this.append(1900)]),
    /** One that fits only into a new segment. */
    roll: () => this.append(this.opened.recordBytesMax),
    checkpoint: () => this.opened.checkpoint(),
    reserve: () => this.appendReserved(),
    reopen: async () => {
      await this.step("close");
      await this.begin();
    },
    kill: async () => {
      this.runtime.kill();
      this.journal = undefined;
      await this.begin();
    },
    settle: () => this.opened.whenRoom(),
    promise: () => this.reserve(3_000),
    resize: () => {
      this.segmentBytes = SEGMENT_BYTES + LARGER_SEGMENT_BYTES - this.segmentBytes;
      return this.step("reopen");
    },
    close: async () => {
      await this.journal?.close();
      this.journal = undefined;
    },
  };

  /** A record; resolves once it is acknowledged. */
  async append(bytes: number): Promise<void> {
    await this.acknowledged(await this.addWithRoom(bytes));
  }

  /** The same as soon as the journal has room for it; what it needs may have to be made twice. */
  private async addWithRoom(bytes: number): Promise<Entry> {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.add(bytes);
      } catch (error) {
        if (!(error instanceof JournalError && error.fault === "full") || attempt === 3) throw error;
        await this.opened.whenRoom();
      }
    }
  }

  /** A record for which there must be room. */
  async appendNow(bytes: number, reservation: Reservation): Promise<void> {
    await this.acknowledged(this.add(bytes, reservation));
  }

  /** Gives the journal a record, together with the change of the state. */
  add(bytes: number, reservation?: Reservation): Entry {
    const number = this.nextNumber;
    const entry = { number, position: this.opened.add(recordOf(number, bytes), reservation) };
    this.nextNumber++;
    this.state.entries.push(entry);
    this.history.given(entry);
    return entry;
  }

  async acknowledged(entry: Entry): Promise<void> {
    const { history } = this;
    const journal = this.opened;
    await journal.whenDurable(entry.position);
    if (entry.position > (this.durableAtFailure.get(journal) ?? Number.POSITIVE_INFINITY))
      this.problems.push(`position ${entry.position} was acknowledged after a failure`);
    history.wasAcknowledged(entry);
    history.durablePosition = Math.max(history.durablePosition, journal.durablePosition);
  }

  /** A promise of room, for which more may have to be made first; undefined if the disk is full. */
  async reserve(bytes: number): Promise<Reservation | undefined> {
    const reservation = this.opened.reserve(bytes);
    if (reservation !== undefined) return reservation;
    await this.opened.whenRoom();
    return this.opened.reserve(bytes);
  }

  /** A reader finds what the state has, as far back as the log goes. */
  async expectReadable(): Promise<void> {
    const read: string[] = [];
    for await (const { position, record } of this.opened.read())
      read.push(`${numberOf(record)} at ${position}`);
    const entries = this.state.entries.map(({ number, position }) => `${number} at ${position}`);
    const expected = entries.slice(entries.length - read.length);
    if (read.join() !== expected.join()) throw new Error(`read ${read} and not ${expected}`);
  }

  private async appendReserved(): Promise<void> {
    const reservation = await this.reserve(300);
    await this.append(20);
    if (reservation !== undefined) await this.appendNow(300, reservation);
  }

  /** Opens the journal, which must have all that its history says. */
  async begin(): Promise<void> {
    const found = await this.open();
    const contradictions = this.history.contradictions(found);
    if (contradictions.length > 0) throw new Error(contradictions.join("; "));
    this.history.opened(found);
  }

  private async found(journal: Journal): Promise<Found> {
    const { home, epochs, durablePosition } = journal;
    const { entries, problems } = this.state;
    return { home, epochs, durablePosition, entries: entries.slice(), problems: [...problems] };
  }

  private get opened(): Journal {
    if (this.journal === undefined) throw new Error("the journal is not open");
    return this.journal;
  }
}
