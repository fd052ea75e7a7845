import { RingPlace } from "../call-ring.js";
import { answerBytes, type RecordedAnswer } from "../recorded-answer.js";
import type { Attempt } from "./attempt.js";
import { type Numbered, NumberedCalls } from "./numbered-calls.js";

/** What a home knows of one client. */
export class Session {
  /** What records call it. */
  readonly number: number;
  /** Its id: a secret of the client. */
  readonly client: string;
  readonly principal: Principal;
  /** Of the request that opened it for the first time. */
  readonly firstNonce: string;
  /** Of the request that opened it last. */
  nonce: string;
  incarnation: number;
  /** No call has had this number or a higher one. */
  nextSequence = 1;
  /** Answers of calls below it are forgotten. */
  floor = 1;
  /** When it was heard of last, in log time. */
  activeMs = 0;
  /** It is forgotten as soon as its open calls are done. */
  ended = false;
  /** What is remembered of its calls, by their numbers. */
  readonly calls = new NumberedCalls<RememberedCall>();
  /** The open ones among these. */
  openCalls = 0;

  // ── What no record says, and no restart keeps ─────────────────────────────────────────────────────────────

  /** The highest ack that was seen; the next record makes it the floor. */
  ack = 1;
  /** The highest number that was seen. */
  seen = 0;
  /** Calls under way, by their numbers. */
  readonly executions = new NumberedCalls<CallUnderWay>();
  /** The snapshot that has this session already. */
  savedBy: object | undefined = undefined;

  constructor(number: number, client: string, principal: Principal, incarnation: number, nonce: string) {
    this.number = number;
    this.client = client;
    this.principal = principal;
    this.incarnation = incarnation;
    this.firstNonce = nonce;
    this.nonce = nonce;
  }
}

/** A call that is being carried out. */
export interface CallUnderWay extends Numbered {
  /** Of its method. */
  readonly path: string;
  readonly fingerprint: string;
  /** Another attempt of it waits for its answer, too. */
  join(attempt: Attempt): void;
}

/** Somebody who has proved who it is, and what is remembered for it. */
export interface Principal {
  readonly name: string;
  sessions: number;
  bytes: number;
  /** Bytes of calls under way that no record has yet, about: they count for the quota, too. No record says this. */
  underWay: number;
}

/** What is remembered of a call. */
export type RememberedCall = OpenCall | AnsweredCall | RefusedCall;

/** Its intent is recorded, and no answer yet. */
export class OpenCall extends RingPlace {
  readonly session: Session;
  readonly sequence: number;
  readonly method: number;
  readonly fingerprint: string;
  readonly key: string;
  readonly request: Uint8Array;
  note: Uint8Array | undefined = undefined;

  constructor(
    session: Session,
    sequence: number,
    method: number,
    fingerprint: string,
    key: string,
    request: Uint8Array,
  ) {
    super();
    this.session = session;
    this.sequence = sequence;
    this.method = method;
    this.fingerprint = fingerprint;
    this.key = key;
    this.request = request;
  }

  get bytes(): number {
    return CALL_BYTES + this.key.length + this.request.length + (this.note?.length ?? 0);
  }
}

/** It was executed. */
export class AnsweredCall {
  readonly sequence: number;
  readonly method: number;
  readonly fingerprint: string;
  readonly answer: RecordedAnswer;
  /** Where the answer's record ends in the journal: 0 if that was before this start. */
  readonly position: number;

  constructor(
    sequence: number,
    method: number,
    fingerprint: string,
    answer: RecordedAnswer,
    position: number,
  ) {
    this.sequence = sequence;
    this.method = method;
    this.fingerprint = fingerprint;
    this.answer = answer;
    this.position = position;
  }

  get bytes(): number {
    return CALL_BYTES + answerBytes(this.answer);
  }
}

/** It had not come when its outcome was asked for, and never runs. */
export class RefusedCall {
  readonly sequence: number;
  /** As {@link AnsweredCall.position}. */
  readonly position: number;

  constructor(sequence: number, position: number) {
    this.sequence = sequence;
    this.position = position;
  }

  get bytes(): number {
    return CALL_BYTES;
  }
}

/** What a call takes besides what it brings along, about: it counts for quotas. */
export const CALL_BYTES = 200;
