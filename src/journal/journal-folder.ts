import { type OpenMode, type Storage, StorageError, type StoredFile } from "../runtime/storage.js";
import { corruption } from "./corruption.js";
import { namedFile } from "./file-names.js";
import { JournalError } from "./journal-error.js";
import type { Segment } from "./segment-file.js";
import { type Crc32, loadSegmentHeader, SEGMENT_HEADER_BYTES } from "./segment-header.js";

/** Where a journal is, and with what it is read. */
export interface JournalFolder {
  readonly path: string;
  readonly storage: Storage;
  readonly crc32: Crc32;
}

/** What the names and the headers in a journal's folder say. */
export interface FolderContent {
  /** Undefined where there is no segment with a header. */
  readonly home: Uint8Array | undefined;
  /** By number, upwards; numbers can be missing. */
  readonly segments: readonly Segment[];
  /** Segments without a header that can be believed, by number, upwards. */
  readonly damagedSegments: readonly DamagedSegment[];
  /** Newest first. */
  readonly checkpoints: readonly CheckpointName[];
  /** Paths of what was being made when somebody crashed. */
  readonly unfinished: readonly string[];
  readonly unknown: readonly string[];
}

export interface DamagedSegment {
  readonly number: number;
  readonly path: string;
  readonly damage: string;
}

export interface CheckpointName {
  /** What the name says, which it got once the log was durable so far. */
  readonly position: number;
  readonly path: string;
}

/** @throws JournalError `unsupported` where a newer version has written, `corrupt` where files of several journals are */
export async function lookInto(folder: JournalFolder): Promise<FolderContent> {
  const { storage } = folder;
  const segments: (Segment & { readonly home: Uint8Array })[] = [];
  const damagedSegments: DamagedSegment[] = [];
  const checkpoints: CheckpointName[] = [];
  const unfinished: string[] = [];
  const unknown: string[] = [];
  for (const name of (await storage.list(folder.path)).sort()) {
    const path = storage.within(folder.path, name);
    const named = namedFile(name);
    if (named.kind === "segment") {
      const segment = await segmentAt(folder, path, named.number);
      if (typeof segment === "string") damagedSegments.push({ number: named.number, path, damage: segment });
      else segments.push(segment);
    } else if (named.kind === "checkpoint") checkpoints.unshift({ position: named.position, path });
    else if (named.kind === "unfinished") unfinished.push(path);
    else if (named.kind === "unknown") unknown.push(name);
  }
  const stranger = segments.find(({ home }) => !isSameHome(home, segments[0].home));
  if (stranger !== undefined) throw mixedHomes(folder, stranger.path);
  return { home: segments[0]?.home, segments, damagedSegments, checkpoints, unfinished, unknown };
}

/** What is wrong with it, where it is none. */
async function segmentAt(
  { storage, crc32 }: JournalFolder,
  path: string,
  number: number,
): Promise<(Segment & { readonly home: Uint8Array }) | string> {
  const file = await storage.open(path, { access: "read" });
  try {
    const header = loadSegmentHeader(await readStart(file, SEGMENT_HEADER_BYTES), crc32);
    if (header === "newer version")
      throw new JournalError(
        "unsupported",
        `${path} was written by a newer version of Redoubt: open the journal with that one`,
      );
    if (header === "damaged") return "its header is damaged";
    const fileBytes = await file.size();
    if (fileBytes !== header.bytes) return `it has ${fileBytes} bytes in place of ${header.bytes}`;
    if (header.number !== number) return `it was written as segment ${header.number}`;
    const { base, bytes, salt, home } = header;
    return { number, path, base, bytes, salt, home };
  } finally {
    await file.close();
  }
}

async function readStart(file: StoredFile, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let length = 0;
  while (length < count) {
    const read = await file.read(bytes.subarray(length), length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

export function isSameHome(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}

export function mixedHomes(folder: JournalFolder, path: string): JournalError {
  return corruption(folder.path, path, 0, "it belongs to another journal than the first segment beside it");
}

/** Makes a file, in place of what somebody who crashed may have left under that name. All that is written there is durable. */
export async function createAnew(storage: Storage, path: string): Promise<StoredFile> {
  const how: OpenMode = { access: "create", durable: true };
  try {
    return await storage.open(path, how);
  } catch (error) {
    if (!(error instanceof StorageError && error.fault === "exists")) throw error;
    await storage.remove(path);
    return storage.open(path, how);
  }
}

/** Removes files that nobody needs; those that are gone already are fine. */
export async function removeFiles(storage: Storage, paths: readonly string[]): Promise<void> {
  for (const path of paths) await removeFile(storage, path);
}

async function removeFile(storage: Storage, path: string): Promise<void> {
  try {
    await storage.remove(path);
  } catch (error) {
    if (!(error instanceof StorageError && error.fault === "missing")) throw error;
  }
}
