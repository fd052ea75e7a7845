import { Output } from "../bytes/output.js";
import type { Runtime } from "../runtime/runtime.js";
import {
  BATCH_HEADER_BYTES,
  BatchKind,
  nextBatchOffset,
  PADDING_BYTES_MAX,
  padBatch,
  RECORD_PREFIX_BYTES,
  storeBatchHeader,
} from "./batch.js";
import type { JournalError } from "./journal-error.js";
import type { ChainEnd } from "./log-cursor.js";
import { appendRecord } from "./record-frames.js";
import { writeFully } from "./segment-file.js";
import type { Segments, WritableSegment } from "./segments.js";

/**
 * Group commit: one write is under way at a time, and what comes meanwhile shares the next one. Batches have their places in
 * the log from the first record on; they are written in order, each with the position durable by then.
 *
 * A write begins at the end of a turn of the event loop, so that all who were waiting for the last one, and have more, are
 * in it together.
 */
export class CommitQueue {
  private readonly runtime: Runtime;
  private readonly segments: Segments;
  private readonly onDurable: () => void;
  private readonly onFailure: (cause: unknown) => void;
  private end: ChainEnd;
  private givenPosition: number;
  /** Batches that are not written yet, in order; the last one may still take records. */
  private readonly waiting: Batch[] = [];
  private writing: Batch | undefined = undefined;
  /** Whether the storage has a write of ours, be it one that nobody waits for any more. */
  private isFileBusy = false;
  private isScheduled = false;
  private failure: JournalError | undefined = undefined;
  private readonly spares: Output[] = [];
  private idle: (() => void)[] = [];

  constructor(
    runtime: Runtime,
    segments: Segments,
    end: ChainEnd,
    onDurable: () => void,
    onFailure: (cause: unknown) => void,
  ) {
    this.runtime = runtime;
    this.segments = segments;
    this.end = end;
    this.givenPosition = end.position;
    this.onDurable = onDurable;
    this.onFailure = onFailure;
  }

  get position(): number {
    return this.givenPosition;
  }

  get durablePosition(): number {
    return this.end.position;
  }

  /** How much more room a record of `bytes` takes, if it comes next. */
  costOf(bytes: number): number {
    const isJoining = this.openBatch(bytes) !== undefined;
    return RECORD_PREFIX_BYTES + bytes + (isJoining ? 0 : BATCH_HEADER_BYTES + PADDING_BYTES_MAX);
  }

  /** Appends a record, for which there is room; returns where it ends. */
  add(record: Uint8Array): number {
    const batch = this.openBatch(record.length) ?? this.begin(BatchKind.RECORDS, record.length);
    appendRecord(batch.output, record);
    return this.grown(batch);
  }

  /** Appends a batch of the journal's own. With an epoch, that epoch begins. */
  addOwn(
    kind: BatchKind,
    body: Uint8Array,
    epoch?: { readonly number: number; readonly id: number },
  ): number {
    const batch = this.begin(kind, body.length);
    batch.epoch = epoch;
    batch.isComplete = true;
    batch.output.append(body);
    return this.grown(batch);
  }

  /** Resolves with `position` once that is durable. */
  reached(position: number): Promise<number> {
    if (position <= this.end.position) return Promise.resolve(position);
    if (this.failure !== undefined) return quietly(Promise.reject(this.failure));
    const waiter = new Waiter(position);
    this.batchWith(position).waiters.push(waiter);
    return waiter.promise;
  }

  /** Resolves once `position` is durable: one promise for all that share a write. */
  whenDurable(position: number): Promise<void> {
    if (position <= this.end.position) return Promise.resolve();
    if (this.failure !== undefined) return quietly(Promise.reject(this.failure));
    const batch = this.batchWith(position);
    batch.durable ??= new Promise((resolve, reject) => {
      batch.resolveDurable = resolve;
      batch.rejectDurable = reject;
    });
    return batch.durable;
  }

  /** Lets the next record begin a batch; resolves with the end of the log before that, once it is durable. */
  cut(): Promise<ChainEnd> {
    const last = this.waiting.at(-1) ?? this.writing;
    if (last === undefined) return Promise.resolve(this.end);
    last.isComplete = true;
    return quietly(new Promise((resolve, reject) => last.cuts.push({ resolve, reject })));
  }

