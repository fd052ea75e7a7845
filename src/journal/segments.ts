import type { Runtime } from "../runtime/runtime.js";
import { StorageError, type StoredFile } from "../runtime/storage.js";
import { BATCH_HEADER_BYTES, nextBatchOffset } from "./batch.js";
import { segmentName, unfinishedName } from "./file-names.js";
import { JournalError } from "./journal-error.js";
import { createAnew, type JournalFolder, removeFiles } from "./journal-folder.js";
import type { SegmentSource } from "./log-cursor.js";
import { RECORD_COST_BYTES, type Reservations } from "./reservations.js";
import { type Segment, writeFully } from "./segment-file.js";
import { SEGMENT_HEADER_BYTES, storeSegmentHeader } from "./segment-header.js";

/** A segment that is open for writing: one descriptor, as long as anything is written there. */
export class WritableSegment {
  readonly segment: Segment;
  readonly file: StoredFile;
  /** Where the body of the last batch that has its place ends; the header at least. */
  filled: number;
  /** Batches that have their place and are not written yet. */
  unwritten = 0;
  /** No further batch gets its place here. */
  isLeft = false;

  constructor(segment: Segment, file: StoredFile, filled: number = SEGMENT_HEADER_BYTES) {
    this.segment = segment;
    this.file = file;
    this.filled = filled;
  }

  /** How large a batch can be here. */
  get restBytes(): number {
    return this.segment.bytes - nextBatchOffset(this.filled);
  }
}

/**
 * The segments of a log: the one that is being filled, those prepared ahead, and those that are only read. Room is promised
 * only where it is allocated on the disk. Preparing goes on in the background.
 */
export class Segments implements SegmentSource {
  readonly storage: JournalFolder["storage"];
  readonly crc32: JournalFolder["crc32"];
  private readonly folder: JournalFolder;
  private readonly runtime: Runtime;
  private readonly home: Uint8Array;
  private readonly segmentBytes: number;
  private readonly reservations: Reservations;
  private readonly onFailure: (cause: unknown) => void;
  private readonly known = new Map<number, Segment>();
  private readonly ahead: WritableSegment[] = [];
  private readonly closings = new Set<Promise<unknown>>();
  private filling: WritableSegment | undefined = undefined;
  private making: Promise<void> | undefined = undefined;
  /** How many segments' worth of room is wanted beyond what is promised. */
  private lead = 1;
  /** The most that has found no room, which is being made for it. */
  private refusedBytes = 0;
  private refusal: JournalError | undefined = undefined;
  private refusedMs = 0;
  private isStopped = false;

  /** @param onFailure is called where a name may be on the disk or not, which nobody can tell */
  constructor(
    folder: JournalFolder,
    runtime: Runtime,
    home: Uint8Array,
    segmentBytes: number,
    reservations: Reservations,
    onFailure: (cause: unknown) => void,
  ) {
    this.folder = folder;
    this.storage = folder.storage;
    this.crc32 = folder.crc32;
    this.runtime = runtime;
    this.home = home;
    this.segmentBytes = segmentBytes;
    this.reservations = reservations;
    this.onFailure = onFailure;
  }

  get folderPath(): string {
    return this.folder.path;
  }

  segment(number: number): Segment | undefined {
    return this.known.get(number);
  }

  /** The segment that contains what comes after `position`; undefined if it is there no more. */
  containing(position: number): Segment | undefined {
    let found: Segment | undefined;
    for (const segment of this.known.values()) if (segment.base <= position) found = segment;
    return found;
  }

  /** A segment that is only read from now on. */
  addPast(segment: Segment): void {
    this.known.set(segment.number, segment);
  }

  /** The next segment, ready to be written. */
  addReady(writable: WritableSegment): void {
    this.known.set(writable.segment.number, writable.segment);
    if (this.filling === undefined) this.filling = writable;
    else this.ahead.push(writable);
  }

  /** Whether `bytes` more fit, and behind them all that is promised. */
  hasRoomFor(bytes: number): boolean {
    return this.roomBehind(bytes) >= this.reservations.totalBytes;
  }

  /** Whether a batch of `bytes` fits, whatever is promised. */
  canPlace(bytes: number): boolean {
    return this.roomBehind(bytes) >= 0;
  }

