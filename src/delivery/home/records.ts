import { statusFrom } from "../../rpc/status.js";
import { RECORD_KINDS } from "../record-kinds.js";
import { MalformedRecord, RecordReader } from "../record-reader.js";
import type { RecordWriter } from "../record-writer.js";
import type { RecordedAnswer } from "../recorded-answer.js";

/**
 * What the journal of a home says: each record is one change of its state. Sessions and methods go by the numbers that
 * the home has given them.
 */
export type HomeRecord =
  /** So many milliseconds have passed, in all, while a server served. */
  | { readonly kind: "time"; readonly logMs: number }
  /** The next method gets a number. */
  | { readonly kind: "method"; readonly path: string }
  /** A session was opened, for the first time where its number is new. */
  | {
      readonly kind: "opened";
      readonly session: number;
      readonly client: string;
      readonly principal: string;
      readonly incarnation: number;
      readonly nonce: string;
      readonly nextSequence: number;
    }
  /** A sign of life, and which answers are no longer wanted. */
  | { readonly kind: "touched"; readonly session: number; readonly floor: number }
  /** The session is forgotten, apart from what is not done yet. */
  | { readonly kind: "ended"; readonly session: number }
  /** A call will be carried out, by a `redo` handler. */
  | {
      readonly kind: "intent";
      readonly session: number;
      readonly sequence: number;
      readonly floor: number;
      readonly method: number;
      readonly fingerprint: string;
      readonly key: string;
      readonly request: Uint8Array;
    }
  /** What its handler wants to know if it runs again. */
  | { readonly kind: "noted"; readonly session: number; readonly sequence: number; readonly note: Uint8Array }
  /** It is done. */
  | {
      readonly kind: "done";
      readonly session: number;
      readonly sequence: number;
      readonly floor: number;
      readonly answer: RecordedAnswer;
    }
  /** A call was carried out, and changes the store. */
  | {
      readonly kind: "executed";
      readonly session: number;
      readonly sequence: number;
      readonly floor: number;
      readonly method: number;
      readonly fingerprint: string;
      readonly answer: RecordedAnswer;
      /** Empty for none. */
      readonly changes: Uint8Array;
    }
  /** A call that has never come is never to run. */
  | { readonly kind: "refused"; readonly session: number; readonly sequence: number; readonly floor: number }
  /** The store changes, by a call that nobody repeats. */
  | { readonly kind: "changed"; readonly changes: Uint8Array };

/** What a checkpoint of a home says; in this order. */
export type CheckpointRecord =
  | { readonly kind: "home"; readonly logMs: number; readonly nextSession: number }
  | { readonly kind: "method"; readonly path: string }
  | {
      readonly kind: "session";
      readonly session: number;
      readonly client: string;
      readonly principal: string;
      readonly incarnation: number;
      readonly firstNonce: string;
      readonly nonce: string;
      readonly nextSequence: number;
      readonly floor: number;
      readonly activeMs: number;
      readonly ended: boolean;
    }
  /** The calls of a session follow it. */
  | {
      readonly kind: "open-call";
      readonly session: number;
      readonly sequence: number;
      readonly method: number;
      readonly fingerprint: string;
      readonly key: string;
      readonly request: Uint8Array;
      /** Undefined for none. */
      readonly note: Uint8Array | undefined;
    }
  | {
      readonly kind: "answered-call";
      readonly session: number;
      readonly sequence: number;
      readonly method: number;
      readonly fingerprint: string;
      readonly answer: RecordedAnswer;
    }
  | { readonly kind: "refused-call"; readonly session: number; readonly sequence: number }
  /** A record of the store's own. */
  | { readonly kind: "store"; readonly record: Uint8Array };

/** What sort of record it seems to be, for people. */
export function recordKindName(record: Uint8Array): string {
  if (record.length === 0) return "empty";
  const [name] = Object.entries(RECORD_KINDS).find(([, kind]) => kind === record[0]) ?? [];
  return name ?? `kind ${record[0]}`;
}

