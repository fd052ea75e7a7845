import { abortedEnd } from "../../client/aborted-end.js";
import type { CallOutcome, ChannelDelivery, OutcomeOptions } from "../../client/call-delivery.js";
import type { CallOptions } from "../../client/call-options.js";
import type { ClientCallListener } from "../../client/client-call.js";
import { JournalError } from "../../journal/journal-error.js";
import { type CallEnd, errorFromEnd } from "../../rpc/call-end.js";
import type { Outcome } from "../../rpc/error.js";
import type { Method } from "../../rpc/method.js";
import { Status } from "../../rpc/status.js";
import type { Timer } from "../../runtime/runtime.js";
import { CallRing } from "../call-ring.js";
import type { Mark } from "../mark.js";
import { AnswerRecorder } from "./answer-recorder.js";
import type { AttemptEnd, Attempts } from "./attempts.js";
import { type Awaited, Caller, type CallerHost } from "./caller.js";
import type { ClientBook } from "./client-book.js";
import type { KeptAnswer } from "./client-records.js";
import { type DeliveryWorld, describeEnd } from "./delivered-call.js";
import { DurableCall, type DurableOwner } from "./durable-call.js";
import { endOfJournal, keyTaken, maySoonBeTaken, rememberedEnough, unknownCall } from "./durable-ends.js";
import { DurableOpening, type OpeningListener } from "./durable-opening.js";
import type { Inquiry, InquiryListener } from "./inquiry.js";
import { endFromKept, keptFromLoss, keptFromOutcome, outcomeFromKept } from "./kept-answer.js";
import { LiveSession } from "./live-session.js";
import { OutcomeBook } from "./outcome-book.js";
import { OutcomeWaiters } from "./outcome-waiters.js";
import {
  CLOSED,
  endOfSession,
  noDelivery,
  notGuarded,
  TOO_MANY_WAIT,
  WAITING_CALLS_MAX,
} from "./refused-end.js";
import { RequestEncoder } from "./request-encoder.js";
import { Session, type SessionTerms } from "./session.js";
import { isEndOfSession, refusalOf, type Verdict } from "./verdict.js";

type Live = LiveSession<DurableCall>;

/**
 * Where the client stands with its session:
 *
 *     none ──first call, or one from before──► opening ──► open ──expired──► none
 *                                                 │          │
 *                                                 └──────────┴──fenced, forbidden, lost──► refused
 */
type State =
  | { readonly kind: "none" }
  | { readonly kind: "opening"; readonly opening: DurableOpening; failures: number; failure: string }
  | { readonly kind: "open"; readonly live: Live }
  | { readonly kind: "refused" | "closed"; readonly end: CallEnd };

/** Told what a {@link DurableDelivery} finds out. */
export interface DurableDeliveryListener {
  /** A call has its answer. */
  onAnswer(sequence: number, answer: KeptAnswer): void;
  /** A call cannot be made for now; without a number, none can. It is tried again. */
  onTrouble(end: CallEnd, sequence?: number): void;
  /** No call of the session can be made any more on this channel. */
  onRefused(end: CallEnd): void;
  /** It is over with this channel. */
  onClosed(): void;
}

/** Makes the exactly-once calls of a durable client on one channel, and goes on with those from before. */
export class DurableDelivery implements ChannelDelivery, DurableOwner, InquiryListener, OpeningListener {
  private readonly book: ClientBook;
  private readonly host: CallerHost;
  private readonly world: DeliveryWorld;
  private readonly listener: DurableDeliveryListener;
  private state: State = { kind: "none" };
  /** Those that are not recorded. */
  private readonly waiting = new CallRing<DurableCall>();
  /** Those that are, by number. */
  private readonly calls = new Map<number, DurableCall>();
  private isSendingWaiting = false;
  /** The disk had no room for the first of those that wait, and may be making some. */
  private isMakingRoom = false;
  private readonly byKey = new Map<string, DurableCall>();
  private readonly recorder: AnswerRecorder;
  /** Answers that are not recorded yet, by number: at most a window of them. */
  private readonly unrecorded = new Map<number, KeptAnswer>();
  private readonly inquiries = new Map<number, Inquiry>();
  private readonly outcomes: OutcomeBook;
  private readonly waiters: OutcomeWaiters;
  private readonly requests: RequestEncoder;
  private openAgain: Timer | undefined = undefined;
  /** How the last attempt to open the session has failed, if it was the last. */
  private failureOfOpening: CallEnd | undefined = undefined;
  private farewell: Promise<void> | undefined;
  private onDrained: (() => void) | undefined = undefined;

