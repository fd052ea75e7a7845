import { readSync, writeSync } from "node:fs";

const LENGTH_BYTES = 4;
const STDIN = 0;
const STDOUT = 1;

/** Reads the next message from standard input: its length in 4 bytes, little-endian, then itself. Undefined at the end. */
export function readFrame(): Uint8Array | undefined {
  const length = readBytes(LENGTH_BYTES);
  if (length === undefined) return undefined;
  const bytes = readBytes(length.readUInt32LE());
  if (bytes === undefined) throw new Error("standard input ended between a message's length and the message");
  return bytes;
}

/** Writes a message to standard output, framed alike. */
export function writeFrame(message: Uint8Array): void {
  const frame = Buffer.alloc(LENGTH_BYTES + message.length);
  frame.writeUInt32LE(message.length);
  frame.set(message, LENGTH_BYTES);
  for (let at = 0; at < frame.length; ) at += writeSync(STDOUT, frame, at);
}

/** Waits for as many bytes. Undefined if the input ends before the first. */
function readBytes(count: number): Buffer | undefined {
  const bytes = Buffer.alloc(count);
  for (let at = 0; at < count; ) {
    const read = readSync(STDIN, bytes, at, count - at, null);
    if (read === 0 && at === 0) return undefined;
    if (read === 0) throw new Error(`standard input ended ${count - at} bytes before the end of a message`);
    at += read;
  }
  return bytes;
}
