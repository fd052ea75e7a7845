import type { Storage, StoredFile } from "../runtime/storage.js";
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  BatchKind,
  batchCrc,
  isBodyWhole,
  loadBatchHeader,
  nextBatchOffset,
} from "./batch.js";
import { FileWindow } from "./file-window.js";
import type { Segment } from "./segment-file.js";
import { type Crc32, SEGMENT_HEADER_BYTES } from "./segment-header.js";

/** What the next batch must follow. */
export interface ChainEnd {
  /** Where the last batch's body ends in the log. */
  readonly position: number;
  readonly crc: number;
  readonly epochNumber: number;
  readonly epochId: number;
}

/** Before the first batch of a log. */
export const CHAIN_START: ChainEnd = { position: 0, crc: 0, epochNumber: 0, epochId: 0 };

/** The segments to read from. */
export interface SegmentSource {
  readonly storage: Storage;
  readonly crc32: Crc32;
  /** The segment of that number, not below the one that reading begins in, if there is one. */
  segment(number: number): Segment | undefined;
}

/**
 * Goes through the batches of a log as long as each is whole and follows the one before, from segment to segment. What is
 * in memory is a window of one segment; `take` is synchronous as long as that lasts:
 *
 * `do { while (cursor.take()) use(cursor); } while (await cursor.more());`
 *
 * Then the log has ended in `segment` at `offset`, and `end` is its end.
 */
export class LogCursor {
  segment: Segment;
  /** Where in the segment the next batch is looked for. */
  offset: number;
  /** The batch that was taken last: its header, and where its body stands in `bytes`. */
  header: BatchHeader | undefined = undefined;
  bytes: Uint8Array;
  bodyAt = 0;
  bodyEnd = 0;
  private readonly source: SegmentSource;
  /** What is to be followed; nothing yet where reading begins in the middle. */
  private chain: ChainEnd | undefined;
  private readonly limit: () => number;
  private file: StoredFile | undefined = undefined;
  private window: FileWindow | undefined = undefined;
  /** How many bytes from `offset` on must be at hand before it can be told how things go on. */
  private wantedBytes = 0;
  /** The place before the segment that is being tried. */
  private retreat: { segment: Segment; offset: number } | undefined = undefined;

  /**
   * @param chain what the first batch must follow, in `segment`; undefined: the first of the segment, whatever it follows
   * @param limit the position from which on nothing is to be read, asked again and again
   */
  constructor(
    source: SegmentSource,
    segment: Segment,
    chain: ChainEnd | undefined,
    limit: () => number = () => Number.POSITIVE_INFINITY,
  ) {
    this.source = source;
    this.segment = segment;
    this.chain = chain;
    this.limit = limit;
    this.offset = nextBatchOffset((chain?.position ?? 0) - segment.base);
    this.bytes = NONE;
  }

  /** Where the last batch that was taken ended. */
  get end(): ChainEnd | undefined {
    return this.chain;
  }

  /** Takes the next batch, if it is at hand and goes on where the last one ended. */
  take(): boolean {
    const { window, offset } = this;
    this.wantedBytes = 0;
    if (this.segment.base + offset >= this.limit() || offset + BATCH_HEADER_BYTES > this.segment.bytes)
      return false;
    if (window === undefined || !window.has(offset, BATCH_HEADER_BYTES)) return this.want(BATCH_HEADER_BYTES);
    const at = offset - window.start;
    const header = loadBatchHeader(
      window.bytes,
      at,
      this.segment.base + offset,
      this.segment.salt,
      this.source.crc32,
    );
    if (header === undefined || !this.follows(header)) return false;
    const batchBytes = BATCH_HEADER_BYTES + header.bodyBytes;
    if (offset + batchBytes > this.segment.bytes) return false;
    if (!window.has(offset, batchBytes)) return this.want(batchBytes);
    if (!isBodyWhole(window.bytes, at, header.bodyBytes, this.source.crc32)) return false;
    this.header = header;
    this.bytes = window.bytes;
    this.bodyAt = at + BATCH_HEADER_BYTES;
    this.bodyEnd = at + batchBytes;
    this.chain = {
      position: header.position + batchBytes,
      crc: batchCrc(window.bytes, at),
      epochNumber: header.epochNumber,
      epochId: header.epochId,
    };
    this.offset = nextBatchOffset(offset + batchBytes);
    this.retreat = undefined;
    return true;
  }

  /** Gets what `take` has missed; false if the log has ended. */
  async more(): Promise<boolean> {
    if (this.wantedBytes > 0 && (await this.load(this.wantedBytes))) return true;
    const next = this.source.segment(this.segment.number + 1);
    const isNextTried = this.retreat !== undefined;
    if (isNextTried || next === undefined || next.base >= this.limit()) {
      await this.goBack();
      return false;
    }
    this.retreat = { segment: this.segment, offset: this.offset };
    await this.goTo(next, SEGMENT_HEADER_BYTES);
    return true;
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    this.window = undefined;
    await file?.close();
  }

  private want(bytes: number): false {
    this.wantedBytes = bytes;
    return false;
  }

  private async load(bytes: number): Promise<boolean> {
    this.file ??= await this.source.storage.open(this.segment.path, { access: "read" });
    this.window ??= new FileWindow(this.file, this.segment.bytes);
    return this.window.load(this.offset, bytes, this.limit() - this.segment.base);
  }

  private follows(header: BatchHeader): boolean {
    const { chain } = this;
    if (chain === undefined) return true;
    if (header.previousCrc !== chain.crc || header.durablePosition > chain.position) return false;
    if (header.kind === BatchKind.EPOCH) return header.epochNumber === chain.epochNumber + 1;
    return header.epochNumber === chain.epochNumber && header.epochId === chain.epochId;
  }

  private async goTo(segment: Segment, offset: number): Promise<void> {
    await this.close();
    this.segment = segment;
    this.offset = offset;
  }

  /** The segment that was tried does not go on with the log: it has ended in the one before. */
  private async goBack(): Promise<void> {
    if (this.retreat !== undefined) await this.goTo(this.retreat.segment, this.retreat.offset);
    this.retreat = undefined;
    await this.close();
  }
}

const NONE = new Uint8Array(0);