  /** `outcomes` are those of the client, on whatever channels they were found out. */
  constructor(
    book: ClientBook,
    host: CallerHost,
    attempts: Attempts,
    listener: DurableDeliveryListener,
    outcomes = new OutcomeBook(),
  ) {
    this.book = book;
    this.outcomes = outcomes;
    this.host = host;
    this.world = { attempts, runtime: host.runtime, wheel: host.wheel };
    this.listener = listener;
    this.waiters = new OutcomeWaiters(host);
    this.requests = new RequestEncoder(host.sendBytesMax);
    this.recorder = new AnswerRecorder(host.runtime, book, {
      onRecorded: (call) => {
        this.unrecorded.delete(call.sequence);
        if (call.key !== "") this.byKey.delete(call.key);
      },
      onReleased: () => this.sendWaiting(),
    });
    for (const record of book.state.calls.values()) {
      const call = new DurableCall(this.world, this, record);
      call.sequence = record.sequence;
      call.isRecorded = true;
      call.isDurable = true;
      call.wasLeft = true;
      this.calls.set(record.sequence, call);
      if (record.key !== "") this.byKey.set(record.key, call);
    }
    // Calls from before go on, and the home is told of answers that it need not remember.
    if (book.state.session !== undefined) this.open();
  }

  start(
    method: Method,
    message: unknown,
    options: CallOptions | undefined,
    listener: ClientCallListener,
  ): void {
    const key = checkKey(options?.key);
    const caller = new Caller(this.host, method, options, listener);
    const request = this.requests.encode(method, message);
    const call = { path: method.path, key, request };
    const same = key === "" ? undefined : this.byKey.get(key);
    if (same !== undefined) return this.join(same, call, caller);
    const kept = key === "" ? undefined : this.book.state.answers.get(key);
    if (kept === undefined) return this.begin(call, caller);
    const isSame = kept.path === call.path && equal(kept.fingerprint, this.world.runtime.sha256(request));
    if (!isSame) refuse(caller, keyTaken(key, kept.path));
    else if (caller.begin(answeredAs(kept.answer.outcome))) caller.answer(endFromKept(kept.answer));
  }

  outcomeOf(callId: string, options: OutcomeOptions): Promise<CallOutcome> {
    const known = this.outcomes.get(callId) ?? this.keptOutcome(callId);
    if (known !== undefined) return Promise.resolve(known);
    const call = [...this.calls.values()].find((one) => one.callId === callId);
    if (call === undefined) return Promise.reject(errorFromEnd(unknownCall(callId)));
    const { state } = this;
    if (state.kind === "refused" || state.kind === "closed") return Promise.reject(errorFromEnd(state.end));
    const standing = () => this.inquiries.get(call.sequence)?.standing;
    const outcome = this.waiters.wait(callId, options, standing);
    // The home may refuse it for ever: a number that the disk might lose must not be asked for.
    if (state.kind === "open" && call.isDurable) this.inquire(call.sequence, state.live);
    else if (state.kind === "none") this.open();
    return outcome;
  }

