import { encodeBase64 } from "../bytes/base64.js";
import { tellAll } from "../rpc/tell-all.js";
import { nodeRuntime } from "../runtime/node.js";
import type { Runtime } from "../runtime/runtime.js";
import { type FolderLock, StorageError } from "../runtime/storage.js";
import { BatchKind } from "./batch.js";
import { Checkpointer } from "./checkpointer.js";
import { CommitQueue, quietly } from "./commit-queue.js";
import { addEpoch, type Epoch, epochIdText, type PastEpoch } from "./epochs.js";
import { JournalError } from "./journal-error.js";
import type { JournalFolder } from "./journal-folder.js";
import type { JournaledState } from "./journaled-state.js";
import { loadUint32, storePosition } from "./little-endian.js";
import { type JournalRecord, readRecords } from "./log-reading.js";
import { type OpenedLog, openLog } from "./opening.js";
import { OWN_BATCH_BYTES, type Reservation, type Reservations } from "./reservations.js";
import { RESERVED_SEGMENTS_MAX, recordBytesMaxOf, type Segments } from "./segments.js";
import { WaitingRecords } from "./waiting-records.js";

/** How a journal works; all optional. */
export interface JournalOptions {
  /** The outside world; Node's by default. */
  readonly runtime?: Runtime;
  /** How large each file of the log is, in bytes: 4 KiB … 1 GiB, a multiple of 512; by default 16 MiB. A record has to fit into one. */
  readonly segmentBytes?: number;
  /**
   * After so many bytes of log a checkpoint is made, by default 64 MiB; or after as many as the last checkpoint took, where
   * that is more.
   */
  readonly checkpointBytes?: number;
}

/**
 * A redo log: records of bytes, in order, each durable once `append` has resolved. It lives in a folder of its own, in files
 * of fixed size; one process has it open at a time. With a {@link JournaledState} it also keeps checkpoints of that, and
 * lets go the log before them.
 *
 * After a crash it has every record that was durable, in order, and of the others a beginning. Damage to what was durable is
 * never accepted nor cut off: the journal does not open then. After a failed write or sync it takes nothing more, since
 * nobody knows what is on the disk: what counts is what the next opening finds.
 */
export class Journal {
  /** The identity of this journal: 16 random bytes, as 22 characters of base64url. */
  readonly home: string;
  /** The time since this opening. */
  readonly epoch: Epoch;
  /** Every epoch with the position where it began, oldest first, this one last: what a copy that went another way does not have. At most 65,536. */
  readonly epochs: readonly PastEpoch[];
  /** The most bytes that a record can have. */
  readonly recordBytesMax: number;
  /** About so many bytes can be reserved at a time, as far as the disk has them: 64 segments' worth. */
  readonly reservedBytesMax: number;
  private readonly folder: JournalFolder;
  private readonly lock: FolderLock;
  private readonly runtime: Runtime;
  private readonly queue: CommitQueue;
  private readonly segments: Segments;
  private readonly reservations: Reservations;
  private readonly waiting: WaitingRecords;
  private readonly checkpointer: Checkpointer | undefined;
  private readonly settings: Settings;
  private readonly noticed: string[];
  /** Where the log must be before a checkpoint is tried again after one that failed, and when, on a full disk. */
  private retryPosition = 0;
  private retryMs = 0;
  private failed: JournalError | undefined = undefined;
  private readonly failureListeners: (() => void)[] = [];
  private readonly warningListeners: ((warning: string) => void)[] = [];
  private closing: Promise<void> | undefined = undefined;

