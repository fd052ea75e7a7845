import { abortedEnd } from "../../client/aborted-end.js";
import { ATTEMPTS_WITHOUT_DEADLINE_MAX } from "../../client/retries.js";
import { deadlineMessage, duration } from "../../client/time-spent.js";
import { type CallEnd, localEnd } from "../../rpc/call-end.js";
import { Status } from "../../rpc/status.js";
import type { Mark } from "../mark.js";
import type { AttemptEnd } from "./attempts.js";
import type { Awaited, Caller } from "./caller.js";
import type { CallRecord, KeptAnswer } from "./client-records.js";
import { afterAttempts, DeliveredCall, type DeliveryWorld } from "./delivered-call.js";
import { endFromKept, keptFromEnd, keptFromLoss } from "./kept-answer.js";
import { WAITING_CALLS_MAX } from "./refused-end.js";
import type { Session } from "./session.js";

/** What a {@link DurableCall} needs of its client. */
export interface DurableOwner {
  /** Names the call of that number. */
  callIdOf(sequence: number): string | undefined;
  /** How calls end for their callers, once the channel closes. */
  readonly closed: CallEnd | undefined;
  /** Why it has not been sent yet. */
  describeWait(): string;
  /** Nobody waits for a call that was not recorded. */
  onAbandoned(call: DurableCall): void;
  /** A caller waits no longer. */
  onLeft(): void;
  /** It cannot be made for now; it is tried again. */
  onTrouble(call: DurableCall, end: CallEnd): void;
  /** The call has its end. */
  onSettled(call: DurableCall, answer: KeptAnswer, mark: Mark | undefined): void;
  onSessionOver(session: Session, end: AttemptEnd): void;
}

/**
 * An exactly-once call of a durable client. Once it is recorded it is sent until it has its answer, in this process or a
 * later one, whether anybody waits or not.
 */
export class DurableCall extends DeliveredCall implements Awaited {
  /** Empty for none. */
  key: string;
  /** The session, once it is open. */
  openSession: Session | undefined = undefined;
  /** It is in the journal, or may be: what is told of it is never that it will not happen. */
  isRecorded = false;
  /** It is there for certain. Until then, if the process dies, its number and so its id may become another call's. */
  isDurable = false;
  /** Some caller has left it behind, in this process or an earlier one, and may ask what became of it. */
  wasLeft = false;
  /** How often the disk had no room for it. */
  refusalsOfDisk = 0;
  /** Its answer, which may not be in the journal yet. */
  answer: KeptAnswer | undefined = undefined;
  private readonly owner: DurableOwner;
  private readonly callers = new Set<Caller>();

  constructor(world: DeliveryWorld, owner: DurableOwner, call: Omit<CallRecord, "sequence">) {
    super(world, call.path, call.request);
    this.owner = owner;
    this.key = call.key;
  }

  /** As it is recorded. */
  get record(): CallRecord {
    const { sequence, path, key, request } = this;
    return { sequence, path, key, request };
  }

  get callId(): string | undefined {
    return this.isRecorded ? this.owner.callIdOf(this.sequence) : undefined;
  }

  get isAwaited(): boolean {
    return this.callers.size > 0;
  }

  /** How the last attempt that brought no answer has ended. */
  get lastFailure(): CallEnd | undefined {
    return this.failure;
  }

  /** Somebody waits for it from now on. */
  join(caller: Caller): void {
    if (!caller.begin(this)) return;
    if (this.answer !== undefined) return caller.answer(endFromKept(this.answer));
    if (this.callers.size >= CALLERS_MAX) return this.turnAway(caller, TOO_MANY_JOIN);
    this.callers.add(caller);
    this.hurry();
  }

  protected get session(): Session {
    return this.openSession as Session;
  }

  protected get options(): Caller | undefined {
    const [first] = this.callers;
    return first;
  }

  protected get isPatient(): boolean {
    return true;
  }

  protected override get backoffMsMax(): number {
    return this.isAwaited ? super.backoffMsMax : UNAWAITED_MS_MAX;
  }

