import { readCheckpoint } from "./checkpoint-file.js";
import { corruption } from "./corruption.js";
import type { PastEpoch } from "./epochs.js";
import {
  type CheckpointName,
  type FolderContent,
  isSameHome,
  type JournalFolder,
  mixedHomes,
} from "./journal-folder.js";
import type { RecoveredState } from "./journaled-state.js";
import { CHAIN_START, type ChainEnd } from "./log-cursor.js";

/** What the log goes on from. */
export interface Base {
  /** Undefined: the log goes on from its beginning. */
  readonly checkpoint: CheckpointName | undefined;
  readonly end: ChainEnd;
  readonly epochs: readonly PastEpoch[];
  /** For each newer checkpoint that is damaged. */
  readonly warnings: readonly string[];
}

/** Feeds `state` the newest checkpoint that is whole. */
export async function restoreBase(
  folder: JournalFolder,
  { checkpoints, home }: FolderContent,
  state: RecoveredState | undefined,
): Promise<Base> {
  const warnings: string[] = [];
  for (const checkpoint of checkpoints) {
    const { path } = checkpoint;
    const file = await folder.storage.open(path, { access: "read" });
    try {
      // Once to see that all of it is right, and then once more for the state, which cannot take anything back.
      const found = await readCheckpoint(file, folder.crc32);
      if ("damage" in found) {
        warnings.push(
          `the checkpoint ${path} is damaged at offset ${found.offset} (${found.damage}): what came before it was used, and the log since`,
        );
        continue;
      }
      if (home !== undefined && !isSameHome(found.home, home)) throw mixedHomes(folder, path);
      if (state !== undefined) {
        const again = await readCheckpoint(file, folder.crc32, (record) => state.restore(record));
        if ("damage" in again)
          throw corruption(folder.path, path, again.offset, "it gives other bytes when it is read again");
      }
      return { checkpoint, end: found.end, epochs: found.epochs, warnings };
    } finally {
      await file.close();
    }
  }
  return { checkpoint: undefined, end: CHAIN_START, epochs: [], warnings };
}
