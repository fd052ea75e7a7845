import { ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";
import { INHERITED } from "./names.test.util.js";

// Values of scalar fields, those that something changes at among them.

const INT32 = fc.oneof(
  fc.integer({ min: -200, max: 300 }),
  fc.integer(),
  fc.constantFrom(0, -1, 127, 128, 16_383, 16_384, 2 ** 21, 2 ** 28, 2 ** 31 - 1, -(2 ** 31)),
);

const UINT32 = fc.oneof(
  fc.nat(300),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(0, 127, 128, 16_383, 16_384, 2 ** 21, 2 ** 28, 2 ** 31, 2 ** 32 - 1),
);

const INT64 = fc.oneof(
  fc.bigInt({ min: -200n, max: 300n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 31n, -(2n ** 31n), 2n ** 32n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n),
);

const UINT64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 56n, 2n ** 63n, 2n ** 64n - 1n),
);

const SPECIAL_FLOATS = [0, -0, 1, -1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const FLOAT = fc.oneof(
  fc.float(),
  fc.constantFrom(
    ...SPECIAL_FLOATS,
    0.1,
    2 ** -149,
    2 ** -160,
    3.4028234663852886e38,
    -3.4028234663852886e38,
  ),
);

const DOUBLE = fc.oneof(fc.double(), fc.constantFrom(...SPECIAL_FLOATS, 2 ** -1074, Number.MAX_VALUE));

/** Lengths at which something changes, of the text or of the length in front of it, are among them. */
export const TEXT: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 4, arbitrary: fc.string({ unit: "grapheme", minLength: 10, maxLength: 60 }) },
  { weight: 4, arbitrary: fc.constantFrom("", "\uFEFF", "\uFEFFa", "\uFFFD", "\ud800", "a\udc00b", "\0") },
  { weight: 1, arbitrary: fc.constantFrom(...INHERITED) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("x", "é", "\u20ac", "\ud83d\ude00"),
        fc.constantFrom(21, 43, 64, 127, 128, 4097, 16_384),
      )
      .map(([unit, count]) => unit.repeat(count)),
  },
);

export const OCTETS: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ minLength: 100, maxLength: 150 }),
);

/** Values as generated code types them; bytes may be arrays of numbers in an init shape. */
export function scalarValue(scalar: ScalarType): fc.Arbitrary<unknown> {
  switch (scalar) {
    case ScalarType.DOUBLE:
      return DOUBLE;
    case ScalarType.FLOAT:
      return FLOAT;
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return INT32;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return UINT32;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return INT64;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return UINT64;
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.STRING:
      return TEXT;
    case ScalarType.BYTES:
      return OCTETS;
  }
}

/** Property names for the keys of a map. */
export function mapKey(scalar: ScalarType): fc.Arbitrary<string> {
  if (scalar !== ScalarType.STRING) return scalarValue(scalar).map(String);
  return fc.oneof(
    { weight: 3, arbitrary: fc.string({ maxLength: 5 }) },
    { weight: 1, arbitrary: TEXT },
    { weight: 1, arbitrary: fc.constant("__proto__") },
    {
      weight: 1,
      arbitrary: fc.constantFrom("__proto__", "constructor", "toString", "1", "-1", "", "$typeName", "case"),
    },
  );
}
