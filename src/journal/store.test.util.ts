import { Store } from "./store.js";
import type { ScanOptions } from "./store-reading.js";

export const encode = (text: string) => new TextEncoder().encode(text);
export const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

export function put(store: Store, ...entries: [key: string, value: string][]): void {
  const transaction = store.begin();
  for (const [key, value] of entries) transaction.put(key, encode(value));
  store.apply(transaction.changes());
}

export function scan(store: Store, options?: ScanOptions): string[] {
  return [...store.begin().scan(options)].map(([key, value]) => `${key}=${decode(value)}`);
}

/** What a snapshot is once it is restored. */
export function restored(snapshot: Iterable<Uint8Array>): string[] {
  const copy = new Store();
  for (const record of snapshot) copy.restore(record);
  return scan(copy);
}

/** Reads some and writes the sum, with its own name, under another key; or a new key for each there is. */
export interface StoreProgram {
  readonly reads: readonly string[];
  readonly scans: boolean;
  readonly writes: string;
  readonly deletes: boolean;
}

export const PROGRAM_KEYS = ["a", "b", "c", "d"] as const;

/** What became of programs that ran at once, and of those of them that were committed, one at a time. */
export interface Interleaving {
  readonly committed: number;
  readonly together: readonly string[];
  readonly alone: readonly string[];
  /** A snapshot that was taken before the first of their steps and read after the last one. */
  readonly snapshot: readonly string[];
  readonly before: readonly string[];
}

/** Runs programs on one store, the next step being that of any of them. */
export function interleave(programs: readonly StoreProgram[], pick: (count: number) => number): Interleaving {
  const store = startingStore();
  const before = scan(store);
  const snapshot = store.snapshot();
  const committed: number[] = [];
  let running = programs.map((program, index) => ({ index, run: stepwise(store, program, index) }));
  while (running.length > 0) {
    const one = running[pick(running.length)];
    const { done, value } = one.run.next();
    if (done !== true) continue;
    running = running.filter((each) => each !== one);
    if (value) committed.push(one.index);
  }
  const alone = startingStore();
  for (const index of committed) for (const _ of stepwise(alone, programs[index], index));
  return {
    committed: committed.length,
    together: scan(store),
    alone: scan(alone),
    snapshot: restored(snapshot),
    before,
  };
}

function startingStore(): Store {
  const store = new Store();
  put(store, ["a", "a"], ["b", "b"]);
  return store;
}

/** Runs a transaction, in which others may come between any two of its steps; whether it was committed. */
function* stepwise(
  store: Store,
  { reads, scans, writes, deletes }: StoreProgram,
  index: number,
): Generator<void, boolean> {
  const transaction = store.begin();
  let sum = `${index}`;
  for (const key of reads) {
    yield;
    const value = transaction.get(key);
    sum += value === undefined ? "-" : decode(value);
  }
  if (scans) {
    for (const [key, value] of transaction.scan()) {
      yield;
      sum += key + decode(value);
    }
  }
  yield;
  if (deletes && sum.length % 2 === 0) transaction.delete(writes);
  else transaction.put(writes, encode(sum.slice(-40)));
  if (!transaction.isValid()) return false;
  store.apply(transaction.changes());
  return true;
}
