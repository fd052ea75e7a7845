import { formatMark, type Mark, parseMark } from "../mark.js";
import { CLIENT_RECORD_KINDS } from "../record-kinds.js";
import { MalformedRecord, RecordReader } from "../record-reader.js";
import type { RecordWriter } from "../record-writer.js";
import type { SessionTerms } from "./session.js";

/** A call that wants an answer. */
export interface CallRecord {
  readonly sequence: number;
  /** `/package.Service/Method` */
  readonly path: string;
  /** Empty for none. */
  readonly key: string;
  readonly request: Uint8Array;
}

/** What a call was answered with, as it is kept. */
export interface KeptAnswer {
  /** A gRPC status code. */
  readonly code: number;
  readonly message: string;
  /** `unknown` where the session was over before the answer came. */
  readonly outcome: "executed" | "not-executed" | "unknown";
  /** The response message, where the code is OK. */
  readonly response: Uint8Array;
  /** A serialized google.rpc.Status where there are details. */
  readonly statusDetails: Uint8Array;
  /** Why the home has nothing more to say of the call, where it has refused it. */
  readonly refusal?: string;
}

/** The answer of a call that has a key. */
export interface KeyedAnswer {
  readonly key: string;
  readonly sequence: number;
  /** The call's id, which tells its session too. */
  readonly callId: string;
  readonly path: string;
  /** SHA-256 of the request. */
  readonly fingerprint: Uint8Array;
  readonly answer: KeptAnswer;
}

/** What a durable client's journal records. */
export type ClientRecord =
  /** A session is about to be opened, or opened again, with this nonce. */
  | { readonly kind: "opening"; readonly nonce: Uint8Array }
  /** It is open. */
  | { readonly kind: "opened"; readonly terms: SessionTerms }
  /** Numbers below this one may have been given; in checkpoints, where calls with them may be missing. */
  | { readonly kind: "reserved"; readonly end: number }
  | { readonly kind: "call"; readonly call: CallRecord }
  /** A call without a key has its answer, which its home may forget from now on. */
  | { readonly kind: "answered"; readonly sequence: number; readonly mark: Mark | undefined }
  /** The same, and the answer is kept. */
  | { readonly kind: "kept"; readonly answer: KeyedAnswer; readonly mark: Mark | undefined }
  /** The answer of a key is no longer wanted. */
  | { readonly kind: "forgotten"; readonly key: string }
  /** The session is over; what its calls became of is not known, and its numbers mean nothing any more. */
  | { readonly kind: "over"; readonly answer: KeptAnswer };

/** The bytes of a record, until the next one is written. */
export function writeClientRecord(writer: RecordWriter, record: ClientRecord): Uint8Array {
  writer.begin(CLIENT_RECORD_KINDS[record.kind]);
  switch (record.kind) {
    case "opening":
      writer.bytes(record.nonce);
      break;
    case "opened":
      writeTerms(writer, record.terms);
      break;
    case "reserved":
      writer.number(record.end);
      break;
    case "call": {
      const { sequence, path, key, request } = record.call;
      writer.number(sequence).text(path).text(key).raw(request);
      break;
    }
    case "answered":
      writer.number(record.sequence).text(markText(record.mark));
      break;
    case "kept": {
      const { key, sequence, callId, path, fingerprint, answer } = record.answer;
      writer
        .text(markText(record.mark))
        .text(key)
        .number(sequence)
        .text(callId)
        .text(path)
        .bytes(fingerprint);
      writeAnswer(writer, answer);
      break;
    }
    case "forgotten":
      writer.text(record.key);
      break;
    case "over":
      writeAnswer(writer, record.answer);
      break;
  }
  return writer.view();
}

/** @throws MalformedRecord */
export function readClientRecord(bytes: Uint8Array): ClientRecord {
  const reader = new RecordReader(bytes);
  const record = readBody(reader);
  reader.end();
  return record;
}

function readBody(reader: RecordReader): ClientRecord {
  switch (reader.kind) {
    case CLIENT_RECORD_KINDS.opening:
      return { kind: "opening", nonce: reader.bytes() };
    case CLIENT_RECORD_KINDS.opened:
      return { kind: "opened", terms: readTerms(reader) };
    case CLIENT_RECORD_KINDS.reserved:
      return { kind: "reserved", end: reader.number() };
    case CLIENT_RECORD_KINDS.call: {
      const [sequence, path, key] = [reader.number(), reader.text(), reader.text()];
      return { kind: "call", call: { sequence, path, key, request: reader.rest().slice() } };
    }
    case CLIENT_RECORD_KINDS.answered:
      return { kind: "answered", sequence: reader.number(), mark: readMark(reader.text()) };
    case CLIENT_RECORD_KINDS.kept: {
      const mark = readMark(reader.text());
      const [key, sequence, callId, path] = [reader.text(), reader.number(), reader.text(), reader.text()];
      const fingerprint = reader.bytes();
      const answer = { key, sequence, callId, path, fingerprint, answer: readAnswer(reader) };
      return { kind: "kept", answer, mark };
    }
    case CLIENT_RECORD_KINDS.forgotten:
      return { kind: "forgotten", key: reader.text() };
    case CLIENT_RECORD_KINDS.over:
      return { kind: "over", answer: readAnswer(reader) };
    default:
      throw new MalformedRecord(`its kind is ${reader.kind}`, reader.kind);
  }
}

function writeTerms(writer: RecordWriter, terms: SessionTerms): void {
  writer.text(terms.home).text(terms.client).number(terms.incarnation).number(terms.nextSequence);
  writer.number(terms.window).number(terms.expiresAfterMs).text(formatMark(terms.mark));
  writer.number(terms.methods.length);
  for (const method of terms.methods) writer.text(method);
}

function readTerms(reader: RecordReader): SessionTerms {
  const [home, client] = [reader.text(), reader.text()];
  const [incarnation, nextSequence, window] = [reader.number(), reader.number(), reader.number()];
  const [expiresAfterMs, mark] = [reader.number(), readMark(reader.text())];
  if (mark === undefined) throw new MalformedRecord("a session has no mark");
  const methods: string[] = [];
  for (let left = reader.number(); left > 0; left--) methods.push(reader.text());
  return { home, client, incarnation, nextSequence, window, expiresAfterMs, methods, mark };
}

function writeAnswer(writer: RecordWriter, answer: KeptAnswer): void {
  writer.number(answer.code).text(answer.message).number(OUTCOMES.indexOf(answer.outcome));
  writer
    .bytes(answer.response)
    .bytes(answer.statusDetails)
    .text(answer.refusal ?? "");
}

function readAnswer(reader: RecordReader): KeptAnswer {
  const [code, message, index] = [reader.number(), reader.text(), reader.number()];
  const outcome = OUTCOMES[index];
  if (outcome === undefined) throw new MalformedRecord(`outcome ${index}`);
  const [response, statusDetails, refusal] = [reader.bytes(), reader.bytes(), reader.text()];
  return { code, message, outcome, response, statusDetails, ...(refusal !== "" && { refusal }) };
}

/** Never put into another order. */
const OUTCOMES = ["executed", "not-executed", "unknown"] as const;

function markText(mark: Mark | undefined): string {
  return mark === undefined ? "" : formatMark(mark);
}

/** Undefined where there is none. */
function readMark(text: string): Mark | undefined {
  if (text === "") return undefined;
  const mark = parseMark(text);
  if (mark === undefined) throw new MalformedRecord(`mark ${JSON.stringify(text)}`);
  return mark;
}
