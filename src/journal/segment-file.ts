import type { StoredFile } from "../runtime/storage.js";

/** A segment that has its name and its header. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  /** The position in the log of the file's first byte. */
  readonly base: number;
  /** The size of the file. */
  readonly bytes: number;
  readonly salt: number;
}

/** Writes all of `bytes` at `offset`, in as many pieces as the storage takes them, unless `isOver` says that it is no use. */
export async function writeFully(
  file: StoredFile,
  bytes: Uint8Array,
  offset: number,
  isOver: () => boolean = never,
): Promise<void> {
  let written = await file.write(bytes, offset);
  while (written < bytes.length && !isOver()) {
    const count = await file.write(bytes.subarray(written), offset + written);
    written += count;
  }
}

function never(): boolean {
  return false;
}
