import { readUtf8 } from "../runtime/native-bytes.js";

/** The text that `bytes[start, end)` are in UTF-8; what is malformed becomes U+FFFD. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  return end - start <= SHORT_TEXT_BYTES_MAX && isAscii(bytes, start, end)
    ? asciiText(bytes, start, end - start)
    : readUtf8(bytes, start, end);
}

/** Whether `bytes[start, end)` are UTF-8: tells a U+FFFD that was sent from one that stands for malformed bytes. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  try {
    strictDecoder.decode(bytes.subarray(start, end));
    return true;
  } catch {
    return false;
  }
}

const strictDecoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Up to here putting characters together beats a call into the engine's decoder, and longer texts that are put together
 * are trees to V8, which take twice the memory.
 */
const SHORT_TEXT_BYTES_MAX = 12;

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let at = start; at < end; at++) all |= bytes[at];
  return all < 0x80;
}

/** Eight characters at a time, since each call makes a string. */
function asciiText(bytes: Uint8Array, start: number, length: number): string {
  let text = "";
  let b = start;
  if (length >= 8) {
    text = String.fromCharCode(
      bytes[b],
      bytes[b + 1],
      bytes[b + 2],
      bytes[b + 3],
      bytes[b + 4],
      bytes[b + 5],
      bytes[b + 6],
      bytes[b + 7],
    );
    b += 8;
  }
  switch (length & 7) {
    case 0:
      return text;
    case 1:
      return text + String.fromCharCode(bytes[b]);
    case 2:
      return text + String.fromCharCode(bytes[b], bytes[b + 1]);
    case 3:
      return text + String.fromCharCode(bytes[b], bytes[b + 1], bytes[b + 2]);
    case 4:
      return text + String.fromCharCode(bytes[b], bytes[b + 1], bytes[b + 2], bytes[b + 3]);
    case 5:
      return text + String.fromCharCode(bytes[b], bytes[b + 1], bytes[b + 2], bytes[b + 3], bytes[b + 4]);
    case 6:
      return (
        text +
        String.fromCharCode(bytes[b], bytes[b + 1], bytes[b + 2], bytes[b + 3], bytes[b + 4], bytes[b + 5])
      );
    default:
      return (
        text +
        String.fromCharCode(
          bytes[b],
          bytes[b + 1],
          bytes[b + 2],
          bytes[b + 3],
          bytes[b + 4],
          bytes[b + 5],
          bytes[b + 6],
        )
      );
  }
}
