import { readLatin1 } from "../../runtime/native-bytes.js";

/**
 * The string whose code units are the octets `bytes[start, end)`.
 *
 * Header strings are mostly short. There, calls of `fromCharCode` with a fixed number of arguments
 * beat both a concatenation per octet and any decoder that needs a view of the range first.
 */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start >= NATIVE_BYTES_MIN) return readLatin1(bytes, start, end);
  let text = "";
  let at = start;
  for (; at + 16 <= end; at += 16) {
    text += String.fromCharCode(
      bytes[at],
      bytes[at + 1],
      bytes[at + 2],
      bytes[at + 3],
      bytes[at + 4],
      bytes[at + 5],
      bytes[at + 6],
      bytes[at + 7],
      bytes[at + 8],
      bytes[at + 9],
      bytes[at + 10],
      bytes[at + 11],
      bytes[at + 12],
      bytes[at + 13],
      bytes[at + 14],
      bytes[at + 15],
    );
  }
  if (at + 8 <= end) {
    text += String.fromCharCode(
      bytes[at],
      bytes[at + 1],
      bytes[at + 2],
      bytes[at + 3],
      bytes[at + 4],
      bytes[at + 5],
      bytes[at + 6],
      bytes[at + 7],
    );
    at += 8;
  }
  if (at + 4 <= end) {
    text += String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
    at += 4;
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** From here on a call into the engine is faster, and its text is in one piece. */
const NATIVE_BYTES_MIN = 48;
