import { Output } from "../bytes/output.js";
import type { StoredFile } from "../runtime/storage.js";
import { RECORD_PREFIX_BYTES } from "./batch.js";
import { epochIdBits, epochIdText, type PastEpoch } from "./epochs.js";
import { FileWindow } from "./file-window.js";
import { loadPosition, loadUint32, storePosition, storeUint32 } from "./little-endian.js";
import type { ChainEnd } from "./log-cursor.js";
import { eachRecord } from "./record-frames.js";
import type { Crc32 } from "./segment-header.js";

/**
 * A checkpoint is a file of chunks: one with what is known of the log, some with records, and one that says how many there
 * were. Each has 16 bytes before it:
 *
 * | offset | bytes | |
 * |---|---|---|
 * | 0 | 4 | magic |
 * | 4 | 4 | kind |
 * | 8 | 4 | length of what follows |
 * | 12 | 4 | CRC of this so far and of what follows, seeded with the CRC of the chunk before |
 *
 * The first chunk: version (4), CRC (4), epoch number (4) and epoch id (4) of the last batch of the log that the checkpoint
 * contains, position where that ends (8), home (16), and of each epoch its number (4), id (4) and position (8).
 * The last: number of records (8).
 */
export interface CheckpointHead {
  readonly home: Uint8Array;
  readonly end: ChainEnd;
  readonly epochs: readonly PastEpoch[];
}

/** How much of a checkpoint is made and written in one go: so long nothing else happens in the program. */
export const CHECKPOINT_PIECE_BYTES = 128 * 1024;

/**
 * The most that a record can have: the largest that any log has taken, whose segments have up to 1 GiB, and 1 MiB more for
 * what a state says of it besides. So whatever was recorded can be in a checkpoint, also where segments are smaller now.
 */
export const CHECKPOINT_RECORD_BYTES_MAX = 1025 * 1024 * 1024;

/** Encodes a checkpoint, chunk by chunk. */
export class CheckpointEncoder {
  private readonly crc32: Crc32;
  private readonly output = new Output();
  private crc = 0;
  private records = 0;

  constructor(crc32: Crc32) {
    this.crc32 = crc32;
  }

  /** The first chunk, valid until the next call. */
  head({ home, end, epochs }: CheckpointHead): Uint8Array {
    const fixed = new Uint8Array(HEAD_BYTES + epochs.length * EPOCH_BYTES);
    storeUint32(fixed, 0, VERSION);
    storeUint32(fixed, 4, end.crc);
    storeUint32(fixed, 8, end.epochNumber);
    storeUint32(fixed, 12, end.epochId);
    storePosition(fixed, 16, end.position);
    fixed.set(home, 24);
    epochs.forEach(({ number, id, position }, i) => {
      const at = HEAD_BYTES + i * EPOCH_BYTES;
      storeUint32(fixed, at, number);
      storeUint32(fixed, at + 4, epochIdBits(id));
      storePosition(fixed, at + 8, position);
    });
    const output = this.begin();
    output.append(fixed);
    return this.finish(ChunkKind.HEAD);
  }

  /** Begins a chunk of records, which `appendRecord` appends to what this gives. */
  begin(): Output {
    this.output.length = 0;
    this.output.reserve(CHUNK_HEADER_BYTES);
    this.output.length = CHUNK_HEADER_BYTES;
    return this.output;
  }

  /** A chunk of so many records, valid until the next call. */
  chunk(records: number): Uint8Array {
    this.records += records;
    return this.finish(ChunkKind.RECORDS);
  }

  /** The last chunk. */
  foot(): Uint8Array {
    const fixed = new Uint8Array(FOOT_BYTES);
    storePosition(fixed, 0, this.records);
    this.begin().append(fixed);
    return this.finish(ChunkKind.FOOT);
  }

  private finish(kind: ChunkKind): Uint8Array {
    const chunk = this.output.view();
    storeUint32(chunk, 0, MAGIC);
    storeUint32(chunk, 4, kind);
    storeUint32(chunk, 8, chunk.length - CHUNK_HEADER_BYTES);
    this.crc = chunkCrc(chunk, 0, chunk.length, this.crc, this.crc32);
    storeUint32(chunk, CRC_AT, this.crc);
    return chunk;
  }
}

/** What is in a checkpoint that is whole. */
export interface CheckpointContent extends CheckpointHead {
  readonly records: number;
  readonly bytes: number;
}

