import type { StoredFile } from "../runtime/storage.js";
import type { Tail } from "./recovery.js";
import { writeFully } from "./segment-file.js";
import { SEGMENT_HEADER_BYTES } from "./segment-header.js";

/**
 * Makes the end of the log what was read. What nobody has proven durable is written again where it stands: after a failed
 * sync the system's memory may show what is not on the disk, and what is written once more is. What may have been begun behind it
 * becomes zeros, so that nothing of an earlier time ever stands behind the log's end.
 */
export async function secureTail(file: StoredFile, tail: Tail): Promise<void> {
  const { unprovenOffset, endOffset, segment } = tail;
  if (unprovenOffset < endOffset) await rewrite(file, unprovenOffset, endOffset);
  if (!tail.isSealed || !tail.isRestZero) await wipe(file, endOffset, segment.bytes);
}

/** Makes a prepared segment what it was before somebody began to write there. */
export async function wipeSegment(file: StoredFile, bytes: number): Promise<void> {
  await wipe(file, SEGMENT_HEADER_BYTES, bytes);
}

async function rewrite(file: StoredFile, from: number, to: number): Promise<void> {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, to - from));
  for (let at = from; at < to; ) {
    const read = await file.read(piece.subarray(0, Math.min(piece.length, to - at)), at);
    if (read === 0) throw new Error("assertion failed: a segment has become shorter");
    await writeFully(file, piece.subarray(0, read), at);
    at += read;
  }
}

async function wipe(file: StoredFile, from: number, to: number): Promise<void> {
  const zeros = new Uint8Array(Math.min(PIECE_BYTES, to - from));
  for (let at = from; at < to; at += zeros.length)
    await writeFully(file, zeros.subarray(0, Math.min(zeros.length, to - at)), at);
}

/** What is written in one go; the file is open for durable writes, so that each is a sync. */
const PIECE_BYTES = 1024 * 1024;
