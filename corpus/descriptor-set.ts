import assert from "node:assert/strict";

/** A serialized `FileDescriptorProto`, as a compiler wrote it. */
export interface RawFile {
  readonly bytes: Uint8Array;
  /** The bytes without `source_code_info`. */
  readonly descriptor: Uint8Array;
  /** The bytes of `source_code_info`, its tag among them; empty without one. */
  readonly sourceInfo: Uint8Array;
}

const LENGTH_DELIMITED = 2;
const SET_FILE = 1;
const FILE_NAME = 1;
const FILE_SOURCE_CODE_INFO = 9;

/** The files of a serialized `FileDescriptorSet`, by name. Nothing is encoded anew. */
export function rawFiles(set: Uint8Array): Map<string, RawFile> {
  const files = new Map<string, RawFile>();
  for (const { number, content } of fieldsOf(set)) {
    assert.equal(number, SET_FILE);
    const name = [...fieldsOf(content)].find((field) => field.number === FILE_NAME);
    assert.ok(name);
    files.set(new TextDecoder().decode(name.content), rawFile(content));
  }
  return files;
}

/** Takes a serialized `FileDescriptorProto` apart. */
export function rawFile(bytes: Uint8Array): RawFile {
  const rest: Uint8Array[] = [];
  let sourceInfo = bytes.subarray(0, 0);
  for (const { number, start, end } of fieldsOf(bytes)) {
    const field = bytes.subarray(start, end);
    if (number === FILE_SOURCE_CODE_INFO) sourceInfo = field;
    else rest.push(field);
  }
  return { bytes, descriptor: Buffer.concat(rest), sourceInfo };
}

/** A field of a serialized message: where it stands, its tag included, and what follows tag and length. */
export interface RawField {
  readonly number: number;
  readonly wireType: number;
  readonly start: number;
  readonly end: number;
  readonly content: Uint8Array;
}

/** The fields of a serialized message. Throws if the bytes are none. */
export function* fieldsOf(bytes: Uint8Array): Iterable<RawField> {
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    const number = Math.floor(tag.value / 8);
    const wireType = tag.value % 8;
    assert.ok(number > 0);
    let { end: from } = tag;
    if (wireType === LENGTH_DELIMITED) {
      const length = readVarint(bytes, from);
      from = length.end;
      const end = from + length.value;
      assert.ok(end <= bytes.length);
      yield { number, wireType, start: at, end, content: bytes.subarray(from, end) };
      at = end;
    } else {
      const end = endOfFixed(bytes, from, wireType);
      yield { number, wireType, start: at, end, content: bytes.subarray(from, end) };
      at = end;
    }
  }
}

function endOfFixed(bytes: Uint8Array, from: number, wireType: number): number {
  const lengths: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
  const end = wireType === 0 ? readVarint(bytes, from).end : from + (lengths[wireType] ?? Number.NaN);
  assert.ok(end <= bytes.length);
  return end;
}

function readVarint(bytes: Uint8Array, from: number): { value: number; end: number } {
  let value = 0;
  let factor = 1;
  for (let at = from; at < bytes.length && at < from + 10; at++) {
    value += (bytes[at] & 0x7f) * factor;
    factor *= 0x80;
    if (bytes[at] < 0x80) return { value, end: at + 1 };
  }
  assert.fail("no varint");
}
