import { loadPosition, loadUint32, storePosition, storeUint32 } from "./little-endian.js";

/**
 * The first sector of a segment, written with the zeros behind it before the file gets its name, and never again:
 *
 * | offset | bytes | |
 * |---|---|---|
 * | 0 | 8 | magic |
 * | 8 | 4 | version of the format |
 * | 12 | 4 | number of the segment, 1 and up |
 * | 16 | 8 | base: the position in the log of this file's first byte |
 * | 24 | 4 | size of the file |
 * | 28 | 4 | salt, random, told to nobody |
 * | 32 | 16 | home: the identity of the journal |
 * | 48 | 4 | CRC of all that |
 *
 * The salt seeds the checksums of the batches: bytes that a client has sent, and that stand in a record, cannot pass for
 * a batch.
 */
export interface SegmentHeader {
  readonly number: number;
  readonly base: number;
  readonly bytes: number;
  readonly salt: number;
  readonly home: Uint8Array;
}

/** A sector: what is written later touches none that the header is in. */
export const SEGMENT_HEADER_BYTES = 512;

/** The CRC-32 of bytes, going on from a seed. */
export type Crc32 = (bytes: Uint8Array, seed?: number) => number;

/** Stores the header in the zeros at the beginning of `bytes`. */
export function storeSegmentHeader(bytes: Uint8Array, header: SegmentHeader, crc32: Crc32): void {
  bytes.set(MAGIC);
  storeUint32(bytes, 8, VERSION);
  storeUint32(bytes, 12, header.number);
  storePosition(bytes, 16, header.base);
  storeUint32(bytes, 24, header.bytes);
  storeUint32(bytes, 28, header.salt);
  bytes.set(header.home, 32);
  storeUint32(bytes, CRC_AT, crc32(bytes.subarray(0, CRC_AT)));
}

/** What the first sector of a file says, or what is wrong with it. */
export function loadSegmentHeader(
  bytes: Uint8Array,
  crc32: Crc32,
): SegmentHeader | "damaged" | "newer version" {
  if (bytes.length < SEGMENT_HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return "damaged";
  if (loadUint32(bytes, CRC_AT) !== crc32(bytes.subarray(0, CRC_AT))) return "damaged";
  if (loadUint32(bytes, 8) !== VERSION) return "newer version";
  return {
    number: loadUint32(bytes, 12),
    base: loadPosition(bytes, 16),
    bytes: loadUint32(bytes, 24),
    salt: loadUint32(bytes, 28),
    home: bytes.slice(32, CRC_AT),
  };
}

/** `redolog` and a control character, which keeps programs from taking it for text. */
const MAGIC = new Uint8Array([0x72, 0x65, 0x64, 0x6f, 0x6c, 0x6f, 0x67, 0x1a]);
const VERSION = 1;
const CRC_AT = 48;
