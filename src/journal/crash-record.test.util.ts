import { crc32 } from "node:zlib";
import { BATCH_HEADER_BYTES, storeBatchHeader } from "./batch.js";

/** The record of that number: bytes that no other one has, with zeros among them. At least 9 bytes. */
export function recordOf(number: number, bytes: number): Uint8Array {
  const record = headed(PLAIN, number, bytes);
  let state = number + 1;
  for (let at = HEAD_BYTES; at < bytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    record[at] = state >>> 24;
  }
  return record;
}

/**
 * What somebody sends who knows all but the salt of the segments, for a place in the log: wherever a batch could begin in it, one
 * seems to, which says that much more was durable. Where it is torn, that must not be believed.
 */
export function forgedRecordOf(number: number, bytes: number, place: number): Uint8Array {
  const record = headed(FORGED, number, bytes);
  new DataView(record.buffer).setFloat64(HEAD_BYTES, place);
  for (
    let at = HEAD_BYTES + 8 + ((8 - ((place + HEAD_BYTES) % 8)) % 8);
    at + BATCH_HEADER_BYTES <= bytes;
    at += BATCH_HEADER_BYTES
  ) {
    const header = { position: place + at, durablePosition: 2 ** 40, bodyBytes: 0, kind: 0 };
    const chain = { epochNumber: 1, epochId: 0, previousCrc: 0 };
    storeBatchHeader(record.subarray(at), { ...header, ...chain }, 0, crc32);
  }
  return record;
}

/** The number of a record, if it is what was written under that number, to the last byte. */
export function numberOf(record: Uint8Array): number | undefined {
  if (record.length < HEAD_BYTES) return undefined;
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const number = view.getUint32(1);
  const original =
    record[0] === FORGED
      ? forgedRecordOf(number, record.length, view.getFloat64(HEAD_BYTES))
      : recordOf(number, record.length);
  return Buffer.compare(record, original) === 0 ? number : undefined;
}

function headed(kind: number, number: number, bytes: number): Uint8Array {
  const record = new Uint8Array(bytes);
  const view = new DataView(record.buffer);
  record[0] = kind;
  view.setUint32(1, number);
  view.setUint32(5, bytes);
  return record;
}

const PLAIN = 1;
const FORGED = 2;
const HEAD_BYTES = 9;
