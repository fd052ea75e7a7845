import { ScalarType } from "@bufbuild/protobuf";

// The wire format, as https://protobuf.dev/programming-guides/encoding describes it: as much as tests need to write it,
// rightly and wrongly, and to check it. Of its own, so that no mistake is shared with the codec.

export const Wire = { VARINT: 0, I64: 1, LEN: 2, START_GROUP: 3, END_GROUP: 4, I32: 5 } as const;

/** The highest number that a field can have. */
export const FIELD_NUMBER_MAX = 2 ** 29 - 1;

/** A varint of at least `bytesMin` bytes; of a negative value its 64 bits. */
export function varint(value: bigint | number, bytesMin = 1): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const groups: number[] = [];
  do {
    groups.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n || groups.length < bytesMin);
  return groups.map((group, i) => (i < groups.length - 1 ? group | 0x80 : group));
}

export function tag(no: number, wireType: number): number[] {
  return varint((BigInt(no) << 3n) | BigInt(wireType));
}

export function lengthDelimited(body: readonly number[]): number[] {
  return [...varint(body.length), ...body];
}

/** The wire type of one value. */
export function wireTypeOf(scalar: ScalarType): number {
  switch (scalar) {
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return Wire.I64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return Wire.I32;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return Wire.LEN;
    default:
      return Wire.VARINT;
  }
}
