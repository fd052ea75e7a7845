/** What a name in a journal's folder means. */
export type NamedFile =
  | { readonly kind: "segment"; readonly number: number }
  | { readonly kind: "checkpoint"; readonly position: number }
  /** Was being made when somebody crashed. */
  | { readonly kind: "unfinished" }
  | { readonly kind: "lock" }
  /** The file system's own. */
  | { readonly kind: "ignored" }
  | { readonly kind: "unknown" };

export function segmentName(number: number): string {
  return `segment-${String(number).padStart(SEGMENT_DIGITS, "0")}`;
}

export function checkpointName(position: number): string {
  return `checkpoint-${String(position).padStart(POSITION_DIGITS, "0")}`;
}

/** The name that a file has until all of it is durable. */
export function unfinishedName(name: string): string {
  return `${name}.new`;
}

export function namedFile(name: string): NamedFile {
  const [, kind, digits, isUnfinished] = PATTERN.exec(name) ?? [];
  if (isUnfinished !== undefined) return { kind: "unfinished" };
  if (kind === "segment" && digits.length === SEGMENT_DIGITS) return { kind, number: Number(digits) };
  if (kind === "checkpoint" && digits.length === POSITION_DIGITS) return { kind, position: Number(digits) };
  if (name === LOCK_NAME) return { kind: "lock" };
  return { kind: name === "lost+found" ? "ignored" : "unknown" };
}

const PATTERN = /^(segment|checkpoint)-(\d+)(\.new)?$/;

/** Enough for 2^32 segments, and for positions up to 2^53; names sort as numbers do. */
const SEGMENT_DIGITS = 10;
const POSITION_DIGITS = 16;

/** What the lock of the folder may need. */
const LOCK_NAME = "lock";
