import { decodeCheckpointRecord, decodeRecord, RECORD_KINDS } from "../../delivery/home/records.js";
import type { RecordCheck } from "../../journal/inspection.js";

/** What the first byte of a record tells in the journal of a home; others may use it otherwise. */
const KINDS: ReadonlyMap<number, string> = new Map(
  Object.entries(RECORD_KINDS).map(([name, kind]) => [kind, name]),
);

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
