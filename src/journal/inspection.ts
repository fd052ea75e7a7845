import { encodeBase64 } from "../bytes/base64.js";
import { readCheckpoint } from "./checkpoint-file.js";
import type { PastEpoch } from "./epochs.js";
import { JournalError, type JournalPlace } from "./journal-error.js";
import {
  type CheckpointName,
  type FolderContent,
  isSameHome,
  type JournalFolder,
  lookInto,
  mixedHomes,
} from "./journal-folder.js";
import type { RecoveredState } from "./journaled-state.js";
import { CHAIN_START, type ChainEnd } from "./log-cursor.js";
import { examineEnd } from "./log-end.js";
import { recover } from "./recovery.js";
import { type LogVisitor, type ReplayedLog, replay } from "./replay.js";
import type { Segment } from "./segment-file.js";
import { SEGMENT_HEADER_BYTES } from "./segment-header.js";
import { sourceOf, unbrokenFrom } from "./unbroken.js";

/** What is in a journal's folder. */
export interface Inspection<State extends RecoveredState = RecoveredState> {
  /** What the journal's files are named by: of a home's, the home. */
  readonly home: string | undefined;
  /** What opening it makes of its records; if it cannot be opened, what those up to the damage make. Its methods do not throw. */
  readonly state: State;
  /** Of which anything is known, oldest first. */
  readonly epochs: readonly InspectedEpoch[];
  /** By number, upwards. */
  readonly segments: readonly InspectedSegment[];
  /** Newest first. */
  readonly checkpoints: readonly InspectedCheckpoint[];
  /** In the log, from the position on where reading began. */
  readonly records: RecordCount;
  readonly from: number;
  /** The end of the log; undefined where it was not found. */
  readonly end: InspectedEnd | undefined;
  /** What is damaged or missing. */
  readonly problems: readonly JournalPlace[];
  /** Whether it can be opened, in spite of these: a checkpoint stands for what came before it, and the older one is for need. */
  readonly opens: boolean;
  /** Records that cannot be read, as {@link RecordCheck} says: the first ones. */
  readonly unreadable: readonly JournalPlace[];
  /** Names of files that are no journal's. */
  readonly unknown: readonly string[];
}

/** Why a record cannot be read, if so: one of the log, or of a checkpoint. */
export type RecordCheck = (record: Uint8Array, isCheckpoint: boolean) => string | undefined;

export interface InspectedEpoch extends PastEpoch {
  /** When it began, in milliseconds since 1970; unknown where only a checkpoint tells of it. */
  readonly epochMs: number | undefined;
}

export interface InspectedSegment {
  readonly number: number;
  readonly path: string;
  readonly base: number;
  readonly bytes: number;
  /** `before`: not needed to open the journal; `log`: has a part of the log; `prepared`: is to be filled. */
  readonly use: "before" | "log" | "prepared" | "unknown";
  /** How much of it is taken; of a segment that was not read, nothing is known. */
  readonly filledBytes: number | undefined;
  readonly batches: number;
}

export interface InspectedCheckpoint extends CheckpointName {
  /** The following are unknown where it is damaged. */
  readonly records: RecordCount | undefined;
  readonly bytes: number | undefined;
  readonly epochs: readonly PastEpoch[];
}

/** How many records, how many bytes they have, and the same for each first byte: by convention that tells the kind. */
export interface RecordCount {
  readonly count: number;
  readonly bytes: number;
  readonly kinds: ReadonlyMap<number, { readonly count: number; readonly bytes: number }>;
}

export interface InspectedEnd {
  readonly position: number;
  readonly path: string;
  readonly offset: number;
  /** It was closed in good order. */
  readonly isSealed: boolean;
  /** Something was begun behind it and is not whole. */
  readonly isTorn: boolean;
}

/**
 * Reads all of a journal that opening it could need: both checkpoints, and the log since the older one. What that makes is told
 * by one of the states that `newState` gives. Takes no lock and writes nothing; undefined where there is no journal. A program may be at work there: then files may be gone before they are read.
 *
 * @throws StorageError; JournalError `unsupported`, or `corrupt` where files of several journals are mixed
 */
export async function inspectJournal<State extends RecoveredState>(
  folder: JournalFolder,
  newState: () => State,
  check: RecordCheck = () => undefined,
): Promise<Inspection<State> | undefined> {
  const content = await lookInto(folder);
  const { segments, damagedSegments, checkpoints } = content;
  if (segments.length + damagedSegments.length + checkpoints.length === 0) return undefined;
  return new Inspector(folder, content, newState, check).inspect();
}

class Inspector<State extends RecoveredState> implements LogVisitor {
  private readonly folder: JournalFolder;
  private readonly content: FolderContent;
  private readonly check: RecordCheck;
  private readonly unreadable: JournalPlace[] = [];
  private readonly problems: JournalPlace[] = [];
  private readonly checkpoints: InspectedCheckpoint[] = [];
  private readonly epochs = new Map<number, InspectedEpoch>();
  private readonly records = new RecordCounter();
  private readonly filled = new Map<Segment, { end: number; batches: number }>();
  /** Where the log is read from: the end of the oldest checkpoint that is whole. */
  private start: ChainEnd = CHAIN_START;
  /** As of there, and then of what was read since. */
  private state: State;
  private readonly newState: () => State;

  constructor(folder: JournalFolder, content: FolderContent, newState: () => State, check: RecordCheck) {
    this.folder = folder;
    this.content = content;
    this.newState = newState;
    this.state = newState();
    this.check = check;
  }

