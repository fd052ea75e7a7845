import type { CallOutcome } from "../../client/call-delivery.js";
import { outcomeBytes } from "./outcome.js";

/** What became of calls that their callers had given up, for those who ask afterwards; the oldest are forgotten. */
export class OutcomeBook {
  private readonly outcomes = new Map<string, CallOutcome>();
  private bytes = 0;

  put(callId: string, outcome: CallOutcome): void {
    this.delete(callId);
    this.outcomes.set(callId, outcome);
    this.bytes += outcomeBytes(outcome);
    while (this.outcomes.size > OUTCOMES_MAX || this.bytes > OUTCOME_BYTES_MAX) {
      const [oldest] = this.outcomes.keys();
      this.delete(oldest);
    }
  }

  get(callId: string): CallOutcome | undefined {
    return this.outcomes.get(callId);
  }

  private delete(callId: string): void {
    const outcome = this.outcomes.get(callId);
    if (outcome === undefined) return;
    this.outcomes.delete(callId);
    this.bytes -= outcomeBytes(outcome);
  }
}

/** As many as a window holds: more than anybody will ask for after a time of trouble. */
const OUTCOMES_MAX = 1024;

/** Four answers of the usual greatest size. */
const OUTCOME_BYTES_MAX = 16 * 1024 * 1024;
