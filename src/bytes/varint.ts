import type { Output } from "./output.js";

/** Appends a varint (protobuf, Encoding), `value` 0 … 2^32-1. Always true, for the encoders that end with it. */
export function appendVarint(output: Output, value: number): true {
  output.reserve(5);
  const { bytes } = output;
  let at = output.length;
  let rest = value;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  output.length = at;
  return true;
}

/** How many bytes a varint takes, `value` 0 … 2^32-1. */
export function varintBytes(value: number): number {
  let count = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) count++;
  return count;
}
