import type { Runtime } from "../runtime/runtime.js";
import type { PastEpoch } from "./epochs.js";
import { JournalError } from "./journal-error.js";
import {
  type CheckpointName,
  type FolderContent,
  type JournalFolder,
  lookInto,
  removeFiles,
} from "./journal-folder.js";
import type { JournaledState } from "./journaled-state.js";
import { CHAIN_START, type ChainEnd } from "./log-cursor.js";
import { type Recovery, recover } from "./recovery.js";
import { Reservations } from "./reservations.js";
import { Segments, WritableSegment } from "./segments.js";
import { secureTail, wipeSegment } from "./tail-repair.js";

/** A log that can go on: all that was read of it is on the disk, and nothing else behind it. */
export interface OpenedLog {
  readonly home: Uint8Array;
  readonly end: ChainEnd;
  readonly epochs: PastEpoch[];
  readonly warnings: string[];
  readonly checkpoints: readonly CheckpointName[];
  readonly segments: Segments;
  readonly reservations: Reservations;
}

export interface LogSettings {
  readonly runtime: Runtime;
  readonly segmentBytes: number;
  /** Called where a name may be on the disk or not, which nobody can tell. */
  onFailure(cause: unknown): void;
}

/** Opens the log in a folder that is locked, or makes one, and feeds `state` what was recorded. */
export async function openLog(
  folder: JournalFolder,
  state: JournaledState | undefined,
  settings: LogSettings,
): Promise<OpenedLog> {
  const content = await lookInto(folder);
  return isNew(folder, content)
    ? makeLog(folder, content, settings)
    : reopenLog(folder, content, state, settings);
}

/** @throws JournalError where the folder is neither a journal's nor empty */
function isNew(folder: JournalFolder, content: FolderContent): boolean {
  const hasFiles =
    content.segments.length > 0 || content.damagedSegments.length > 0 || content.checkpoints.length > 0;
  if (!hasFiles && content.unknown.length > 0) throw notAJournal(folder, content.unknown[0]);
  return !hasFiles;
}

function notAJournal({ path }: JournalFolder, stranger: string): JournalError {
  const message = `${path} has no journal but ${stranger}: a journal needs a folder of its own`;
  return new JournalError("not-a-journal", message);
}

async function makeLog(
  folder: JournalFolder,
  content: FolderContent,
  { runtime, segmentBytes, onFailure }: LogSettings,
): Promise<OpenedLog> {
  await removeFiles(folder.storage, content.unfinished);
  const home = runtime.randomBytes(HOME_BYTES);
  const reservations = new Reservations();
  const segments = new Segments(folder, runtime, home, segmentBytes, reservations, onFailure);
  await segments.makeNext();
  return { home, end: CHAIN_START, epochs: [], warnings: [], checkpoints: [], segments, reservations };
}

async function reopenLog(
  folder: JournalFolder,
  content: FolderContent,
  state: JournaledState | undefined,
  { runtime, segmentBytes, onFailure }: LogSettings,
): Promise<OpenedLog> {
  const { storage, path } = folder;
  // Somebody may have crashed between giving a name and making it durable.
  await storage.syncFolder(path);
  const recovery = await recover(folder, content, state);
  const home = content.home!;
  const reservations = new Reservations();
  const segments = new Segments(folder, runtime, home, segmentBytes, reservations, onFailure);
  const { end, epochs, warnings, checkpoints } = recovery;
  if (content.unknown.length > 0)
    warnings.push(`${path} has files that are no journal's: ${content.unknown.join(", ")}`);
  try {
    for (const segment of recovery.segments.slice(0, -1)) segments.addPast(segment);
    await openTail(folder, recovery, segments);
    const usable = await openPrepared(folder, recovery, segmentBytes, segments);
    await removeFiles(storage, recovery.superfluous);
    // From the last one back, each for good: a gap between segments always means that one is missing.
    for (const { segment } of recovery.prepared.slice(usable).reverse()) {
      await storage.remove(segment.path);
      await storage.syncFolder(path);
    }
  } catch (error) {
    await segments.close();
    throw error;
  }
  return { home, end, epochs, warnings, checkpoints, segments, reservations };
}

async function openTail(folder: JournalFolder, { tail, end }: Recovery, segments: Segments): Promise<void> {
  const { segment } = tail;
  const file = await folder.storage.open(segment.path, { access: "write", durable: true });
  segments.addReady(new WritableSegment(segment, file, end.position - segment.base));
  await secureTail(file, tail);
}

/**
 * Opens the segments behind it, as long as they have the size that is wanted now; returns how many. In the first of them
 * something may have been begun, as behind the tail.
 */
async function openPrepared(
  folder: JournalFolder,
  { prepared, tail }: Recovery,
  segmentBytes: number,
  segments: Segments,
): Promise<number> {
  let count = 0;
  for (const { segment, isZero } of prepared) {
    if (segment.bytes !== segmentBytes) break;
    const file = await folder.storage.open(segment.path, { access: "write", durable: true });
    segments.addReady(new WritableSegment(segment, file));
    if (!isZero || (count === 0 && !tail.isSealed)) await wipeSegment(file, segment.bytes);
    count++;
  }
  return count;
}

const HOME_BYTES = 16;
