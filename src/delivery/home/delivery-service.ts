import { create } from "@bufbuild/protobuf";
import { JournalError } from "../../journal/journal-error.js";
import type { RpcError } from "../../rpc/error.js";
import {
  type CloseRequest,
  type KeepAliveReply,
  KeepAliveReplySchema,
  type KeepAliveRequest,
  type OpenReply,
  OpenReplySchema,
  type OpenRequest,
  type OutcomeReply,
  OutcomeReply_InProgressSchema,
  OutcomeReply_RefusedSchema,
  OutcomeReplySchema,
  type OutcomeRequest,
  RecordedAnswerSchema,
  type Session as SessionMessage,
} from "../../rpc/gen/redoubt/delivery_pb.js";
import type { Runtime } from "../../runtime/runtime.js";
import { CALL_NUMBER_MAX } from "../call-header.js";
import { IDENTITY_BYTES, identityText } from "../identity.js";
import { parseMark } from "../mark.js";
import { LOST } from "./execution.js";
import type { Ledger } from "./ledger.js";
import type { HomeRecord } from "./records.js";
import { refusalError } from "./reply.js";
import { OpenCall, RefusedCall, Session } from "./session.js";
import { type Refused, type SessionClaim, type Tracker, WINDOW_MAX } from "./tracker.js";

/** What `redoubt.Delivery` does. Every method is safe to repeat, and answers once what it says is durable. */
export class DeliveryService {
  private readonly runtime: Runtime;
  private readonly ledger: Ledger;
  private readonly tracker: Tracker;
  private readonly expiresAfterMs: number;
  /** The paths of the methods that are called exactly once. */
  private readonly methods: () => string[];

  constructor(options: {
    readonly runtime: Runtime;
    readonly ledger: Ledger;
    readonly tracker: Tracker;
    readonly expiresAfterMs: number;
    readonly methods: () => string[];
  }) {
    this.runtime = options.runtime;
    this.ledger = options.ledger;
    this.tracker = options.tracker;
    this.expiresAfterMs = options.expiresAfterMs;
    this.methods = options.methods;
  }

  async open(request: OpenRequest, principal: string): Promise<OpenReply> {
    if (request.nonce.length !== IDENTITY_BYTES)
      throw malformed(`a nonce has ${IDENTITY_BYTES} bytes, not ${request.nonce.length}`);
    const nonce = identityText(request.nonce);
    const opened =
      request.session === undefined
        ? this.openNew(nonce, principal)
        : this.openAgain(claimFrom(request.session), Number(request.nextSequence), nonce, principal);
    if (!(opened instanceof Session)) return this.refuse(opened);
    const session = opened;
    this.touch(session);
    // As this request has found it: another one may open it again meanwhile.
    const { client, incarnation } = session;
    const nextSequence = Math.max(session.nextSequence, session.seen + 1, session.ack);
    await this.durable(this.ledger.position);
    const { home } = this.ledger.journal;
    return create(OpenReplySchema, {
      session: { home, client, incarnation: BigInt(incarnation), mark: this.ledger.mark },
      nextSequence: BigInt(nextSequence),
      window: WINDOW_MAX,
      expiresAfterMs: BigInt(this.expiresAfterMs),
      methods: this.methods(),
    });
  }

  private openNew(nonce: string, principal: string): Session | Refused {
    const { state } = this.ledger;
    const known = state.byNonce.get(nonce);
    if (known !== undefined) return this.openedBefore(known, nonce, principal);
    const quota = this.tracker.refusesSession(principal);
    if (quota !== undefined) return quota;
    const session = state.nextSession;
    const client = identityText(this.runtime.randomBytes(IDENTITY_BYTES));
    this.record({
      kind: "opened",
      session,
      client,
      principal,
      incarnation: 1,
      nonce,
      nextSequence: 1,
    });
    return state.sessions.get(session) as Session;
  }

  /** The request has come before. */
  private openedBefore(session: Session, nonce: string, principal: string): Session | Refused {
    if (session.principal.name !== principal)
      return {
        kind: "refuse",
        reason: "forbidden",
        detail: "the session belongs to somebody else",
        session: undefined,
      };
    if (session.nonce === nonce) return session;
    const detail = "the session was opened again since";
    return { kind: "refuse", reason: "fenced", detail, session };
  }

  /**
   * Compares the incarnation and goes on to the next: of two copies of a client only one gets it. `next`: the number that
   * the client would give its next call, 0 if it does not say.
   */
  private openAgain(claim: SessionClaim, next: number, nonce: string, principal: string): Session | Refused {
    const session = this.tracker.knownSession(claim, principal);
    if (!(session instanceof Session)) return session;
    // An ack may be beyond it: of numbers that the client gave to nobody in the end, and may have forgotten.
    const unused = Math.max(session.nextSequence, session.seen + 1);
    // Also where the nonce is known: who repeats it has not had the reply, and so has made no call since.
    if (next !== 0 && next < unused) return putBack(session, next, unused);
    if (session.nonce === nonce) return session;
    const present = this.tracker.sessionOf(claim, principal);
    if (!(present instanceof Session)) return present;
    this.record({
      kind: "opened",
      session: session.number,
      client: session.client,
      principal,
      incarnation: session.incarnation + 1,
      nonce,
      nextSequence: unused,
    });
    return session;
  }

