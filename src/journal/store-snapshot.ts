import { ChangesEncoder } from "./changes.js";
import { SortedMap } from "./sorted-map.js";
import { keyAfter, type StoredValue } from "./store-reading.js";

/**
 * The entries of a store as they were, encoded some at a time. It goes through the live entries in order; of what changes
 * ahead of it, it keeps what was there.
 */
export class StoreSnapshot implements IterableIterator<Uint8Array> {
  private readonly entries: SortedMap<StoredValue>;
  /** What changed keys had. */
  private readonly kept = new SortedMap<Kept>();
  private readonly encoder = new ChangesEncoder();
  private readonly onEnd: () => void;
  /** What has not been given begins here; undefined: with the first key. */
  private from: string | undefined = undefined;
  private isEnded = false;

  constructor(entries: SortedMap<StoredValue>, onEnd: () => void) {
    this.entries = entries;
    this.onEnd = onEnd;
  }

  /** To be called before a key changes, with what it has, if anything. */
  willChange(key: string, value: Uint8Array | undefined): void {
    const isAhead = this.from === undefined || key >= this.from;
    if (isAhead && this.kept.get(key) === undefined) this.kept.set(key, { value });
  }

  next(): IteratorResult<Uint8Array> {
    if (!this.isEnded) this.encodeSome();
    return this.encoder.bytes > 0
      ? { done: false, value: this.encoder.take() }
      : { done: true, value: undefined };
  }

  return(): IteratorResult<Uint8Array> {
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  private encodeSome(): void {
    const liveWalk = this.entries.walk(this.from);
    const keptWalk = this.kept.walk(this.from);
    let live = liveWalk.next();
    let kept = keptWalk.next();
    while (this.encoder.bytes < RECORD_BYTES) {
      if (live !== undefined && (kept === undefined || live[0] < kept[0])) {
        this.encoder.put(live[0], live[1].value);
        this.from = keyAfter(live[0]);
        live = liveWalk.next();
      } else if (kept !== undefined) {
        if (kept[1].value !== undefined) this.encoder.put(kept[0], kept[1].value);
        this.from = keyAfter(kept[0]);
        if (live?.[0] === kept[0]) live = liveWalk.next();
        kept = keptWalk.next();
      } else {
        this.end();
        return;
      }
    }
  }

  private end(): void {
    if (!this.isEnded) this.onEnd();
    this.isEnded = true;
  }
}

interface Kept {
  /** Undefined: there was nothing. */
  readonly value: Uint8Array | undefined;
}

/** About as much is encoded in one go; one entry may be larger. */
const RECORD_BYTES = 8 * 1024;