  /** `end`: how calls end. */
  close(graceMs: number, end: CallEnd = CLOSED): Promise<void> | undefined {
    if (this.state.kind !== "closed") {
      if (this.state.kind === "opening") this.state.opening.stop();
      if (this.state.kind === "open") this.state.live.stop();
      this.state = { kind: "closed", end };
      this.openAgain?.cancel();
      this.recorder.stop();
      for (const call of this.waiting.all()) call.dismiss(end);
      this.waiters.failAll(end);
      this.farewell = this.drained().then(() => this.endAttempts());
    }
    for (const call of this.calls.values()) {
      if (graceMs > 0 && call.isUnderWay && call.isAwaited) continue;
      call.stop();
      call.dismiss(end);
    }
    this.tellDrained();
    return this.farewell;
  }

  /** What has no answer goes on with the next channel. */
  private endAttempts(): void {
    for (const call of this.calls.values()) call.stop();
    this.listener.onClosed();
  }

  // ── For calls ─────────────────────────────────────────────────────────────────────────────────────────────

  private get session(): Session | undefined {
    return this.state.kind === "open" ? this.state.live.session : undefined;
  }

  get closed(): CallEnd | undefined {
    return this.state.kind === "closed" ? this.state.end : undefined;
  }

  callIdOf(sequence: number): string | undefined {
    return this.book.state.session && this.book.state.callIdOf(sequence);
  }

  describeWait(): string {
    const { state } = this;
    if (state.kind === "open") return "waiting for other calls to be answered, or for the client's disk";
    if (state.kind !== "opening" || state.failures === 0) return "opening the session";
    const { failures, failure } = state;
    return `opening the session (${failures} attempts failed, the last: ${failure})`;
  }

  /** Why no call can be made any more on this channel, if so. */
  get refusal(): CallEnd | undefined {
    return this.state.kind === "refused" ? this.state.end : undefined;
  }

  /** Why a call has no answer yet, as far as an attempt has told: one of its own, or to open the session. */
  failureOf(sequence: number): CallEnd | undefined {
    return this.calls.get(sequence)?.lastFailure ?? this.failureOfOpening;
  }

  /** The answer of a call that is unfinished only because it is not recorded. */
  answerOf(sequence: number): KeptAnswer | undefined {
    return this.unrecorded.get(sequence);
  }

  /** The key names no call any more. */
  forget(key: string): void {
    const call = this.byKey.get(key);
    if (call !== undefined) call.key = "";
    this.byKey.delete(key);
  }

  onAbandoned(call: DurableCall): void {
    call.leaveRing();
    if (call.key !== "") this.byKey.delete(call.key);
  }

  onLeft(): void {
    this.tellDrained();
  }

  onTrouble({ sequence, callId }: DurableCall, end: CallEnd): void {
    if (callId !== undefined) this.waiters.fail(callId, end);
    this.listener.onTrouble(end, sequence);
  }

  onSettled(call: DurableCall, answer: KeptAnswer, mark: Mark | undefined): void {
    const { sequence, callId } = call;
    this.calls.delete(sequence);
    this.endInquiry(sequence);
    this.unrecorded.set(sequence, answer);
    this.recorder.record(call, answer, mark);
    if (callId !== undefined) this.remember(call, callId, answer);
    this.listener.onAnswer(sequence, answer);
    this.tellDrained();
  }

  onSessionOver(session: Session, end: AttemptEnd): void {
    if (this.session !== session) return;
    (this.state as { live: Live }).live.stop();
    this.endSession(end);
  }

  // ── What became of calls ──────────────────────────────────────────────────────────────────────────────────

  onOutcome(inquiry: Inquiry, outcome: CallOutcome): void {
    this.calls.get(inquiry.sequence)?.settle(keptFromOutcome(outcome), inquiry.session.mark);
  }

  onGone(inquiry: Inquiry, end: AttemptEnd): void {
    this.calls.get(inquiry.sequence)?.settle(keptFromLoss(end));
  }

  onRefused(inquiry: Inquiry, end: AttemptEnd): void {
    this.waiters.fail(inquiry.callId, end);
  }

  private inquire(sequence: number, live: Live): void {
    const inquiry = this.inquiries.get(sequence) ?? live.inquire(sequence, this);
    this.inquiries.set(sequence, inquiry);
    inquiry.ask();
  }