/** Characters of a fingerprint: one for each byte of a SHA-256. */
const FINGERPRINT_BYTES = 32;

/** The record's bytes, until the writer begins another. */
export function encodeRecord(writer: RecordWriter, record: HomeRecord | CheckpointRecord): Uint8Array {
  writer.begin(RECORD_KINDS[record.kind]);
  switch (record.kind) {
    case "time":
      writer.number(record.logMs);
      break;
    case "method":
      writer.text(record.path);
      break;
    case "opened":
      writer.number(record.session).text(record.client).text(record.principal).number(record.incarnation);
      writer.text(record.nonce).number(record.nextSequence);
      break;
    case "touched":
      writer.number(record.session).number(record.floor);
      break;
    case "ended":
      writer.number(record.session);
      break;
    case "intent":
      writer.number(record.session).number(record.sequence).number(record.floor).number(record.method);
      writer.characters(record.fingerprint).text(record.key).raw(record.request);
      break;
    case "noted":
      writer.number(record.session).number(record.sequence).raw(record.note);
      break;
    case "done":
      writer.number(record.session).number(record.sequence).number(record.floor);
      writeAnswer(writer, record.answer);
      break;
    case "executed":
      writer.number(record.session).number(record.sequence).number(record.floor).number(record.method);
      writer.characters(record.fingerprint);
      writeAnswer(writer, record.answer);
      writer.raw(record.changes);
      break;
    case "refused":
      writer.number(record.session).number(record.sequence).number(record.floor);
      break;
    case "changed":
      writer.raw(record.changes);
      break;
    case "home":
      writer.number(record.logMs).number(record.nextSession);
      break;
    case "session":
      writer.number(record.session).text(record.client).text(record.principal).number(record.incarnation);
      writer.text(record.firstNonce).text(record.nonce).number(record.nextSequence).number(record.floor);
      writer.number(record.activeMs).number(record.ended ? 1 : 0);
      break;
    case "open-call":
      writer.number(record.session).number(record.sequence).number(record.method);
      writer.characters(record.fingerprint).text(record.key).bytes(record.request);
      if (record.note !== undefined) writer.number(1).raw(record.note);
      break;
    case "answered-call":
      writer.number(record.session).number(record.sequence).number(record.method);
      writer.characters(record.fingerprint);
      writeAnswer(writer, record.answer);
      break;
    case "refused-call":
      writer.number(record.session).number(record.sequence);
      break;
    case "store":
      writer.raw(record.record);
      break;
  }
  return writer.view();
}

/** The most that a record with an answer of at most `answerBytesMax` bytes takes: six numbers and a kind besides. */
export function answerRecordBytes(answerBytesMax: number): number {
  return answerBytesMax + 64;
}

/** The most that the record of a note of so many bytes takes: two numbers and a kind besides. */
export function noteRecordBytes(noteBytes: number): number {
  return noteBytes + 32;
}

function writeAnswer(writer: RecordWriter, answer: RecordedAnswer): void {
  writer.number(answer.code).text(answer.message).bytes(answer.response).bytes(answer.statusDetails);
}

/** A record of the log. `changes` is a view of `bytes`, all else is copied. @throws MalformedRecord */
export function decodeRecord(bytes: Uint8Array): HomeRecord {
  const reader = new RecordReader(bytes);
  const record = readRecord(reader);
  reader.end();
  return record;
}

/** A record of a checkpoint. A store's record is a view of `bytes`, all else is copied. @throws MalformedRecord */
export function decodeCheckpointRecord(bytes: Uint8Array): CheckpointRecord {
  const reader = new RecordReader(bytes);
  const record = readCheckpointRecord(reader);
  reader.end();
  return record;
}

