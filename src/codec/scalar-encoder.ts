import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { Output } from "../bytes/output.js";
import { appendVarint, storeVarint, storeVarint64, varintBytes } from "../bytes/varint.js";
import { utf8Length, writeUtf8 } from "../runtime/native-bytes.js";
import { asFloat32, asFloat64, asInt32, asInt64, asUint64, HIGH, LOW } from "./scratch.js";

/** Appends one value of a field without its tag. @throws where the value is not of the field's type */
export type ScalarEncoder = (output: Output, value: unknown, field: DescField) => void;

/** The encoder of a scalar. */
export function scalarEncoder(scalar: ScalarType): ScalarEncoder {
  return ENCODERS[scalar];
}

const ENCODERS: Record<ScalarType, ScalarEncoder> = {
  [ScalarType.DOUBLE]: encodeDouble,
  [ScalarType.FLOAT]: encodeFloat,
  [ScalarType.INT64]: encodeInt64,
  [ScalarType.UINT64]: encodeUint64,
  [ScalarType.INT32]: encodeInt32,
  [ScalarType.FIXED64]: encodeFixed64,
  [ScalarType.FIXED32]: encodeFixed32,
  [ScalarType.BOOL]: encodeBool,
  [ScalarType.STRING]: encodeString,
  [ScalarType.BYTES]: encodeBytes,
  [ScalarType.UINT32]: encodeUint32,
  [ScalarType.SFIXED32]: encodeSfixed32,
  [ScalarType.SFIXED64]: encodeSfixed64,
  [ScalarType.SINT32]: encodeSint32,
  [ScalarType.SINT64]: encodeSint64,
};

/** Whether a value of a field with implicit presence is as good as none. */
export function isZero(scalar: ScalarType, value: unknown): boolean {
  switch (scalar) {
    case ScalarType.STRING:
      return value === "";
    case ScalarType.BOOL:
      return value === false;
    case ScalarType.BYTES:
      return (value instanceof Uint8Array || Array.isArray(value)) && value.length === 0;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return Object.is(value, 0);
    default:
      return value === 0 || value === 0n || value === "0";
  }
}

function encodeBool(output: Output, value: unknown, field: DescField): void {
  const bit = toBool(value, field) ? 1 : 0;
  output.reserve(1);
  output.bytes[output.length++] = bit;
}

function encodeInt32(output: Output, value: unknown, field: DescField): void {
  const int = toInt32(value, field);
  if (int >= 0) appendVarint(output, int);
  else appendVarint64(output, int, -1);
}

function encodeUint32(output: Output, value: unknown, field: DescField): void {
  appendVarint(output, toUint32(value, field));
}

function encodeSint32(output: Output, value: unknown, field: DescField): void {
  const int = toInt32(value, field);
  appendVarint(output, ((int << 1) ^ (int >> 31)) >>> 0);
}

function encodeFixed32(output: Output, value: unknown, field: DescField): void {
  appendFixed32(output, toUint32(value, field));
}

function encodeSfixed32(output: Output, value: unknown, field: DescField): void {
  appendFixed32(output, toInt32(value, field));
}

function encodeFloat(output: Output, value: unknown, field: DescField): void {
  asFloat32[0] = toFloat32(value, field);
  appendFixed32(output, asInt32[0]);
}

function encodeDouble(output: Output, value: unknown, field: DescField): void {
  asFloat64[0] = toFloat(value, field);
  appendBits64(output);
}

function encodeInt64(output: Output, value: unknown, field: DescField): void {
  loadInt64(value, field);
  appendVarint64(output, asInt32[LOW], asInt32[HIGH]);
}

function encodeUint64(output: Output, value: unknown, field: DescField): void {
  loadUint64(value, field);
  appendVarint64(output, asInt32[LOW], asInt32[HIGH]);
}

function encodeSint64(output: Output, value: unknown, field: DescField): void {
  loadInt64(value, field);
  const low = asInt32[LOW];
  const high = asInt32[HIGH];
  const sign = high >> 31;
  appendVarint64(output, (low << 1) ^ sign, ((high << 1) | (low >>> 31)) ^ sign);
}

function encodeFixed64(output: Output, value: unknown, field: DescField): void {
  loadUint64(value, field);
  appendBits64(output);
}

function encodeSfixed64(output: Output, value: unknown, field: DescField): void {
  loadInt64(value, field);
  appendBits64(output);
}

function encodeBytes(output: Output, value: unknown, field: DescField): void {
  const bytes = value instanceof Uint8Array ? value : toBytes(value, field);
  appendVarint(output, bytes.length);
  output.append(bytes);
}

function encodeString(output: Output, value: unknown, field: DescField): void {
  if (typeof value !== "string") wrongValue(field, "a string", value);
  const { length } = value;
  if (length > SHORT_TEXT_MAX) {
    appendText(output, value);
    return;
  }
  output.reserve(length + 1);
  const { bytes } = output;
  const start = output.length + 1;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0x7f) {
      appendText(output, value);
      return;
    }
    bytes[start + i] = code;
  }
  bytes[start - 1] = length;
  output.length = start + length;
}

