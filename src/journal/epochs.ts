/** The time between one opening of a journal and the next. */
export interface Epoch {
  /** 1 for the first, one more with each opening. */
  readonly number: number;
  /** Eight hexadecimal digits, random: two copies of a journal that were both opened have different ones. */
  readonly id: string;
}

/** An epoch and where in the log it began; it ended where the next one began. */
export interface PastEpoch extends Epoch {
  readonly position: number;
}

/** The id as the 32 bits that stand on the disk. */
export function epochIdBits(id: string): number {
  return Number.parseInt(id, 16);
}

export function epochIdText(bits: number): string {
  return bits.toString(16).padStart(8, "0");
}

/** Adds an epoch to a history, and lets the oldest go where it is too long. */
export function addEpoch(history: PastEpoch[], epoch: PastEpoch): void {
  history.push(epoch);
  if (history.length > EPOCHS_MAX) history.shift();
}

/** Openings that are remembered, 16 bytes each: whoever was last seen before them counts as never seen. */
export const EPOCHS_MAX = 65_536;
