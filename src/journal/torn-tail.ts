import { BATCH_HEADER_BYTES, loadBatchHeader, nextBatchOffset } from "./batch.js";
import { FileWindow } from "./file-window.js";
import type { SegmentSource } from "./log-cursor.js";
import type { Segment } from "./segment-file.js";

/**
 * Whether what stands where the log ends can be a batch that was torn, whole sectors of which were written over the zeros that
 * were there, or which was written in pieces: then at least one sector's part of it still ends in zeros. Where none does, all of it
 * was written, maybe acknowledged, and is damaged now.
 */
export async function canBeTorn(source: SegmentSource, segment: Segment, offset: number): Promise<boolean> {
  if (offset + BATCH_HEADER_BYTES > segment.bytes) return true;
  const file = await source.storage.open(segment.path, { access: "read" });
  try {
    const window = new FileWindow(file, segment.bytes);
    if (!(await window.load(offset, BATCH_HEADER_BYTES))) return true;
    const header = loadBatchHeader(window.bytes, 0, segment.base + offset, segment.salt, source.crc32);
    const extent =
      header === undefined
        ? BATCH_HEADER_BYTES
        : nextBatchOffset(offset + BATCH_HEADER_BYTES + header.bodyBytes) - offset;
    if (extent > segment.bytes - offset) return false;
    if (!(await window.load(offset, extent))) return true;
    return hasUnwrittenSector(window.bytes.subarray(0, extent), offset);
  } finally {
    await file.close();
  }
}

/** Whether in one of the sectors that `bytes` stand in, from `offset` in the file on, the last of them is zero. */
function hasUnwrittenSector(bytes: Uint8Array, offset: number): boolean {
  for (let end = SECTOR_BYTES - (offset % SECTOR_BYTES); end < bytes.length; end += SECTOR_BYTES)
    if (bytes[end - 1] === 0) return true;
  return bytes[bytes.length - 1] === 0;
}

const SECTOR_BYTES = 512;
