import type { CallOutcome, ChannelDelivery, OutcomeOptions } from "../../client/call-delivery.js";
import type { CallOptions } from "../../client/call-options.js";
import type { ClientCallListener } from "../../client/client-call.js";
import { type CallEnd, errorFromEnd, localEnd } from "../../rpc/call-end.js";
import type { Method } from "../../rpc/method.js";
import { Status } from "../../rpc/status.js";
import { CallRing } from "../call-ring.js";
import { IDENTITY_BYTES } from "../identity.js";
import type { AttemptEnd, Attempts } from "./attempts.js";
import { Caller, type CallerHost } from "./caller.js";
import { ControlCall } from "./control-call.js";
import { type DeliveryWorld, describeEnd } from "./delivered-call.js";
import { OPEN, openRequest, readOpenReply } from "./delivery-requests.js";
import type { Inquiry, InquiryListener } from "./inquiry.js";
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
import { VolatileCall, type VolatileClient } from "./volatile-call.js";

type Live = LiveSession<VolatileCall>;

/**
 * Where the client stands with its session:
 *
 *     none ──first call──► opening ──reply──► open ──over, other home──► none
 *                             │ refused
 *                             └──► none
 */
type State =
  | { readonly kind: "none" }
  | { readonly kind: "opening"; readonly call: ControlCall<SessionTerms>; failures: number; failure: string }
  | { readonly kind: "open"; readonly live: Live }
  | { readonly kind: "closed" };

/** Makes the exactly-once calls of one channel, in a session that lives as long. */
export class VolatileDelivery implements ChannelDelivery, VolatileClient, InquiryListener {
  private readonly host: CallerHost;
  private readonly world: DeliveryWorld;
  private state: State = { kind: "none" };
  /** Those that have no number yet. */
  private readonly waiting = new CallRing<VolatileCall>();
  /**
   * The present session, and those whose homes are not where the channel leads now: what may have been carried out there
   * is resolved there.
   */
  private readonly sessions = new Map<string, Live>();
  /** The keys of sessions that are over, so that it can be said of their calls. */
  private readonly lost = new Set<string>();
  private isSendingWaiting = false;
  private readonly outcomes = new OutcomeBook();
  private readonly waiters: OutcomeWaiters;
  private readonly requests: RequestEncoder;
  private farewell: Promise<void> | undefined;
  private onDrained: (() => void) | undefined = undefined;

  constructor(host: CallerHost, attempts: Attempts) {
    this.host = host;
    this.world = { attempts, runtime: host.runtime, wheel: host.wheel };
    this.waiters = new OutcomeWaiters(host);
    this.requests = new RequestEncoder(host.sendBytesMax);
  }

  start(
    method: Method,
    message: unknown,
    options: CallOptions | undefined,
    listener: ClientCallListener,
  ): void {
    if (options?.key !== undefined) throw new TypeError(KEY_WITHOUT_JOURNAL);
    const caller = new Caller(this.host, method, options, listener);
    const request = this.requests.encode(method, message);
    const call = new VolatileCall(this.world, this, caller, request);
    if (caller.begin(call)) this.admit(call);
  }

  outcomeOf(callId: string, options: OutcomeOptions): Promise<CallOutcome> {
    const known = this.outcomes.get(callId);
    if (known !== undefined) return Promise.resolve(known);
    const inquiry = this.inquiryFor(callId);
    if (inquiry === undefined) return Promise.reject(errorFromEnd(this.closed ?? this.unknown(callId)));
    const outcome = this.waiters.wait(callId, options, () => inquiry.standing);
    inquiry.ask();
    return outcome;
  }

  close(graceMs: number): Promise<void> | undefined {
    if (this.state.kind !== "closed") {
      if (this.state.kind === "opening") this.state.call.stop();
      this.state = { kind: "closed" };
      for (const call of this.waiting.all()) call.giveUp(CLOSED);
      this.waiters.failAll(CLOSED);
      if (this.sessions.size > 0) this.farewell = this.sayGoodbye();
    }
    for (const { calls } of this.sessions.values())
      for (const call of calls.all()) if (graceMs <= 0 || !call.isUnderWay) call.giveUp(CLOSED);
    return this.farewell;
  }

