import { abortedEnd } from "../../client/aborted-end.js";
import { ATTEMPTS_WITHOUT_DEADLINE_MAX } from "../../client/retries.js";
import { deadlineMessage, duration } from "../../client/time-spent.js";
import type { CallEnd } from "../../rpc/call-end.js";
import type { AttemptEnd } from "./attempts.js";
import type { Awaited, Caller } from "./caller.js";
import { afterAttempts, DeliveredCall, type DeliveryWorld } from "./delivered-call.js";
import type { LiveSession } from "./live-session.js";
import type { Session } from "./session.js";

/** What a {@link VolatileCall} needs of its client. */
export interface VolatileClient {
  /** Why it has not been sent yet. */
  describeWait(): string;
  isCurrent(live: LiveSession<VolatileCall>): boolean;
  /** Gives a call that has no number a place in the present session, or among those that wait for one. */
  admit(call: VolatileCall): void;
  /** A call stands nowhere any more. `live`: where it stood, if it had a number. */
  onLeft(live: LiveSession<VolatileCall> | undefined): void;
  /** Somebody may want to know what became of a call that may have been carried out. */
  inquire(live: LiveSession<VolatileCall>, sequence: number): void;
  /** The session's connection leads to another home. */
  onElsewhere(live: LiveSession<VolatileCall>): void;
  onSessionOver(session: Session, end: AttemptEnd): void;
  /** How calls end, once the channel closes. */
  readonly closed: CallEnd | undefined;
}

/** An exactly-once call of a client that remembers nothing beyond its channel: it lives as long as its caller waits. */
export class VolatileCall extends DeliveredCall implements Awaited {
  /** The session that it has its number from. */
  live: LiveSession<VolatileCall> | undefined = undefined;
  /** Why it had to wait for its number, where it had to. */
  waitedFor: string | undefined = undefined;
  private readonly client: VolatileClient;
  private readonly caller: Caller;
  private failuresOfOpening = 0;

  constructor(world: DeliveryWorld, client: VolatileClient, caller: Caller, request: Uint8Array) {
    super(world, caller.method.path, request);
    this.client = client;
    this.caller = caller;
  }

  protected get session(): Session {
    return (this.live as LiveSession<VolatileCall>).session;
  }

  protected get options(): Caller {
    return this.caller;
  }

  protected get isPatient(): boolean {
    return this.caller.timeoutMs !== undefined || this.caller.waitForReady;
  }

  protected leftMs(nowMs: number): number {
    return this.caller.leftMs(nowMs);
  }

  /**
   * Whether nothing of it can have been carried out, now that its home has said `end`: it never left, or all that left
   * is the attempt that `end` answers.
   */
  isUntouchedAfter(end: AttemptEnd): boolean {
    return !this.hasLeft || (this.left === 1 && this.failure === end);
  }

  // ── Ends ──────────────────────────────────────────────────────────────────────────────────────────────────

  onLate(caller: Caller, end: CallEnd): void {
    caller.end(end);
  }

  onDeadline(caller: Caller): void {
    const parts = this.describeAll();
    const message = deadlineMessage(caller.timeoutMs as number, parts);
    this.giveUp(this.tooLate(message));
  }

  onAborted(_: Caller, signal: AbortSignal): void {
    this.giveUp(abortedEnd(signal, "unknown"));
  }

  /** The session could not be opened this time. */
  onOpeningFailed(end: CallEnd): void {
    this.failureOfOpening = end;
    if (!this.isPatient && ++this.failuresOfOpening >= ATTEMPTS_WITHOUT_DEADLINE_MAX)
      this.giveUp(afterAttempts(end, this.failuresOfOpening));
  }

  /** Ends it for its caller. What is told of its outcome is its own. */
  giveUp(end: CallEnd, isGone = false): void {
    this.stop();
    const { live, sequence } = this;
    const mayHaveHappened = live !== undefined && this.hasLeft && !isGone;
    if (mayHaveHappened) this.client.inquire(live, sequence);
    else live?.session.numbers.finish(sequence);
    this.forget();
    const callId = mayHaveHappened ? live.session.callId(sequence) : undefined;
    this.caller.end({ ...end, outcome: this.outcome, callId });
    this.client.onLeft(live);
  }

  /** The session is no more: nobody can find out anything about the call. */
  lose(end: CallEnd): void {
    this.stop();
    const callId = this.hasLeft ? this.session.callId(this.sequence) : undefined;
    this.forget();
    this.caller.end({ ...end, outcome: this.outcome, callId });
    this.client.onLeft(undefined);
  }

  /** Takes its number back, which nobody has seen or ever will: another session is to have it. */
  move(): void {
    const { live } = this;
    this.stop();
    live?.session.numbers.finish(this.sequence);
    this.forget();
    this.left = 0;
    this.outcome = "not-executed";
    this.client.onLeft(live);
    this.client.admit(this);
  }

  protected onAnswer(end: AttemptEnd): void {
    const { live } = this;
    this.session.numbers.finish(this.sequence);
    this.forget();
    this.caller.answer(end);
    this.client.onLeft(live);
  }

  protected onFinal(end: AttemptEnd, isGone: boolean): void {
    this.giveUp(end, isGone);
  }

  protected onSessionOver(end: AttemptEnd): void {
    this.client.onSessionOver(this.session, end);
  }

  /**
   * It goes to no other home, even where this was its only attempt: a copy of that may still be on its way to the right
   * one. Without a deadline it does not look for that one without end.
   */
  protected onElsewhere(end: AttemptEnd): void {
    const live = this.live as LiveSession<VolatileCall>;
    this.client.onElsewhere(live);
    // Its session may have been given up.
    if (this.live !== live) return;
    if (!this.isPatient && this.astray >= ASTRAY_MAX) this.giveUp(end);
    else this.sendLater();
  }

  protected mayGoOn(): boolean {
    const { client, live } = this;
    if (client.closed !== undefined) {
      this.giveUp(client.closed);
      return false;
    }
    if (this.hasLeft || live === undefined || client.isCurrent(live)) return true;
    // What has left may be carried out at its home and is sent nowhere else; this has not, and need not wait for it.
    this.move();
    return false;
  }

  /** Leaves the session, or the place among those that wait. */
  private forget(): void {
    this.leaveRing();
    this.live = undefined;
    this.sequence = 0;
  }

  private describeAll(): string[] {
    const { startedMs } = this.caller;
    const nowMs = this.world.runtime.now();
    if (this.live === undefined) return [`${duration(startedMs, nowMs)} ${this.client.describeWait()}`];
    const parts = this.describe();
    if (this.waitedFor !== undefined && this.sentMs - startedMs >= 1)
      parts.unshift(`${duration(startedMs, this.sentMs)} ${this.waitedFor}`);
    return parts;
  }
}

/** Attempts in a row that came to other homes, after which a call without a deadline is given up: they take about a minute. */
const ASTRAY_MAX = 30;
