import { copyOf } from "../bytes/copy.js";
import type { ChangesEncoder } from "./changes.js";
import { Scan, type Write } from "./scan.js";
import { SortedMap } from "./sorted-map.js";
import { rangeOf, type ScanOptions, type StoreReading } from "./store-reading.js";

/**
 * Reads of a store with its own writes over them, which nobody else sees. It notes what it has read: where that is still
 * so when its changes are made, in the same turn as `isValid` says so, transactions are serializable.
 */
export class Transaction {
  private readonly store: StoreReading;
  private readonly encoder: ChangesEncoder;
  private readonly beganAt: number;
  /** Keys that were read, with the versions that were seen; 0: there was nothing. Made when it is needed. */
  private reads: Map<string, number> | undefined = undefined;
  private scans: Scan[] | undefined = undefined;
  private readonly writes = new SortedMap<Write>();

  /** Transactions are made by `Store.begin`. */
  constructor(store: StoreReading, encoder: ChangesEncoder) {
    this.store = store;
    this.encoder = encoder;
    this.beganAt = store.version;
  }

  /** The value, which is the caller's to keep and to change; undefined where there is none. */
  get(key: string): Uint8Array | undefined {
    const written = this.writes.get(key);
    if (written !== undefined) return written.value?.slice();
    const stored = this.store.get(key);
    this.reads ??= new Map();
    if (!this.reads.has(key)) this.reads.set(key, stored?.version ?? 0);
    return stored?.value.slice();
  }

  /**
   * Stores a value, of which a copy is made.
   * @throws TypeError where the key is not well-formed text, or the value is no Uint8Array
   */
  put(key: string, value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw new TypeError("the value of a key is a Uint8Array");
    this.writes.set(checked(key), { value: copyOf(value) });
  }

  delete(key: string): void {
    this.writes.set(checked(key), { value: undefined });
  }

  /**
   * The entries of a range, in order, read as they are asked for; own writes show at once. The arrays are the caller's. What
   * was passed counts as read, and all of the range once its end was reached.
   */
  *scan(options: ScanOptions = {}): Generator<[key: string, value: Uint8Array]> {
    const { reverse = false, limit = Number.POSITIVE_INFINITY } = options;
    const scan = new Scan(this.store, this.writes, rangeOf(options), reverse);
    this.scans ??= [];
    this.scans.push(scan);
    for (let count = 0; count < limit; count++) {
      const entry = scan.next();
      if (entry === undefined) return;
      yield [entry[0], entry[1].slice()];
    }
  }

  /** Whether all that was read is still so. */
  isValid(): boolean {
    if (this.store.version === this.beganAt) return true;
    if (this.reads !== undefined) {
      for (const [key, version] of this.reads)
        if ((this.store.get(key)?.version ?? 0) !== version) return false;
    }
    return this.scans === undefined || this.scans.every((scan) => scan.isValid());
  }

  get hasChanges(): boolean {
    return this.writes.size > 0;
  }

  /** What was written, encoded, for `Store.apply`. */
  changes(): Uint8Array {
    const { encoder } = this;
    encoder.clear();
    this.writes.forEach((key, { value }) => {
      if (value === undefined) encoder.delete(key);
      else encoder.put(key, value);
    });
    return encoder.take();
  }
}

/** UTF-8 has no room for half a surrogate pair: what cannot be read back as it was is not written. */
function checked(key: string): string {
  if (/[\ud800-\udfff]/u.test(key))
    throw new TypeError("the key is not well-formed text: a surrogate is alone");
  return key;
}
