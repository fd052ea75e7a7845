import { decodeCheckpointRecord, decodeRecord } from "../../delivery/home/records.js";
import { CLIENT_RECORD_KINDS, RECORD_KINDS } from "../../delivery/record-kinds.js";
import type { RecordCheck } from "../../journal/inspection.js";

/** What the first byte of a record tells in the journals of homes and of durable clients, which have none in common. */
const KINDS: ReadonlyMap<number, string> = new Map(
  [...Object.entries(RECORD_KINDS), ...Object.entries(CLIENT_RECORD_KINDS)].map(([kind, byte]) => [
    byte,
    kind,
  ]),
);

export interface NamedCount {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

/** Counts by the names of kinds; not for the journal of a program, which uses first bytes as it likes. */
export function namedKinds(
  kinds: ReadonlyMap<number, { readonly count: number; readonly bytes: number }>,
): NamedCount[] {
  const known = [...kinds].sort(([a], [b]) => a - b);
  return known.map(([byte, { count, bytes }]) => ({ kind: KINDS.get(byte) ?? `${byte}`, count, bytes }));
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