  /**
   * Opens the journal in `folder`, which is made if it is not there and must be empty the first time. What was recorded is
   * given to `state` before this resolves: the newest checkpoint, and every later record. Without a state there are no
   * checkpoints, and the log only grows.
   *
   * @throws JournalError `locked`, `corrupt`, `not-a-journal`, `unsupported`, `full` or `failed`; RangeError where an option
   * is out of range; what `state` throws
   */
  static async open(folder: string, state?: JournaledState, options: JournalOptions = {}): Promise<Journal> {
    const settings = settingsFrom(options);
    const { runtime, segmentBytes } = settings;
    const { storage } = runtime;
    const path = storage.resolve(folder);
    const place: JournalFolder = { path, storage, crc32: (bytes, seed) => runtime.crc32(bytes, seed) };
    let journal: Journal | undefined;
    const onFailure = (cause: unknown) => journal?.fail(cause);
    try {
      await storage.makeFolder(path);
      const lock = await storage.lock(path);
      try {
        const log = await openLog(place, state, { runtime, segmentBytes, onFailure });
        journal = new Journal(place, lock, log, state, settings);
        await journal.beginEpoch();
        return journal;
      } catch (error) {
        await journal?.segments.close();
        await lock.release().catch(() => {});
        throw error;
      }
    } catch (error) {
      throw asJournalError(error, `the journal in ${path} cannot be opened`);
    }
  }

  private constructor(
    folder: JournalFolder,
    lock: FolderLock,
    log: OpenedLog,
    state: JournaledState | undefined,
    settings: Settings,
  ) {
    const { runtime } = settings;
    const { home, segments, reservations, epochs } = log;
    this.home = homeText(home);
    this.folder = folder;
    this.lock = lock;
    this.settings = settings;
    this.runtime = runtime;
    this.segments = segments;
    this.reservations = reservations;
    this.noticed = log.warnings;
    this.recordBytesMax = recordBytesMaxOf(settings.segmentBytes);
    this.reservedBytesMax = RESERVED_SEGMENTS_MAX * settings.segmentBytes;
    const onFailure = (cause: unknown) => this.fail(cause);
    this.queue = new CommitQueue(runtime, segments, log.end, () => this.hasGrown(), onFailure);
    this.waiting = new WaitingRecords({
      tryAdd: (record) => this.tryAdd(record),
      moreRoom: (recordBytes) => this.moreRoom(recordBytes),
      refusal: () => this.refusal(),
    });
    const id = epochIdText(loadUint32(runtime.randomBytes(4), 0));
    this.epoch = { number: log.end.epochNumber + 1, id };
    addEpoch(epochs, { ...this.epoch, position: log.end.position });
    this.epochs = epochs;
    if (state !== undefined) {
      const warn = (warning: string) => this.warn(warning);
      const journal = { folder, home, epochs, onFailure, warn };
      this.checkpointer = new Checkpointer(journal, state, this.queue, segments, log.checkpoints);
    }
  }

  /** The end of the last record that was given to `add` or `append`. Positions are plain numbers, which only grow. */
  get position(): number {
    return this.queue.position;
  }

  /** Everything up to here is durable. */
  get durablePosition(): number {
    return this.queue.durablePosition;
  }

  /** Set once a write or a sync has failed: nothing more is taken. */
  get failure(): JournalError | undefined {
    return this.failed;
  }

  /** What was noticed and is for an operator to know, such as a checkpoint that is damaged or could not be written. At most 100, the last ones. */
  get warnings(): readonly string[] {
    return this.noticed;
  }

  /**
   * Appends a record, of which a copy is made at once; resolves with its end position once it is durable. A journal without
   * a state waits where the disk is behind with making room; with one, use `add`, which tells at once whether the record is in.
   *
   * @throws JournalError (rejects) `full`, `busy`, `too-large`, `failed` or `closed`
   */
  append(record: Uint8Array, reservation?: Reservation): Promise<number> {
    try {
      this.checkRecord(record);
      if (reservation !== undefined || this.checkpointer !== undefined)
        return this.queue.reached(this.add(record, reservation));
      const added = this.waiting.isEmpty ? this.tryAdd(record) : undefined;
      return added ?? this.waiting.add(record);
    } catch (error) {
      return quietly(Promise.reject(error));
    }
  }

