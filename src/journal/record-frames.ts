import type { Output } from "../bytes/output.js";
import { RECORD_PREFIX_BYTES } from "./batch.js";
import { loadUint32, storeUint32 } from "./little-endian.js";

/** Appends a record behind its length. */
export function appendRecord(output: Output, record: Uint8Array): void {
  output.reserve(RECORD_PREFIX_BYTES + record.length);
  storeUint32(output.bytes, output.length, record.length);
  output.length += RECORD_PREFIX_BYTES;
  output.append(record);
}

/**
 * Gives each record of a body, as a view, and where it ends in `bytes`. False if lengths and bytes do not add up, which
 * with a right checksum only a mistake of ours makes.
 */
export function eachRecord(
  bytes: Uint8Array,
  begin: number,
  end: number,
  visit: (record: Uint8Array, recordEnd: number) => void,
): boolean {
  let at = begin;
  while (at < end) {
    if (end - at < RECORD_PREFIX_BYTES) return false;
    const length = loadUint32(bytes, at);
    at += RECORD_PREFIX_BYTES;
    if (length > end - at) return false;
    visit(bytes.subarray(at, at + length), at + length);
    at += length;
  }
  return true;
}
