/** Which way bytes go. */
export type Direction = "to-server" | "to-client";

/** What both ends see of a connection that is cut. */
export type CutKind =
  /** A clean end both ways, after what was under way. */
  | "end"
  /** An error, at once; what was under way the other way is lost. */
  | "reset"
  /** Nothing at all: bytes just stop, and the system still takes what is written. */
  | "silence"
  /** Nothing at all, and the system takes no more bytes. */
  | "stall";

export const CUT_KINDS: readonly CutKind[] = ["end", "reset", "silence", "stall"];

/** Cuts a connection after exactly `bytes` bytes have gone in `direction`; 0 cuts it as it is opened. */
export interface Cut {
  readonly direction: Direction;
  readonly bytes: number;
  readonly kind: CutKind;
}

/** After a silent cut the two ends live on apart: only their own clocks can tell them. */
export function isSilent(kind: CutKind): boolean {
  return kind === "silence" || kind === "stall";
}
