/** What the first byte of a record tells in the journal of a home; programs of others may use it otherwise. */
const HOME_KINDS: ReadonlyMap<number, string> = new Map([
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

/** The same in the journal of a durable client. */
const CLIENT_KINDS: ReadonlyMap<number, string> = new Map([
  [64, "opening"],
  [65, "opened"],
  [66, "reserved"],
  [67, "call"],
  [68, "answered"],
  [69, "kept"],
  [70, "forgotten"],
  [71, "over"],
]);

export interface NamedCount {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

/** Of those up to here other programs have as many, of other meanings: a home's has others as well, sooner or later. */
const COMMON_KIND_MAX = 8;

/** Counts by the names of kinds; none where the journal is not for certain that of a home or of a durable client. */
export function namedKinds(
  kinds: ReadonlyMap<number, { readonly count: number; readonly bytes: number }>,
): NamedCount[] {
  const known = [...kinds].sort(([a], [b]) => a - b);
  const names = [HOME_KINDS, CLIENT_KINDS].find((one) => known.every(([byte]) => one.has(byte)));
  if (names === undefined || !known.some(([byte]) => byte > COMMON_KIND_MAX)) return [];
  return known.map(([byte, { count, bytes }]) => ({ kind: names.get(byte)!, count, bytes }));
}

/** Reads records as a home does that is opened. */
export class HomeRecords {
  private opened = 0;

  /** Whether records were among them that only a home has. */
  get areThere(): boolean {
    return this.opened > 0;
  }

  readonly check: RecordCheck = (record, isCheckpoint) => {
    try {
      const { kind } = isCheckpoint ? decodeCheckpointRecord(record) : decodeRecord(record);
      if (kind === "opened" || kind === "session") this.opened++;
      return undefined;
    } catch (error) {
      const name = KINDS.get(record[0]) ?? record[0];
      return `a record of kind ${name} cannot be read: ${error instanceof Error ? error.message : error}`;
    }
  };
}
