import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** How large a journal's folder is, and its newest checkpoint. */
export interface FolderSize {
  readonly bytes: number;
  readonly checkpointBytes: number;
}

/** Of a folder that is there; files may come and go meanwhile. */
export function sizeOf(folder: string): FolderSize {
  let bytes = 0;
  let newest = "";
  let checkpointBytes = 0;
  for (const name of readdirSync(folder)) {
    const size = bytesOf(join(folder, name));
    bytes += size;
    // Positions have the same number of digits each.
    if (!/^checkpoint-\d+$/.test(name) || name < newest) continue;
    newest = name;
    checkpointBytes = size;
  }
  return { bytes, checkpointBytes };
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What a journal may hold of which nothing is remembered but who it is, and its past openings. */
export function floorOf(segmentBytes: number, openings: number): FolderSize {
  return {
    bytes: SEGMENTS_MAX * segmentBytes,
    checkpointBytes: CHECKPOINT_BYTES + openings * EPOCH_BYTES,
  };
}

/** Two checkpoints are kept, each for two segments of log, and what came since, with one segment ahead. */
const SEGMENTS_MAX = 10;

/** A home, its methods and a session or two, with the framing. */
const CHECKPOINT_BYTES = 2048;

/** A past opening has a number, an id and a position. */
const EPOCH_BYTES = 40;
