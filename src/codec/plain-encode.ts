import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { Output } from "../bytes/output.js";
import { appendVarint, varintBytes } from "../bytes/varint.js";
import { WireType, wireTypeOf } from "./plain-schema.js";

/** A message or an init shape, by property name. */
type Fields = Record<string, unknown>;

/** Appends a value; false where it is not what the type wants, and what was appended is to be taken back. */
type ValueEncoder = (value: unknown, output: Output) => boolean;

/**
 * Encodes plain messages and init shapes (see {@link isPlain}). False: something unusual was met (a wrong type, a
 * value out of range, unknown fields), and protobuf-es has to decide; the output may hold a beginning then.
 */
export type PlainEncoder = (message: object, output: Output) => boolean;

/** The encoder of a plain type; `made` holds those of the types that are under construction, which may be recursive. */
export function plainEncoder(schema: DescMessage, made = new Map<DescMessage, PlainEncoder>()): PlainEncoder {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const { typeName } = schema;
  const steps: { readonly name: string; readonly encode: ValueEncoder }[] = [];
  const encoder: PlainEncoder = (message, output) => {
    const fields = message as Fields;
    const complete = fields.$typeName !== undefined;
    if ((complete && fields.$typeName !== typeName) || fields.$unknown !== undefined) return false;
    for (let i = 0; i < steps.length; i++) {
      const { name, encode } = steps[i];
      const value = fields[name];
      if (value === undefined ? complete && !optionalFields.has(name) : !encode(value, output)) return false;
    }
    return true;
  };
  made.set(schema, encoder);
  const optionalFields = new Set<string>();
  for (const field of sortedFields(schema)) {
    if (field.fieldKind === "message") optionalFields.add(field.localName);
    steps.push({ name: field.localName, encode: fieldEncoder(field, made) });
  }
  return encoder;
}

/** In the order of their numbers, as protobuf-es writes them. */
function sortedFields(schema: DescMessage): DescField[] {
  return [...schema.fields].sort((a, b) => a.number - b.number);
}

function fieldEncoder(field: DescField, made: Map<DescMessage, PlainEncoder>): ValueEncoder {
  switch (field.fieldKind) {
    case "scalar":
      return singular(tagOf(field, wireTypeOf(field.scalar)), field.scalar);
    case "enum":
      return singular(tagOf(field, WireType.VARINT), ScalarType.INT32);
    case "message":
      return submessage(tagOf(field, WireType.LEN), plainEncoder(field.message, made));
    case "list": {
      if (field.listKind === "message")
        return listOf(submessage(tagOf(field, WireType.LEN), plainEncoder(field.message, made)));
      const scalar = field.listKind === "enum" ? ScalarType.INT32 : field.scalar;
      if (field.packed) return packedList(tagOf(field, WireType.LEN), valueEncoder(scalar));
      return listOf(tagged(tagOf(field, wireTypeOf(scalar)), valueEncoder(scalar)));
    }
    default:
      throw new Error(`field ${field} is not plain`);
  }
}

function tagOf(field: DescField, wireType: number): number {
  return (field.number << 3) | wireType;
}

/** A field with implicit presence: its zero value is not written. */
function singular(tag: number, scalar: ScalarType): ValueEncoder {
  const write = tagged(tag, valueEncoder(scalar));
  switch (scalar) {
    case ScalarType.STRING:
      return (value, output) => value === "" || write(value, output);
    case ScalarType.BYTES:
      return (value, output) => (value instanceof Uint8Array && value.length === 0) || write(value, output);
    case ScalarType.BOOL:
      return (value, output) => value === false || write(value, output);
    default:
      return (value, output) => (value === 0 ? !Object.is(value, -0) : write(value, output));
  }
}

function tagged(tag: number, encode: ValueEncoder): ValueEncoder {
  return (value, output) => {
    appendVarint(output, tag);
    return encode(value, output);
  };
}

function listOf(encode: ValueEncoder): ValueEncoder {
  return (value, output) => {
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < value.length; i++) if (!encode(value[i], output)) return false;
    return true;
  };
}

function packedList(tag: number, encode: ValueEncoder): ValueEncoder {
  return (value, output) => {
    if (!Array.isArray(value)) return false;
    if (value.length === 0) return true;
    appendVarint(output, tag);
    const at = beginLength(output);
    for (let i = 0; i < value.length; i++) if (!encode(value[i], output)) return false;
    endLength(output, at);
    return true;
  };
}

function submessage(tag: number, encode: PlainEncoder): ValueEncoder {
  return (value, output) => {
    if (typeof value !== "object" || value === null) return false;
    appendVarint(output, tag);
    const at = beginLength(output);
    if (!encode(value, output)) return false;
    endLength(output, at);
    return true;
  };
}

