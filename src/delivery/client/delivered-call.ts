import { Backoff } from "../../client/backoff.js";
import { ATTEMPTS_WITHOUT_DEADLINE_MAX, RETRY_BACKOFF, worse } from "../../client/retries.js";
import { duration } from "../../client/time-spent.js";
import { type CallEnd, localEnd } from "../../rpc/call-end.js";
import { REFUSAL_FIELD } from "../../rpc/delivery-fields.js";
import type { Outcome } from "../../rpc/error.js";
import { Status, statusName } from "../../rpc/status.js";
import type { TimerWheel, WheelEntry } from "../../rpc/timer-wheel.js";
import type { Runtime } from "../../runtime/runtime.js";
import { RingPlace } from "../call-ring.js";
import type { Mark } from "../mark.js";
import type { Attempt, AttemptEnd, AttemptListener, AttemptOptions, Attempts } from "./attempts.js";
import { withRefusal } from "./refused-end.js";
import type { Session } from "./session.js";
import { outcomeOfAttempt, recordedMark, verdictOn } from "./verdict.js";

/** What calls and sessions need of the world. */
export interface DeliveryWorld {
  readonly attempts: Attempts;
  readonly runtime: Runtime;
  readonly wheel: TimerWheel;
}

/**
 * An attempt waits so long for its answer at most: a connection that has died in silence is found out, and a handler
 * that takes longer is joined by the next attempt. In milliseconds.
 */
const ATTEMPT_MS_MAX = 30_000;

/** The caller's own deadline comes first, in milliseconds: it knows of all attempts. More than timers are coarse. */
const AFTER_CALLER_MS = 10;

/** An exactly-once call that has its number: sends it, again and again, until its end is known. */
export abstract class DeliveredCall extends RingPlace implements AttemptListener {
  readonly path: string;
  readonly request: Uint8Array;
  /** 0 before it has one. */
  sequence = 0;
  /** What is certain of all attempts that have ended. */
  protected outcome: Outcome = "not-executed";
  /** How many attempts may have reached a server. */
  protected left = 0;
  /** An attempt is on its way. */
  isUnderWay = false;
  /** When it first got its number, in the runtime's time. */
  protected sentMs = 0;
  protected readonly world: DeliveryWorld;
  private attempt: Attempt | undefined = undefined;
  private pause: WheelEntry | undefined = undefined;
  private backoff: Backoff | undefined = undefined;
  /** How many attempts were made, the one under way included. */
  private attempts = 0;
  /** How many of the last ones, in a row, came to other homes. */
  protected astray = 0;
  private failures = 0;
  private failedMs = 0;
  /** How the last attempt that brought no answer has ended. */
  protected failure: AttemptEnd | undefined = undefined;
  /** How the last attempt to open its session has failed, while it waited for that. */
  protected failureOfOpening: CallEnd | undefined = undefined;

  constructor(world: DeliveryWorld, path: string, request: Uint8Array) {
    super();
    this.world = world;
    this.path = path;
    this.request = request;
  }

  protected abstract readonly session: Session;
  /** What the next attempt is to carry besides the request. */
  protected abstract readonly options: AttemptOptions | undefined;
  /** Milliseconds that are left for it; Infinity for as many as it takes. */
  protected abstract leftMs(nowMs: number): number;
  /** Whether it may go on without end although it has no deadline. */
  protected abstract readonly isPatient: boolean;
  /** The recorded answer, and how far its home had come then. */
  protected abstract onAnswer(end: AttemptEnd, mark: Mark): void;
  /** Not to be sent again. `isGone`: the home has nothing to say about its number. */
  protected abstract onFinal(end: AttemptEnd, isGone: boolean): void;
  protected abstract onSessionOver(end: AttemptEnd): void;
  /** The attempt has come to another home. */
  protected abstract onElsewhere(end: AttemptEnd): void;
  /** Asked before a pause and after it. False: the call goes another way. */
  protected abstract mayGoOn(): boolean;

  /** Makes the first attempt; the call has its number. */
  send(): void {
    const nowMs = this.world.runtime.now();
    if (this.sentMs === 0) this.sentMs = nowMs;
    const leftMs = this.leftMs(nowMs);
    // The caller's deadline is about to end it.
    if (leftMs <= 0) return;
    this.attempts++;
    this.isUnderWay = true;
    const attempt = this.world.attempts.make(
      {
        path: this.path,
        call: this.session.header(this.sequence),
        number: this.attempts,
        request: this.request,
        timeoutMs: Math.min(leftMs + AFTER_CALLER_MS, ATTEMPT_MS_MAX),
        options: this.options,
      },
      this,
    );
    if (this.isUnderWay) this.attempt = attempt;
  }

