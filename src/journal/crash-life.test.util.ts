import type { SimulatedDisk } from "../runtime/simulated-disk.test.util.js";
import { SimulatedRuntime } from "../runtime/simulated-runtime.test.util.js";
import type { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { BATCH_HEADER_BYTES, nextBatchOffset, RECORD_PREFIX_BYTES } from "./batch.js";
import type { Found, History } from "./crash-history.test.util.js";
import { forgedRecordOf, numberOf, recordOf } from "./crash-record.test.util.js";
import { type Entry, RememberingState } from "./crash-state.test.util.js";
import { expectNone, type Oracle, type Violation, ViolationError } from "./crash-violation.test.util.js";
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
  /** Takes the other way in, which waits by itself. */
  | "append"
  /** A record that has batches in it, as far as somebody outside can make them. */
  | "forge"
  /** Waits until room has been made ahead. */
  | "settle"
  /** Reserves room for a large record, and lets it be. */
  | "promise"
  /** Makes a checkpoint while segments are made. */
  | "busy"
  /** Reopens with segments of another size. */
  | "resize";

export const FOLDER = "/journal";

/** Small, so that few records fill a segment, and few sectors make a file. */
export const SEGMENT_BYTES = 4096;
const LARGER_SEGMENT_BYTES = 6144;

/** What makes durable what others rely on. Files that have no name yet are made anew. */
const RELIED_ON: ReadonlySet<string> = new Set(["segment write", "segment sync", "folder sync"]);

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
  readonly problems: Violation[] = [];
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
    this.journal = undefined;
    this.watchSyncs();
    this.journal = await Journal.open(FOLDER, this.state, {
      runtime: this.runtime,
      segmentBytes: this.segmentBytes,
      checkpointBytes: this.options.checkpointBytes ?? CHECKPOINT_BYTES,
    });
    this.journal.onFailure(() => this.watchFailed());
    return this.found(this.journal);
  }

  /** Where the disk has failed once to make something durable, this program does not have it try again. */
  private watchSyncs(): void {
    const { storage } = this.runtime;
    const failed = new Set<string>();
    storage.onOperation = ({ name, path }) => {
      if (!RELIED_ON.has(name)) return;
      const hasFailed = this.journal?.failure !== undefined && name !== "folder sync";
      if (hasFailed || failed.has(path)) this.tell("never-synced-again", `${name} after a failure: ${path}`);
    };
    storage.onFault = ({ name, path }) => {
      if (RELIED_ON.has(name)) failed.add(path);
    };
  }

  /** After a failure nothing is acknowledged any more. */
  private watchFailed(): void {
    if (this.journal !== undefined) this.durableAtFailure.set(this.journal, this.journal.durablePosition);
  }

  private tell(oracle: Oracle, detail: string): void {
    this.problems.push({ oracle, detail });
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
    busy: () => {
      // More than is there: segments are made for it.
      for (let count = 0; count < 2; count++) this.opened.reserve(3_000);
      return Promise.all([this.append(20), this.opened.checkpoint()]);
    },
    resize: () => {
      this.segmentBytes = SEGMENT_BYTES + LARGER_SEGMENT_BYTES - this.segmentBytes;
      return this.step("reopen");
    },
    append: () => this.appendAndWait(40),
    forge: () => this.forge(1_500),
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
    return this.given(this.opened.add(recordOf(this.nextNumber, bytes), reservation));
  }

  /** The journal has taken a record, which ends there. */
  private given(position: number): Entry {
    const entry = { number: this.nextNumber++, position };
    this.state.entries.push(entry);
    this.history.given(entry);
    return entry;
  }

  private async appendAndWait(bytes: number): Promise<void> {
    const { position } = this.opened;
    const appended = this.opened.append(recordOf(this.nextNumber, bytes));
    if (this.opened.position > position) {
      const entry = this.given(this.opened.position);
      await appended;
      this.history.wasAcknowledged(entry);
    }
    await appended;
  }

  private async forge(bytes: number): Promise<void> {
    const { position } = this.opened;
    const base = Math.floor(position / SEGMENT_BYTES) * SEGMENT_BYTES;
    const place = base + nextBatchOffset(position - base) + BATCH_HEADER_BYTES + RECORD_PREFIX_BYTES;
    const entry = this.given(this.opened.add(forgedRecordOf(this.nextNumber, bytes, place)));
    if (entry.position !== place + bytes) throw new Error("the record stands elsewhere");
    await this.acknowledged(entry);
  }

  async acknowledged(entry: Entry): Promise<void> {
    const { history } = this;
    const journal = this.opened;
    await journal.whenDurable(entry.position);
    if (entry.position > (this.durableAtFailure.get(journal) ?? Number.POSITIVE_INFINITY))
      this.tell("nothing-after-failure", `position ${entry.position} was acknowledged`);
    history.wasAcknowledged(entry);
    history.durablePosition = Math.max(history.durablePosition, journal.durablePosition);
  }

  /** A journal that has failed takes nothing, and says of nothing more that it is durable. */
  async expectRefusal(): Promise<void> {
    const { opened, history } = this;
    const refuse = (detail: string) => new ViolationError({ oracle: "nothing-after-failure", detail });
    try {
      this.add(20);
    } catch (error) {
      if (error !== opened.failure) throw error;
    }
    if (opened.durablePosition !== this.durableAtFailure.get(opened))
      throw refuse("more is durable than was");
    const { position = 0 } = history.entries.at(-1) ?? {};
    if (position <= opened.durablePosition) return;
    const isTold = await opened.whenDurable(position).catch((error) => error === opened.failure);
    if (isTold !== true) throw refuse(`position ${position} is said to be durable`);
  }

  /** A promise of room, for which more may have to be made first; undefined if the disk is full. */
  async reserve(bytes: number): Promise<Reservation | undefined> {
    const reservation = this.opened.reserve(bytes);
    if (reservation !== undefined) return reservation;
    await this.opened.whenRoom();
    return this.opened.reserve(bytes);
  }

  /** A reader finds what the state has that is durable, as far back as the log goes; what it has found is known outside. */
  async read(): Promise<void> {
    const { history } = this;
    const { durablePosition } = this.opened;
    const read: string[] = [];
    for await (const { position, record } of this.opened.read()) {
      const entry = this.state.entries.find((each) => each.position === position);
      read.push(`${numberOf(record)} at ${position}`);
      if (entry !== undefined) history.wasAcknowledged(entry);
    }
    const entries = this.state.entries
      .filter(({ position }) => position <= durablePosition)
      .map(({ number, position }) => `${number} at ${position}`);
    const expected = entries.slice(Math.max(0, entries.length - read.length));
    if (read.join() !== expected.join())
      throw new ViolationError({
        oracle: "reads-what-was-written",
        detail: `read ${read} and not ${expected}`,
      });
  }

  private async appendReserved(): Promise<void> {
    const reservation = await this.reserve(300);
    await this.append(20);
    if (reservation !== undefined) await this.appendNow(300, reservation);
  }

  /** Opens the journal, which must have all that its history says. */
  async begin(): Promise<void> {
    const found = await this.open();
    expectNone(this.history.contradictions(found));
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
