import { BATCH_HEADER_BYTES, looksLikeBatch } from "../../journal/batch.js";

/** The kinds of the records in a write of a journal: the first byte of each; batches of the journal's own are negative. */
export function recordKindsIn(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kinds: number[] = [];
  for (let at = 0; at + BATCH_HEADER_BYTES <= bytes.length && looksLikeBatch(bytes, at); ) {
    const end = at + BATCH_HEADER_BYTES + view.getUint32(at + 4, true);
    const batchKind = view.getUint32(at + 36, true);
    if (batchKind !== 0) kinds.push(-batchKind);
    else
      for (let record = at + BATCH_HEADER_BYTES; record + 4 < end; record += 4 + view.getUint32(record, true))
        kinds.push(bytes[record + 4]!);
    at = end + ((8 - (end % 8)) % 8);
  }
  return kinds;
}

export const EPOCH_KIND = -1;
export const SEAL_KIND = -2;
