import { readUtf8 } from "../runtime/native-bytes.js";

/** A record of a journal is none that this version knows. */
export class MalformedRecord extends Error {
  /** The record's kind, where it is one that is not known here. */
  readonly unknownKind: number | undefined;

  constructor(detail: string, unknownKind?: number) {
    super(`malformed record: ${detail}`);
    this.name = "MalformedRecord";
    this.unknownKind = unknownKind;
  }
}

/** Reads what a `RecordWriter` wrote. Everything malformed throws a {@link MalformedRecord}. */
export class RecordReader {
  readonly kind: number;
  private readonly record: Uint8Array;
  private at = 1;

  constructor(record: Uint8Array) {
    if (record.length === 0) throw new MalformedRecord("it is empty");
    this.kind = record[0];
    this.record = record;
  }

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.at === this.record.length) throw new MalformedRecord("it ends in a number");
      const byte = this.record[this.at++];
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedRecord("a number is beyond 2^53-1");
      if (byte < 0x80) return value;
      scale *= 0x80;
      if (scale > SCALE_MAX) throw new MalformedRecord("a number is beyond 2^53-1");
    }
  }

  /** A copy. */
  bytes(): Uint8Array {
    return this.raw(this.number());
  }

  /** A copy of the next `count` bytes. */
  raw(count: number): Uint8Array {
    const start = this.skip(count);
    return this.record.slice(start, start + count);
  }

  /** `count` bytes as a character each. */
  characters(count: number): string {
    const start = this.skip(count);
    return String.fromCharCode(...this.record.subarray(start, start + count));
  }

  get atEnd(): boolean {
    return this.at === this.record.length;
  }

  text(): string {
    const count = this.number();
    const start = this.skip(count);
    return readUtf8(this.record, start, start + count);
  }

  /** A view of all that is left. */
  rest(): Uint8Array {
    const start = this.at;
    this.at = this.record.length;
    return this.record.subarray(start);
  }

  /** To be called after the last field. */
  end(): void {
    const left = this.record.length - this.at;
    if (left > 0) throw new MalformedRecord(`${left} bytes follow its last field`);
  }

  private skip(count: number): number {
    const start = this.at;
    if (count > this.record.length - start) throw new MalformedRecord("it ends in a field");
    this.at = start + count;
    return start;
  }
}

/** The weight of the last of the eight bytes that 53 bits may take: the sum stays exact far enough to be refused. */
const SCALE_MAX = 2 ** 49;
