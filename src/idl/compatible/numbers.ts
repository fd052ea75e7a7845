import { type DescEnum, ScalarType } from "@bufbuild/protobuf";
import type { Element } from "./shape.js";

/** How numbers of a type are written, and which there are (https://protobuf.dev/programming-guides/encoding/). */
export interface NumberType {
  readonly wire: "varint" | "32-bit" | "64-bit";
  readonly coding: "plain" | "zigzag" | "float";
  readonly min: bigint;
  readonly max: bigint;
}

const INT32: NumberType = { wire: "varint", coding: "plain", min: -(2n ** 31n), max: 2n ** 31n - 1n };
const INT64: NumberType = { wire: "varint", coding: "plain", min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT32: NumberType = { wire: "varint", coding: "plain", min: 0n, max: 2n ** 32n - 1n };
const UINT64: NumberType = { wire: "varint", coding: "plain", min: 0n, max: 2n ** 64n - 1n };

const NUMBERS: Partial<Record<ScalarType, NumberType>> = {
  [ScalarType.INT32]: INT32,
  [ScalarType.INT64]: INT64,
  [ScalarType.UINT32]: UINT32,
  [ScalarType.UINT64]: UINT64,
  [ScalarType.BOOL]: { ...UINT32, max: 1n },
  [ScalarType.SINT32]: { ...INT32, coding: "zigzag" },
  [ScalarType.SINT64]: { ...INT64, coding: "zigzag" },
  [ScalarType.FIXED32]: { ...UINT32, wire: "32-bit" },
  [ScalarType.SFIXED32]: { ...INT32, wire: "32-bit" },
  [ScalarType.FIXED64]: { ...UINT64, wire: "64-bit" },
  [ScalarType.SFIXED64]: { ...INT64, wire: "64-bit" },
  // The integers that they have every one of.
  [ScalarType.FLOAT]: { wire: "32-bit", coding: "float", min: -(2n ** 24n), max: 2n ** 24n },
  [ScalarType.DOUBLE]: { wire: "64-bit", coding: "float", min: -(2n ** 53n), max: 2n ** 53n },
};

/** An enum's numbers are those of int32 to a reader; what is written is one of its values. */
export function numberType(element: Element, as: "writer" | "reader"): NumberType | undefined {
  if (element.kind === "scalar") return NUMBERS[element.type];
  if (element.kind !== "enum") return undefined;
  if (as === "reader") return INT32;
  const known = written.get(element.type) ?? numbersOf(element.type);
  written.set(element.type, known);
  return known;
}

const written = new WeakMap<DescEnum, NumberType>();

function numbersOf({ values }: DescEnum): NumberType {
  let min = 0;
  let max = 0;
  for (const { number } of values) {
    min = Math.min(min, number);
    max = Math.max(max, number);
  }
  return { ...INT32, min: BigInt(min), max: BigInt(max) };
}

/** Whether each number of one type is one of the other. */
export function includesAll(type: NumberType, other: NumberType): boolean {
  return type.min <= other.min && other.max <= type.max;
}
