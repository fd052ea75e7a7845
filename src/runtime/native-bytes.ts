import { markAsUntransferable } from "node:worker_threads";

// What the engine does with bytes faster than JavaScript can: UTF-8 both ways, and memory that many small arrays share.

/** Methods of `Buffer` that work on every Uint8Array; Node's types leave them out. */
interface NativeText {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, at: number, bytesMax: number): number;
}

const native = Buffer.prototype as unknown as NativeText;

/** The text that `bytes[start, end)` are in UTF-8; what is malformed becomes U+FFFD. A byte order mark stays. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  return native.utf8Slice.call(bytes, start, end);
}

/** The text whose characters are `bytes[start, end)`. */
export function readLatin1(bytes: Uint8Array, start: number, end: number): string {
  return native.latin1Slice.call(bytes, start, end);
}

/**
 * Stores `text` in UTF-8 at `bytes[at…]` and returns how many bytes that took: three for each UTF-16 code unit at
 * most, for which there must be room. Surrogates without a partner become U+FFFD.
 */
export function writeUtf8(bytes: Uint8Array, at: number, text: string): number {
  return native.utf8Write.call(bytes, text, at, bytes.length - at);
}

/** How many bytes `text` takes in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}

/** Memory for arrays that share it: posting one of them to another thread does not take it from the others. */
export function sharedMemory(bytes: number): Uint8Array {
  const memory = new Uint8Array(bytes);
  markAsUntransferable(memory.buffer);
  return memory;
}

/** Memory that holds whatever was there before: whoever gives it away has to write to all of it. */
export function uninitializedMemory(bytes: number): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.allocUnsafeSlow(bytes);
  return new Uint8Array(buffer, byteOffset, length);
}