  /**
   * Appends a record, of which a copy is made at once, and gives its end position; `whenDurable` tells when that is durable.
   * Once this has returned, only a failure of the disk keeps the record from becoming durable.
   *
   * @throws JournalError `full` where no room is at hand ({@link Journal.whenRoom}), `too-large`, `failed` or `closed`: then
   * nothing has happened
   */
  add(record: Uint8Array, reservation?: Reservation): number {
    this.checkRecord(record);
    if (reservation !== undefined && this.reservations.holds(reservation)) {
      if (record.length > reservation.bytes) throw tooLarge(record.length, reservation.bytes);
      const position = this.queue.add(record);
      this.reservations.use(reservation);
      return position;
    }
    if (!this.segments.hasRoomFor(this.queue.costOf(record.length))) {
      this.wantRoom(record.length);
      throw this.refusal();
    }
    return this.queue.add(record);
  }

  /** Resolves once everything up to `position` is durable; rejects with the journal's failure. */
  whenDurable(position: number): Promise<void> {
    return this.queue.whenDurable(position);
  }

  /**
   * Room on the disk for one later record of at most `bytes`, held until it is used or released. Undefined where none is at
   * hand that leaves `spareBytes` for others: with {@link Journal.whenRoom} one can wait for room that is being made. Undefined
   * as well beyond {@link Journal.reservedBytesMax}.
   *
   * @throws JournalError `too-large`, `failed` or `closed`
   */
  reserve(bytes: number, spareBytes = 0): Reservation | undefined {
    this.checkOpen();
    if (bytes > this.recordBytesMax) throw tooLarge(bytes, this.recordBytesMax);
    if (this.reservations.totalBytes + bytes > this.reservedBytesMax) return undefined;
    const reservation = this.reservations.make(bytes);
    if (spareBytes > 0 && !this.segments.hasRoomFor(spareBytes)) return this.notReserved(reservation);
    if (this.segments.hasRoomFor(0)) {
      this.segments.prepare();
      return reservation;
    }
    return this.notReserved(reservation);
  }

  private notReserved(reservation: Reservation): undefined {
    reservation.release();
    this.wantRoom(reservation.bytes);
  }

  /**
   * Resolves once the room that is being made is there, with true; with false where the disk gives none, and at once where none
   * is being made.
   */
  whenRoom(): Promise<boolean> {
    return this.segments.madeRoom();
  }

  /**
   * The records after position `from`, which is the end of one, up to what is durable now; by default from the oldest that
   * is there. The arrays are the caller's.
   *
   * @throws JournalError `trimmed` where a checkpoint has replaced some of them, `corrupt`, `failed` or `closed`
   */
  read(from?: number): AsyncIterable<JournalRecord> {
    const records = readRecords(this.segments, from, this.queue.durablePosition);
    return this.whileOpen(records);
  }

  /**
   * Makes a checkpoint of the state as of now, and resolves once it is durable. It is written in pieces, while appends go on.
   *
   * @throws JournalError (rejects) `full` or `failed` where it could not be written, which leaves all as it was; `closed`; what
   * `snapshot` throws
   */
  async checkpoint(): Promise<void> {
    this.checkOpen();
    if (this.checkpointer === undefined) throw new TypeError("a journal without a state has no checkpoints");
    try {
      await this.checkpointer.make();
    } catch (error) {
      throw (
        this.failed ?? asJournalError(error, `the checkpoint of the journal in ${this.folder.path} failed`)
      );
    }
  }

  /** Calls `listener` once, when the journal fails; at once if it has. */
  onFailure(listener: (failure: JournalError) => void): void {
    this.failureListeners.push(() => listener(this.failed!));
    if (this.failed !== undefined) tellAll(this.failureListeners);
  }

  /** Calls `listener` with each warning that comes from now on. */
  onWarning(listener: (warning: string) => void): void {
    this.warningListeners.push(listener);
  }

