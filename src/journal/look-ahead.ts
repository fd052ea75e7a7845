import { BATCH_HEADER_BYTES, batchOffset, loadBatchHeader, looksLikeBatch } from "./batch.js";
import { FileWindow } from "./file-window.js";
import type { SegmentSource } from "./log-cursor.js";
import type { Segment } from "./segment-file.js";
import { SEGMENT_HEADER_BYTES } from "./segment-header.js";

/** What stands in a segment behind a place. */
export interface Rest {
  /** The highest position that a batch there proves to have been durable before it; 0 without any. */
  readonly durablePosition: number;
  /** Where that batch stands in the file. */
  readonly offset: number;
  /** Nothing was ever written there, or it was wiped. */
  readonly isZero: boolean;
}

/**
 * Reads a segment from `offset` on for what no chain leads to. Headers prove themselves, so that a batch is found behind any
 * damage. Bodies are not looked at: whatever became of them, what their header says was durable before.
 */
export async function lookAhead(source: SegmentSource, segment: Segment, offset: number): Promise<Rest> {
  const { base, salt } = segment;
  const file = await source.storage.open(segment.path, { access: "read" });
  try {
    const window = new FileWindow(file, segment.bytes);
    let durablePosition = 0;
    let foundAt = 0;
    let isZero = true;
    let from = batchOffset(Math.max(offset, SEGMENT_HEADER_BYTES));
    while (await window.load(from, 1)) {
      const { bytes, start, end } = window;
      const isLast = end - start < bytes.length;
      const to = isLast ? end : end - BATCH_HEADER_BYTES;
      for (let at = from; at < to; at += 8) {
        if (isZeroAt(bytes, at - start, Math.min(8, to - at))) continue;
        isZero = false;
        if (at + BATCH_HEADER_BYTES > end || !looksLikeBatch(bytes, at - start)) continue;
        const header = loadBatchHeader(bytes, at - start, base + at, salt, source.crc32);
        if (header === undefined || header.durablePosition <= durablePosition) continue;
        durablePosition = header.durablePosition;
        foundAt = at;
      }
      if (isLast) break;
      from = to;
    }
    return { durablePosition, offset: foundAt, isZero };
  } finally {
    await file.close();
  }
}

function isZeroAt(bytes: Uint8Array, at: number, count: number): boolean {
  let bits = 0;
  for (let i = at; i < at + count; i++) bits |= bytes[i];
  return bits === 0;
}
