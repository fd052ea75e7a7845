import { create, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { WireType, wireTypeOf } from "./plain-schema.js";

type Fields = Record<string, unknown>;

/** Bytes that are being read: `at` moves on, up to `end`. */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  depth: number;
}

/** Reads a value into a message; false where it is malformed or unusual. */
type FieldDecoder = (cursor: Cursor, fields: Fields) => boolean;

type ValueDecoder = (cursor: Cursor) => unknown;

/** What a value decoder gives where it cannot go on. */
const FAULT = Symbol("fault");

/**
 * Decodes plain messages (see {@link isPlain}) into the very objects that protobuf-es makes. Undefined: something
 * unusual was met (an unknown field, another wire type, a repeated singular message, malformed bytes), and
 * protobuf-es has to decide. What it returns refers to no byte of the input.
 */
export type PlainDecoder = (bytes: Uint8Array, start: number, end: number) => object | undefined;

export function plainDecoder(schema: DescMessage): PlainDecoder {
  const decode = messageDecoder(schema, new Map());
  return (bytes, start, end) => {
    const message = decode({ bytes, at: start, end, depth: 0 });
    return message === FAULT ? undefined : (message as object);
  };
}

/** Messages in messages: protobuf's customary limit, beyond which protobuf-es decides. */
const DEPTH_MAX = 100;

function messageDecoder(schema: DescMessage, made: Map<DescMessage, ValueDecoder>): ValueDecoder {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const zero = create(schema) as unknown as Fields;
  const listNames = schema.fields
    .filter((field) => field.fieldKind === "list")
    .map((field) => field.localName);
  const byTag: (FieldDecoder | undefined)[] = [];
  const decode: ValueDecoder = (cursor) => {
    const fields: Fields = { ...zero };
    for (let i = 0; i < listNames.length; i++) fields[listNames[i]] = [];
    while (cursor.at < cursor.end) {
      const tag = readVarint(cursor);
      const field = tag < byTag.length ? byTag[tag] : undefined;
      if (field === undefined || !field(cursor, fields)) return FAULT;
    }
    return cursor.at === cursor.end ? fields : FAULT;
  };
  made.set(schema, decode);
  for (const field of schema.fields) byTag[tagOf(field)] = fieldDecoder(field, made);
  return decode;
}

/** The one tag that a plain message shows for a field. */
function tagOf(field: DescField): number {
  return (field.number << 3) | wireTypeOfField(field);
}

function wireTypeOfField(field: DescField): number {
  switch (field.fieldKind) {
    case "scalar":
      return wireTypeOf(field.scalar);
    case "enum":
      return WireType.VARINT;
    case "list":
      if (field.packed || field.listKind === "message") return WireType.LEN;
      return field.listKind === "enum" ? WireType.VARINT : wireTypeOf(field.scalar);
    default:
      return WireType.LEN;
  }
}

function fieldDecoder(field: DescField, made: Map<DescMessage, ValueDecoder>): FieldDecoder {
  const { localName } = field;
  switch (field.fieldKind) {
    case "scalar":
      return singular(localName, valueDecoder(field.scalar));
    case "enum":
      return singular(localName, readInt32);
    case "message":
      return singularMessage(localName, delimited(messageDecoder(field.message, made)));
    case "list": {
      if (field.listKind === "message")
        return element(localName, delimited(messageDecoder(field.message, made)));
      const decode = field.listKind === "enum" ? readInt32 : valueDecoder(field.scalar);
      return field.packed ? packed(localName, decode) : element(localName, decode);
    }
    default:
      throw new Error(`field ${field} is not plain`);
  }
}

function singular(name: string, decode: ValueDecoder): FieldDecoder {
  return (cursor, fields) => {
    const value = decode(cursor);
    fields[name] = value;
    return value !== FAULT;
  };
}

/** A second occurrence would have to be merged into the first. */
function singularMessage(name: string, decode: ValueDecoder): FieldDecoder {
  return (cursor, fields) => {
    if (fields[name] !== undefined) return false;
    const value = decode(cursor);
    fields[name] = value;
    return value !== FAULT;
  };
}

function element(name: string, decode: ValueDecoder): FieldDecoder {
  return (cursor, fields) => {
    const value = decode(cursor);
    (fields[name] as unknown[]).push(value);
    return value !== FAULT;
  };
}

function packed(name: string, decode: ValueDecoder): FieldDecoder {
  return (cursor, fields) => {
    const list = fields[name] as unknown[];
    const end = readLength(cursor);
    if (end < 0) return false;
    const outerEnd = cursor.end;
    cursor.end = end;
    while (cursor.at < end) {
      const value = decode(cursor);
      if (value === FAULT) return false;
      list.push(value);
    }
    cursor.end = outerEnd;
    return cursor.at === end;
  };
}