  /** Resolves when nothing is being written nor waits for it: all is durable, or has failed. */
  whenIdle(): Promise<void> {
    if (!this.isFileBusy && this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  /** Nothing is written any more; who waits is told. */
  fail(failure: JournalError): void {
    this.failure = failure;
    const batches = this.waiting.splice(0);
    if (this.writing !== undefined) batches.unshift(this.writing);
    this.writing = undefined;
    for (const batch of batches) {
      for (const waiter of batch.waiters) waiter.fail(failure);
      for (const cut of batch.cuts) cut.reject(failure);
      if (batch.durable !== undefined) void quietly(batch.durable);
      batch.rejectDurable?.(failure);
    }
    if (!this.isFileBusy) this.becomeIdle();
  }

  /** The batch that a record of that size joins, if there is one. */
  private openBatch(bytes: number): Batch | undefined {
    const batch = this.waiting.at(-1);
    if (batch === undefined || batch.isComplete) return undefined;
    const needed = RECORD_PREFIX_BYTES + bytes;
    const fits =
      batch.output.length + needed <= BATCH_BYTES_MAX &&
      batch.segment.filled + needed + PADDING_BYTES_MAX <= batch.segment.segment.bytes;
    return fits ? batch : undefined;
  }

  /** Takes note of what a batch has now; returns where it ends in the log. */
  private grown(batch: Batch): number {
    batch.endPosition = batch.position + batch.output.length;
    batch.segment.filled = batch.offset + batch.output.length;
    this.givenPosition = batch.endPosition;
    return this.givenPosition;
  }

  private begin(kind: BatchKind, recordBytes: number): Batch {
    const last = this.waiting.at(-1);
    if (last !== undefined) last.isComplete = true;
    const bytes = BATCH_HEADER_BYTES + RECORD_PREFIX_BYTES + recordBytes + PADDING_BYTES_MAX;
    const segment = this.segments.place(bytes);
    const offset = nextBatchOffset(segment.filled);
    segment.unwritten++;
    const output = this.spares.pop() ?? new Output();
    output.length = 0;
    output.reserve(bytes);
    output.length = BATCH_HEADER_BYTES;
    const batch = new Batch(kind, segment, offset, output);
    this.waiting.push(batch);
    this.schedule();
    return batch;
  }

  private batchWith(position: number): Batch {
    if (this.writing !== undefined && position <= this.writing.endPosition) return this.writing;
    if (position > this.givenPosition)
      throw new RangeError(`position ${position} is beyond the end of the journal`);
    // Mostly it is the last one.
    let index = this.waiting.length - 1;
    while (index > 0 && position <= this.waiting[index - 1].endPosition) index--;
    return this.waiting[index];
  }

  private schedule(): void {
    if (this.isScheduled || this.writing !== undefined) return;
    this.isScheduled = true;
    this.runtime.afterTurn(() => {
      this.isScheduled = false;
      if (this.writing === undefined) void this.writeBatches();
    });
  }

  /** Writes what waits: a batch that still takes records only as the first. */
  private async writeBatches(): Promise<void> {
    for (let batch = this.waiting.shift(); batch !== undefined; batch = this.waiting.shift()) {
      this.writing = batch;
      const { segment, output } = batch;
      const end = this.seal(batch);
      this.isFileBusy = true;
      try {
        await writeFully(segment.file, output.view(), batch.offset, this.hasFailed);
      } catch (error) {
        this.onFailure(error);
      }
      this.isFileBusy = false;
      if (this.failure !== undefined) break;
      this.writing = undefined;
      this.end = end;
      this.settle(batch, end);
      if (this.waiting.length > 0 && !this.waiting[0].isComplete) return this.schedule();
    }
    this.becomeIdle();
  }

  /** Makes the header, for which the batch before must be durable, and what comes at the end. */
  private seal(batch: Batch): ChainEnd {
    const { segment, output, position, kind } = batch;
    const { number: epochNumber, id: epochId } = batch.epoch ?? {
      number: this.end.epochNumber,
      id: this.end.epochId,
    };
    batch.isComplete = true;
    const crc = storeBatchHeader(
      output.bytes,
      {
        bodyBytes: output.length - BATCH_HEADER_BYTES,
        position,
        durablePosition: this.end.position,
        epochNumber,
        epochId,
        previousCrc: this.end.crc,
        kind,
      },
      segment.segment.salt,
      this.segments.crc32,
    );
    padBatch(output);
    return { position: batch.endPosition, crc, epochNumber, epochId };
  }

  private settle(batch: Batch, end: ChainEnd): void {
    const { segment, output, waiters } = batch;
    if (output.bytes.length <= SPARE_BYTES_MAX && this.spares.length < SPARES_MAX) this.spares.push(output);
    segment.unwritten--;
    this.segments.closeIfDone(segment);
    for (const waiter of waiters) waiter.resolve(waiter.position);
    for (const cut of batch.cuts) cut.resolve(end);
    batch.resolveDurable?.();
    this.onDurable();
  }

  private readonly hasFailed = (): boolean => this.failure !== undefined;

  private becomeIdle(): void {
    const { idle } = this;
    this.idle = [];
    for (const resolve of idle) resolve();
  }
}

/** What one write will write. */
class Batch {
  readonly kind: BatchKind;
  readonly segment: WritableSegment;
  /** Where it stands in the segment, and in the log. */
  readonly offset: number;
  readonly position: number;
  /** Where its body ends in the log. */
  endPosition: number;
  /** Room for the header, and the body. */
  readonly output: Output;
  /** Takes no further records. */
  isComplete = false;
  epoch: { readonly number: number; readonly id: number } | undefined = undefined;
  readonly waiters: Waiter[] = [];
  readonly cuts: { resolve(end: ChainEnd): void; reject(error: JournalError): void }[] = [];
  durable: Promise<void> | undefined = undefined;
  resolveDurable: (() => void) | undefined = undefined;
  rejectDurable: ((error: JournalError) => void) | undefined = undefined;

  constructor(kind: BatchKind, segment: WritableSegment, offset: number, output: Output) {
    this.kind = kind;
    this.segment = segment;
    this.offset = offset;
    this.position = segment.segment.base + offset;
    this.endPosition = this.position + BATCH_HEADER_BYTES;
    this.output = output;
  }
}

/** Somebody who waits for a position. */
class Waiter {
  readonly position: number;
  readonly promise: Promise<number>;
  resolve!: (position: number) => void;
  private reject!: (error: JournalError) => void;

  constructor(position: number) {
    this.position = position;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  fail(error: JournalError): void {
    void quietly(this.promise);
    this.reject(error);
  }
}

/** The same promise; nobody has to look at how it is rejected. */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** So much is worth a sync: more at once makes those wait longer who come first. A larger record has a batch for itself. */
const BATCH_BYTES_MAX = 1024 * 1024;

/** Buffers that wait to be used again: one is filled while the other is written. */
const SPARES_MAX = 2;
/** What a full batch grows to, by doubling; beyond it is the garbage collector's. */
const SPARE_BYTES_MAX = 2 * 1024 * 1024;
