import type { SortedWalk } from "./sorted-map.js";

/** Which keys of a store, in which order; all by default. Keys are compared by UTF-16 code units. */
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

/** A value and when it was stored: two of the same version are the same. */
export interface StoredValue {
  readonly value: Uint8Array;
  readonly version: number;
}

/** A store, to be read. */
export interface StoreReading {
  /** One more with each change of a key. */
  readonly version: number;
  get(key: string): StoredValue | undefined;
  /** The entries, up from the first key at or after `from` (the first of all by default), or down from the last one before it. */
  walk(from: string | undefined, isDown: boolean): SortedWalk<StoredValue>;
}

/** From one key, inclusive, to another, exclusive; undefined: without an end on that side. */
export interface KeyRange {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export function rangeOf({ from, to, prefix }: ScanOptions): KeyRange {
  if (prefix === undefined) return { from, to };
  const end = afterPrefix(prefix);
  return {
    from: from === undefined || from < prefix ? prefix : from,
    to: to === undefined || (end !== undefined && end < to) ? end : to,
  };
}

/** The first key behind all that begin with `prefix`; undefined if there is none. */
function afterPrefix(prefix: string): string | undefined {
  for (let at = prefix.length - 1; at >= 0; at--) {
    const unit = prefix.charCodeAt(at);
    if (unit < 0xffff) return prefix.slice(0, at) + String.fromCharCode(unit + 1);
  }
  return undefined;
}

/** The first key behind this one. */
export function keyAfter(key: string): string {
  return `${key}\0`;
}
