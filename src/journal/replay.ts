import { BatchKind } from "./batch.js";
import { epochIdText, type PastEpoch } from "./epochs.js";
import { loadPosition } from "./little-endian.js";
import { type ChainEnd, LogCursor, type SegmentSource } from "./log-cursor.js";
import type { LogEnd } from "./log-end.js";
import { eachRecord } from "./record-frames.js";
import type { Segment } from "./segment-file.js";

/** Told what stands in a log, in order. */
export interface LogVisitor {
  /** An epoch begins, at that time, in milliseconds since 1970. */
  onEpoch(epoch: PastEpoch, epochMs: number): void;
  /** A record and its end; the array is borrowed. */
  onRecord(record: Uint8Array, position: number): void;
  /** A batch has ended, at that position. */
  onBatch?(segment: Segment, end: number): void;
}

/** Where a log ends, and what is proven of that. */
export interface ReplayedLog extends LogEnd {
  /** From here on, in the segment in which it ends, nothing proves that it was durable. */
  readonly unprovenOffset: number;
  /** It ends with the mark that nothing came after it. */
  readonly isSealed: boolean;
}

/** Reads a log from `from` on, in the segment `first`, as far as one batch follows the other. */
export async function replay(
  source: SegmentSource,
  first: Segment,
  from: ChainEnd,
  visitor: LogVisitor,
): Promise<ReplayedLog> {
  const cursor = new LogCursor(source, first, from);
  /** Batches that no later one proves to have been durable, in order. */
  const unproven: { readonly segment: Segment; readonly offset: number; readonly end: number }[] = [];
  let isSealed = false;
  try {
    do {
      while (cursor.take()) {
        const { segment } = cursor;
        const { durablePosition, position, kind } = cursor.header!;
        const { position: end } = cursor.end!;
        while (unproven.length > 0 && unproven[0].end <= durablePosition) unproven.shift();
        unproven.push({ segment, offset: position - segment.base, end });
        isSealed = kind === BatchKind.SEAL;
        visit(cursor, visitor);
        visitor.onBatch?.(segment, end);
      }
    } while (await cursor.more());
  } finally {
    await cursor.close();
  }
  const { segment, offset, end } = cursor;
  const unprovenHere = unproven.find((batch) => batch.segment === segment);
  return { segment, offset, end: end!, unprovenOffset: unprovenHere?.offset ?? offset, isSealed };
}

/** What the batch has that was taken last. */
function visit({ header, bytes, bodyAt, bodyEnd, end }: LogCursor, visitor: LogVisitor): void {
  const { kind, epochNumber: number, epochId } = header!;
  if (kind === BatchKind.EPOCH) {
    const position = loadPosition(bytes, bodyAt);
    visitor.onEpoch({ number, id: epochIdText(epochId), position }, loadPosition(bytes, bodyAt + 8));
  } else if (kind === BatchKind.RECORDS) {
    const origin = end!.position - bodyEnd;
    eachRecord(bytes, bodyAt, bodyEnd, (record, recordEnd) => visitor.onRecord(record, origin + recordEnd));
  }
}
