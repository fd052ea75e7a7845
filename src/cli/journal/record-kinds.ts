/** What the first byte of a record tells in the journal of a home; others may use it otherwise. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [1, "time"],
  [2, "method"],
  [3, "opened"],
  [4, "touched"],
  [5, "ended"],
  [6, "intent"],
  [7, "noted"],
  [8, "done"],
  [9, "executed"],
  [10, "refused"],
  [11, "changed"],
  [32, "home"],
  [33, "session"],
  [34, "open-call"],
  [35, "answered-call"],
  [36, "refused-call"],
  [37, "store"],
]);

export interface NamedCount {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

/** Of those up to here other journals have as many, of other meanings: a home's has others as well, sooner or later. */
const COMMON_KIND_MAX = 8;

/** Counts by the names of kinds; none where the journal is not for certain that of a home. */
export function namedKinds(
  kinds: ReadonlyMap<number, { readonly count: number; readonly bytes: number }>,
): NamedCount[] {
  const known = [...kinds].sort(([a], [b]) => a - b);
  const isHome = known.every(([byte]) => KINDS.has(byte)) && known.some(([byte]) => byte > COMMON_KIND_MAX);
  if (!isHome) return [];
  return known.map(([byte, { count, bytes }]) => ({ kind: KINDS.get(byte)!, count, bytes }));
}
