import { CLIENT_RECORD_KINDS, RECORD_KINDS } from "./record-kinds.js";
import { MalformedRecord } from "./record-reader.js";

/**
 * Whose journal it is that somebody else has tried to open, as far as the first byte of a record that it did not know tells;
 * undefined for a program's own, a newer version's, and one whose records are known.
 */
export function strangeOwner(error: unknown): "a home" | "a durable client" | undefined {
  const kind = error instanceof MalformedRecord ? error.unknownKind : undefined;
  if (kind === undefined) return undefined;
  if (HOME.has(kind)) return "a home";
  return CLIENT.has(kind) ? "a durable client" : undefined;
}

const HOME: ReadonlySet<number> = new Set(Object.values(RECORD_KINDS));
const CLIENT: ReadonlySet<number> = new Set(Object.values(CLIENT_RECORD_KINDS));
