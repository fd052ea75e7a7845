import { corruption } from "./corruption.js";
import type { FolderContent, JournalFolder } from "./journal-folder.js";
import type { ChainEnd, SegmentSource } from "./log-cursor.js";
import { lookAhead, type Rest } from "./look-ahead.js";
import type { Segment } from "./segment-file.js";
import { SEGMENT_HEADER_BYTES } from "./segment-header.js";
import { canBeTorn } from "./torn-tail.js";

/** The place from which on no batch follows the one before. */
export interface LogEnd {
  readonly segment: Segment;
  readonly offset: number;
  readonly end: ChainEnd;
}

/** A segment and what stands in it behind the end of the log. */
export interface SegmentRest extends Rest {
  readonly segment: Segment;
}

/**
 * Whether the log has ended where its batches end: because nothing was written behind that, or was torn. Gives what stands in the
 * segment in which it ends, first, and in those after it.
 *
 * @throws JournalError `corrupt` where something durable was behind that
 */
export async function examineEnd(
  folder: JournalFolder,
  { checkpoints, segments }: FolderContent,
  source: SegmentSource,
  log: LogEnd,
): Promise<readonly [SegmentRest, ...SegmentRest[]]> {
  const rests = [await restOf(source, log.segment, log.offset)] as [SegmentRest, ...SegmentRest[]];
  for (const segment of segments) {
    if (segment.number > log.segment.number) rests.push(await restOf(source, segment, SEGMENT_HEADER_BYTES));
  }
  // A checkpoint has its name only once the log is durable so far; a batch says what was durable when it was written.
  const marks = [checkpoints[0]?.position ?? 0, ...rests.map(({ durablePosition }) => durablePosition)];
  const durablePosition = Math.max(...marks);
  if (durablePosition > log.end.position) {
    // Where it ends nothing was written: the log went on in the next segment.
    const isNext = rests[0].isZero && rests.length > 1;
    const { path } = isNext ? rests[1].segment : log.segment;
    throw corruption(
      folder.path,
      path,
      isNext ? SEGMENT_HEADER_BYTES : log.offset,
      `no valid batch goes on from position ${log.end.position}, and the log was durable up to position ${durablePosition}`,
    );
  }
  // The next batch was begun there, or in the next segment where it would not have fitted.
  await checkTear(folder, source, log.segment, log.offset);
  if (rests.length > 1) await checkTear(folder, source, rests[1].segment, SEGMENT_HEADER_BYTES);
  return rests;
}

async function restOf(source: SegmentSource, segment: Segment, offset: number): Promise<SegmentRest> {
  return { segment, ...(await lookAhead(source, segment, offset)) };
}

async function checkTear(
  folder: JournalFolder,
  source: SegmentSource,
  segment: Segment,
  offset: number,
): Promise<void> {
  if (await canBeTorn(source, segment, offset)) return;
  throw corruption(
    folder.path,
    segment.path,
    offset,
    "the batch there was written to its end, and is no longer what was written",
  );
}