  // ── For calls ─────────────────────────────────────────────────────────────────────────────────────────────

  admit(call: VolatileCall): void {
    const { state, waiting } = this;
    if (state.kind === "closed") return call.giveUp(CLOSED);
    if (state.kind === "open" && waiting.size === 0 && this.send(call, state.live)) return;
    if (waiting.size >= WAITING_CALLS_MAX) return call.giveUp(TOO_MANY_WAIT);
    waiting.add(call);
    call.waitedFor = state.kind === "open" ? WINDOW_FULL : "opening a session";
    if (state.kind === "none") this.open();
  }

  describeWait(): string {
    const { state } = this;
    if (state.kind === "open") return WINDOW_FULL;
    if (state.kind !== "opening" || state.failures === 0) return "opening a session";
    const { failures, failure } = state;
    return `opening a session (${failures} attempts failed, the last: ${failure})`;
  }

  isCurrent(live: Live): boolean {
    return this.state.kind === "open" && this.state.live === live;
  }

  get closed(): CallEnd | undefined {
    return this.state.kind === "closed" ? CLOSED : undefined;
  }

  onLeft(live: Live | undefined): void {
    this.sendWaiting();
    if (live !== undefined) this.leaveIfDone(live);
    if (this.onDrained !== undefined && this.isDrained) this.onDrained();
  }

  inquire(live: Live, sequence: number): void {
    if (this.state.kind === "closed") live.session.numbers.finish(sequence);
    else live.inquire(sequence, this);
  }

  onElsewhere(live: Live): void {
    if (this.state.kind !== "open" || this.state.live !== live) return;
    this.state = { kind: "none" };
    if (this.sessions.size > DISTANT_SESSIONS_MAX) {
      const [oldest] = this.sessions.values();
      this.drop(oldest);
      for (const call of oldest.calls.all()) call.lose(TOO_FAR);
    }
    if (this.waiting.size > 0) this.open();
  }

  onSessionOver(session: Session, end: AttemptEnd): void {
    const live = this.sessions.get(session.key);
    if (live === undefined) return;
    if (this.state.kind === "open" && this.state.live === live) this.state = { kind: "none" };
    this.drop(live);
    const over = endOfSession(end);
    const isExpired = refusalOf(end) === "expired";
    for (const call of live.calls.all()) {
      // What is under way may have come before the session was over.
      call.stop();
      if (isExpired && call.isUntouchedAfter(end)) call.move();
      else call.lose(over);
    }
    if (this.state.kind === "none" && this.waiting.size > 0) this.open();
  }

  // ── What became of calls ──────────────────────────────────────────────────────────────────────────────────

  onOutcome(inquiry: Inquiry, outcome: CallOutcome): void {
    const { callId } = inquiry;
    this.end(inquiry);
    this.outcomes.put(callId, outcome);
    this.waiters.tell(callId, outcome);
  }

  onGone(inquiry: Inquiry, end: AttemptEnd): void {
    this.end(inquiry);
    this.waiters.fail(inquiry.callId, end);
  }

  onRefused(inquiry: Inquiry, end: AttemptEnd): void {
    this.waiters.fail(inquiry.callId, end);
  }

  private end(inquiry: Inquiry): void {
    inquiry.leaveRing();
    inquiry.session.numbers.finish(inquiry.sequence);
    this.sendWaiting();
    const live = this.sessions.get(inquiry.session.key);
    if (live !== undefined) this.leaveIfDone(live);
  }

  private unknown(callId: string): CallEnd {
    return this.lost.has(sessionOf(callId)) ? { ...SESSION_LOST, callId } : unknownCall(callId);
  }

  private inquiryFor(callId: string): Inquiry | undefined {
    const live = this.sessions.get(sessionOf(callId));
    return live?.inquiries.all().find((inquiry) => inquiry.callId === callId);
  }

  // ── Session ───────────────────────────────────────────────────────────────────────────────────────────────

  private open(): void {
    const nonce = this.world.runtime.randomBytes(IDENTITY_BYTES);
    const call = new ControlCall<SessionTerms>(this.world, {
      path: OPEN,
      request: () => openRequest(nonce),
      read: readOpenReply,
      onReply: (terms) => this.onOpened(terms),
      onFailure: (end) => this.onOpeningFailed(end),
      onRefused: (end, verdict) => this.onOpeningRefused(end, verdict),
    });
    this.state = { kind: "opening", call, failures: 0, failure: "" };
    call.send();
  }

