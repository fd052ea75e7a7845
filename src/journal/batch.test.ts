import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Output } from "../bytes/output.js";
import { nodeRuntime } from "../runtime/node.js";
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  BatchKind,
  batchCrc,
  isBodyWhole,
  loadBatchHeader,
  nextBatchOffset,
  padBatch,
  storeBatchHeader,
} from "./batch.js";
import { appendRecord, eachRecord } from "./record-frames.js";

const { crc32 } = nodeRuntime();
const SALT = 0xdead_beef;

const header: Omit<BatchHeader, "bodyBytes"> = {
  position: 2 ** 40 + 512,
  durablePosition: 2 ** 40,
  epochNumber: 3,
  epochId: 0xfedc_ba98,
  previousCrc: 0x8765_4321,
  kind: BatchKind.RECORDS,
};

/** A batch of these records. */
function batchOf(...records: Uint8Array[]): Output {
  const output = new Output();
  output.append(new Uint8Array(BATCH_HEADER_BYTES));
  for (const record of records) appendRecord(output, record);
  const bodyBytes = output.length - BATCH_HEADER_BYTES;
  storeBatchHeader(output.bytes, { ...header, bodyBytes }, SALT, crc32);
  return output;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("a batch", () => {
  it("is written as it is described", () => {
    const output = batchOf(new Uint8Array([0xaa, 0xbb]));
    padBatch(output);
    const bytes = output.view();
    expect(hex(bytes.subarray(4, 40))).toBe(
      "06000000" +
        "0002000000010000" +
        "0000000000010000" +
        "03000000" +
        "98badcfe" +
        "21436587" +
        "00000000",
    );
    expect(hex(bytes.subarray(40, 44))).toBe(
      hex(new Uint8Array(new Uint32Array([crc32(bytes.subarray(48, 54))]).buffer)),
    );
    expect(bytes.subarray(44, 48)).not.toContain(0);
    expect(hex(bytes.subarray(48))).toBe("02000000aabbffff");
    expect(batchCrc(bytes, 0)).toBe(crc32(bytes.subarray(4, 48), SALT));
  });

  it("is read as it was written", () => {
    const record = new Uint8Array([1, 2, 3]);
    const bytes = batchOf(record, new Uint8Array(0), record).view();
    const bodyBytes = bytes.length - BATCH_HEADER_BYTES;
    const shifted = new Uint8Array(bytes.length + 16);
    shifted.set(bytes, 16);
    expect(loadBatchHeader(shifted, 16, header.position, SALT, crc32)).toEqual({ ...header, bodyBytes });
    expect(isBodyWhole(shifted, 16, bodyBytes, crc32)).toBe(true);
    const records: [number[], number][] = [];
    eachRecord(bytes, BATCH_HEADER_BYTES, bytes.length, (each, end) => records.push([[...each], end]));
    expect(records).toEqual([
      [[1, 2, 3], 55],
      [[], 59],
      [[1, 2, 3], 66],
    ]);
  });

  it("is none at another position, or with another segment's salt", () => {
    const bytes = batchOf(new Uint8Array(3)).view();
    expect(loadBatchHeader(bytes, 0, header.position + 8, SALT, crc32)).toBeUndefined();
    expect(loadBatchHeader(bytes, 0, header.position, SALT + 1, crc32)).toBeUndefined();
  });

  it("is none with any bit of its header changed, and not whole with one of its body", () => {
    const original = batchOf(new Uint8Array(5)).view();
    for (let bit = 0; bit < original.length * 8; bit++) {
      const bytes = original.slice();
      bytes[bit >> 3] ^= 1 << (bit & 7);
      const read = loadBatchHeader(bytes, 0, header.position, SALT, crc32);
      if (bit >> 3 < BATCH_HEADER_BYTES) expect(read).toBeUndefined();
      else expect(isBodyWhole(bytes, 0, read!.bodyBytes, crc32)).toBe(false);
    }
  });

  it("is filled up with ones, at least one, to where the next one begins", () => {
    for (let size = 0; size < 20; size++) {
      const output = batchOf(new Uint8Array(size));
      const end = output.length;
      padBatch(output);
      expect(output.length).toBe(nextBatchOffset(512 + end) - 512);
      expect([...output.view().subarray(end)]).toEqual(Array(output.length - end).fill(0xff));
      expect(output.length).toBeGreaterThan(end);
    }
    expect(nextBatchOffset(0)).toBe(512);
    expect(nextBatchOffset(512)).toBe(512);
    expect(nextBatchOffset(-4096)).toBe(512);
  });
});

describe("the records of a body", () => {
  it("are never read beyond it, whatever it says", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(10), (bytes, begin) => {
        let end = begin;
        const isRight = eachRecord(bytes, begin, bytes.length, (record, recordEnd) => {
          expect(recordEnd).toBe(end + 4 + record.length);
          expect(recordEnd).toBeLessThanOrEqual(bytes.length);
          end = recordEnd;
        });
        if (isRight) expect(end).toBe(Math.max(begin, bytes.length));
      }),
    );
  });
});
