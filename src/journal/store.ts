import { ChangesEncoder, ChangesReader } from "./changes.js";
import { SortedMap, type SortedWalk } from "./sorted-map.js";
import type { StoredValue, StoreReading } from "./store-reading.js";
import { StoreSnapshot } from "./store-snapshot.js";
import { Transaction } from "./transaction.js";

/**
 * A map of strings to bytes, in order. It changes by what a transaction has encoded, so that a journal can keep that; a
 * snapshot shows it as it was, whatever changes meanwhile.
 */
export class Store implements StoreReading {
  private readonly entries = new SortedMap<StoredValue>();
  private readonly encoder = new ChangesEncoder();
  private readonly snapshots = new Set<StoreSnapshot>();
  private changeCount = 0;

  /** How many keys there are. */
  get size(): number {
    return this.entries.size;
  }

  get version(): number {
    return this.changeCount;
  }

  /** The value is the store's: not to be written to. */
  get(key: string): StoredValue | undefined {
    return this.entries.get(key);
  }

  walk(from: string | undefined, isDown: boolean): SortedWalk<StoredValue> {
    return this.entries.walk(from, isDown);
  }

  begin(): Transaction {
    return new Transaction(this, this.encoder);
  }

  /**
   * Makes changes, in order: what `Transaction.changes` has given, here or before a restart. The bytes are borrowed.
   * @throws TypeError where they are malformed; some may have been made by then
   */
  apply(changes: Uint8Array): void {
    const reader = new ChangesReader(changes);
    while (reader.next()) {
      const { key } = reader;
      for (const snapshot of this.snapshots) snapshot.willChange(key, this.entries.get(key)?.value);
      this.changeCount++;
      const value = reader.value();
      if (value === undefined) this.entries.delete(key);
      else this.entries.set(key, { value, version: this.changeCount });
    }
  }

  /** One record of a snapshot. The bytes are borrowed. */
  restore(record: Uint8Array): void {
    this.apply(record);
  }

  /** All entries as of now, several to a record, for `restore`. What is not wanted to its end must be told so: `return()`. */
  snapshot(): IterableIterator<Uint8Array> {
    const snapshot = new StoreSnapshot(this.entries, () => this.snapshots.delete(snapshot));
    this.snapshots.add(snapshot);
    return snapshot;
  }
}