/** Fields are read in the order in which they stand here: that in which they were written. */
function readRecord(reader: RecordReader): HomeRecord {
  switch (reader.kind) {
    case RECORD_KINDS.time:
      return { kind: "time", logMs: reader.number() };
    case RECORD_KINDS.method:
      return { kind: "method", path: reader.text() };
    case RECORD_KINDS.opened:
      return {
        kind: "opened",
        session: reader.number(),
        client: reader.text(),
        principal: reader.text(),
        incarnation: reader.number(),
        nonce: reader.text(),
        nextSequence: reader.number(),
      };
    case RECORD_KINDS.touched:
      return { kind: "touched", session: reader.number(), floor: reader.number() };
    case RECORD_KINDS.ended:
      return { kind: "ended", session: reader.number() };
    case RECORD_KINDS.intent:
      return {
        kind: "intent",
        session: reader.number(),
        sequence: reader.number(),
        floor: reader.number(),
        method: reader.number(),
        fingerprint: reader.characters(FINGERPRINT_BYTES),
        key: reader.text(),
        request: reader.rest().slice(),
      };
    case RECORD_KINDS.noted:
      return {
        kind: "noted",
        session: reader.number(),
        sequence: reader.number(),
        note: reader.rest().slice(),
      };
    case RECORD_KINDS.done:
      return {
        kind: "done",
        session: reader.number(),
        sequence: reader.number(),
        floor: reader.number(),
        answer: readAnswer(reader),
      };
    case RECORD_KINDS.executed:
      return {
        kind: "executed",
        session: reader.number(),
        sequence: reader.number(),
        floor: reader.number(),
        method: reader.number(),
        fingerprint: reader.characters(FINGERPRINT_BYTES),
        answer: readAnswer(reader),
        changes: reader.rest(),
      };
    case RECORD_KINDS.refused:
      return {
        kind: "refused",
        session: reader.number(),
        sequence: reader.number(),
        floor: reader.number(),
      };
    case RECORD_KINDS.changed:
      return { kind: "changed", changes: reader.rest() };
    default:
      throw new MalformedRecord(
        `kind ${reader.kind} is not known here: a newer version may have written it`,
        reader.kind,
      );
  }
}

function readCheckpointRecord(reader: RecordReader): CheckpointRecord {
  switch (reader.kind) {
    case RECORD_KINDS.home:
      return { kind: "home", logMs: reader.number(), nextSession: reader.number() };
    case RECORD_KINDS.method:
      return { kind: "method", path: reader.text() };
    case RECORD_KINDS.session:
      return {
        kind: "session",
        session: reader.number(),
        client: reader.text(),
        principal: reader.text(),
        incarnation: reader.number(),
        firstNonce: reader.text(),
        nonce: reader.text(),
        nextSequence: reader.number(),
        floor: reader.number(),
        activeMs: reader.number(),
        ended: reader.number() !== 0,
      };
    case RECORD_KINDS["open-call"]:
      return {
        kind: "open-call",
        session: reader.number(),
        sequence: reader.number(),
        method: reader.number(),
        fingerprint: reader.characters(FINGERPRINT_BYTES),
        key: reader.text(),
        request: reader.bytes(),
        note: reader.atEnd || reader.number() === 0 ? undefined : reader.rest().slice(),
      };
    case RECORD_KINDS["answered-call"]:
      return {
        kind: "answered-call",
        session: reader.number(),
        sequence: reader.number(),
        method: reader.number(),
        fingerprint: reader.characters(FINGERPRINT_BYTES),
        answer: readAnswer(reader),
      };
    case RECORD_KINDS["refused-call"]:
      return { kind: "refused-call", session: reader.number(), sequence: reader.number() };
    case RECORD_KINDS.store:
      return { kind: "store", record: reader.rest() };
    default:
      throw new MalformedRecord(
        `kind ${reader.kind} is not known here: a newer version may have written it`,
        reader.kind,
      );
  }
}

function readAnswer(reader: RecordReader): RecordedAnswer {
  return {
    code: statusFrom(reader.number()),
    message: reader.text(),
    response: reader.bytes(),
    statusDetails: reader.bytes(),
  };
}
