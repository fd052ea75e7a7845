import type { Output } from "../bytes/output.js";
import { loadPosition, loadUint32, storePosition, storeUint32 } from "./little-endian.js";
import { type Crc32, SEGMENT_HEADER_BYTES } from "./segment-header.js";

/**
 * What one write appends: a header, and records behind it, each as its length (4 bytes) and its bytes. It begins at an
 * offset that eight divides. Up to the next such offset, one to eight bytes are all ones: so a batch that was written to its
 * end does not end as the zeros do that were there before.
 *
 * | offset | bytes | |
 * |---|---|---|
 * | 0 | 4 | CRC of the rest of this header, seeded with the segment's salt |
 * | 4 | 4 | length of the body, which are the records |
 * | 8 | 8 | position of this batch in the log |
 * | 16 | 8 | position up to which the log was known to be durable when this was written |
 * | 24 | 4 | number of the epoch |
 * | 28 | 4 | id of the epoch |
 * | 32 | 4 | CRC of the header of the batch before, which makes the log a chain |
 * | 36 | 4 | kind |
 * | 40 | 4 | CRC of the body |
 * | 44 | 4 | magic; none of its bytes is zero |
 *
 * A header is proof by itself: that this journal has written it, here, and of what was durable then.
 */
export interface BatchHeader {
  readonly bodyBytes: number;
  readonly position: number;
  readonly durablePosition: number;
  readonly epochNumber: number;
  readonly epochId: number;
  readonly previousCrc: number;
  readonly kind: BatchKind;
}

export const BatchKind = {
  RECORDS: 0,
  /** The first of an epoch: where it began, the end of all before it (8 bytes), and when, in milliseconds since 1970 (8 bytes). */
  EPOCH: 1,
  /** Closed in good order: nothing came after this. */
  SEAL: 2,
} as const;
export type BatchKind = number;

export const BATCH_HEADER_BYTES = 48;

/** What stands before each record in a body. */
export const RECORD_PREFIX_BYTES = 4;

/** What is filled up with ones behind a body, at most. */
export const PADDING_BYTES_MAX = 8;

/** Where in a segment the next batch begins, behind a body that ends at `end`, or behind the segment's header. */
export function nextBatchOffset(end: number): number {
  return end <= SEGMENT_HEADER_BYTES ? SEGMENT_HEADER_BYTES : end + 8 - (end % 8);
}

/** Fills up what stands behind a body. */
export function padBatch(output: Output): void {
  output.reserve(PADDING_BYTES_MAX);
  do output.bytes[output.length++] = 0xff;
  while (output.length % 8 !== 0);
}

/** Stores the header at the beginning of `batch`, whose body stands behind it; returns the header's CRC. */
export function storeBatchHeader(batch: Uint8Array, header: BatchHeader, salt: number, crc32: Crc32): number {
  storeUint32(batch, 4, header.bodyBytes);
  storePosition(batch, 8, header.position);
  storePosition(batch, 16, header.durablePosition);
  storeUint32(batch, 24, header.epochNumber);
  storeUint32(batch, 28, header.epochId);
  storeUint32(batch, 32, header.previousCrc);
  storeUint32(batch, 36, header.kind);
  storeUint32(batch, 40, crc32(batch.subarray(BATCH_HEADER_BYTES, BATCH_HEADER_BYTES + header.bodyBytes)));
  storeUint32(batch, MAGIC_AT, MAGIC);
  const crc = crc32(batch.subarray(CRC_BYTES, BATCH_HEADER_BYTES), salt);
  storeUint32(batch, 0, crc);
  return crc;
}

/** Whether a header seems to stand at `bytes[at]`. */
export function looksLikeBatch(bytes: Uint8Array, at: number): boolean {
  return loadUint32(bytes, at + MAGIC_AT) === MAGIC;
}

/** The header at `bytes[at]`; undefined unless it was written by this journal for `position`. */
export function loadBatchHeader(
  bytes: Uint8Array,
  at: number,
  position: number,
  salt: number,
  crc32: Crc32,
): BatchHeader | undefined {
  if (!looksLikeBatch(bytes, at)) return undefined;
  if (batchCrc(bytes, at) !== crc32(bytes.subarray(at + CRC_BYTES, at + BATCH_HEADER_BYTES), salt))
    return undefined;
  if (loadPosition(bytes, at + 8) !== position) return undefined;
  return {
    bodyBytes: loadUint32(bytes, at + 4),
    position,
    durablePosition: loadPosition(bytes, at + 16),
    epochNumber: loadUint32(bytes, at + 24),
    epochId: loadUint32(bytes, at + 28),
    previousCrc: loadUint32(bytes, at + 32),
    kind: loadUint32(bytes, at + 36),
  };
}

/** The CRC that the header at `bytes[at]` has: what the next one is chained to. */
export function batchCrc(bytes: Uint8Array, at: number): number {
  return loadUint32(bytes, at);
}

/** Whether the body behind the header at `bytes[at]` is what was written. */
export function isBodyWhole(bytes: Uint8Array, at: number, bodyBytes: number, crc32: Crc32): boolean {
  const begin = at + BATCH_HEADER_BYTES;
  return loadUint32(bytes, at + 40) === crc32(bytes.subarray(begin, begin + bodyBytes));
}

const MAGIC = 0xb47c_9ed1;
const MAGIC_AT = 44;
const CRC_BYTES = 4;
