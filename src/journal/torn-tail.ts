import { BATCH_HEADER_BYTES, loadBatchHeader } from "./batch.js";
import { FileWindow } from "./file-window.js";
import type { SegmentSource } from "./log-cursor.js";
import type { Segment } from "./segment-file.js";

/**
 * Whether what stands where the log ends can be a batch that was torn. A disk writes whole sectors, over the zeros that were
 * there: so of a torn batch at least one sector's part is still zero. Where none is, all of it was written, maybe acknowledged,
 * and is damaged now.
 */
export async function canBeTorn(source: SegmentSource, segment: Segment, offset: number): Promise<boolean> {
  if (offset + BATCH_HEADER_BYTES > segment.bytes) return true;
  const file = await source.storage.open(segment.path, { access: "read" });
  try {
    const window = new FileWindow(file, segment.bytes);
    if (!(await window.load(offset, BATCH_HEADER_BYTES))) return true;
    const header = loadBatchHeader(window.bytes, 0, segment.base + offset, segment.salt, source.crc32);
    const extent = header === undefined ? BATCH_HEADER_BYTES : BATCH_HEADER_BYTES + header.bodyBytes;
    if (extent > segment.bytes - offset || !(await window.load(offset, extent))) return true;
    return hasZeroSectorPart(window.bytes.subarray(0, extent), offset);
  } finally {
    await file.close();
  }
}

/** Whether in one of the sectors that `bytes` stand in, from `offset` in the file on, all of theirs are zero. */
function hasZeroSectorPart(bytes: Uint8Array, offset: number): boolean {
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + SECTOR_BYTES - ((offset + at) % SECTOR_BYTES));
    if (bytes.subarray(at, end).every((byte) => byte === 0)) return true;
    at = end;
  }
  return false;
}

const SECTOR_BYTES = 512;
