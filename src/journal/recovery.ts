import { BatchKind, batchOffset } from "./batch.js";
import { readCheckpoint } from "./checkpoint-file.js";
import { addEpoch, epochIdText, type PastEpoch } from "./epochs.js";
import { JournalError } from "./journal-error.js";
import {
  type CheckpointName,
  type FolderContent,
  isSameHome,
  type JournalFolder,
  mixedHomes,
} from "./journal-folder.js";
import type { JournaledState } from "./journaled-state.js";
import { loadPosition } from "./little-endian.js";
import { CHAIN_START, type ChainEnd, LogCursor, type SegmentSource } from "./log-cursor.js";
import { lookAhead } from "./look-ahead.js";
import { eachRecord } from "./record-frames.js";
import type { Segment } from "./segment-file.js";
import { SEGMENT_HEADER_BYTES } from "./segment-header.js";
import { canBeTorn } from "./torn-tail.js";

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
  /** Whether the journal was closed in good order, so that nothing can have been begun behind its end. */
  readonly isSealed: boolean;
  readonly isRestZero: boolean;
}

export interface PreparedSegment {
  readonly segment: Segment;
  readonly isZero: boolean;
}

/**
 * Reads a journal that has at least one segment: feeds `state` the newest checkpoint that is whole, and all records behind it.
 *
 * @throws JournalError `corrupt` where something that was durable is not there
 */
export async function recover(
  folder: JournalFolder,
  content: FolderContent,
  state: JournaledState | undefined,
): Promise<Recovery> {
  const warnings: string[] = [];
  const base = await restoreCheckpoint(folder, content, state, warnings);
  const { segments } = content;
  const first = firstSegment(folder, content, base.end);
  const source: SegmentSource = {
    storage: folder.storage,
    crc32: folder.crc32,
    segment: (number) => segments.find((segment) => segment.number === number),
  };
  const epochs = [...base.epochs];
  const log = await replay(source, first, base.end, epochs, state);

  const lost = content.damagedSegments.find(({ number }) => number >= first.number);
  if (lost !== undefined) throw damagedSegment(lost.path, lost.damage);
  const proven = content.checkpoints[0]?.position ?? 0;
  const rests = await behindTheEnd(source, content, log);
  const witness = rests.find(({ durablePosition }) => durablePosition > log.end.position);
  if (witness !== undefined || proven > log.end.position)
    throw damagedLog(folder, log, Math.max(witness?.durablePosition ?? 0, proven));
  if (!rests[0].isZero && !(await canBeTorn(source, log.segment, log.offset)))
    throw damagedBatch(folder, log);
  const begun = rests[1];
  if (begun !== undefined && !begun.isZero && !(await canBeTorn(source, begun.segment, SEGMENT_HEADER_BYTES)))
    throw damagedBatch(folder, { ...log, segment: begun.segment, offset: SEGMENT_HEADER_BYTES });

  const older = content.checkpoints.filter(({ position }) => position < base.end.position);
  const kept = base.checkpoint === undefined ? [] : [base.checkpoint, ...older.slice(0, 1)];
  const needed = content.checkpoints.length < 2 ? 0 : (kept.at(-1)?.position ?? 0);
  const tailNumber = log.segment.number;
  const prepared = preparedBehind(log.segment, rests);
  const preparedNumbers = new Set(prepared.map(({ segment }) => segment.number));
  const isNeeded = ({ base, bytes }: Segment) => batchOffset(needed - base) < bytes;
  return {
    end: log.end,
    epochs,
    warnings,
    checkpoints: kept,
    segments: segments.filter((segment) => segment.number <= tailNumber && isNeeded(segment)),
    tail: {
      segment: log.segment,
      unprovenOffset: log.unprovenOffset,
      endOffset: log.offset,
      isSealed: log.isSealed,
      isRestZero: rests[0].isZero,
    },
    prepared,
    superfluous: [
      ...content.unfinished,
      ...older.slice(1).map(({ path }) => path),
      ...segments
        .filter((segment) => segment.number < tailNumber && !isNeeded(segment))
        .map(({ path }) => path),
      ...segments
        .filter(({ number }) => number > tailNumber && !preparedNumbers.has(number))
        .map(({ path }) => path),
      ...content.damagedSegments.map(({ path }) => path),
    ],
  };
}

/** The state that the log goes on from. */
interface Base {
  readonly checkpoint: CheckpointName | undefined;
  readonly end: ChainEnd;
  readonly epochs: readonly PastEpoch[];
}

async function restoreCheckpoint(
  folder: JournalFolder,
  content: FolderContent,
  state: JournaledState | undefined,
  warnings: string[],
): Promise<Base> {
  for (const checkpoint of content.checkpoints) {
    const file = await folder.storage.open(checkpoint.path, { access: "read" });
    try {
      // Once to see that all of it is right, and then once more for the state, which cannot take anything back.
      const found = await readCheckpoint(file, folder.crc32);
      if ("damage" in found) {
        warnings.push(
          `the checkpoint ${checkpoint.path} is damaged at offset ${found.offset} (${found.damage}): an older one and the log since it were used`,
        );
        continue;
      }
      if (content.home !== undefined && !isSameHome(found.home, content.home))
        throw mixedHomes(checkpoint.path);
      if (state !== undefined) {
        const again = await readCheckpoint(file, folder.crc32, (record) => state.restore(record));
        if ("damage" in again) throw unreadable(checkpoint.path, again.offset);
      }
      return { checkpoint, end: found.end, epochs: found.epochs };
    } finally {
      await file.close();
    }
  }
  return { checkpoint: undefined, end: CHAIN_START, epochs: [] };
}

