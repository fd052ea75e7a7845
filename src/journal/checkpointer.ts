import { CHECKPOINT_PIECE_BYTES, CHECKPOINT_RECORD_BYTES_MAX, CheckpointEncoder } from "./checkpoint-file.js";
import type { CommitQueue } from "./commit-queue.js";
import type { PastEpoch } from "./epochs.js";
import { checkpointName, namedFile, unfinishedName } from "./file-names.js";
import { JournalError } from "./journal-error.js";
import { type CheckpointName, createAnew, type JournalFolder, removeFiles } from "./journal-folder.js";
import type { JournaledState } from "./journaled-state.js";
import type { ChainEnd } from "./log-cursor.js";
import { appendRecord } from "./record-frames.js";
import { writeFully } from "./segment-file.js";
import type { Segments } from "./segments.js";

/** What a checkpoint needs of its journal. */
export interface Checkpointed {
  readonly folder: JournalFolder;
  readonly home: Uint8Array;
  readonly epochs: readonly PastEpoch[];
  /** Called where a name may be on the disk or not, which nobody can tell. */
  onFailure(cause: unknown): void;
  warn(warning: string): void;
}

/**
 * Makes checkpoints: writes the state as of one position of the log beside the log, piece by piece, and then lets go what
 * nobody needs any more. Two are kept, and the log since the older one.
 */
export class Checkpointer {
  private readonly journal: Checkpointed;
  private readonly state: JournaledState;
  private readonly queue: CommitQueue;
  private readonly segments: Segments;
  /** Newest first. */
  private kept: readonly CheckpointName[];
  private running: Promise<void> | undefined = undefined;
  private isStopped = false;
  /** How much the newest one took. */
  private lastBytes = 0;

  constructor(
    journal: Checkpointed,
    state: JournaledState,
    queue: CommitQueue,
    segments: Segments,
    kept: readonly CheckpointName[],
  ) {
    this.journal = journal;
    this.state = state;
    this.queue = queue;
    this.segments = segments;
    this.kept = kept;
  }

  /** Where the newest checkpoint ends. */
  get position(): number {
    return this.kept[0]?.position ?? 0;
  }

  /** How large the last one was, of those made here. */
  get bytes(): number {
    return this.lastBytes;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Makes one of the state as of now, or a little later where one is being made. */
  async make(): Promise<void> {
    while (this.running !== undefined) await this.running.catch(() => {});
    this.checkOpen();
    if (this.queue.position === this.position) return;
    this.running = this.makeNow();
    try {
      await this.running;
    } finally {
      this.running = undefined;
    }
  }

  /** Makes none any more, and gives up what is under way. */
  stop(): void {
    this.isStopped = true;
  }

  async close(): Promise<void> {
    this.stop();
    while (this.running !== undefined) await this.running.catch(() => {});
  }

  private async makeNow(): Promise<void> {
    const { folder } = this.journal;
    const { storage } = folder;
    const whenCut = this.queue.cut();
    const position = this.queue.position;
    const records = new Puller(this.state.snapshot());
    const path = storage.within(folder.path, checkpointName(position));
    const unfinished = unfinishedName(path);
    try {
      // Only what is durable in the log may be in a checkpoint, which proves that.
      await this.write(unfinished, records, await whenCut);
      this.checkOpen();
      await storage.rename(unfinished, path);
      this.checkOpen();
    } catch (error) {
      await removeFiles(storage, [unfinished]).catch(() => {});
      throw error;
    } finally {
      records.end();
    }
    try {
      await storage.syncFolder(folder.path);
    } catch (error) {
      this.journal.onFailure(error);
      throw error;
    }
    this.kept = [{ position, path }, ...this.kept.slice(0, 1)];
    if (!this.isStopped) await this.letGo();
  }

  private async write(path: string, records: Puller, end: ChainEnd): Promise<void> {
    const { folder, home, epochs } = this.journal;
    const encoder = new CheckpointEncoder(folder.crc32);
    const file = await createAnew(folder.storage, path);
    try {
      let offset = 0;
      const append = async (chunk: Uint8Array) => {
        this.checkOpen();
        await writeFully(file, chunk, offset);
        offset += chunk.length;
      };
      await append(encoder.head({ home, end, epochs }));
      for (let chunk = this.nextChunk(encoder, records); chunk !== undefined; ) {
        await append(chunk);
        chunk = this.nextChunk(encoder, records);
      }
      await append(encoder.foot());
      this.lastBytes = offset;
    } finally {
      await file.close().catch(() => {});
    }
  }

  /** Pulls as many records as are written in one go. */
  private nextChunk(encoder: CheckpointEncoder, records: Puller): Uint8Array | undefined {
    const output = encoder.begin();
    let count = 0;
    while (output.length < CHECKPOINT_PIECE_BYTES) {
      const record = records.record;
      if (record === undefined) break;
      if (record.length > CHECKPOINT_RECORD_BYTES_MAX)
        throw new JournalError(
          "too-large",
          `a record of the snapshot has ${record.length} bytes, and ${CHECKPOINT_RECORD_BYTES_MAX} are the most`,
        );
      appendRecord(output, record);
      count++;
      records.pull();
    }
    return count === 0 ? undefined : encoder.chunk(count);
  }

  /**
   * Removes all that is older than the two that are kept. That it does not work is no harm: the next one tries again. Nor is
   * it if some of it comes back with a crash, so that this is not made durable.
   */
  private async letGo(): Promise<void> {
    const { folder } = this.journal;
    const { path: folderPath, storage } = folder;
    try {
      if (this.kept.length === 2) this.segments.forgetBefore(this.kept[1].position);
      const { firstNumber } = this.segments;
      const isReplaced = (name: string) => {
        const named = namedFile(name);
        if (named.kind === "segment") return named.number < firstNumber;
        return named.kind === "checkpoint" && this.kept.every(({ position }) => position !== named.position);
      };
      const names = (await storage.list(folderPath)).filter(isReplaced).sort();
      const paths = names.map((name) => storage.within(folderPath, name));
      await removeFiles(storage, paths);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.journal.warn(`what a checkpoint has replaced could not be removed: ${reason}`);
    }
  }

  private checkOpen(): void {
    if (this.isStopped)
      throw new JournalError("closed", "the journal was closed before its checkpoint was made");
  }
}

/**
 * Records of a snapshot, one at a time. The first is pulled at once: a generator does not even begin before that, and what it
 * sees then is the state.
 */
class Puller {
  /** The next one; undefined when there are no more. */
  record: Uint8Array | undefined;
  private readonly records: Iterator<Uint8Array>;

  constructor(snapshot: Iterable<Uint8Array>) {
    this.records = snapshot[Symbol.iterator]();
    this.pull();
  }

  pull(): void {
    const { done, value } = this.records.next();
    this.record = done === true ? undefined : value;
  }

  /** Lets those go that were not pulled. */
  end(): void {
    if (this.record !== undefined) this.records.return?.();
    this.record = undefined;
  }
}