  /** The segment for a batch of `bytes`, which must fit: moves on to the next where this one has not so much left. */
  place(bytes: number): WritableSegment {
    while (this.filling!.restBytes < bytes) {
      if (this.ahead.length === 0) throw new Error("assertion failed: room was promised and is not there");
      const left = this.filling!;
      left.isLeft = true;
      this.filling = this.ahead.shift()!;
      this.closeIfDone(left);
      this.prepare();
    }
    return this.filling!;
  }

  /** Closes the file of a segment once nothing more will be written there. */
  closeIfDone(writable: WritableSegment): void {
    if (!writable.isLeft || writable.unwritten > 0) return;
    // All of it is durable: that closing goes wrong changes nothing.
    const closing = writable.file.close().catch(() => {});
    this.closings.add(closing);
    void closing.then(() => this.closings.delete(closing));
  }

  /** Sees to it that there is enough room ahead; a disk that had none is asked again after a while only. */
  prepare(): void {
    if (this.isStopped || this.making !== undefined || !this.isRoomWanted()) return;
    if (this.refusal !== undefined && this.runtime.now() - this.refusedMs < RETRY_MS) return;
    this.refusal = undefined;
    this.making = this.makeWanted().finally(() => (this.making = undefined));
  }

  /**
   * The same where a record, or a promise for one, found no room: true if it is worth while to wait for {@link madeRoom} and to
   * try again.
   */
  prepareFor(recordBytes: number): boolean {
    this.lead = Math.min(2 * this.lead, LEAD_MAX);
    this.refusedBytes = Math.max(this.refusedBytes, recordBytes + RECORD_COST_BYTES);
    this.prepare();
    return this.making !== undefined;
  }

  /** Why the disk gave no room when it was asked last. */
  get lastRefusal(): JournalError | undefined {
    return this.refusal;
  }

  /** Resolves once nothing is being prepared any more: true if there is more room than before. */
  async madeRoom(): Promise<boolean> {
    if (this.making === undefined) return false;
    await this.making;
    return this.refusal === undefined;
  }

  /** Forgets segments all of which stands before `position`: they are not read any more. */
  forgetBefore(position: number): void {
    for (const segment of [...this.known.values()]) {
      if (segment === this.filling!.segment || nextBatchOffset(position - segment.base) < segment.bytes)
        break;
      this.known.delete(segment.number);
    }
  }

  /** Whether there is a segment all of which stands before `position`. */
  hasBefore(position: number): boolean {
    const [first] = this.known.values();
    return first !== this.filling!.segment && isBefore(first, position);
  }

  /** Where the first segment that is not forgotten begins. */
  get oldestPosition(): number {
    const [first] = this.known.values();
    return first.base;
  }

  /** Its number. */
  get firstNumber(): number {
    const [first] = this.known.keys();
    return first;
  }

  /** Nothing more is prepared. */
  stop(): void {
    this.isStopped = true;
  }

  /** Closes all files, once what is under way with them is over. */
  async close(): Promise<void> {
    this.stop();
    await this.making;
    for (const writable of [this.filling, ...this.ahead.splice(0)]) {
      if (writable === undefined || writable.isLeft) continue;
      writable.isLeft = true;
      writable.unwritten = 0;
      this.closeIfDone(writable);
    }
    await Promise.all(this.closings);
  }

  /**
   * How much may be promised behind a batch of `bytes`, in whatever pieces it comes; negative where not even that batch fits.
   * What does not fit into one segment goes to the next, and leaves the rest of the first unused. So each segment holds all but
   * the largest piece; and of two that follow each other, both together hold more than one segment.
   */
  private roomBehind(bytes: number, largestBytes = this.reservations.largestBytes): number {
    let room = 0;
    let whole = 0;
    let isPlaced = bytes === 0;
    for (let i = -1; i < this.ahead.length; i++) {
      let rest = (i < 0 ? this.filling! : this.ahead[i]).restBytes;
      if (isPlaced && i >= 0) whole++;
      if (!isPlaced) {
        if (rest < bytes) continue;
        isPlaced = true;
        rest -= bytes + 8 - (bytes % 8);
      }
      // Those behind a whole one are as empty as it is.
      const alike = whole === 0 ? 1 : this.ahead.length - i;
      room += alike * Math.max(0, rest - largestBytes);
      if (whole === 0) continue;
      whole += alike - 1;
      break;
    }
    const inPairs = Math.floor((whole + 1) / 2) * (this.segmentBytes - SEGMENT_HEADER_BYTES);
    return isPlaced ? Math.max(room, inPairs) : -1;
  }

