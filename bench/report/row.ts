/** The name of the project's own row; every ratio is its value over another peer's. */
export const OURS = "redoubt";

/** One peer's result in one scenario: medians over the rounds. */
export interface Row {
  readonly peer: string;
  /** In {@link unit}; null if the peer failed. */
  readonly value: number | null;
  /** Such as "calls/s"; says "(lower is better)" where that is so. */
  readonly unit: string;
  /** Half of the calls took at most so long, milliseconds; null where calls have no latency of their own. */
  readonly p50Ms: number | null;
  /** 99 of 100 calls took at most so long, milliseconds; null as above. */
  readonly p99Ms: number | null;
  /** Our value over this peer's, from the rounds next to this peer's; null in our own row and without one of both. */
  readonly ratio: number | null;
  /** How far the rounds lie apart: (highest − lowest) / median; null if the peer failed. */
  readonly spread: number | null;
  /** Why the peer has no value. */
  readonly failure: string | null;
  /** What the peer does otherwise than ours, so that the ratio does not say all; null if nothing. */
  readonly remark: string | null;
}

/** One round of one peer. */
export interface Sample {
  readonly peer: string;
  /** The peer whose rounds stand next to this one of ours; null: it counts for every peer. */
  readonly against: string | null;
  readonly value: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}