  private endInquiry(sequence: number): void {
    const inquiry = this.inquiries.get(sequence);
    inquiry?.stop();
    inquiry?.leaveRing();
    this.inquiries.delete(sequence);
  }

  private remember({ wasLeft }: DurableCall, callId: string, answer: KeptAnswer): void {
    if (!wasLeft && !this.waiters.isAwaited(callId)) return;
    if (answer.outcome === "unknown") return this.waiters.fail(callId, endFromKept(answer));
    const outcome = outcomeFromKept(answer);
    this.outcomes.put(callId, outcome);
    this.waiters.tell(callId, outcome);
  }

  private keptOutcome(callId: string): CallOutcome | undefined {
    for (const { callId: id, answer } of this.book.state.answers.values())
      if (id === callId && answer.outcome !== "unknown") return outcomeFromKept(answer);
    return undefined;
  }

  // ── Session ───────────────────────────────────────────────────────────────────────────────────────────────

  onOpened(terms: SessionTerms): void {
    const { calls, book, world } = this;
    this.failureOfOpening = undefined;
    // No number that may have been given before is given again.
    const next = Math.max(book.state.reservedEnd, terms.nextSequence);
    const unanswered = [...calls.keys()].sort((a, b) => a - b);
    const session = new Session(world.runtime, terms, { next, window: terms.window, unanswered });
    const live: Live = new LiveSession(world, session, (over, end) => this.onSessionOver(over, end));
    this.state = { kind: "open", live };
    for (const sequence of unanswered) {
      const call = calls.get(sequence) as DurableCall;
      live.calls.add(call);
      call.openSession = session;
      call.send();
      if (this.waiters.isAwaited(call.callId as string)) this.inquire(sequence, live);
    }
    this.sendWaiting();
  }

  onOpeningFailed(end: CallEnd): boolean {
    if (this.state.kind !== "opening") return false;
    this.state.failures++;
    this.state.failure = describeEnd(end);
    this.failureOfOpening = end;
    for (const call of [...this.waiting.all(), ...this.calls.values()]) call.onOpeningFailed(end);
    if (this.waiting.size > 0 || this.calls.size > 0) return true;
    this.state = { kind: "none" };
    this.openLater();
    return false;
  }

  onOpeningRefused(end: AttemptEnd, verdict: Verdict): void {
    if (isEndOfSession(verdict)) return this.endSession(end);
    this.state = { kind: "none" };
    const told = end.code === Status.UNIMPLEMENTED ? noDelivery() : end;
    this.failureOfOpening = told;
    for (const call of [...this.waiting.all(), ...this.calls.values()]) call.dismiss(told);
    this.waiters.failAll(told);
    this.listener.onTrouble(told);
    this.openLater();
  }

  onJournalFailure(error: unknown): void {
    if (this.closed !== undefined) return;
    const end = endOfJournal(error);
    for (const call of this.waiting.all()) call.dismiss(end);
    if (this.state.kind === "opening") this.refuse(end);
  }

  /**
   * What keeps a home from opening the session may go by: an outage, other credentials, another version. Where there has
   * been none yet, nothing is to be said in it.
   */
  private openLater(): void {
    if (this.book.state.session === undefined) return;
    this.openAgain = this.world.runtime.setTimer(() => {
      if (this.state.kind === "none") this.open();
    }, OPEN_AGAIN_MS);
  }

  private open(): void {
    this.openAgain?.cancel();
    const opening = new DurableOpening(this.world, this.book, this);
    this.state = { kind: "opening", opening, failures: 0, failure: "" };
    void opening.start();
  }

  /** The home has nothing more to do with the session. */
  private endSession(end: AttemptEnd): void {
    const over = endOfSession(end);
    if (refusalOf(end) !== "expired") return this.refuse(over);
    this.state = { kind: "none" };
    // The record of the session's end is about all calls that have no answer.
    if (!this.recorder.recordDelayed()) return this.onEndOfSessionNotRecorded(ANSWERS_FIRST);
    const answer = keptFromLoss(over);
    const lost = [...this.calls.values()];
    for (const call of lost) this.remember(call, call.callId as string, answer);
    try {
      this.book.endSession(answer);
    } catch (error) {
      return this.onEndOfSessionNotRecorded(error);
    }
    this.recorder.stop();
    this.unrecorded.clear();
    for (const call of lost) this.lose(call, answer);
    if (this.waiting.size > 0) this.open();
  }