/** The segment in which the log goes on from `end`. */
function firstSegment(folder: JournalFolder, content: FolderContent, { position }: ChainEnd): Segment {
  const first = content.segments.findLast(({ base }) => base <= position);
  if (first !== undefined && position <= first.base + first.bytes) return first;
  const damaged = content.damagedSegments[0];
  if (damaged !== undefined) throw damagedSegment(damaged.path, damaged.damage);
  const since =
    position === 0
      ? "its beginning is missing, and there is no checkpoint that is whole"
      : `the segment with position ${position} is missing, where the newest checkpoint ends`;
  throw new JournalError("corrupt", `the journal in ${folder.path} is incomplete: ${since}. ${WAY_OUT}`, {
    place: { file: folder.path, offset: 0 },
  });
}

/** The end of the log. */
interface LogEnd {
  readonly segment: Segment;
  readonly offset: number;
  readonly end: ChainEnd;
  readonly unprovenOffset: number;
  readonly isSealed: boolean;
}

async function replay(
  source: SegmentSource,
  first: Segment,
  from: ChainEnd,
  epochs: PastEpoch[],
  state: JournaledState | undefined,
): Promise<LogEnd> {
  const cursor = new LogCursor(source, first, from);
  const unproven: { readonly segment: Segment; readonly offset: number; readonly end: number }[] = [];
  let isSealed = false;
  try {
    do {
      while (cursor.take()) {
        const { header, segment, bytes, bodyAt, bodyEnd } = cursor;
        const { durablePosition, position, kind } = header!;
        while (unproven.length > 0 && unproven[0].end <= durablePosition) unproven.shift();
        unproven.push({ segment, offset: position - segment.base, end: cursor.end!.position });
        isSealed = kind === BatchKind.SEAL;
        if (kind === BatchKind.EPOCH) {
          const { epochNumber: number, epochId } = header!;
          addEpoch(epochs, { number, id: epochIdText(epochId), position: loadPosition(bytes, bodyAt) });
        } else if (kind === BatchKind.RECORDS && state !== undefined) {
          const origin = cursor.end!.position - bodyEnd;
          eachRecord(bytes, bodyAt, bodyEnd, (record, recordEnd) => state.apply(record, origin + recordEnd));
        }
      }
    } while (await cursor.more());
  } finally {
    await cursor.close();
  }
  const { segment, offset } = cursor;
  const unprovenHere = unproven.find((batch) => batch.segment === segment);
  return { segment, offset, end: cursor.end!, unprovenOffset: unprovenHere?.offset ?? offset, isSealed };
}

/** What stands in a segment from the end of the log on. */
interface SegmentRest {
  readonly segment: Segment;
  readonly durablePosition: number;
  readonly isZero: boolean;
}

/** Of the segment in which the log has ended, first, and of all that come after it. */
async function behindTheEnd(
  source: SegmentSource,
  content: FolderContent,
  log: LogEnd,
): Promise<SegmentRest[]> {
  const rests: SegmentRest[] = [];
  for (const segment of content.segments) {
    if (segment.number < log.segment.number) continue;
    const offset = segment.number === log.segment.number ? log.offset : 0;
    rests.push({ segment, ...(await lookAhead(source, segment, offset)) });
  }
  return rests;
}

/** The segments that go on without a gap behind the last one of the log. */
function preparedBehind(last: Segment, rests: readonly SegmentRest[]): PreparedSegment[] {
  const prepared: PreparedSegment[] = [];
  let before = last;
  for (const { segment, isZero } of rests.slice(1)) {
    if (segment.number !== before.number + 1 || segment.base !== before.base + before.bytes) break;
    prepared.push({ segment, isZero });
    before = segment;
  }
  return prepared;
}

function damagedLog(folder: JournalFolder, log: LogEnd, durablePosition: number): JournalError {
  const { path } = log.segment;
  return new JournalError(
    "corrupt",
    `the journal in ${folder.path} is damaged: ${path} has no valid batch at offset ${log.offset} (position ${log.end.position}), ` +
      `and the log is known to have been durable up to position ${durablePosition}. ${WAY_OUT}`,
    { place: { file: path, offset: log.offset } },
  );
}

function damagedBatch(
  folder: JournalFolder,
  { segment: { path }, offset }: Pick<LogEnd, "segment" | "offset">,
): JournalError {
  return new JournalError(
    "corrupt",
    `the journal in ${folder.path} is damaged: in ${path} the batch at offset ${offset} has been written to its end, and is not ` +
      `what was written. ${WAY_OUT}`,
    { place: { file: path, offset } },
  );
}

function damagedSegment(path: string, damage: string): JournalError {
  return new JournalError("corrupt", `the journal's file ${path} is damaged: ${damage}. ${WAY_OUT}`, {
    place: { file: path, offset: 0 },
  });
}

function unreadable(path: string, offset: number): JournalError {
  return new JournalError(
    "corrupt",
    `${path} gives other bytes when it is read again: do not trust this disk. ${WAY_OUT}`,
    { place: { file: path, offset } },
  );
}

const WAY_OUT =
  "Nothing was changed. Restore the whole folder from a backup; `redoubt journal verify` tells what is damaged";
