import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { Output } from "../bytes/output.js";
import { appendVarint, storeVarint, storeVarint64 } from "../bytes/varint.js";
import { scalarOf, tagOf, WireType } from "./field.js";
import {
  beginLength,
  endLength,
  scalarEncoder,
  toBool,
  toFloat,
  toFloat32,
  toInt32,
  toUint32,
} from "./scalar-encoder.js";

/** Appends the values of a packed list, of which there is at least one, behind tag and length. */
type PackedEncoder = (output: Output, values: readonly unknown[]) => void;

/** The encoder of a packed list. */
export function packedEncoder(field: DescField): PackedEncoder {
  const scalar = scalarOf(field);
  switch (scalar) {
    case ScalarType.DOUBLE:
      return fixed(field, 8, (view, at, value) => view.setFloat64(at, toFloat(value, field), true));
    case ScalarType.FLOAT:
      return fixed(field, 4, (view, at, value) => view.setFloat32(at, toFloat32(value, field), true));
    case ScalarType.FIXED32:
      return fixed(field, 4, (view, at, value) => view.setUint32(at, toUint32(value, field), true));
    case ScalarType.SFIXED32:
      return fixed(field, 4, (view, at, value) => view.setInt32(at, toInt32(value, field), true));
    case ScalarType.INT32:
      return lengthFirst(field, (output, values) => appendInt32s(output, values, field));
    case ScalarType.UINT32:
      return lengthFirst(field, (output, values) => appendUint32s(output, values, field));
    case ScalarType.SINT32:
      return lengthFirst(field, (output, values) => appendSint32s(output, values, field));
    case ScalarType.BOOL:
      return lengthFirst(field, (output, values) => appendBools(output, values, field));
    default: {
      const encode = scalarEncoder(scalar);
      return lengthFirst(field, (output, values) => {
        for (let i = 0; i < values.length; i++) encode(output, values[i], field);
      });
    }
  }
}

function fixed(
  field: DescField,
  size: 4 | 8,
  store: (view: DataView, at: number, value: unknown) => void,
): PackedEncoder {
  const tag = tagOf(field.number, WireType.LEN);
  return (output, values) => {
    const { length: valueCount } = values;
    const count = valueCount * size;
    appendVarint(output, tag);
    appendVarint(output, count);
    output.reserve(count);
    const { bytes, length } = output;
    const view = new DataView(bytes.buffer, bytes.byteOffset + length, count);
    for (let i = 0; i < valueCount; i++) store(view, i * size, values[i]);
    output.length = length + count;
  };
}

/** Appends values behind their length, which is known afterwards only. */
function lengthFirst(field: DescField, append: PackedEncoder): PackedEncoder {
  const tag = tagOf(field.number, WireType.LEN);
  let lengthBytes = 1;
  return (output, values) => {
    appendVarint(output, tag);
    const kept = lengthBytes;
    const at = beginLength(output, kept);
    append(output, values);
    lengthBytes = endLength(output, at, kept, output.length - at - kept);
  };
}

// Values are stored in blocks: room is made for a block at a time.

function appendInt32s(output: Output, values: readonly unknown[], field: DescField): void {
  for (let i = 0; i < values.length; ) {
    const end = Math.min(i + BLOCK_LENGTH, values.length);
    output.reserve(10 * BLOCK_LENGTH);
    const { bytes } = output;
    let at = output.length;
    for (; i < end; i++) {
      const value = toInt32(values[i], field);
      at = value < 0 ? storeVarint64(bytes, at, value, -1) : storeVarint(bytes, at, value);
    }
    output.length = at;
  }
}

function appendUint32s(output: Output, values: readonly unknown[], field: DescField): void {
  for (let i = 0; i < values.length; ) {
    const end = Math.min(i + BLOCK_LENGTH, values.length);
    output.reserve(5 * BLOCK_LENGTH);
    const { bytes } = output;
    let at = output.length;
    for (; i < end; i++) at = storeVarint(bytes, at, toUint32(values[i], field));
    output.length = at;
  }
}

function appendSint32s(output: Output, values: readonly unknown[], field: DescField): void {
  for (let i = 0; i < values.length; ) {
    const end = Math.min(i + BLOCK_LENGTH, values.length);
    output.reserve(5 * BLOCK_LENGTH);
    const { bytes } = output;
    let at = output.length;
    for (; i < end; i++) {
      const value = toInt32(values[i], field);
      at = storeVarint(bytes, at, ((value << 1) ^ (value >> 31)) >>> 0);
    }
    output.length = at;
  }
}

function appendBools(output: Output, values: readonly unknown[], field: DescField): void {
  const count = values.length;
  output.reserve(count);
  const { bytes, length } = output;
  for (let i = 0; i < count; i++) bytes[length + i] = toBool(values[i], field) ? 1 : 0;
  output.length = length + count;
}

/** Values in a block. */
const BLOCK_LENGTH = 64;