/** Why a file is no whole checkpoint, and where. */
export interface CheckpointDamage {
  readonly damage: string;
  readonly offset: number;
}

/** Reads a checkpoint to its end and gives each record to `restore`, as a view that is borrowed, and where in the file it begins. */
export async function readCheckpoint(
  file: StoredFile,
  crc32: Crc32,
  restore: (record: Uint8Array, offset: number) => void = () => {},
): Promise<CheckpointContent | CheckpointDamage> {
  const fileBytes = await file.size();
  const window = new FileWindow(file, fileBytes);
  let head: CheckpointHead | undefined;
  let offset = 0;
  let crc = 0;
  let records = 0;
  for (;;) {
    if (!window.has(offset, CHUNK_HEADER_BYTES) && !(await window.load(offset, CHUNK_HEADER_BYTES)))
      return { damage: "it ends too early", offset };
    const at = offset - window.start;
    const kind = loadUint32(window.bytes, at + 4);
    const chunkBytes = CHUNK_HEADER_BYTES + loadUint32(window.bytes, at + 8);
    if (loadUint32(window.bytes, at) !== MAGIC || chunkBytes > fileBytes - offset)
      return { damage: "what stands there is no part of a checkpoint", offset };
    if (chunkBytes > CHUNK_BYTES_MAX) return { damage: "its length cannot be right", offset };
    if (!window.has(offset, chunkBytes)) {
      if (!(await window.load(offset, chunkBytes))) return { damage: "it ends too early", offset };
      continue;
    }
    crc = chunkCrc(window.bytes, at, chunkBytes, crc, crc32);
    if (crc !== loadUint32(window.bytes, at + CRC_AT)) return { damage: "its checksum is wrong", offset };
    const body = window.bytes.subarray(at + CHUNK_HEADER_BYTES, at + chunkBytes);
    offset += chunkBytes;
    if (kind === ChunkKind.HEAD) {
      head = loadHead(body);
      if (head === undefined) return { damage: "a newer version of Redoubt wrote it", offset: 0 };
    } else if (kind === ChunkKind.RECORDS) {
      const bodyOffset = offset - body.length;
      eachRecord(body, 0, body.length, (record, recordEnd) => {
        records++;
        restore(record, bodyOffset + recordEnd - record.length);
      });
    } else {
      const isWhole = head !== undefined && offset === fileBytes && loadPosition(body, 0) === records;
      return isWhole
        ? { ...head!, records, bytes: fileBytes }
        : { damage: "its parts are not all there", offset };
    }
  }
}

function loadHead(body: Uint8Array): CheckpointHead | undefined {
  if (loadUint32(body, 0) !== VERSION) return undefined;
  const epochs: PastEpoch[] = [];
  for (let at = HEAD_BYTES; at < body.length; at += EPOCH_BYTES) {
    const [number, id] = [loadUint32(body, at), epochIdText(loadUint32(body, at + 4))];
    epochs.push({ number, id, position: loadPosition(body, at + 8) });
  }
  const end: ChainEnd = {
    crc: loadUint32(body, 4),
    epochNumber: loadUint32(body, 8),
    epochId: loadUint32(body, 12),
    position: loadPosition(body, 16),
  };
  return { home: body.slice(24, HEAD_BYTES), end, epochs };
}

function chunkCrc(bytes: Uint8Array, at: number, count: number, seed: number, crc32: Crc32): number {
  const head = crc32(bytes.subarray(at, at + CRC_AT), seed);
  return crc32(bytes.subarray(at + CHUNK_HEADER_BYTES, at + count), head);
}

const ChunkKind = { HEAD: 1, RECORDS: 2, FOOT: 3 } as const;
type ChunkKind = number;

const MAGIC = 0xc4ec_b01d;
const VERSION = 1;
const CHUNK_HEADER_BYTES = 16;
/** A chunk is full with the record that makes it so. Nobody has memory for whatever damage says. */
const CHUNK_BYTES_MAX =
  CHUNK_HEADER_BYTES + CHECKPOINT_PIECE_BYTES + RECORD_PREFIX_BYTES + CHECKPOINT_RECORD_BYTES_MAX;
const CRC_AT = 12;
const HEAD_BYTES = 40;
const EPOCH_BYTES = 16;
const FOOT_BYTES = 8;