  /**
   * Waits for what was appended, marks the log as complete, and gives the folder free. Ends well in any case, once the
   * storage answers. `lockedUntil` is asked at the end: nobody can open the folder before what it gives is settled, and
   * `close` does not wait for that.
   */
  close(options: { readonly lockedUntil?: () => Promise<unknown> | undefined } = {}): Promise<void> {
    this.closing ??= this.closeNow(options.lockedUntil);
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async closeNow(lockedUntil: (() => Promise<unknown> | undefined) | undefined): Promise<void> {
    this.waiting.fail(closed(this.folder));
    await this.checkpointer?.close();
    await this.queue.whenIdle();
    if (this.failed === undefined && this.segments.canPlace(OWN_BATCH_BYTES)) {
      this.queue.addOwn(BatchKind.SEAL, new Uint8Array(0));
      await this.queue.whenIdle();
    }
    await this.segments.close();
    const unlock = () => this.lock.release().catch(() => {});
    const inUse = lockedUntil?.();
    if (inUse === undefined) await unlock();
    else void inUse.then(unlock, unlock);
  }

  /** Makes it durable that there is a new epoch, before anything else is. */
  private async beginEpoch(): Promise<void> {
    const { number, id } = this.epoch;
    const body = new Uint8Array(16);
    storePosition(body, 0, this.queue.position);
    storePosition(body, 8, this.runtime.epochMs());
    if (!this.segments.canPlace(OWN_BATCH_BYTES)) await this.segments.makeNext();
    this.queue.addOwn(BatchKind.EPOCH, body, { number, id: Number.parseInt(id, 16) });
    await this.queue.whenDurable(this.queue.position);
    this.segments.prepare();
  }

  private tryAdd(record: Uint8Array): Promise<number> | undefined {
    if (!this.segments.hasRoomFor(this.queue.costOf(record.length))) return undefined;
    return this.queue.reached(this.queue.add(record));
  }

  private async moreRoom(recordBytes: number): Promise<boolean> {
    return this.wantRoom(recordBytes) && this.segments.madeRoom();
  }

  /** Has room made for what has found none; false if that is no use now. */
  private wantRoom(recordBytes: number): boolean {
    const isMaking = this.segments.prepareFor(recordBytes);
    if (!isMaking && this.runtime.now() >= this.retryMs) {
      this.retryMs = this.runtime.now() + FULL_RETRY_MS;
      // Not at once: whoever adds a record may not have changed the state for the one before.
      this.runtime.afterTurn(() => this.letGoOfLog());
    }
    return isMaking;
  }

  private refusal(): JournalError {
    return (
      this.segments.lastRefusal ??
      new JournalError(
        "full",
        `the journal in ${this.folder.path} has no room at hand: more is being made, try again`,
      )
    );
  }

  /** Called after each write. */
  private hasGrown(): void {
    const { checkpointer } = this;
    if (checkpointer === undefined) return;
    const since = this.queue.durablePosition - checkpointer.position;
    const isDue = since >= Math.max(this.settings.checkpointBytes, checkpointer.bytes);
    if (isDue && this.queue.durablePosition >= this.retryPosition) this.tryCheckpoint();
  }

  /** Makes a checkpoint so that older segments can go, if that is of use. */
  private letGoOfLog(): void {
    const { checkpointer, queue, segments } = this;
    if (checkpointer === undefined || checkpointer.isRunning || this.isOver) return;
    if (queue.position === checkpointer.position) {
      if (!segments.hasBefore(checkpointer.position) || !segments.canPlace(OWN_BATCH_BYTES)) return;
      // Two are kept, each with a position of its own: what stands between them can go once there is a third.
      queue.addOwn(BatchKind.RECORDS, new Uint8Array(0));
    }
    this.tryCheckpoint();
  }

  private tryCheckpoint(): void {
    const { checkpointer } = this;
    if (checkpointer === undefined || checkpointer.isRunning || this.isOver) return;
    checkpointer.make().catch((error) => {
      this.retryPosition = this.queue.durablePosition + this.settings.segmentBytes;
      if (!this.isOver)
        this.warn(`a checkpoint could not be made: ${error instanceof Error ? error.message : error}`);
    });
  }

  private fail(cause: unknown): void {
    if (this.failed !== undefined) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.failed = new JournalError(
      "failed",
      `the journal in ${this.folder.path} has failed, and takes nothing more, since nobody knows what is on the disk: ${reason}. ` +
        "Look after the disk, then start the program again: it goes on from what is found",
      { cause },
    );
    this.segments.stop();
    this.checkpointer?.stop();
    this.queue.fail(this.failed);
    this.waiting.fail(this.failed);
    tellAll(this.failureListeners);
  }

  private warn(warning: string): void {
    if (this.noticed.at(-1) === warning) return;
    this.noticed.push(warning);
    if (this.noticed.length > WARNINGS_MAX) this.noticed.shift();
    tellAll(this.warningListeners.map((listener) => () => listener(warning)));
  }

  private get isOver(): boolean {
    return this.closing !== undefined || this.failed !== undefined;
  }

  private checkRecord(record: Uint8Array): void {
    this.checkOpen();
    if (record.length > this.recordBytesMax) throw tooLarge(record.length, this.recordBytesMax);
  }

  private checkOpen(): void {
    if (this.failed !== undefined) throw this.failed;
    if (this.closing !== undefined) throw closed(this.folder);
  }

  private async *whileOpen(records: AsyncIterable<JournalRecord>): AsyncGenerator<JournalRecord> {
    this.checkReadable();
    for await (const record of records) {
      this.checkReadable();
      yield record;
    }
  }

  private checkReadable(): void {
    if (this.closing !== undefined) throw closed(this.folder);
  }
}

/** Options with their defaults. */
interface Settings {
  readonly runtime: Runtime;
  readonly segmentBytes: number;
  readonly checkpointBytes: number;
}

function settingsFrom(options: JournalOptions): Settings {
  const { runtime = nodeRuntime(), segmentBytes = 16 * MIB, checkpointBytes = 64 * MIB } = options;
  const isSegmentSize =
    Number.isInteger(segmentBytes / SECTOR_BYTES) && segmentBytes >= 4096 && segmentBytes <= 1024 * MIB;
  if (!isSegmentSize)
    throw new RangeError(`segmentBytes is ${segmentBytes}: 4096 … 1073741824 are possible, multiples of 512`);
  if (!(checkpointBytes > 0))
    throw new RangeError(`checkpointBytes is ${checkpointBytes}: it must be more than 0`);
  return { runtime, segmentBytes, checkpointBytes };
}

function homeText(home: Uint8Array): string {
  return encodeBase64(home).replaceAll("+", "-").replaceAll("/", "_");
}

function tooLarge(bytes: number, most: number): JournalError {
  return new JournalError(
    "too-large",
    `a record of ${bytes} bytes is too large: here ${most} are the most (JournalOptions.segmentBytes)`,
  );
}

function closed({ path }: JournalFolder): JournalError {
  return new JournalError("closed", `the journal in ${path} was closed`);
}

/** What the storage reports, as the journal's; anything else as it is. */
function asJournalError(error: unknown, what: string): unknown {
  if (!(error instanceof StorageError)) return error;
  const { fault, message } = error;
  const isSame = fault === "locked" || fault === "unsupported" || fault === "full";
  // Who has it is told in one sentence: a second stack would hide it.
  const options = fault === "locked" ? {} : { cause: error };
  return new JournalError(isSame ? fault : "failed", `${what}: ${message}`, options);
}

const MIB = 1024 * 1024;
const SECTOR_BYTES = 512;

/** What an operator who never looks leaves behind. */
const WARNINGS_MAX = 100;

/** A full disk does not become less full by more frequent attempts. */
const FULL_RETRY_MS = 1000;