/** Keeps one byte for a length that is not known yet. */
function beginLength(output: Output): number {
  output.reserve(1);
  return output.length++;
}

/** Stores the length of what stands behind `at`, which moves on if the length needs more than the byte kept for it. */
function endLength(output: Output, at: number): void {
  const length = output.length - at - 1;
  const extra = varintBytes(length) - 1;
  if (extra > 0) {
    output.reserve(extra);
    output.bytes.copyWithin(at + 1 + extra, at + 1, output.length);
  }
  output.length = at;
  appendVarint(output, length);
  output.length += length;
}

function valueEncoder(scalar: ScalarType): ValueEncoder {
  switch (scalar) {
    case ScalarType.STRING:
      return encodeString;
    case ScalarType.BYTES:
      return encodeBytes;
    case ScalarType.BOOL:
      return encodeBool;
    case ScalarType.INT32:
      return encodeInt32;
    case ScalarType.UINT32:
      return encodeUint32;
    case ScalarType.SINT32:
      return (value, output) => isInt32(value) && appendVarint(output, ((value << 1) ^ (value >> 31)) >>> 0);
    case ScalarType.FIXED32:
      return (value, output) => isUint32(value) && appendFixed32(output, value);
    case ScalarType.SFIXED32:
      return (value, output) => isInt32(value) && appendFixed32(output, value);
    case ScalarType.FLOAT:
      return (value, output) => isFloat(value) && appendFloat(output, value, 4);
    case ScalarType.DOUBLE:
      return (value, output) => typeof value === "number" && appendFloat(output, value, 8);
    default:
      throw new Error(`scalar type ${scalar} is not plain`);
  }
}

function encodeString(value: unknown, output: Output): boolean {
  if (typeof value !== "string") return false;
  const { length } = value;
  const start = output.length;
  appendVarint(output, length);
  output.reserve(length);
  const { bytes } = output;
  const at = output.length;
  if (length <= SHORT_STRING_LENGTH_MAX) {
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        output.length = start;
        return encodeUtf8(value, output);
      }
      bytes[at + i] = code;
    }
    output.length = at + length;
    return true;
  }
  output.length = start;
  return encodeUtf8(value, output);
}

/** Up to here a loop over ASCII beats the call into TextEncoder. */
const SHORT_STRING_LENGTH_MAX = 64;

const utf8Encoder = new TextEncoder();

function encodeUtf8(value: string, output: Output): boolean {
  return encodeBytes(utf8Encoder.encode(value), output);
}

function encodeBytes(value: unknown, output: Output): boolean {
  if (!(value instanceof Uint8Array)) return false;
  appendVarint(output, value.length);
  output.append(value);
  return true;
}

function encodeBool(value: unknown, output: Output): boolean {
  return typeof value === "boolean" && appendVarint(output, value ? 1 : 0);
}

/** Negative values take ten bytes: they are extended to 64 bits first. */
function encodeInt32(value: unknown, output: Output): boolean {
  if (!isInt32(value)) return false;
  if (value >= 0) return appendVarint(output, value);
  output.reserve(10);
  const { bytes } = output;
  let at = output.length;
  let rest = value;
  for (let i = 0; i < 9; i++) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>= 7;
  }
  bytes[at++] = 1;
  output.length = at;
  return true;
}

function encodeUint32(value: unknown, output: Output): boolean {
  return isUint32(value) && appendVarint(output, value);
}

function isInt32(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value;
}

function isUint32(value: unknown): value is number {
  return typeof value === "number" && value >>> 0 === value;
}

/** protobuf-es refuses finite numbers that a float cannot hold. */
function isFloat(value: unknown): value is number {
  return typeof value === "number" && (Math.abs(value) <= FLOAT_MAX || !Number.isFinite(value));
}

/** The largest finite 32-bit float, IEEE 754. */
const FLOAT_MAX = 3.402_823_466_385_288_6e38;

function appendFixed32(output: Output, value: number): true {
  output.reserve(4);
  const { bytes } = output;
  let at = output.length;
  bytes[at++] = value;
  bytes[at++] = value >>> 8;
  bytes[at++] = value >>> 16;
  bytes[at++] = value >>> 24;
  output.length = at;
  return true;
}

const floatBytes = new Uint8Array(8);
const floatView = new DataView(floatBytes.buffer);

function appendFloat(output: Output, value: number, size: 4 | 8): true {
  if (size === 4) floatView.setFloat32(0, value, true);
  else floatView.setFloat64(0, value, true);
  output.append(floatBytes, 0, size);
  return true;
}