  async keepAlive(request: KeepAliveRequest, principal: string): Promise<KeepAliveReply> {
    const session = this.tracker.sessionOf(claimFrom(request.session), principal);
    if (!(session instanceof Session)) return this.refuse(session);
    const ack = numberFrom(request.ack, "ack");
    if (ack > session.ack) session.ack = ack;
    this.ledger.touch(session);
    // Whoever is told that it was heard does not speak for long.
    await this.durable(this.ledger.position);
    return create(KeepAliveReplySchema, { mark: this.ledger.mark });
  }

  async outcome(request: OutcomeRequest, principal: string): Promise<OutcomeReply> {
    const session = this.tracker.sessionOf(claimFrom(request.session), principal);
    if (!(session instanceof Session)) return this.refuse(session);
    const sequence = numberFrom(request.sequence, "sequence");
    this.ledger.touch(session);
    const outcome = await this.outcomeOf(session, sequence);
    return create(OutcomeReplySchema, { outcome, mark: this.ledger.mark });
  }

  private async outcomeOf(session: Session, sequence: number): Promise<OutcomeReply["outcome"]> {
    const unwanted = this.tracker.unwanted(session, sequence);
    if (unwanted !== undefined) return this.refuse(unwanted);
    const call = session.calls.get(sequence);
    if (session.executions.get(sequence) !== undefined || call instanceof OpenCall)
      return { case: "inProgress", value: create(OutcomeReply_InProgressSchema) };
    if (call === undefined) {
      const outside = this.tracker.outsideWindow(session, sequence);
      if (outside !== undefined) return this.refuse(outside);
      // Beyond the quota there is room for one in each session: that for which all later answers are kept.
      const quota = sequence > session.ack ? this.tracker.beyondQuota(session) : undefined;
      if (quota !== undefined) return this.refuse(quota);
      const refusal = this.record({
        kind: "refused",
        session: session.number,
        sequence,
        floor: session.ack,
      });
      await this.durable(refusal);
      return { case: "refused", value: create(OutcomeReply_RefusedSchema) };
    }
    await this.durable(call.position);
    if (call instanceof RefusedCall) return { case: "refused", value: create(OutcomeReply_RefusedSchema) };
    return { case: "answer", value: create(RecordedAnswerSchema, call.answer) };
  }

  async close(request: CloseRequest, principal: string): Promise<void> {
    const claim = claimFrom(request.session);
    const session = this.tracker.sessionOf(claim, principal);
    if (session instanceof Session) this.record({ kind: "ended", session: session.number });
    else if (session.reason !== "expired") return this.refuse(session);
    await this.durable(this.ledger.position);
  }

  private touch(session: Session): void {
    if (!session.ended) this.ledger.touch(session);
  }

  private record(record: HomeRecord): number {
    try {
      return this.ledger.record(record);
    } catch (failure) {
      if (!(failure instanceof JournalError)) throw failure;
      const isFull = failure.fault === "full" || failure.fault === "busy";
      throw refusalError(isFull ? "full" : "failed", failure.message);
    }
  }

  /** What a refusal is based on must not be undone by a crash. */
  private async refuse({ reason, detail }: Refused): Promise<never> {
    await this.durable(this.ledger.position);
    throw refusalError(reason, detail);
  }

  private async durable(position: number): Promise<void> {
    await new Promise<void>((onDurable, reject) => {
      const onLost = () => reject(refusalError("failed", LOST));
      this.ledger.whenDurable(position, { onDurable, onLost });
    });
  }
}

/** It would give new calls numbers that others have had, and call anew what it has called under a key. */
function putBack(session: Session, next: number, unused: number): Refused {
  const detail =
    `the client knows of no call from ${next} on, and the home of some below ${unused}: ` +
    "it was put back to an earlier state, or is a copy from then";
  return { kind: "refuse", reason: "fenced", detail, session };
}

/** @throws RpcError where it is none */
function claimFrom(message: SessionMessage | undefined): SessionClaim {
  if (message === undefined) throw malformed("the request has no session");
  const mark = parseMark(message.mark);
  if (mark === undefined) throw malformed(`malformed mark ${JSON.stringify(message.mark)}`);
  const incarnation = numberFrom(message.incarnation, "incarnation");
  return { home: message.home, client: message.client, incarnation, mark };
}

/** A whole number from 1 on. @throws RpcError where it is none */
function numberFrom(value: bigint, name: string): number {
  if (value < 1n || value > CALL_NUMBER_MAX) throw malformed(`${name} is ${value}: 1 … 2^52 is allowed`);
  return Number(value);
}

function malformed(detail: string): RpcError {
  return refusalError("malformed", detail);
}