  onAttemptEnd(end: AttemptEnd): void {
    this.isUnderWay = false;
    this.attempt = undefined;
    const mark = recordedMark(end);
    if (mark !== undefined) {
      this.session.see(mark);
      return this.onAnswer(end.outcome === "unknown" ? { ...end, outcome: "executed" } : end, mark);
    }
    if (end.hasLeft) this.left++;
    this.outcome = worse(this.outcome, outcomeOfAttempt(end));
    this.failures++;
    this.failure = end;
    this.failedMs = this.world.runtime.now();
    const verdict = verdictOn(end);
    this.astray = verdict === "elsewhere" ? this.astray + 1 : 0;
    switch (verdict) {
      case "again":
        return this.isHopeless ? this.onFinal(afterAttempts(end, this.failures), false) : this.sendLater();
      case "elsewhere":
        return this.onElsewhere(end);
      case "forbidden":
        return this.onFinal(end, false);
      case "final":
        return this.onFinal(unrecorded(end), false);
      case "gone":
        return this.onFinal(end, true);
      case "session-over":
        return this.onSessionOver(end);
    }
  }

  /** Makes no more attempts, and takes back the one that is under way. */
  stop(): void {
    if (this.pause !== undefined) this.world.wheel.remove(this.pause);
    this.pause = undefined;
    const { attempt } = this;
    if (attempt === undefined) return;
    this.attempt = undefined;
    this.isUnderWay = false;
    const outcome = attempt.cancel();
    if (outcome !== "not-executed") this.left++;
    this.outcome = worse(this.outcome, outcome);
  }

  /** Where the time since it was sent went. */
  describe(): string[] {
    const { failure, failures, attempt } = this;
    const parts: string[] = [];
    if (failure !== undefined) {
      const which = failures === 1 ? "an attempt that" : `${failures} attempts that`;
      const last = `${failures === 1 ? "" : "the last: "}${describeEnd(failure)}`;
      parts.push(`${duration(this.sentMs, this.failedMs)} in ${which} failed (${last})`);
    }
    if (attempt !== undefined) parts.push(attempt.describe());
    else parts.push(`${duration(this.failedMs, this.world.runtime.now())} waiting to try again`);
    return parts;
  }

  /** The end for whoever can wait no longer: it tells what the home has refused last. */
  protected tooLate(message: string): CallEnd {
    const last = this.failure ?? this.failureOfOpening;
    const refusal = last?.trailers().get(REFUSAL_FIELD);
    return withRefusal(localEnd(Status.DEADLINE_EXCEEDED, message, "unknown"), refusal);
  }

  protected get hasLeft(): boolean {
    return this.left > 0;
  }

  /** Pauses grow to so many milliseconds. */
  protected get backoffMsMax(): number {
    return RETRY_BACKOFF.maxMs;
  }

  /** Nothing of it has come anywhere, and nobody has said how long to try. */
  private get isHopeless(): boolean {
    return (
      !this.isPatient && this.outcome === "not-executed" && this.failures >= ATTEMPTS_WITHOUT_DEADLINE_MAX
    );
  }

  /** Makes another attempt, after a pause. */
  protected sendLater(): void {
    if (!this.mayGoOn()) return;
    const { runtime, wheel } = this.world;
    this.backoff ??= new Backoff({ ...RETRY_BACKOFF, maxMs: this.backoffMsMax }, () => runtime.random());
    this.pause = wheel.add(runtime.now() + this.backoff.nextMs(), () => this.resume());
  }

  /** Ends the pause that it makes, if any. */
  protected hurry(): void {
    if (this.pause === undefined) return;
    this.world.wheel.remove(this.pause);
    this.changePace();
    this.resume();
  }

  /** Pauses start from the beginning. */
  protected changePace(): void {
    this.backoff = undefined;
  }

  private resume(): void {
    this.pause = undefined;
    if (this.mayGoOn()) this.send();
  }
}

/** `UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:80` */
export function describeEnd({ code, message }: Pick<AttemptEnd, "code" | "message">): string {
  return `${statusName(code)}: ${message}`;
}

/** The end of a call that says not how long to try. */
export function afterAttempts<End extends CallEnd>(end: End, attempts: number): End {
  const message = `${end.message} (the last of ${attempts} attempts: a call with timeoutMs or waitForReady goes on)`;
  return { ...end, message };
}

/** An answer that its home has not recorded is none, whatever it says. */
function unrecorded(end: AttemptEnd): AttemptEnd {
  if (end.code !== Status.OK) return end;
  const message =
    "the server answered OK without having recorded it (there is no redoubt-recorded trailer): it is not the home that the session was opened at, or something on the way drops trailers";
  return { ...end, code: Status.INTERNAL, message, outcome: "executed" };
}
