/**
 * The length of the Zstandard frame that `bytes` begin with (RFC 8878 §3.1.1), or undefined where it does not begin
 * here or goes on behind them. What is in the blocks is not looked at.
 */
export function zstdFrameBytes(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < MAGIC_BYTES + 1 || view.getUint32(0, true) !== MAGIC) return undefined;
  const descriptor = bytes[MAGIC_BYTES];
  let at = MAGIC_BYTES + headerBytes(descriptor);
  let last = false;
  while (!last) {
    if (at + BLOCK_HEADER_BYTES > bytes.length) return undefined;
    const header = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    last = (header & 1) === 1;
    const isRepeatedByte = ((header >>> 1) & 3) === 1;
    at += BLOCK_HEADER_BYTES + (isRepeatedByte ? 1 : header >>> 3);
  }
  if ((descriptor & CHECKSUM_FLAG) !== 0) at += CHECKSUM_BYTES;
  return at <= bytes.length ? at : undefined;
}

/** The frame header's length by its first byte, RFC 8878 §3.1.1.1. */
function headerBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & SINGLE_SEGMENT_FLAG) !== 0;
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6];
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 3];
  return 1 + (isSingleSegment ? 0 : 1) + dictionaryIdBytes + contentSizeBytes;
}

const MAGIC = 0xfd2fb528;
const MAGIC_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const CHECKSUM_FLAG = 0x04;
const SINGLE_SEGMENT_FLAG = 0x20;
