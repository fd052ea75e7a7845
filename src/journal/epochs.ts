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