  /** The session is as it was for the journal, and found over again when it is opened again. */
  private onEndOfSessionNotRecorded(error: unknown): void {
    const end = endOfJournal(error);
    for (const call of this.waiting.all()) call.dismiss(end);
    for (const call of this.calls.values()) {
      call.stop();
      call.dismiss(end);
    }
    this.openLater();
  }

  /** Nobody will ever know what became of it; the record of the session's end says so for all. */
  private lose(call: DurableCall, answer: KeptAnswer): void {
    this.calls.delete(call.sequence);
    if (call.key !== "") this.byKey.delete(call.key);
    this.endInquiry(call.sequence);
    call.finish(answer);
    this.listener.onAnswer(call.sequence, answer);
  }

  /** No calls are made any more on this channel; those that are recorded stay so. */
  private refuse(end: CallEnd): void {
    this.state = { kind: "refused", end };
    for (const call of this.waiting.all()) call.dismiss(end);
    for (const call of this.calls.values()) {
      call.stop();
      call.dismiss(end);
    }
    this.waiters.failAll(end);
    this.listener.onRefused(end);
  }

  // ── Calls ─────────────────────────────────────────────────────────────────────────────────────────────────

  private join(same: DurableCall, call: Submitted, caller: Caller): void {
    if (same.path !== call.path || !equal(same.request, call.request))
      return refuse(caller, keyTaken(call.key, same.path));
    same.join(caller);
    const { state } = this;
    if (state.kind === "refused" || state.kind === "closed") same.dismiss(state.end);
    if (state.kind === "none") this.open();
  }

  private begin(submitted: Submitted, caller: Caller): void {
    const { failure } = this.book;
    // The record of the last call with that key may be on the disk, and be found there.
    const mayBeThere = submitted.key !== "" && this.book.state.keys.has(submitted.key);
    if (failure !== undefined)
      return refuse(caller, endOfJournal(failure), mayBeThere ? "unknown" : "not-executed");
    const refusal = this.book.refusalOf(submitted);
    if (refusal !== undefined) return refuse(caller, rememberedEnough(refusal));
    const call = new DurableCall(this.world, this, submitted);
    if (submitted.key !== "") this.byKey.set(submitted.key, call);
    call.join(caller);
    if (call.isAwaited) this.admit(call);
    else this.onAbandoned(call);
  }

  /** Gives a call its number, or a place among those that wait for one. */
  private admit(call: DurableCall): void {
    const { state, waiting } = this;
    if (!call.isAwaited) return;
    if (state.kind === "closed" || state.kind === "refused") return call.dismiss(state.end);
    if (state.kind === "open" && waiting.size === 0 && this.send(call, state.live)) return;
    if (waiting.size >= WAITING_CALLS_MAX) return call.dismiss(TOO_MANY_WAIT);
    waiting.add(call);
    if (state.kind === "none") this.open();
  }

  private sendWaiting(): void {
    const { waiting } = this;
    // A call that ends at once leads here again.
    if (this.isSendingWaiting || this.isMakingRoom) return;
    this.isSendingWaiting = true;
    try {
      for (let call = waiting.first; call !== undefined && this.state.kind === "open"; call = waiting.first) {
        call.leaveRing();
        if (this.send(call, this.state.live)) continue;
        waiting.addFirst(call);
        break;
      }
    } finally {
      this.isSendingWaiting = false;
    }
  }

