import type { SimulatedDisk } from "../../runtime/simulated-disk.test.util.js";
import { SimulatedFile } from "../../runtime/simulated-file.test.util.js";

/** What a journal that was closed takes of a disk, in bytes. */
export interface SizeLeft {
  /** Checkpoints, and the segments with something in them. */
  readonly usedBytes: number;
  /** Segments that are to be filled later. */
  readonly preparedBytes: number;
}

export function sizeLeft({ tree }: SimulatedDisk): SizeLeft {
  const files = [...tree.entries()].filter((entry) => entry instanceof SimulatedFile);
  const sizeOf = (some: readonly SimulatedFile[]) =>
    some.reduce((bytes, { allocatedBytes }) => bytes + allocatedBytes, 0);
  return {
    usedBytes: sizeOf(files.filter((file) => !isPrepared(file))),
    preparedBytes: sizeOf(files.filter(isPrepared)),
  };
}

/** A segment with nothing but zeros behind its header. */
function isPrepared(file: SimulatedFile): boolean {
  if (!/\/segment-\d+$/.test(file.path)) return false;
  const bytes = new Uint8Array(file.size);
  file.read(bytes, 0);
  return bytes.subarray(HEADER_BYTES).every((byte) => byte === 0);
}

const HEADER_BYTES = 512;
