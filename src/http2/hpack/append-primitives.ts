import type { Output } from "../../bytes/output.js";
import { huffmanBytes, writeHuffman } from "./huffman-encode.js";

/**
 * Appends an integer (RFC 7541 §5.1).
 * @param pattern the first octet's bits in front of the prefix
 * @param prefixMax `2^N - 1` for a prefix of `N` bits
 * @param value `0` to `2^32 - 1`
 */
export function appendInteger(output: Output, pattern: number, prefixMax: number, value: number): void {
  output.reserve(INTEGER_BYTES_MAX);
  const { bytes } = output;
  if (value < prefixMax) {
    bytes[output.length++] = pattern | value;
    return;
  }
  bytes[output.length++] = pattern | prefixMax;
  let rest = value - prefixMax;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[output.length++] = 0x80 | (rest % 0x80);
  bytes[output.length++] = rest;
}

/** The prefix and five octets of seven bits: enough for 32 bits. */
const INTEGER_BYTES_MAX = 6;

/**
 * Appends a string literal (RFC 7541 §5.2), Huffman-coded if that is shorter.
 * @throws if a code unit is above `0xff`: the caller let through what cannot be sent
 */
export function appendString(output: Output, text: string): void {
  const codedBytes = huffmanBytes(text);
  if (codedBytes < 0) throw new Error(`${BEYOND_LATIN1}: ${JSON.stringify(text)}`);
  if (codedBytes < text.length) {
    appendInteger(output, HUFFMAN, 0x7f, codedBytes);
    output.reserve(codedBytes);
    writeHuffman(text, output.bytes, output.length);
    output.length += codedBytes;
  } else appendUncodedString(output, text);
}

/**
 * Appends a string literal (RFC 7541 §5.2) as it is.
 * @throws as {@link appendString}
 */
export function appendUncodedString(output: Output, text: string): void {
  appendInteger(output, 0, 0x7f, text.length);
  output.reserve(text.length);
  const { bytes, length } = output;
  let units = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    units |= unit;
    bytes[length + i] = unit;
  }
  if (units > 0xff) throw new Error(`${BEYOND_LATIN1}: ${JSON.stringify(text)}`);
  output.length = length + text.length;
}

const BEYOND_LATIN1 = "assertion failed: header text beyond latin1";

const HUFFMAN = 0x80;