  /** False: the call has to wait for the window, or for the disk. */
  private send(call: DurableCall, live: Live): boolean {
    if (!live.session.guards(call.path)) {
      call.dismiss(notGuarded(call.path));
      return true;
    }
    const refusal = this.book.refusalOf(call);
    if (refusal !== undefined) {
      call.dismiss(rememberedEnough(refusal));
      return true;
    }
    if (!live.take(call)) return false;
    call.openSession = live.session;
    let position: number;
    try {
      position = this.book.begin(call.record);
    } catch (error) {
      return this.onNotBegun(call, live, error);
    }
    call.isRecorded = true;
    this.calls.set(call.sequence, call);
    this.book.whenDurable(position).then(
      () => this.onRecorded(call, live),
      (error) => this.onNotRecorded(call, error),
    );
    return true;
  }

  private onRecorded(call: DurableCall, live: Live): void {
    call.isDurable = true;
    const isSettled = call.answer !== undefined;
    if (isSettled || this.session !== live.session) return;
    if (this.waiters.isAwaited(call.callId as string)) this.inquire(call.sequence, live);
    else call.send();
  }

  /** Nobody knows whether it will be there when the journal is opened again. */
  private onNotRecorded(call: DurableCall, error: unknown): void {
    this.onTrouble(call, endOfJournal(error));
    this.calls.delete(call.sequence);
    if (call.key !== "") this.byKey.delete(call.key);
    call.leaveRing();
    call.dismiss(endOfJournal(error));
    this.tellDrained();
  }

  /** @returns whether it has its end; else it waits for room that is being made */
  private onNotBegun(call: DurableCall, live: Live, error: unknown): boolean {
    live.session.numbers.finish(call.sequence);
    call.leaveRing();
    call.sequence = 0;
    if (!maySoonBeTaken(error) || ++call.refusalsOfDisk > DISK_REFUSALS_MAX) {
      call.dismiss(endOfJournal(error));
      return true;
    }
    if (!this.isMakingRoom) {
      this.isMakingRoom = true;
      void this.book.whenRoom().then(() => {
        this.isMakingRoom = false;
        this.sendWaiting();
      });
    }
    return false;
  }

  private async drained(): Promise<void> {
    if (!this.isDrained)
      await new Promise<void>((resolve) => {
        this.onDrained = resolve;
      });
  }

  private tellDrained(): void {
    if (this.onDrained !== undefined && this.isDrained) this.onDrained();
  }

  private get isDrained(): boolean {
    for (const call of this.calls.values()) if (call.isAwaited) return false;
    return true;
  }
}

interface Submitted {
  readonly path: string;
  readonly key: string;
  readonly request: Uint8Array;
}

const ANSWERS_FIRST = new JournalError(
  "full",
  "the client's disk has no room for answers that came before the session was over",
);

/** How often a call waits for room that is being made, and finds none: others may have taken it, or there is no more. */
const DISK_REFUSALS_MAX = 8;

/** How long to wait before a session is opened that could not be, where no caller waits for it, in milliseconds. */
const OPEN_AGAIN_MS = 30_000;

/** Two bytes in UTF-8 at most are usual: a few KiB in a record. */
const KEY_CHARACTERS_MAX = 1024;

/** What a caller is told who comes too late, or has left, to be answered as soon as the call begins. */
function answeredAs(outcome: Outcome): Awaited {
  return {
    onLate: (caller, end) => caller.end({ ...end, outcome }),
    onDeadline: () => {},
    onAborted: (caller, signal) => caller.end(abortedEnd(signal, outcome)),
  };
}

function refuse(caller: Caller, end: CallEnd, outcome: Outcome = "not-executed"): void {
  if (caller.begin(answeredAs(outcome))) caller.end({ ...end, outcome });
}

/** Empty for none. @throws TypeError */
function checkKey(key: string | undefined): string {
  if (key === undefined) return "";
  if (typeof key !== "string" || key.length < 1 || key.length > KEY_CHARACTERS_MAX)
    throw new TypeError(`key: it must be a string of 1 … ${KEY_CHARACTERS_MAX} characters`);
  // Kept as UTF-8, which has no way to write half of a character.
  if (/\p{Surrogate}/u.test(key)) throw new TypeError("key: it has a surrogate without its other half");
  return key;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