function delimited(decode: ValueDecoder): ValueDecoder {
  return (cursor) => {
    const end = readLength(cursor);
    if (end < 0 || ++cursor.depth > DEPTH_MAX) return FAULT;
    const outerEnd = cursor.end;
    cursor.end = end;
    const message = decode(cursor);
    cursor.end = outerEnd;
    cursor.depth--;
    return message;
  };
}

function valueDecoder(scalar: ScalarType): ValueDecoder {
  switch (scalar) {
    case ScalarType.STRING:
      return readString;
    case ScalarType.BYTES:
      return readBytes;
    case ScalarType.BOOL:
      return readBool;
    case ScalarType.INT32:
      return readInt32;
    case ScalarType.UINT32:
      return readUint32;
    case ScalarType.SINT32:
      return readSint32;
    case ScalarType.FIXED32:
      return (cursor) => readView(cursor, 4, (view) => view.getUint32(0, true));
    case ScalarType.SFIXED32:
      return (cursor) => readView(cursor, 4, (view) => view.getInt32(0, true));
    case ScalarType.FLOAT:
      return (cursor) => readView(cursor, 4, (view) => view.getFloat32(0, true));
    case ScalarType.DOUBLE:
      return (cursor) => readView(cursor, 8, (view) => view.getFloat64(0, true));
    default:
      throw new Error(`scalar type ${scalar} is not plain`);
  }
}

/** 0 … 2^32-1; higher bits are dropped. NaN where it runs over the end or ten bytes. */
function readVarint(cursor: Cursor): number {
  const { bytes, end } = cursor;
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (cursor.at >= end) return Number.NaN;
    const byte = bytes[cursor.at++];
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
  return Number.NaN;
}

/** Where the bytes end that a length announces; -1 where that is behind the end. */
function readLength(cursor: Cursor): number {
  const end = readVarint(cursor) + cursor.at;
  return end <= cursor.end ? end : -1;
}

function readUint32(cursor: Cursor): unknown {
  const value = readVarint(cursor);
  return Number.isNaN(value) ? FAULT : value;
}

function readInt32(cursor: Cursor): unknown {
  const value = readVarint(cursor);
  return Number.isNaN(value) ? FAULT : value | 0;
}

function readSint32(cursor: Cursor): unknown {
  const value = readVarint(cursor);
  return Number.isNaN(value) ? FAULT : (value >>> 1) ^ -(value & 1);
}

/** Only the two usual forms; longer ones are for protobuf-es. */
function readBool(cursor: Cursor): unknown {
  const value = cursor.at < cursor.end ? cursor.bytes[cursor.at++] : FAULT;
  return value === 0 ? false : value === 1 ? true : FAULT;
}

function readBytes(cursor: Cursor): unknown {
  const end = readLength(cursor);
  if (end < 0) return FAULT;
  const value = new Uint8Array(end - cursor.at);
  if (value.length <= SHORT_BYTES_MAX) {
    for (let i = 0; i < value.length; i++) value[i] = cursor.bytes[cursor.at + i];
  } else value.set(cursor.bytes.subarray(cursor.at, end));
  cursor.at = end;
  return value;
}

/** Up to here a loop beats `TypedArray.prototype.set`. */
const SHORT_BYTES_MAX = 64;

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readString(cursor: Cursor): unknown {
  const end = readLength(cursor);
  if (end < 0) return FAULT;
  const { bytes } = cursor;
  const start = cursor.at;
  cursor.at = end;
  if (end - start <= SHORT_STRING_BYTES_MAX) {
    let text = "";
    let at = start;
    for (; at < end && bytes[at] < 0x80; at++) text += String.fromCharCode(bytes[at]);
    if (at === end) return text;
  }
  try {
    return utf8Decoder.decode(bytes.subarray(start, end));
  } catch {
    return FAULT;
  }
}

/** Up to here a loop over ASCII beats the call into TextDecoder. */
const SHORT_STRING_BYTES_MAX = 24;

const scratch = new Uint8Array(8);
const scratchView = new DataView(scratch.buffer);

function readView(cursor: Cursor, size: number, read: (view: DataView) => number): unknown {
  if (cursor.end - cursor.at < size) return FAULT;
  for (let i = 0; i < size; i++) scratch[i] = cursor.bytes[cursor.at + i];
  cursor.at += size;
  return read(scratchView);
}
