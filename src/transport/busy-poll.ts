import type { Runtime } from "../runtime/runtime.js";

/**
 * Keeps the event loop awake for a moment after a write, where the peer has been answering at once.
 *
 * A process that sleeps until the answer comes pays for waking up: measured, 63 of the 81 microseconds that an
 * exchange of two small messages over loopback takes are what a bare socket takes too, and all but 18 of them go
 * when neither end falls asleep. (The kernel's own busy polling, `net.core.busy_read`, does the same one level down.)
 *
 * It polls only where that has paid: after {@link PROMPT_ANSWERS_MIN} answers in a row within {@link PROMPT_MS}, and
 * for {@link TURNS_MAX} turns of the event loop at the most, some 100 µs. A poll in vain doubles the number of prompt
 * answers that it takes to try again, so that ends which share a core, and traffic that pauses, lose next to nothing.
 */
export class BusyPoll {
  private readonly runtime: Runtime;
  /** When the last write was handed over that has no answer yet; NaN for none. */
  private wroteMs = Number.NaN;
  private promptAnswers = 0;
  private answersNeeded = PROMPT_ANSWERS_MIN;
  private turnsLeft = 0;
  private polling = false;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /** Bytes were handed to the pipe, and an answer may follow. */
  wrote(): void {
    this.wroteMs = this.runtime.now();
    if (this.promptAnswers < this.answersNeeded) return;
    this.turnsLeft = TURNS_MAX;
    if (this.polling) return;
    this.polling = true;
    this.runtime.afterTurn(this.turn);
  }

  /** Bytes have come. */
  received(nowMs: number): void {
    if (Number.isNaN(this.wroteMs)) return;
    const prompt = nowMs - this.wroteMs <= PROMPT_MS;
    this.wroteMs = Number.NaN;
    this.promptAnswers = prompt ? this.promptAnswers + 1 : 0;
    if (this.polling) this.answersNeeded = PROMPT_ANSWERS_MIN;
  }

  /** The connection has ended. */
  stop(): void {
    this.turnsLeft = 0;
    this.wroteMs = Number.NaN;
  }

  private readonly turn = (): void => {
    if (this.turnsLeft-- > 0 && !Number.isNaN(this.wroteMs)) {
      this.runtime.afterTurn(this.turn);
      return;
    }
    this.polling = false;
    if (Number.isNaN(this.wroteMs)) return;
    this.promptAnswers = 0;
    this.answersNeeded = Math.min(this.answersNeeded * 2, ANSWERS_NEEDED_MAX);
  };
}

/** An answer within this time would have been met by a poll, or nearly. */
const PROMPT_MS = 0.15;

/** So many prompt answers in a row are an exchange, not a coincidence. */
const PROMPT_ANSWERS_MIN = 4;

/** A turn of an idle event loop takes 2 to 3 µs. */
export const TURNS_MAX = 50;

/** After polls in vain it is tried again, if seldom. */
const ANSWERS_NEEDED_MAX = 4096;
