import type { ScanOptions } from "./store.js";

/** SKELETON: not implemented yet. Reads of a store with its own writes over them; nobody sees them before `Store.apply(changes())`. */
export declare class Transaction {
  get(key: string): Uint8Array | undefined;
  put(key: string, value: Uint8Array): void;
  delete(key: string): void;
  scan(options?: ScanOptions): Iterable<[key: string, value: Uint8Array]>;
  /** Whether all that was read is still so; `Store.apply(changes())` in the same turn keeps transactions serializable. */
  isValid(): boolean;
  readonly hasChanges: boolean;
  /** The writes, encoded. */
  changes(): Uint8Array;
}
