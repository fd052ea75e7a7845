import type { Output } from "./output.js";

/** Appends a varint (protobuf, Encoding), `value` 0 … 2^32-1. */
export function appendVarint(output: Output, value: number): void {
  output.reserve(5);
  output.length = storeVarint(output.bytes, output.length, value);
}

/** Stores a varint, `value` 0 … 2^32-1, at `bytes[at]`, where there is room for five bytes; returns where it ends. */
export function storeVarint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value;
    return at + 1;
  }
  bytes[at] = (value & 0x7f) | 0x80;
  if (value < 0x4000) {
    bytes[at + 1] = value >>> 7;
    return at + 2;
  }
  bytes[at + 1] = ((value >>> 7) & 0x7f) | 0x80;
  let end = at + 2;
  let rest = value >>> 14;
  while (rest > 0x7f) {
    bytes[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[end] = rest;
  return end + 1;
}

/** Stores 64 bits, given as two halves, as a varint at `bytes[at]`, where there is room for ten bytes; returns where it ends. */
export function storeVarint64(bytes: Uint8Array, at: number, lowBits: number, highBits: number): number {
  let end = at;
  let low = lowBits >>> 0;
  let high = highBits >>> 0;
  while (high > 0) {
    bytes[end++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  return storeVarint(bytes, end, low);
}

/** How many bytes a varint takes, `value` 0 … 2^32-1. */
export function varintBytes(value: number): number {
  let count = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) count++;
  return count;
}
