import { StorageError } from "../runtime/storage.js";
import { BatchKind } from "./batch.js";
import { corruption } from "./corruption.js";
import { JournalError } from "./journal-error.js";
import { LogCursor } from "./log-cursor.js";
import { eachRecord } from "./record-frames.js";
import type { Segments } from "./segments.js";

/** One record of a journal. */
export interface JournalRecord {
  /** Where it ends in the log: what `append` resolved with. */
  readonly position: number;
  readonly record: Uint8Array;
}

/** The records of a log that is being written: those after `from`, the oldest by default, up to `to`, which is durable. */
export async function* readRecords(
  segments: Segments,
  from: number | undefined,
  to: number,
): AsyncGenerator<JournalRecord> {
  const first = segments.containing(from ?? segments.oldestPosition);
  if (first === undefined) throw trimmed(from);
  const cursor = new LogCursor(segments, first, undefined, () => to);
  try {
    do {
      while (cursor.take()) yield* recordsOf(cursor, from ?? 0);
    } while (await cursor.more());
    const { end, segment, offset } = cursor;
    if (to > Math.max(from ?? 0, end?.position ?? 0)) {
      if (segment.number + 1 < segments.firstNumber) throw trimmed(from);
      throw corruption(
        segments.folderPath,
        segment.path,
        offset,
        "no valid batch is there, where something durable was",
      );
    }
  } catch (error) {
    const isGone = error instanceof StorageError && error.fault === "missing";
    throw isGone ? trimmed(from) : error;
  } finally {
    await cursor.close();
  }
}

function recordsOf(cursor: LogCursor, from: number): JournalRecord[] {
  const records: JournalRecord[] = [];
  const { header, bytes, bodyAt, bodyEnd, end } = cursor;
  if (header!.kind !== BatchKind.RECORDS || end!.position <= from) return records;
  const origin = end!.position - bodyEnd;
  eachRecord(bytes, bodyAt, bodyEnd, (record, recordEnd) => {
    if (origin + recordEnd > from) records.push({ position: origin + recordEnd, record: record.slice() });
  });
  return records;
}

function trimmed(from: number | undefined): JournalError {
  const what = from === undefined ? "records" : `records after position ${from}`;
  return new JournalError("trimmed", `the ${what} are no longer in the log: a checkpoint has replaced them`);
}
