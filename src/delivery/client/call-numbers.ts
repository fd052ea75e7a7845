/** What {@link CallNumbers} start with. */
export interface NumberRange {
  /** The number that the next call gets. */
  readonly next: number;
  /** A call's number is below the lowest unanswered one plus this. */
  readonly window: number;
  /** Numbers that were given already and are unanswered, lowest first. */
  readonly unanswered?: readonly number[];
}

/**
 * The numbers of a session's calls, and which of them still want an answer:
 *
 *     ─── done ───►│ ack ……… some done, some not ……… │ next ── may be given ──► │ ack + window
 *
 * `ack` is what the home is told: it forgets what stands below, so a number is done only once nobody can ever want
 * its answer from there.
 */
export class CallNumbers {
  private readonly window: number;
  private readonly done: Uint8Array;
  private lowest: number;
  private nextNumber: number;
  private open: number;

  constructor({ next, window, unanswered = [] }: NumberRange) {
    this.window = Math.min(window, WINDOW_MAX);
    this.nextNumber = next;
    this.lowest = unanswered[0] ?? next;
    this.open = unanswered.length;
    this.done = new Uint8Array(Math.max(this.window, next - this.lowest)).fill(1);
    for (const number of unanswered) this.done[number % this.done.length] = 0;
  }

  /** The lowest number whose answer is still wanted: that of the next call where none is. */
  get ack(): number {
    return this.lowest;
  }

  /** How many calls are unanswered. */
  get unanswered(): number {
    return this.open;
  }

  get next(): number {
    return this.nextNumber;
  }

  /** A number for a new call; undefined while the window is full. */
  take(): number | undefined {
    const number = this.nextNumber;
    if (number >= this.lowest + this.window) return undefined;
    this.done[number % this.done.length] = 0;
    this.nextNumber++;
    this.open++;
    return number;
  }

  /** Nobody will ever want the answer of this call from its home. */
  finish(number: number): void {
    const { done } = this;
    const isOpen = number >= this.lowest && number < this.nextNumber && done[number % done.length] === 0;
    if (!isOpen) throw new Error(`Redoubt delivery: call ${number} is done already, or was never begun`);
    done[number % done.length] = 1;
    this.open--;
    while (this.lowest < this.nextNumber && done[this.lowest % done.length] === 1) this.lowest++;
  }
}

/** Unanswered calls of one session; a home that would let us have more than that pays for more than it gains. */
const WINDOW_MAX = 65_536;
