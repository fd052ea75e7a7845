import { ScalarType } from "@bufbuild/protobuf";
import type { Reader } from "./reader.js";

/** Reads values that stand behind each other without tags, up to the reader's end, and adds them to a list. */
export type PackedDecoder = (reader: Reader, list: unknown[]) => void;

/** The decoder of a packed list. */
export function packedDecoder(scalar: ScalarType): PackedDecoder {
  const decoder = DECODERS[scalar];
  if (decoder === undefined) throw new Error(`scalar type ${scalar} is never packed`);
  return decoder;
}

const DECODERS: Partial<Record<ScalarType, PackedDecoder>> = {
  [ScalarType.DOUBLE]: readDoubles,
  [ScalarType.FLOAT]: readFloats,
  [ScalarType.INT64]: readInt64s,
  [ScalarType.UINT64]: readUint64s,
  [ScalarType.INT32]: readInt32s,
  [ScalarType.FIXED64]: readFixed64s,
  [ScalarType.FIXED32]: readFixed32s,
  [ScalarType.BOOL]: readBools,
  [ScalarType.UINT32]: readUint32s,
  [ScalarType.SFIXED32]: readSfixed32s,
  [ScalarType.SFIXED64]: readSfixed64s,
  [ScalarType.SINT32]: readSint32s,
  [ScalarType.SINT64]: readSint64s,
};

// A loop of its own for each type: the engine compiles each for what it meets there.

function readInt32s(reader: Reader, list: unknown[]): void {
  const { bytes, end } = reader;
  let i = makeRoom(list, end - reader.at);
  for (let at = reader.at; at < end; at = reader.at) {
    const byte = bytes[at];
    if (byte < 0x80) {
      list[i++] = byte;
      reader.at = at + 1;
    } else list[i++] = reader.int32();
  }
  list.length = i;
}

function readUint32s(reader: Reader, list: unknown[]): void {
  const { bytes, end } = reader;
  let i = makeRoom(list, end - reader.at);
  for (let at = reader.at; at < end; at = reader.at) {
    const byte = bytes[at];
    if (byte < 0x80) {
      list[i++] = byte;
      reader.at = at + 1;
    } else list[i++] = reader.uint32();
  }
  list.length = i;
}

function readBools(reader: Reader, list: unknown[]): void {
  const { bytes, end } = reader;
  let i = makeRoom(list, end - reader.at);
  for (let at = reader.at; at < end; at = reader.at) {
    const byte = bytes[at];
    if (byte < 0x80) {
      list[i++] = byte !== 0;
      reader.at = at + 1;
    } else list[i++] = reader.bool();
  }
  list.length = i;
}

function readSint32s(reader: Reader, list: unknown[]): void {
  const { end } = reader;
  let i = makeRoom(list, end - reader.at);
  while (reader.at < end) list[i++] = reader.sint32();
  list.length = i;
}

function readInt64s(reader: Reader, list: unknown[]): void {
  const { end } = reader;
  let i = makeRoom(list, end - reader.at);
  while (reader.at < end) list[i++] = reader.int64();
  list.length = i;
}

function readUint64s(reader: Reader, list: unknown[]): void {
  const { end } = reader;
  let i = makeRoom(list, end - reader.at);
  while (reader.at < end) list[i++] = reader.uint64();
  list.length = i;
}

function readSint64s(reader: Reader, list: unknown[]): void {
  const { end } = reader;
  let i = makeRoom(list, end - reader.at);
  while (reader.at < end) list[i++] = reader.sint64();
  list.length = i;
}

function readDoubles(reader: Reader, list: unknown[]): void {
  const bytes = reader.end - reader.at;
  const view = valuesOf(reader, 8);
  let i = makeRoom(list, bytes / 8);
  for (let at = 0; at < bytes; at += 8) list[i++] = view.getFloat64(at, true);
}

function readFloats(reader: Reader, list: unknown[]): void {
  const bytes = reader.end - reader.at;
  const view = valuesOf(reader, 4);
  let i = makeRoom(list, bytes / 4);
  for (let at = 0; at < bytes; at += 4) list[i++] = view.getFloat32(at, true);
}

function readFixed32s(reader: Reader, list: unknown[]): void {
  const bytes = reader.end - reader.at;
  const view = valuesOf(reader, 4);
  let i = makeRoom(list, bytes / 4);
  for (let at = 0; at < bytes; at += 4) list[i++] = view.getUint32(at, true);
}

function readSfixed32s(reader: Reader, list: unknown[]): void {
  const bytes = reader.end - reader.at;
  const view = valuesOf(reader, 4);
  let i = makeRoom(list, bytes / 4);
  for (let at = 0; at < bytes; at += 4) list[i++] = view.getInt32(at, true);
}

function readFixed64s(reader: Reader, list: unknown[]): void {
  const bytes = reader.end - reader.at;
  const view = valuesOf(reader, 8);
  let i = makeRoom(list, bytes / 8);
  for (let at = 0; at < bytes; at += 8) list[i++] = view.getBigUint64(at, true);
}

function readSfixed64s(reader: Reader, list: unknown[]): void {
  const bytes = reader.end - reader.at;
  const view = valuesOf(reader, 8);
  let i = makeRoom(list, bytes / 8);
  for (let at = 0; at < bytes; at += 8) list[i++] = view.getBigInt64(at, true);
}

/** The rest of what is read, which is values of `size` bytes each. */
function valuesOf(reader: Reader, size: 4 | 8): DataView {
  const { bytes, at, end } = reader;
  const rest = (end - at) % size;
  reader.at = end - rest;
  if (rest > 0) reader.advance(size);
  return new DataView(bytes.buffer, bytes.byteOffset + at, end - at);
}

/** Makes a list longer by at most `count` values and returns its length as it was. */
function makeRoom(list: unknown[], count: number): number {
  const { length } = list;
  list.length = length + Math.min(count, ROOM_MAX);
  return length;
}

/** Longer ones grow as they are filled: V8 turns arrays that are made much longer at once into hash tables. */
const ROOM_MAX = 1 << 20;