  private onOpened(terms: SessionTerms): void {
    const session = new Session(this.world.runtime, terms);
    const live: Live = new LiveSession(this.world, session, (over, end) => this.onSessionOver(over, end));
    this.sessions.set(session.key, live);
    this.state = { kind: "open", live };
    this.sendWaiting();
  }

  /** @returns whether somebody still waits for it */
  private onOpeningFailed(end: AttemptEnd): boolean {
    if (this.state.kind !== "opening") return false;
    this.state.failures++;
    this.state.failure = describeEnd(end);
    for (const call of this.waiting.all()) call.onOpeningFailed(end);
    if (this.waiting.size > 0) return true;
    this.state = { kind: "none" };
    return false;
  }

  private onOpeningRefused(end: AttemptEnd, verdict: Verdict): void {
    this.state = { kind: "none" };
    const lasting = end.code === Status.UNIMPLEMENTED ? noDelivery() : end;
    const told = isEndOfSession(verdict) ? endOfSession(end) : lasting;
    for (const call of this.waiting.all()) call.giveUp(told);
  }

  /** False: the call has to wait. */
  private send(call: VolatileCall, live: Live): boolean {
    if (!live.session.guards(call.path)) {
      call.giveUp(notGuarded(call.path));
      return true;
    }
    if (!live.take(call)) return false;
    call.live = live;
    call.send();
    return true;
  }

  private sendWaiting(): void {
    const { waiting } = this;
    // A call that ends at once leads here again.
    if (this.isSendingWaiting) return;
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

  /** A session whose home is not where the channel leads now is of no use once its calls are resolved. */
  private leaveIfDone(live: Live): void {
    const isDone = live.calls.size === 0 && live.inquiries.size === 0;
    if (!isDone || this.closed !== undefined || this.isCurrent(live)) return;
    this.sessions.delete(live.session.key);
    void live.close();
  }

  /** Nothing more is said or asked in that session. */
  private drop(live: Live): void {
    const { key } = live.session;
    this.sessions.delete(key);
    this.lost.add(key);
    if (this.lost.size > LOST_SESSIONS_MAX) this.lost.delete(this.lost.values().next().value as string);
    for (const { callId } of live.inquiries.all()) this.waiters.fail(callId, SESSION_LOST);
    live.stop();
  }

  private async sayGoodbye(): Promise<void> {
    if (!this.isDrained)
      await new Promise<void>((resolve) => {
        this.onDrained = resolve;
      });
    const lives = [...this.sessions.values()];
    this.sessions.clear();
    await Promise.all(lives.map((live) => live.close()));
  }

  private get isDrained(): boolean {
    for (const { calls } of this.sessions.values()) if (calls.size > 0) return false;
    return true;
  }
}

/** Homes that a channel has been led to and away from while calls to them were unresolved: more than any set of servers has. */
const DISTANT_SESSIONS_MAX = 16;

/** As many as can be given up at once. */
const LOST_SESSIONS_MAX = 16;

const WINDOW_FULL = "waiting for calls of this session to be answered";

const TOO_FAR = localEnd(
  Status.UNAVAILABLE,
  `the channel was led to ${DISTANT_SESSIONS_MAX} other homes since: the one of this call is given up`,
  "unknown",
);

const SESSION_LOST = localEnd(
  Status.DATA_LOSS,
  "the session of this call is over: what became of it cannot be told any more",
  "unknown",
);

const KEY_WITHOUT_JOURNAL =
  "key: this channel remembers no calls; give it a durable client, new Channel(target, { delivery: await DurableClient.open(folder) })";

/** The session's part of a call's id. */
function sessionOf(callId: string): string {
  return callId.slice(0, callId.lastIndexOf("."));
}

function unknownCall(callId: string): CallEnd {
  const message = `no call of this channel that was given up has the id ${JSON.stringify(callId)}, or not any longer`;
  return localEnd(Status.NOT_FOUND, message, "unknown");
}
