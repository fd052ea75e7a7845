import type { Transaction } from "./transaction.js";

/** Which keys of a store, in which order; all by default. */
export interface ScanOptions {
  /** The first key, if it is there. */
  readonly from?: string;
  /** The first key that is no longer meant. */
  readonly to?: string;
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** From the last to the first. */
  readonly reverse?: boolean;
  /** At most so many. */
  readonly limit?: number;
}

/** SKELETON: not implemented yet. An ordered map of strings (by UTF-16 code units) to bytes; its changes are records for a journal. */
export declare class Store {
  readonly size: number;
  get(key: string): Uint8Array | undefined;
  scan(options?: ScanOptions): Iterable<[key: string, value: Uint8Array]>;
  begin(): Transaction;
  /** What `Transaction.changes` has given, here or before a restart. Throws a TypeError where it is malformed. */
  apply(changes: Uint8Array): void;
  /** One record of `snapshot`. */
  restore(record: Uint8Array): void;
  snapshot(): Iterable<Uint8Array>;
}
