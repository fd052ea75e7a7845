import { WIRE_TYPE_LAST, WireType } from "./field.js";
import { asFloat32, asFloat64, asInt32, asInt64, asUint64, HIGH, LOW } from "./scratch.js";
import { isUtf8, readText } from "./text.js";

/** A field that the schema does not know, as protobuf-es keeps it: everything behind the tag. */
export interface UnknownField {
  readonly no: number;
  readonly wireType: number;
  readonly data: Uint8Array;
}

/** What a {@link Reader} is told about its bytes. */
export interface ReaderOptions {
  /** For error messages: the outermost message's type. */
  readonly typeName: string;
  /** Messages in messages, the outermost included. */
  readonly recursionLimit: number;
  /** Whether unknown fields are kept. */
  readonly keepsUnknown: boolean;
  /** Whether nobody else will write to the bytes or use them again, so that a large value may be a view of them. */
  readonly owned: boolean;
}

/**
 * A position in the bytes of a message, with what is known about the message that is being read. Whoever goes into
 * an inner message sets `end`, `group` and `unknown`, and puts them back.
 *
 * Everything in here throws where the bytes are malformed (protobuf, Encoding).
 */
export class Reader {
  readonly bytes: Uint8Array;
  /** Where the next byte is read. */
  at: number;
  /** Where the innermost message, packed list or map entry ends; nothing is read beyond it. */
  end: number;
  /** The number of the group that is being read, whose end is marked by a tag; 0 outside of groups. */
  group = 0;
  /** What was unknown in the innermost message so far. */
  unknown: UnknownField[] | undefined = undefined;
  depth = 1;
  readonly options: ReaderOptions;

