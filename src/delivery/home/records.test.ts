import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RECORD_KINDS } from "../record-kinds.js";
import { MalformedRecord } from "../record-reader.js";
import { RecordWriter } from "../record-writer.js";
import {
  answerRecordBytes,
  type CheckpointRecord,
  decodeCheckpointRecord,
  decodeRecord,
  encodeRecord,
  type HomeRecord,
} from "./records.js";

const number = fc.oneof(fc.nat(300), fc.maxSafeNat());
const text = fc.string({ unit: "grapheme", maxLength: 30 });
const bytes = fc.uint8Array({ maxLength: 100 });
const fingerprint = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((sha256) => String.fromCharCode(...sha256));
const answer = fc.record({
  code: fc.constantFrom(0, 1, 5, 16),
  message: text,
  response: bytes,
  statusDetails: bytes,
});
const call = { session: number, sequence: number };

const records: { [Kind in HomeRecord["kind"]]: fc.Arbitrary<object> } = {
  time: fc.record({ logMs: number }),
  method: fc.record({ path: text }),
  opened: fc.record({
    session: number,
    client: text,
    principal: text,
    incarnation: number,
    nonce: text,
    nextSequence: number,
  }),
  touched: fc.record({ session: number, floor: number }),
  ended: fc.record({ session: number }),
  intent: fc.record({ ...call, floor: number, method: number, fingerprint, key: text, request: bytes }),
  noted: fc.record({ ...call, note: bytes }),
  done: fc.record({ ...call, floor: number, answer }),
  executed: fc.record({ ...call, floor: number, method: number, fingerprint, answer, changes: bytes }),
  refused: fc.record({ ...call, floor: number }),
  changed: fc.record({ changes: bytes }),
};

const checkpointRecords: { [Kind in CheckpointRecord["kind"]]: fc.Arbitrary<object> } = {
  home: fc.record({ logMs: number, nextSession: number }),
  method: records.method,
  session: fc.record({
    session: number,
    client: text,
    principal: text,
    incarnation: number,
    firstNonce: text,
    nonce: text,
    nextSequence: number,
    floor: number,
    activeMs: number,
    ended: fc.boolean(),
  }),
  "open-call": fc.record({
    ...call,
    method: number,
    fingerprint,
    key: text,
    request: bytes,
    note: fc.option(bytes, { nil: undefined }),
  }),
  "answered-call": fc.record({ ...call, method: number, fingerprint, answer }),
  "refused-call": fc.record(call),
  store: fc.record({ record: bytes }),
};

describe("a record", () => {
  const writer = new RecordWriter();

  it.each(Object.entries(records))("of the log: %s reads as it was written", (kind, fields) => {
    fc.assert(
      fc.property(fields, (fields) => {
        const record = { kind, ...fields } as HomeRecord;
        expect(decodeRecord(encodeRecord(writer, record).slice())).toEqual(record);
      }),
    );
  });

  it.each(Object.entries(checkpointRecords))(
    "of a checkpoint: %s reads as it was written",
    (kind, fields) => {
      fc.assert(
        fc.property(fields, (fields) => {
          const record = { kind, ...fields } as CheckpointRecord;
          expect(decodeCheckpointRecord(encodeRecord(writer, record).slice())).toEqual(record);
        }),
      );
    },
  );

  it("keeps nothing of the bytes that it was read from, but for changes", () => {
    fc.assert(
      fc.property(records.intent, records.noted, records.done, (intent, noted, done) => {
        for (const record of [
          { kind: "intent", ...intent },
          { kind: "noted", ...noted },
          { kind: "done", ...done },
        ] as HomeRecord[]) {
          const lent = encodeRecord(writer, record).slice();
          const read = decodeRecord(lent);
          lent.fill(0xee);
          expect(read).toEqual(record);
        }
      }),
    );
  });

  it("that is damaged is read as another one, or is malformed", () => {
    const damaged = fc.tuple(fc.oneof(...Object.values(records)), fc.nat(), fc.nat(255), fc.nat());
    const kinds = Object.keys(records);
    fc.assert(
      fc.property(fc.nat(kinds.length - 1), damaged, (kind, [, at, byte, cut]) => {
        const [fields] = fc.sample(records[kinds[kind] as HomeRecord["kind"]], { numRuns: 1, seed: at });
        const whole = encodeRecord(writer, { kind: kinds[kind], ...fields } as HomeRecord).slice();
        whole[at % whole.length] = byte;
        for (const bytes of [whole, whole.subarray(0, cut % whole.length)]) {
          expectReadOrMalformed(() => decodeRecord(bytes));
          expectReadOrMalformed(() => decodeCheckpointRecord(bytes));
        }
      }),
    );
  });

  it("of any bytes is read, or is malformed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(40), (bytes, kind) => {
        const record = Uint8Array.of(kind, ...bytes);
        expectReadOrMalformed(() => decodeRecord(record));
        expectReadOrMalformed(() => decodeCheckpointRecord(record));
      }),
    );
  });

  it("of a kind that is not known names the reason", () => {
    expect(() => decodeRecord(Uint8Array.of(99))).toThrow("kind 99 is not known here: a newer version");
    expect(() => decodeRecord(Uint8Array.of(RECORD_KINDS.store))).toThrow(MalformedRecord);
  });

  it("with an answer takes no more than what is reserved for it", () => {
    const answer = { code: 0, message: "", response: new Uint8Array(1000), statusDetails: new Uint8Array() };
    const most = Number.MAX_SAFE_INTEGER;
    const record = encodeRecord(writer, {
      kind: "done",
      session: most,
      sequence: most,
      floor: most,
      answer,
    } as HomeRecord);
    expect(record.length).toBeLessThanOrEqual(answerRecordBytes(1000));
  });
});

function expectReadOrMalformed(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedRecord);
  }
}
