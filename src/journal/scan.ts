import type { SortedMap, SortedWalk } from "./sorted-map.js";
import { type KeyRange, keyAfter, type StoredValue, type StoreReading } from "./store-reading.js";

/** A key that was written, and with what; undefined: it was deleted. */
export interface Write {
  readonly value: Uint8Array | undefined;
}

/** One pass over a range of a store with writes over it, which notes what of the store it has passed. */
export class Scan {
  private readonly store: StoreReading;
  private readonly writes: SortedMap<Write>;
  private readonly isDown: boolean;
  /** What has not been passed. */
  private rest: KeyRange;
  /** What has been passed of the store: all keys of a range, which is `rest`'s complement, and their versions. */
  private readonly whole: KeyRange;
  private readonly passedKeys: string[] = [];
  private readonly passedVersions: number[] = [];
  private isStarted = false;
  private isAtEnd = false;
  private storeWalk: SortedWalk<StoredValue>;
  private writesWalk: SortedWalk<Write>;
  private stored: [string, StoredValue] | undefined = undefined;
  private written: [string, Write] | undefined = undefined;
  private storeVersion = -1;
  private writesVersion = -1;

  constructor(store: StoreReading, writes: SortedMap<Write>, range: KeyRange, isDown: boolean) {
    this.store = store;
    this.writes = writes;
    this.whole = range;
    this.rest = range;
    this.isDown = isDown;
    this.storeWalk = store.walk(this.start, isDown);
    this.writesWalk = writes.walk(this.start, isDown);
  }

  /** The next key and its value; undefined at the end. */
  next(): [key: string, value: Uint8Array] | undefined {
    this.isStarted = true;
    for (;;) {
      this.look();
      const { stored, written } = this;
      const key = this.first(stored?.[0], written?.[0]);
      if (key === undefined) {
        this.isAtEnd = true;
        return undefined;
      }
      this.rest = this.isDown ? { from: this.rest.from, to: key } : { from: keyAfter(key), to: this.rest.to };
      if (stored?.[0] === key) {
        this.passedKeys.push(key);
        this.passedVersions.push(stored[1].version);
        this.stored = this.storeWalk.next();
      }
      if (written?.[0] === key) this.written = this.writesWalk.next();
      const value = written?.[0] === key ? written[1].value : stored![1].value;
      if (value !== undefined) return [key, value];
    }
  }

  /** Whether the store still has just what was passed, where it was passed. */
  isValid(): boolean {
    if (!this.isStarted) return true;
    const { isDown, passedKeys, passedVersions } = this;
    const end = this.isAtEnd ? this.end : isDown ? this.rest.to : this.rest.from;
    const walk = this.store.walk(this.wholeStart, isDown);
    let index = 0;
    for (let entry = walk.next(); entry !== undefined && this.isBefore(entry[0], end); entry = walk.next()) {
      if (entry[0] !== passedKeys[index] || entry[1].version !== passedVersions[index]) return false;
      index++;
    }
    return index === passedKeys.length;
  }

  /** Looks anew where the store or the writes have changed since. */
  private look(): void {
    const { store, writes } = this;
    if (store.version === this.storeVersion && writes.version === this.writesVersion) return;
    this.storeVersion = store.version;
    this.writesVersion = writes.version;
    this.storeWalk = store.walk(this.start, this.isDown);
    this.writesWalk = writes.walk(this.start, this.isDown);
    this.stored = this.storeWalk.next();
    this.written = this.writesWalk.next();
  }

  /** That of two keys which comes first, if any of them is in the range. */
  private first(a: string | undefined, b: string | undefined): string | undefined {
    const key = a === undefined ? b : b === undefined ? a : a < b === this.isDown ? b : a;
    return key !== undefined && this.isBefore(key, this.end) ? key : undefined;
  }

  /** Whether a walk has not come to `end` with this key. */
  private isBefore(key: string, end: string | undefined): boolean {
    return end === undefined || (this.isDown ? key >= end : key < end);
  }

  private get start(): string | undefined {
    return this.isDown ? this.rest.to : this.rest.from;
  }

  private get wholeStart(): string | undefined {
    return this.isDown ? this.whole.to : this.whole.from;
  }

  private get end(): string | undefined {
    return this.isDown ? this.whole.from : this.whole.to;
  }
}