/** Up to here a loop over ASCII beats a call into the engine's encoder. */
const SHORT_TEXT_MAX = 20;

/** Appends any text behind its length, for which as many bytes are kept as it takes if the text is ASCII. */
function appendText(output: Output, text: string): void {
  const prefixBytes = varintBytes(text.length);
  output.reserve(5 + (text.length > LONG_TEXT_MIN ? utf8Length(text) : 3 * text.length));
  const at = output.length;
  const count = writeUtf8(output.bytes, at + prefixBytes, text);
  endLength(output, at, prefixBytes, count);
}

/** From here on room for the worst case, three bytes for a character, is worth avoiding. */
const LONG_TEXT_MIN = 4096;

/**
 * Keeps bytes for a length that is not known yet and returns how many; `lengthBytes` is a guess. `endLength` is its
 * counterpart.
 */
export function beginLength(output: Output, lengthBytes: number): number {
  output.reserve(lengthBytes);
  const at = output.length;
  output.length = at + lengthBytes;
  return at;
}

/** Stores the length of the `count` bytes that stand behind the `kept` ones at `at`, moving them if `kept` is not right. */
export function endLength(output: Output, at: number, kept: number, count: number): number {
  const needed = varintBytes(count);
  if (needed !== kept) {
    output.length = at + kept + count;
    if (needed > kept) output.reserve(needed - kept);
    output.bytes.copyWithin(at + needed, at + kept, at + kept + count);
  }
  storeVarint(output.bytes, at, count);
  output.length = at + needed + count;
  return needed;
}

/** Appends 64 bits, given as two halves, as a varint. */
function appendVarint64(output: Output, low: number, high: number): void {
  output.reserve(10);
  output.length = storeVarint64(output.bytes, output.length, low, high);
}

function appendFixed32(output: Output, value: number): void {
  output.reserve(4);
  const { bytes } = output;
  const at = output.length;
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
  output.length = at + 4;
}

/** Appends what is in the scratch. */
function appendBits64(output: Output): void {
  const low = asInt32[LOW];
  const high = asInt32[HIGH];
  appendFixed32(output, low);
  appendFixed32(output, high);
}

export function toBool(value: unknown, field: DescField): boolean {
  if (typeof value !== "boolean") wrongValue(field, "a boolean", value);
  return value;
}

export function toInt32(value: unknown, field: DescField): number {
  if (typeof value === "number" && (value | 0) === value) return value;
  const int = numberFrom(value);
  if ((int | 0) !== int) wrongValue(field, "an integer from -2^31 to 2^31-1", value);
  return int;
}

export function toUint32(value: unknown, field: DescField): number {
  if (typeof value === "number" && value >>> 0 === value) return value;
  const int = numberFrom(value);
  if (int >>> 0 !== int) wrongValue(field, "an integer from 0 to 2^32-1", value);
  return int;
}

/** Decimal digits are as good as a number, as with protobuf-es. */
function numberFrom(value: unknown): number {
  return typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
}

export function toFloat(value: unknown, field: DescField): number {
  if (typeof value === "number") return value;
  const float = numberFrom(value);
  if (Number.isNaN(float) && value !== "NaN") wrongValue(field, "a number", value);
  return float;
}

export function toFloat32(value: unknown, field: DescField): number {
  const float = toFloat(value, field);
  if (Math.abs(float) > FLOAT_MAX && Number.isFinite(float)) wrongValue(field, "a 32-bit float", value);
  return float;
}

/** The largest finite 32-bit float, IEEE 754. */
const FLOAT_MAX = 3.402_823_466_385_288_6e38;

/** Stores a value into the scratch, which keeps its lower 64 bits: where that changes it, it was out of range. */
function loadInt64(value: unknown, field: DescField): void {
  const int = typeof value === "bigint" ? value : bigintFrom(value);
  if (int !== undefined) {
    asInt64[0] = int;
    if (asInt64[0] === int) return;
  }
  wrongValue(field, "an integer from -2^63 to 2^63-1", value);
}

function loadUint64(value: unknown, field: DescField): void {
  const int = typeof value === "bigint" ? value : bigintFrom(value);
  if (int !== undefined) {
    asUint64[0] = int;
    if (asUint64[0] === int) return;
  }
  wrongValue(field, "an integer from 0 to 2^64-1", value);
}

function bigintFrom(value: unknown): bigint | undefined {
  if (typeof value !== "number" && (typeof value !== "string" || value.trim() === "")) return undefined;
  try {
    return BigInt(value);
  } catch {
    return undefined;
  }
}

/** Bytes of another realm, or an array of numbers. */
function toBytes(value: unknown, field: DescField): Uint8Array {
  if (Array.isArray(value)) return new Uint8Array(value);
  if (Object.prototype.toString.call(value) !== "[object Uint8Array]")
    wrongValue(field, "a Uint8Array", value);
  return value as Uint8Array;
}

/** @throws always: `value` is not what `field` takes */
export function wrongValue(field: DescField, expected: string, value: unknown): never {
  throw new Error(`cannot encode ${field} to binary: it takes ${expected}, not ${described(value)}`);
}

function described(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "number":
    case "boolean":
      return String(value);
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
    default:
      return typeof value;
  }
}
