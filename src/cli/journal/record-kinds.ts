import { CLIENT_RECORD_KINDS } from "../../delivery/client/client-records.js";
import { RECORD_KINDS } from "../../delivery/home/records.js";

/** What the first byte of a record tells in the journals of homes and of durable clients, which have none in common. */
const KINDS: ReadonlyMap<number, string> = new Map(
  [...Object.entries(RECORD_KINDS), ...Object.entries(CLIENT_RECORD_KINDS)].map(([kind, byte]) => [
    byte,
    kind,
  ]),
);

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

/** Counts by the names of kinds; not for the journal of a program, which uses first bytes as it likes. */
export function namedKinds(
  kinds: ReadonlyMap<number, { readonly count: number; readonly bytes: number }>,
): NamedCount[] {
  const known = [...kinds].sort(([a], [b]) => a - b);
  return known.map(([byte, { count, bytes }]) => ({ kind: KINDS.get(byte) ?? `${byte}`, count, bytes }));
}