  async inspect(): Promise<Inspection<State>> {
    const { home, unknown } = this.content;
    for (const checkpoint of this.content.checkpoints.slice(0, 2))
      await this.noting(() => this.readCheckpoint(checkpoint));
    const end = await this.noting(() => this.readLog());
    const opens = this.problems.length === 0 || (await this.opens());
    return {
      home: home && encodeBase64(home).replaceAll("+", "-").replaceAll("/", "_"),
      state: this.state,
      epochs: [...this.epochs.values()].sort((a, b) => a.number - b.number),
      segments: this.segments(end),
      checkpoints: this.checkpoints,
      records: this.records,
      from: this.start.position,
      end,
      problems: this.problems,
      opens,
      unreadable: this.unreadable,
      unknown,
    };
  }

  private async readCheckpoint(checkpoint: CheckpointName): Promise<void> {
    const { path, position } = checkpoint;
    const file = await this.folder.storage.open(path, { access: "read" });
    try {
      const records = new RecordCounter();
      const state = this.newState();
      const found = await readCheckpoint(file, this.folder.crc32, (record, offset) => {
        records.add(record);
        state.restore(record);
        this.note(this.check(record, true), path, offset);
      });
      if ("damage" in found) {
        this.problems.push({
          file: path,
          offset: found.offset,
          damage: `the checkpoint is damaged: ${found.damage}`,
        });
        this.checkpoints.push({ path, position, records: undefined, bytes: undefined, epochs: [] });
        return;
      }
      const { home } = this.content;
      if (home !== undefined && !isSameHome(found.home, home)) throw mixedHomes(this.folder, path);
      const { bytes, epochs, end } = found;
      this.checkpoints.push({ path, position, records, bytes, epochs });
      for (const epoch of epochs) this.epochs.set(epoch.number, { ...epoch, epochMs: undefined });
      if (this.content.checkpoints.length < 2) return;
      this.start = end;
      this.state = state;
    } finally {
      await file.close();
    }
  }

  private async readLog(): Promise<InspectedEnd> {
    const { folder, content } = this;
    const chain = unbrokenFrom(folder, content, this.start.position);
    const source = sourceOf(folder, chain);
    let log = await replay(source, chain[0], this.start, this);
    for (;;) {
      try {
        const [rest, next] = await examineEnd(folder, content, source, log);
        return endFrom(log, !rest.isZero || next?.isZero === false);
      } catch (error) {
        // What stands behind the end may have been written since, and then what was missing is there, too.
        const further = await replay(source, log.segment, log.end, this);
        if (further.end.position === log.end.position) throw error;
        log = further;
      }
    }
  }

  onEpoch(epoch: PastEpoch, epochMs: number): void {
    this.epochs.set(epoch.number, { ...epoch, epochMs });
  }

  onRecord(record: Uint8Array, position: number): void {
    this.records.add(record);
    this.state.apply(record, position);
    const reason = this.check(record, false);
    if (reason === undefined) return;
    const begin = position - record.length;
    const segment = this.content.segments.find(({ base, bytes }) => begin >= base && begin < base + bytes);
    this.note(reason, segment!.path, begin - segment!.base);
  }

  private note(damage: string | undefined, file: string, offset: number): void {
    if (damage !== undefined && this.unreadable.length < UNREADABLE_MAX)
      this.unreadable.push({ file, offset, damage });
  }

  onBatch(segment: Segment, end: number): void {
    const { batches } = this.filled.get(segment) ?? { batches: 0 };
    this.filled.set(segment, { end, batches: batches + 1 });
  }

  private segments(end: InspectedEnd | undefined): InspectedSegment[] {
    return this.content.segments.map((segment) => {
      const { number, path, base, bytes } = segment;
      const filled = this.filled.get(segment);
      const isBefore = base + bytes <= this.start.position;
      const use = isBefore
        ? "before"
        : filled !== undefined || path === end?.path
          ? "log"
          : end === undefined
            ? "unknown"
            : "prepared";
      const isEmpty = filled === undefined && !isBefore && end !== undefined;
      const filledBytes =
        filled === undefined ? (isEmpty ? SEGMENT_HEADER_BYTES : undefined) : filled.end - base;
      return { number, path, base, bytes, use, filledBytes, batches: filled?.batches ?? 0 };
    });
  }

  /** Whether it can be opened in spite of what is damaged; then the state is what opening makes. */
  private async opens(): Promise<boolean> {
    try {
      const state = this.newState();
      await recover(this.folder, this.content, state);
      this.state = state;
      return true;
    } catch (error) {
      if (error instanceof JournalError && error.fault === "corrupt") return false;
      throw error;
    }
  }

  /** What `read` gives; where it finds damage, that is a problem. */
  private async noting<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof JournalError && error.fault === "corrupt")) throw error;
      this.problems.push(error.place!);
      return undefined;
    }
  }
}

function endFrom({ segment, offset, end, isSealed }: ReplayedLog, isTorn: boolean): InspectedEnd {
  return { position: end.position, path: segment.path, offset, isSealed, isTorn };
}

/** Who has seen so many has seen what is the matter. */
const UNREADABLE_MAX = 10;

class RecordCounter implements RecordCount {
  count = 0;
  bytes = 0;
  readonly kinds = new Map<number, { count: number; bytes: number }>();

  add(record: Uint8Array): void {
    this.count++;
    this.bytes += record.length;
    if (record.length === 0) return;
    let kind = this.kinds.get(record[0]);
    if (kind === undefined) {
      kind = { count: 0, bytes: 0 };
      this.kinds.set(record[0], kind);
    }
    kind.count++;
    kind.bytes += record.length;
  }
}
