import type { PastEpoch } from "../../journal/epochs.js";
import { JournalError } from "../../journal/journal-error.js";
import type { JournaledState } from "../../journal/journaled-state.js";
import type { Reservation } from "../../journal/reservations.js";
import type { HomeJournal } from "./home-journal.js";

interface MemoryRecord {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** What stays of a journal when its program is gone. */
export interface MemoryLog {
  readonly home: string;
  readonly epochs: readonly PastEpoch[];
  readonly checkpoint: { readonly position: number; readonly records: readonly Uint8Array[] };
  readonly records: readonly MemoryRecord[];
}

const EMPTY: MemoryLog = {
  home: "HOMEHOMEHOMEHOMEHOMEHO",
  epochs: [],
  checkpoint: { position: 0, records: [] },
  records: [],
};

/** A journal that makes records durable when it is told to: at once, unless `isHeld`. */
export class MemoryJournal implements HomeJournal {
  readonly home: string;
  readonly epoch: PastEpoch;
  readonly epochs: readonly PastEpoch[];
  readonly recordBytesMax = 1 << 20;
  reservedBytesMax = 1 << 30;
  position: number;
  durablePosition: number;
  failure: JournalError | undefined = undefined;
  readonly warnings: string[] = [];
  /** Records that are given stay undurable until `flush`. */
  isHeld = false;
  /** Why records and reservations are not taken. */
  fault: "full" | undefined = undefined;
  /** Not even those who have reserved their place. */
  refusesReserved = false;
  isClosed = false;
  /** Nobody else may open it. */
  isLocked = true;
  /** How many reservations are held. */
  reservations = 0;
  private readonly state: JournaledState;
  private readonly records: MemoryRecord[];
  private kept: MemoryLog["checkpoint"];
  private waiters: { position: number; done: () => void; failed: (error: JournalError) => void }[] = [];
  private readonly failureListeners: ((failure: JournalError) => void)[] = [];

  constructor(state: JournaledState, log: MemoryLog = EMPTY) {
    this.state = state;
    this.home = log.home;
    this.kept = log.checkpoint;
    this.records = [...log.records];
    for (const record of log.checkpoint.records) state.restore(borrowed(record));
    for (const { position, bytes } of this.records)
      if (position > log.checkpoint.position) state.apply(borrowed(bytes), position);
    this.position = Math.max(log.checkpoint.position, this.records.at(-1)?.position ?? 0);
    this.durablePosition = this.position;
    const number = log.epochs.length + 1;
    this.epoch = { number, id: number.toString(16).padStart(8, "e"), position: this.position };
    this.epochs = [...log.epochs, this.epoch];
  }

  add(record: Uint8Array, reservation?: Reservation): number {
    if (this.isClosed) throw new JournalError("closed", "the journal is closed");
    if (this.failure !== undefined) throw this.failure;
    if (this.fault !== undefined && (reservation === undefined || this.refusesReserved))
      throw new JournalError(this.fault, `the journal is ${this.fault}`);
    if (record.length > this.recordBytesMax) throw new JournalError("too-large", "the record is too large");
    reservation?.release();
    this.position += record.length + 8;
    this.records.push({ position: this.position, bytes: record.slice() });
    if (!this.isHeld) queueMicrotask(() => this.flush());
    return this.position;
  }

  whenDurable(position: number): Promise<void> {
    if (position <= this.durablePosition) return Promise.resolve();
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((done, failed) => this.waiters.push({ position, done, failed }));
  }

  reserve(bytes: number): Reservation | undefined {
    if (this.fault !== undefined) return undefined;
    this.reservations++;
    let isHeld = true;
    const release = () => {
      if (isHeld) this.reservations--;
      isHeld = false;
    };
    return { bytes, release };
  }

  whenRoom(): Promise<boolean> {
    return Promise.resolve(this.fault === undefined);
  }

  onFailure(listener: (failure: JournalError) => void): void {
    this.failureListeners.push(listener);
  }

  onWarning(): void {}

  async close({ lockedUntil }: { lockedUntil?: () => Promise<unknown> | undefined } = {}): Promise<void> {
    this.flush();
    this.isClosed = true;
    const inUse = lockedUntil?.();
    this.isLocked = inUse !== undefined;
    void inUse?.then(() => {
      this.isLocked = false;
    });
  }

  // ── What tests do with it ─────────────────────────────────────────────────────────────────────────────────

  /** Makes durable all that was given. */
  flush(): void {
    if (this.failure !== undefined) return;
    this.durablePosition = this.position;
    for (const { done } of this.waiters.splice(0)) done();
  }

  /** The disk dies. */
  fail(): void {
    const failure = new JournalError("failed", "the disk is gone");
    this.failure = failure;
    for (const { failed } of this.waiters.splice(0)) failed(failure);
    for (const listener of this.failureListeners.splice(0)) listener(failure);
  }

  /** Makes a checkpoint of what was given, in one piece. */
  checkpoint(): void {
    const records = Array.from(this.state.snapshot(), (record) => record.slice());
    this.kept = { position: this.position, records };
  }

  /** What is left after a crash now: what was durable, and of the rest the first `more` records. */
  crashed(more = 0): MemoryLog {
    const durable = this.records.filter(({ position }) => position <= this.durablePosition).length;
    const checkpoint = this.kept.position <= this.durablePosition ? this.kept : EMPTY.checkpoint;
    const records = this.records.slice(0, durable + more);
    return { home: this.home, epochs: this.epochs, checkpoint, records };
  }
}

/** An array that is only lent: it is overwritten as soon as the borrower is done. */
function borrowed(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  queueMicrotask(() => copy.fill(0xee));
  return copy;
}
