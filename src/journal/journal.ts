import type { Runtime } from "../runtime/runtime.js";
import type { Epoch, PastEpoch } from "./epochs.js";
import type { JournalError } from "./journal-error.js";
import type { JournaledState } from "./journaled-state.js";
import type { Reservation } from "./reservations.js";

/** How a journal works; all optional. */
export interface JournalOptions {
  /** The outside world; Node's by default. */
  readonly runtime?: Runtime;
  /** How large each file of the log is, in bytes: 4 KiB … 1 GiB, by default 16 MiB. No record can be larger. */
  readonly segmentBytes?: number;
  /** After so many bytes of log a checkpoint is made, by default 64 MiB; a small state may have it sooner. */
  readonly checkpointBytes?: number;
}

/** SKELETON: not implemented yet. */
export declare class Journal {
  static open(folder: string, state?: JournaledState, options?: JournalOptions): Promise<Journal>;
  private constructor();
  /** The identity of this journal: 16 random bytes as 22 characters of base64url. */
  readonly home: string;
  readonly epoch: Epoch;
  /** Every epoch with the position where it began, oldest first, the present one last: proof of history. */
  readonly epochs: readonly PastEpoch[];
  /** What was noticed and not fatal, for an operator: an older checkpoint had to be used, a checkpoint could not be written, … */
  readonly warnings: readonly string[];
  /** The end of the last record given to `add` or `append`. Positions are plain numbers that only grow. */
  readonly position: number;
  /** Everything up to here is durable. */
  readonly durablePosition: number;
  /** The most that a record may have. */
  readonly recordBytesMax: number;
  /** Set once a write or sync has failed. */
  readonly failure: JournalError | undefined;
  append(record: Uint8Array, reservation?: Reservation): Promise<number>;
  /** Throws a JournalError at once where the record is not taken (`full`, `busy`, `too-large`, `failed`, `closed`): then nothing has happened. */
  add(record: Uint8Array, reservation?: Reservation): number;
  whenDurable(position: number): Promise<void>;
  /** Room for ONE later record of at most `bytes`; undefined where there is none now. */
  reserve(bytes: number): Reservation | undefined;
  /** Resolves once the room that is being made is there, or could not be made: at once if none is. Try `reserve` or `add` again then. Never rejects. */
  whenRoom(): Promise<void>;
  /** Records after position `from`, up to what is durable; `position` is a record's end. */
  read(from?: number): AsyncIterable<{ readonly position: number; readonly record: Uint8Array }>;
  checkpoint(): Promise<void>;
  /** Calls `listener` once, when the journal fails; at once if it has. */
  onFailure(listener: (failure: JournalError) => void): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
