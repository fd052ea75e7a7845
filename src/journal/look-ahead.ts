import { BATCH_HEADER_BYTES, loadBatchHeader, looksLikeBatch } from "./batch.js";
import { FileWindow } from "./file-window.js";
import type { SegmentSource } from "./log-cursor.js";
import type { Segment } from "./segment-file.js";
import { SEGMENT_HEADER_BYTES } from "./segment-header.js";

/** What stands in a segment behind a place. */
export interface Rest {
  /** The highest position that a batch there proves to have been durable before it; 0 without any. */
  readonly durablePosition: number;
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
    let isZero = true;
    let from = Math.max(offset, SEGMENT_HEADER_BYTES);
    while (await window.load(from, 1)) {
      const { bytes, start, end } = window;
      const isLast = end - start < bytes.length;
      const to = isLast ? end : end - BATCH_HEADER_BYTES;
      const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
      for (let at = from; at < to; at += 8) {
        const word = (at - start) >> 2;
        if ((words[word] | words[word + 1]) === 0) continue;
        isZero = false;
        if (at + BATCH_HEADER_BYTES > end || !looksLikeBatch(bytes, at - start)) continue;
        const header = loadBatchHeader(bytes, at - start, base + at, salt, source.crc32);
        if (header !== undefined) durablePosition = Math.max(durablePosition, header.durablePosition);
      }
      if (isLast) break;
      from = to;
    }
    return { durablePosition, isZero };
  } finally {
    await file.close();
  }
}