  protected leftMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  // ── Callers ───────────────────────────────────────────────────────────────────────────────────────────────

  onLate(caller: Caller, end: CallEnd): void {
    this.turnAway(caller, end);
  }

  onDeadline(caller: Caller): void {
    const message = deadlineMessage(caller.timeoutMs as number, this.describeFor(caller));
    this.leaveBehind(caller, this.tooLate(message));
  }

  onAborted(caller: Caller, signal: AbortSignal): void {
    this.leaveBehind(caller, abortedEnd(signal, "unknown"));
  }

  /** The session could not be opened this time. */
  onOpeningFailed(end: CallEnd): void {
    this.failureOfOpening = end;
    for (const caller of [...this.callers]) {
      const isPatient = caller.timeoutMs !== undefined || caller.waitForReady;
      if (!isPatient && ++caller.failuresOfOpening >= ATTEMPTS_WITHOUT_DEADLINE_MAX)
        this.leaveBehind(caller, afterAttempts(end, caller.failuresOfOpening));
    }
  }

  /** Tells all callers that they wait in vain; the call itself is as it was. */
  dismiss(end: CallEnd): void {
    for (const caller of [...this.callers]) this.leaveBehind(caller, end);
  }

  private leaveBehind(caller: Caller, end: CallEnd): void {
    this.callers.delete(caller);
    this.wasLeft = true;
    if (!this.isAwaited) this.changePace();
    this.turnAway(caller, end);
    if (!this.isRecorded && !this.isAwaited) this.owner.onAbandoned(this);
    this.owner.onLeft();
  }

  private turnAway(caller: Caller, end: CallEnd): void {
    const outcome = this.isRecorded ? "unknown" : "not-executed";
    caller.end({ ...end, outcome, callId: this.isDurable ? this.callId : undefined });
  }

  // ── Ends ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** It has its end, from wherever. `end` is that of an attempt, where it came with one. */
  settle(answer: KeptAnswer, mark?: Mark, end = endFromKept(answer)): void {
    if (this.answer !== undefined) return;
    this.finish(answer, end);
    this.owner.onSettled(this, answer, mark);
  }

  /** Tells all callers. */
  finish(answer: KeptAnswer, end = endFromKept(answer)): void {
    this.stop();
    this.leaveRing();
    this.answer = answer;
    const callers = [...this.callers];
    this.callers.clear();
    for (const caller of callers) caller.answer(end);
  }

  protected onAnswer(end: AttemptEnd, mark: Mark): void {
    this.settle(keptFromEnd(end), mark, end);
  }

  /** What its callers cannot wait for may still come right: other credentials, another version of the server. */
  protected onFinal(end: AttemptEnd, isGone: boolean): void {
    if (isGone) return this.settle(keptFromLoss(end));
    this.dismiss(end);
    this.owner.onTrouble(this, end);
    this.sendLater();
  }

  protected onSessionOver(end: AttemptEnd): void {
    this.owner.onSessionOver(this.session, end);
  }

  protected onElsewhere(): void {
    this.sendLater();
  }

  protected mayGoOn(): boolean {
    const { closed } = this.owner;
    if (closed === undefined) return true;
    this.dismiss(closed);
    return false;
  }

  private describeFor({ startedMs }: Caller): string[] {
    const nowMs = this.world.runtime.now();
    if (this.sentMs === 0) return [`${duration(startedMs, nowMs)} ${this.owner.describeWait()}`];
    const parts = this.describe();
    if (this.sentMs - startedMs >= 1)
      parts.unshift(`${duration(startedMs, this.sentMs)} until the call was recorded and its session open`);
    return parts;
  }
}

/** Who wait for one call by its key: as many as calls may wait on one channel. */
const CALLERS_MAX = WAITING_CALLS_MAX;

const TOO_MANY_JOIN = localEnd(
  Status.RESOURCE_EXHAUSTED,
  `${CALLERS_MAX} wait for the call with that key`,
  "unknown",
);

/** Pauses of a call that nobody waits for grow to so many milliseconds. */
const UNAWAITED_MS_MAX = 30_000;