  private isRoomWanted(): boolean {
    if (this.ahead.length >= PREPARED_SEGMENTS_MAX) return false;
    const { totalBytes, largestBytes } = this.reservations;
    const wanted = totalBytes + this.refusedBytes + this.lead * this.segmentBytes;
    return this.ahead.length === 0 || this.roomBehind(0, Math.max(largestBytes, this.refusedBytes)) < wanted;
  }

  private async makeWanted(): Promise<void> {
    try {
      while (!this.isStopped && this.isRoomWanted()) await this.makeNext();
      this.refusedBytes = 0;
    } catch (error) {
      this.refusedMs = this.runtime.now();
      this.lead = 1;
      this.refusal = this.refusalFor(error);
    }
  }

  private refusalFor(error: unknown): JournalError {
    const isFull = error instanceof StorageError && error.fault === "full";
    const reason = error instanceof Error ? error.message : String(error);
    return new JournalError(
      "full",
      isFull
        ? `there is no room for the journal in ${this.folder.path}: it takes records again once the disk has some (${reason})`
        : `the journal in ${this.folder.path} gets no more room: ${reason}`,
      { cause: error },
    );
  }

  /** Makes the segment behind the last one. */
  async makeNext(): Promise<void> {
    const last = this.ahead.at(-1)?.segment ?? this.filling?.segment;
    const number = (last?.number ?? 0) + 1;
    const { path: folderPath, storage, crc32 } = this.folder;
    const path = storage.within(folderPath, segmentName(number));
    const unfinished = unfinishedName(path);
    const segment: Segment = {
      number,
      path,
      base: last === undefined ? 0 : last.base + last.bytes,
      bytes: this.segmentBytes,
      salt: saltOf(this.runtime.randomBytes(4)),
    };
    const file = await createAnew(storage, unfinished);
    try {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, segment.bytes));
      storeSegmentHeader(piece, { ...segment, home: this.home }, crc32);
      for (let offset = 0; offset < segment.bytes && !this.isStopped; offset += piece.length) {
        await writeFully(file, piece.subarray(0, Math.min(piece.length, segment.bytes - offset)), offset);
        piece.fill(0, 0, SEGMENT_HEADER_BYTES);
      }
      this.checkGoing();
      await storage.rename(unfinished, path);
      this.checkGoing();
    } catch (error) {
      await file.close().catch(() => {});
      await removeFiles(storage, [unfinished]).catch(() => {});
      throw error;
    }
    try {
      await storage.syncFolder(folderPath);
    } catch (error) {
      // At once: nobody else syncs the folder from here on.
      this.onFailure(error);
      await file.close().catch(() => {});
      throw error;
    }
    this.addReady(new WritableSegment(segment, file));
  }

  private checkGoing(): void {
    if (this.isStopped) throw new JournalError("closed", "the journal was closed meanwhile");
  }
}

/** The largest record that a segment of that size takes, beside what is kept for the journal's own batches. */
export function recordBytesMaxOf(segmentBytes: number): number {
  return segmentBytes - SEGMENT_HEADER_BYTES - BATCH_HEADER_BYTES - RECORD_MARGIN_BYTES;
}

/** Whether nothing behind `position` can stand there. */
function isBefore({ base, bytes }: Segment, position: number): boolean {
  return nextBatchOffset(position - base) >= bytes;
}

function saltOf(bytes: Uint8Array): number {
  return (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
}

/** The length before a record, what fills a batch up, and something over. */
const RECORD_MARGIN_BYTES = 16;

/** How much is wiped or zeroed by one write: other writes come in between. */
const PIECE_BYTES = 1024 * 1024;

/** With 16 MiB each: records for some seconds, where they come as fast as a disk writes. */
const LEAD_MAX = 8;

/** So many segments' worth can be reserved: with 16 MiB each, 1 GiB, for the answers of some thousand calls under way. */
export const RESERVED_SEGMENTS_MAX = 64;

/** Twice what can be wanted, since records of more than half a segment leave the rest unused; each has a file open. */
const PREPARED_SEGMENTS_MAX = 2 * (RESERVED_SEGMENTS_MAX + LEAD_MAX + 2);

/** A full disk is not asked more often for room. */
const RETRY_MS = 250;
