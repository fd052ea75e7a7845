import { type Base, restoreBase } from "./base-checkpoint.js";
import { nextBatchOffset } from "./batch.js";
import { addEpoch, type PastEpoch } from "./epochs.js";
import type { CheckpointName, FolderContent, JournalFolder } from "./journal-folder.js";
import type { RecoveredState } from "./journaled-state.js";
import type { ChainEnd } from "./log-cursor.js";
import { examineEnd } from "./log-end.js";
import { replay } from "./replay.js";
import type { Segment } from "./segment-file.js";
import { sourceOf, unbrokenFrom } from "./unbroken.js";

/** What a journal's files say, all of which has been read and none changed. */
export interface Recovery {
  readonly end: ChainEnd;
  readonly epochs: PastEpoch[];
  readonly warnings: string[];
  /** The one that was used and the one before it, newest first. */
  readonly checkpoints: readonly CheckpointName[];
  /** From the first that is needed to the one in which the log ends. */
  readonly segments: readonly Segment[];
  readonly tail: Tail;
  /** What follows on the segment in which the log ends, without anything of the log. */
  readonly prepared: readonly PreparedSegment[];
  /** Paths of what is needed no more. */
  readonly superfluous: readonly string[];
}

/** The last segment of the log: what must be done before more is written there. */
export interface Tail {
  readonly segment: Segment;
  /** From here on it is not proven that what was read is on the disk. */
  readonly unprovenOffset: number;
  /** Here the next batch begins. */
  readonly endOffset: number;
  /** Whether the journal was closed in good order, so that nothing can have been begun behind its end but an opening. */
  readonly isSealed: boolean;
  readonly isRestZero: boolean;
}

export interface PreparedSegment {
  readonly segment: Segment;
  readonly isZero: boolean;
}

/**
 * Reads a journal that has at least one file: feeds `state` the newest checkpoint that is whole, and all records behind it.
 *
 * @throws JournalError `corrupt` where something that was durable is not there
 */
export async function recover(
  folder: JournalFolder,
  content: FolderContent,
  state: RecoveredState | undefined,
): Promise<Recovery> {
  const base = await restoreBase(folder, content, state);
  const chain = unbrokenFrom(folder, content, base.end.position);
  const source = sourceOf(folder, chain);
  const epochs = [...base.epochs];
  const log = await replay(source, chain[0], base.end, {
    onEpoch: (epoch) => addEpoch(epochs, epoch),
    onRecord: (record, position) => state?.apply(record, position),
  });
  const [rest, ...prepared] = await examineEnd(folder, content, source, log);

  const { segment, offset: endOffset, unprovenOffset, isSealed, end } = log;
  const { checkpoints, firstPosition } = keep(content, base);
  const isNeeded = (each: Segment) => nextBatchOffset(firstPosition - each.base) < each.bytes;
  const before = content.segments.filter(({ number }) => number < segment.number);
  return {
    end,
    epochs,
    warnings: [...base.warnings],
    checkpoints,
    segments: [...before.filter(isNeeded), segment],
    tail: { segment, unprovenOffset, endOffset, isSealed, isRestZero: rest.isZero },
    prepared,
    superfluous: [
      ...content.unfinished,
      ...content.checkpoints.filter(({ position }) => position < firstPosition).map(({ path }) => path),
      ...before.filter((each) => !isNeeded(each)).map(({ path }) => path),
      ...content.damagedSegments.map(({ path }) => path),
    ],
  };
}

/** The checkpoints that are kept, newest first, and where the log must begin: at the older of two. */
function keep(
  { checkpoints }: FolderContent,
  { checkpoint }: Base,
): { readonly checkpoints: readonly CheckpointName[]; readonly firstPosition: number } {
  if (checkpoint === undefined) return { checkpoints: [], firstPosition: 0 };
  const older = checkpoints.find(({ position }) => position < checkpoint.position);
  const kept = older === undefined ? [checkpoint] : [checkpoint, older];
  return { checkpoints: kept, firstPosition: older?.position ?? 0 };
}
