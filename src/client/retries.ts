import type { CallEnd } from "../rpc/call-end.js";
import type { Outcome } from "../rpc/error.js";
import type { Method } from "../rpc/method.js";
import { statusName } from "../rpc/status.js";
import type { WheelEntry } from "../rpc/timer-wheel.js";
import { Backoff } from "./backoff.js";
import { duration } from "./time-spent.js";

/** Attempts of a call without a deadline: a caller who names none still learns that the server is gone. */
export const ATTEMPTS_WITHOUT_DEADLINE_MAX = 5;

/** Pauses between the attempts of one call: short enough for a server that restarts, and soon long enough for one that does not. */
export const RETRY_BACKOFF = { initialMs: 50, maxMs: 2_000 };

/** Whether calls of this method are made again where the server is unavailable: it may be carried out more than once. */
export function isRetried(method: Pick<Method, "promise" | "kind">): boolean {
  return method.promise === "at-least-once" && method.kind === "unary";
}

/** The attempts of a call that is made again. There is one from the first failure on. */
export class Retries {
  /** The attempt that comes next, while the call pauses. */
  pause: WheelEntry | undefined = undefined;
  /** When the last attempt failed, in the runtime's time. */
  failedMs: number;
  private readonly startedMs: number;
  private readonly backoff: Backoff;
  private readonly attemptsMax: number;
  private failures = 0;
  private last!: CallEnd;
  private outcome: Outcome = "not-executed";

  /** `random` gives numbers in [0, 1). */
  constructor(startedMs: number, hasDeadline: boolean, random: () => number) {
    this.startedMs = startedMs;
    this.failedMs = startedMs;
    this.backoff = new Backoff(RETRY_BACKOFF, random);
    this.attemptsMax = hasDeadline ? Number.POSITIVE_INFINITY : ATTEMPTS_WITHOUT_DEADLINE_MAX;
  }

  /** One more has failed. @returns how long to pause before the next; undefined: enough */
  fail(end: CallEnd, nowMs: number): number | undefined {
    this.failures++;
    this.failedMs = nowMs;
    this.last = end;
    this.outcome = worse(this.outcome, end.outcome);
    return this.failures < this.attemptsMax ? this.backoff.nextMs() : undefined;
  }

  /** The end of the last attempt as that of the call: its outcome is about all of them. */
  conclude(end: CallEnd): CallEnd {
    return { ...end, outcome: worse(this.outcome, end.outcome) };
  }

  /** `120 ms in 2 attempts that failed (the last: UNAVAILABLE: …)` */
  describe(): string {
    const { failures, last } = this;
    const attempts = failures === 1 ? "an attempt that" : `${failures} attempts that`;
    const reason = `${failures === 1 ? "" : "the last: "}${statusName(last.code)}: ${last.message}`;
    return `${duration(this.startedMs, this.failedMs)} in ${attempts} failed (${reason})`;
  }
}

/** What is certain of a call of which one attempt ended with `a`, another with `b`. */
export function worse(a: Outcome, b: Outcome): Outcome {
  if (a === "executed" || b === "executed") return "executed";
  return a === "unknown" || b === "unknown" ? "unknown" : "not-executed";
}