  constructor(bytes: Uint8Array, start: number, end: number, options: ReaderOptions) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.options = options;
    if (options.recursionLimit < 1) this.failTooDeep();
  }

  fail(reason: string): never {
    throw new Error(`cannot decode ${this.options.typeName} from binary: ${reason}, at byte ${this.at}`);
  }

  /** One message deeper. */
  enter(): void {
    if (++this.depth > this.options.recursionLimit) this.failTooDeep();
  }

  leave(): void {
    this.depth--;
  }

  /** A tag, 0 … 2^32-1. */
  tag(): number {
    const start = this.at;
    const tag = this.uint32();
    const count = this.at - start;
    if (count > 5 || (count === 5 && this.bytes[this.at - 1] > 0x0f))
      this.fail("a tag is larger than 32 bits");
    return tag;
  }

  /** The lower 32 bits of a varint, 0 … 2^32-1. */
  uint32(): number {
    const { bytes, at } = this;
    if (this.end - at < VARINT_BYTES_MAX) return this.uint32ByByte();
    let byte = bytes[at];
    let value = byte & 0x7f;
    if (byte < 0x80) {
      this.at = at + 1;
      return value;
    }
    byte = bytes[at + 1];
    value |= (byte & 0x7f) << 7;
    if (byte < 0x80) {
      this.at = at + 2;
      return value;
    }
    byte = bytes[at + 2];
    value |= (byte & 0x7f) << 14;
    if (byte < 0x80) {
      this.at = at + 3;
      return value;
    }
    byte = bytes[at + 3];
    value |= (byte & 0x7f) << 21;
    if (byte < 0x80) {
      this.at = at + 4;
      return value;
    }
    value |= bytes[at + 4] << 28;
    for (let i = at + 4; i < at + VARINT_BYTES_MAX; i++) {
      if (bytes[i] < 0x80) {
        this.at = i + 1;
        return value >>> 0;
      }
    }
    this.failLong();
  }

  /** Near the end of the message. */
  private uint32ByByte(): number {
    const { bytes, end } = this;
    let at = this.at;
    let value = 0;
    for (let shift = 0; shift < 7 * VARINT_BYTES_MAX; shift += 7) {
      if (at >= end) this.failShort("a varint");
      const byte = bytes[at++];
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.at = at;
        return value >>> 0;
      }
    }
    this.failLong();
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    this.varint64();
    return asInt32[LOW] !== 0 || asInt32[HIGH] !== 0;
  }

  int64(): bigint {
    this.varint64();
    return asInt64[0];
  }

  uint64(): bigint {
    this.varint64();
    return asUint64[0];
  }

  sint64(): bigint {
    this.varint64();
    const low = asInt32[LOW];
    const high = asInt32[HIGH];
    const sign = -(low & 1);
    asInt32[LOW] = ((low >>> 1) | (high << 31)) ^ sign;
    asInt32[HIGH] = (high >>> 1) ^ sign;
    return asInt64[0];
  }

  fixed32(): number {
    return this.sfixed32() >>> 0;
  }

  sfixed32(): number {
    const at = this.at;
    this.advance(4);
    return int32At(this.bytes, at);
  }

  float(): number {
    asInt32[0] = this.sfixed32();
    return asFloat32[0];
  }

  fixed64(): bigint {
    this.bits64();
    return asUint64[0];
  }

  sfixed64(): bigint {
    this.bits64();
    return asInt64[0];
  }

  double(): number {
    this.bits64();
    return asFloat64[0];
  }

  /** Reads a length and returns where the bytes behind it end. */
  length(): number {
    const { bytes, at } = this;
    let length: number;
    if (at < this.end && bytes[at] < 0x80) {
      length = bytes[at];
      this.at = at + 1;
    } else length = this.uint32();
    const end = this.at + length;
    if (end > this.end) this.fail(`a length of ${length} reaches beyond the end`);
    return end;
  }

  /** A string whose bytes must be UTF-8. */
  string(): string {
    const end = this.length();
    const { bytes, at } = this;
    this.at = end;
    const text = readText(bytes, at, end);
    if (text.includes("\uFFFD") && !isUtf8(bytes, at, end)) this.fail("a string is not UTF-8");
    return text;
  }

  /** A string; what is malformed in it becomes U+FFFD. */
  lenientString(): string {
    const end = this.length();
    const { bytes, at } = this;
    this.at = end;
    return readText(bytes, at, end);
  }

  /** Bytes: a view where that is allowed and keeps at most twice as much memory alive, otherwise a copy. */
  byteArray(): Uint8Array {
    const end = this.length();
    const start = this.at;
    this.at = end;
    return this.range(start, end);
  }

  /** Keeps an unknown field whose tag was just read, or skips it. */
  keepUnknown(tag: number): void {
    const start = this.at;
    this.skip(tag);
    if (this.options.keepsUnknown) this.addUnknown(tag >>> 3, tag & 7, this.range(start, this.at));
  }

  addUnknown(no: number, wireType: number, data: Uint8Array): void {
    this.unknown ??= [];
    this.unknown.push({ no, wireType, data });
  }

  /** Skips the value behind a tag. */
  skip(tag: number): void {
    const number = tag >>> 3;
    if (number === 0 || (tag & 7) > WIRE_TYPE_LAST)
      this.fail(`a tag has field number ${number}, wire type ${tag & 7}`);
    switch (tag & 7) {
      case WireType.VARINT:
        this.uint32();
        break;
      case WireType.I64:
        this.advance(8);
        break;
      case WireType.LEN:
        this.at = this.length();
        break;
      case WireType.SGROUP:
        this.skipGroup(number);
        break;
      case WireType.I32:
        this.advance(4);
        break;
      default:
        this.fail(`an end of group ${number} that was not begun`);
    }
  }

  private skipGroup(number: number): void {
    this.enter();
    const endTag = ((number << 3) | WireType.EGROUP) >>> 0;
    for (let tag = this.tag(); tag !== endTag; tag = this.tag()) this.skip(tag);
    this.leave();
  }

  private range(start: number, end: number): Uint8Array {
    const { bytes } = this;
    const length = end - start;
    const isLarge = this.options.owned && 2 * length >= bytes.length;
    if (isLarge && 2 * length >= bytes.buffer.byteLength) return bytes.subarray(start, end);
    const copy = new Uint8Array(length);
    if (length > SHORT_COPY_BYTES_MAX) copy.set(bytes.subarray(start, end));
    else for (let i = 0; i < length; i++) copy[i] = bytes[start + i];
    return copy;
  }

  /** Goes over bytes that must be there. */
  advance(count: number): void {
    if (count > this.end - this.at) this.failShort(`a value of ${count} bytes`);
    this.at += count;
  }

  /** Copies the next eight bytes into the scratch. */
  private bits64(): void {
    const { bytes, at } = this;
    this.advance(8);
    asInt32[LOW] = int32At(bytes, at);
    asInt32[HIGH] = int32At(bytes, at + 4);
  }

  /** Reads a varint into the scratch, 64 bits. */
  private varint64(): void {
    const { bytes, end } = this;
    let low = 0;
    let high = 0;
    let at = this.at;
    for (let shift = 0; shift < 7 * VARINT_BYTES_MAX; shift += 7) {
      if (at >= end) this.failShort("a varint");
      const byte = bytes[at++];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.at = at;
        asInt32[LOW] = low;
        asInt32[HIGH] = high;
        return;
      }
    }
    this.failLong();
  }

  private failLong(): never {
    this.fail(`a varint has more than ${VARINT_BYTES_MAX} bytes`);
  }

  private failShort(what: string): never {
    this.fail(`${what} reaches beyond the end`);
  }

  private failTooDeep(): never {
    this.fail(`messages are nested more than ${this.options.recursionLimit} deep`);
  }
}

function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** What 64 bits take, seven in a byte. */
const VARINT_BYTES_MAX = 10;

/** Up to here a loop beats `TypedArray.prototype.set`. */
const SHORT_COPY_BYTES_MAX = 64;
