import type { JournaledState } from "../../journal/journaled-state.js";
import type { Runtime } from "../../runtime/runtime.js";
import { isLater, type Mark } from "../mark.js";
import { RecordWriter } from "../record-writer.js";
import {
  type CallRecord,
  type ClientRecord,
  type KeyedAnswer,
  readClientRecord,
  writeClientRecord,
} from "./client-records.js";
import { type SessionTerms, sessionKey } from "./session.js";

/** What a durable client knows beyond restarts: what its records so far make of it. */
export class ClientState implements JournaledState {
  /** Set where a session was about to be opened: nobody knows whether the home has heard of it. */
  nonce: Uint8Array | undefined = undefined;
  session: SessionTerms | undefined = undefined;
  /** Numbers from here on were never given: each call is recorded before it is sent, and its number with it. */
  reservedEnd = 0;
  /** Those that want an answer, by number. */
  readonly calls = new Map<number, CallRecord>();
  /** By key. */
  readonly answers = new Map<string, KeyedAnswer>();
  /** The keys of `calls`, with their numbers. */
  readonly keys = new Map<string, number>();
  /** What `calls` and `answers` hold. */
  keptBytes = 0;
  private readonly runtime: Pick<Runtime, "sha256">;

  constructor(runtime: Pick<Runtime, "sha256">) {
    this.runtime = runtime;
  }

  restore(record: Uint8Array): void {
    this.change(readClientRecord(record));
  }

  apply(record: Uint8Array): void {
    this.change(readClientRecord(record));
  }

  /** The lists are made at once; what stands in them never changes. */
  *snapshot(): Generator<Uint8Array> {
    const records = this.records();
    const writer = new RecordWriter();
    for (const record of records) yield writeClientRecord(writer, record);
  }

  /** Does what a record says. */
  change(record: ClientRecord): void {
    switch (record.kind) {
      case "opening":
        this.nonce = record.nonce;
        break;
      case "opened":
        this.nonce = undefined;
        this.session = record.terms;
        this.reservedEnd = Math.max(this.reservedEnd, record.terms.nextSequence);
        break;
      case "reserved":
        this.reservedEnd = record.end;
        break;
      case "call":
        this.begin(record.call);
        break;
      case "answered":
        this.end(record.sequence, record.mark);
        break;
      case "kept":
        this.keep(record.answer);
        this.end(record.answer.sequence, record.mark);
        break;
      case "forgotten":
        this.forget(record.key);
        break;
      case "over":
        for (const call of [...this.calls.values()]) {
          if (call.key !== "") this.keep(this.keyed(call, record.answer));
          this.end(call.sequence, undefined);
        }
        this.session = undefined;
        this.nonce = undefined;
        this.reservedEnd = 0;
        break;
    }
  }

  /** The answer of a call that has a key, as it is kept. */
  keyed({ key, sequence, path, request }: CallRecord, answer: KeyedAnswer["answer"]): KeyedAnswer {
    const callId = this.callIdOf(sequence);
    return { key, sequence, callId, path, fingerprint: this.runtime.sha256(request), answer };
  }

  /** Names a call of the present session. */
  callIdOf(sequence: number): string {
    return `${sessionKey(this.runtime, this.session as SessionTerms)}.${sequence}`;
  }

  private begin(call: CallRecord): void {
    this.reservedEnd = Math.max(this.reservedEnd, call.sequence + 1);
    this.calls.set(call.sequence, call);
    if (call.key !== "") this.keys.set(call.key, call.sequence);
    this.keptBytes += callBytes(call);
  }

  private end(sequence: number, mark: Mark | undefined): void {
    const call = this.calls.get(sequence);
    if (call === undefined) return;
    this.calls.delete(sequence);
    if (call.key !== "") this.keys.delete(call.key);
    this.keptBytes -= callBytes(call);
    if (mark !== undefined && this.session !== undefined && isLater(mark, this.session.mark))
      this.session = { ...this.session, mark };
  }

  private keep(answer: KeyedAnswer): void {
    this.answers.set(answer.key, answer);
    this.keptBytes += answerBytes(answer);
  }

  /** Of a call that has no answer yet only the key goes. */
  private forget(key: string): void {
    const answer = this.answers.get(key);
    if (answer !== undefined) this.keptBytes -= answerBytes(answer);
    this.answers.delete(key);
    const sequence = this.keys.get(key);
    const call = sequence === undefined ? undefined : this.calls.get(sequence);
    this.keys.delete(key);
    if (call === undefined) return;
    this.calls.set(call.sequence, { ...call, key: "" });
    this.keptBytes -= key.length;
  }

  private records(): ClientRecord[] {
    const { session, nonce, reservedEnd, calls, answers } = this;
    const records: ClientRecord[] = [];
    if (session !== undefined) records.push({ kind: "opened", terms: session });
    if (nonce !== undefined) records.push({ kind: "opening", nonce });
    records.push({ kind: "reserved", end: reservedEnd });
    for (const call of calls.values()) records.push({ kind: "call", call });
    for (const answer of answers.values()) records.push({ kind: "kept", answer, mark: undefined });
    return records;
  }
}

export function callBytes({ path, key, request }: Omit<CallRecord, "sequence">): number {
  return KEPT_BYTES + path.length + key.length + request.length;
}

function answerBytes({ key, path, answer }: KeyedAnswer): number {
  return KEPT_BYTES + key.length + path.length + answer.response.length + answer.statusDetails.length;
}

/** Objects and places in tables, about. */
const KEPT_BYTES = 256;
