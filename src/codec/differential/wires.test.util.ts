import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";
import { many } from "./messages.test.util.js";
import { mapKey, OCTETS, scalarValue, TEXT } from "./scalars.test.util.js";
import { FIELD_NUMBER_MAX, lengthDelimited, tag, varint, Wire, wireTypeOf } from "./wire.test.util.js";

/** Bytes of a message. */
type Octets = fc.Arbitrary<number[]>;

const NOTHING: Octets = fc.constant([]);

/**
 * Messages of a type as other encoders may write them: fields in any order and any number, singular ones several times,
 * lists packed and not, over-long varints, unknown fields everywhere; and, now and then, what is not allowed, or what
 * protobuf-es gets wrong.
 */
export function wireOf(desc: DescMessage, depth = 3): fc.Arbitrary<number[]> {
  return new Wires().message(desc, depth);
}

/** Makes what is random about messages of several types, once for each type and depth. */
class Wires {
  private readonly known = new Map<DescMessage, Octets[]>();

  message(desc: DescMessage, depth: number): Octets {
    let byDepth = this.known.get(desc);
    if (byDepth === undefined) this.known.set(desc, (byDepth = []));
    return (byDepth[depth] ??= this.make(desc, depth));
  }

  private make(desc: DescMessage, depth: number): Octets {
    const fields = desc.fields.map((field) => this.field(field, depth));
    const numbers = fc.constantFrom(1, ...desc.fields.map(({ number }) => number));
    return joined(
      fc.array(
        fc.oneof(
          { weight: 60, arbitrary: fields.length > 0 ? fc.oneof(...fields) : NOTHING },
          { weight: 6, arbitrary: unknownField },
          { weight: 1, arbitrary: fieldOf(numbers) },
          { weight: 1, arbitrary: fc.oneof(NOTHING, malformed(numbers)) },
        ),
        { maxLength: 7 },
      ),
    );
  }

  private field(field: DescField, depth: number): Octets {
    const { number } = field;
    if (field.fieldKind === "map")
      return this.entry(field, depth).map((entry) => [...tag(number, Wire.LEN), ...entry]);
    if (field.message !== undefined) {
      const message = depth > 0 ? this.message(field.message, depth - 1) : NOTHING;
      if (field.delimitedEncoding) {
        return message.map((fields) => [
          ...tag(number, Wire.START_GROUP),
          ...fields,
          ...tag(number, Wire.END_GROUP),
        ]);
      }
      return measured(message).map((rest) => [...tag(number, Wire.LEN), ...rest]);
    }
    const value = field.enum !== undefined ? enumOctets(field.enum.values) : scalarOctets(field.scalar);
    const wireType = wireTypeOf(field.scalar ?? ScalarType.INT32);
    const single = value.map((octets) => [...tag(number, wireType), ...octets]);
    if (field.fieldKind !== "list" || wireType === Wire.LEN) return single;
    const packed = measured(joined(many(value)));
    return fc.oneof(
      single,
      packed.map((rest) => [...tag(number, Wire.LEN), ...rest]),
    );
  }

  /** Mostly a key and a value; either may be missing, be there twice, come in the wrong order or with others. */
  private entry(field: DescField & { fieldKind: "map" }, depth: number): Octets {
    const key = textOctetsOr(field.mapKey, mapKey(field.mapKey)).map((octets) => [
      ...tag(1, wireTypeOf(field.mapKey)),
      ...octets,
    ]);
    const value = this.entryValue(field, depth);
    return measured(
      fc.oneof(
        { weight: 10, arbitrary: joined(fc.tuple(key, value)) },
        { weight: 3, arbitrary: joined(fc.array(fc.oneof(key, value), { maxLength: 4 })) },
        {
          weight: 1,
          arbitrary: joined(
            fc.array(fc.oneof(key, value, fieldOf(fc.integer({ min: 1, max: 3 }))), { maxLength: 4 }),
          ),
        },
      ),
    );
  }

  private entryValue(field: DescField & { fieldKind: "map" }, depth: number): Octets {
    switch (field.mapKind) {
      case "message": {
        const message = depth > 0 ? this.message(field.message, depth - 1) : NOTHING;
        return measured(message).map((rest) => [...tag(2, Wire.LEN), ...rest]);
      }
      case "enum":
        return enumOctets(field.enum.values).map((octets) => [...tag(2, Wire.VARINT), ...octets]);
      case "scalar": {
        const { scalar } = field;
        return scalarOctets(scalar).map((octets) => [...tag(2, wireTypeOf(scalar)), ...octets]);
      }
    }
  }
}

/** What is malformed wherever it stands. */
function malformed(numbers: fc.Arbitrary<number>): Octets {
  return fc.oneof(
    numbers.map((number) => tag(number, Wire.END_GROUP)),
    fc.tuple(numbers, fc.integer({ min: 6, max: 7 })).map(([number, wireType]) => tag(number, wireType)),
    fc.nat(7).map((wireType) => [wireType]),
    unknownNumber.map((number) => [...tag(number, Wire.VARINT), ...varint(1, 11)]),
    fc.constantFrom<number[][]>([0x88, 0x80, 0x80, 0x80, 0x80, 0x00], [0xf8, 0xff, 0xff, 0xff, 0x1f]),
  );
}

const unknownNumber = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: FIELD_NUMBER_MAX }),
  fc.constant(FIELD_NUMBER_MAX),
);

function joined(parts: fc.Arbitrary<readonly (readonly number[])[]>): Octets {
  return parts.map((parts) => parts.flat());
}

/** A length, right for the most part, over-long at times, and what it counts. */
function measured(content: Octets): Octets {
  const lie = fc.oneof(
    { weight: 150, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -2, max: 3 }) },
  );
  return fc
    .tuple(content, lie, padding)
    .map(([content, lie, bytesMin]) => [...varint(Math.max(0, content.length + lie), bytesMin), ...content]);
}

/** The fewest bytes of a varint. */
const padding = fc.oneof(
  { weight: 12, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 10 }) },
);

/** A varint of 64 random bits, sometimes longer than need be, sometimes too long. */
const anyVarint: Octets = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .tuple(scalarValue(ScalarType.UINT64), padding)
      .map(([value, bytesMin]) => varint(value as bigint, bytesMin)),
  },
  // Ten bytes whose last has bits beyond the 64th.
  { weight: 2, arbitrary: fc.integer({ min: 2, max: 0x7f }).map((last) => [...Array(9).fill(0xff), last]) },
  { weight: 1, arbitrary: fc.integer({ min: 11, max: 12 }).map((bytesMin) => varint(1, bytesMin)) },
);

/** A field of any wire type. */
function fieldOf(numbers: fc.Arbitrary<number>, depth = 2): Octets {
  const content: fc.Arbitrary<readonly [number, number[]]>[] = [
    anyVarint.map((octets) => [Wire.VARINT, octets] as const),
    OCTETS.map((octets) => [Wire.LEN, lengthDelimited([...octets])] as const),
    fixed(8).map((octets) => [Wire.I64, octets] as const),
    fixed(4).map((octets) => [Wire.I32, octets] as const),
  ];
  const simple = fc
    .tuple(numbers, fc.oneof(...content))
    .map(([number, [wireType, octets]]) => [...tag(number, wireType), ...octets]);
  if (depth === 0) return simple;
  const inner = joined(fc.array(fieldOf(unknownNumber, depth - 1), { maxLength: 2 }));
  const group = fc
    .tuple(numbers, inner)
    .map(([number, fields]) => [...tag(number, Wire.START_GROUP), ...fields, ...tag(number, Wire.END_GROUP)]);
  return fc.oneof({ weight: 4, arbitrary: simple }, { weight: 1, arbitrary: group });
}

function fixed(length: number): Octets {
  const floats = length === 4 ? [0x7fc00001, 0x80000000, 0x00000001] : [0x7ff00001, 0x80000000, 0x00000001];
  const special = fc.constantFrom(...floats).map((bits) => {
    const octets = new Uint8Array(length);
    new DataView(octets.buffer).setUint32(length - 4, bits, true);
    return [...octets];
  });
  return fc.oneof(
    fc.uint8Array({ minLength: length, maxLength: length }).map((octets) => [...octets]),
    special,
  );
}

function enumOctets(values: readonly { readonly number: number }[]): Octets {
  const known = fc.constantFrom(...values.map(({ number }) => number)).map((number) => varint(number));
  const other = scalarValue(ScalarType.INT32).map((number) => varint(number as number));
  return fc.oneof(
    { weight: 8, arbitrary: known },
    { weight: 1, arbitrary: other },
    { weight: 1, arbitrary: anyVarint },
  );
}

function scalarOctets(scalar: ScalarType): Octets {
  return textOctetsOr(scalar, TEXT);
}

/** The bytes of a scalar; if it is a string, of one of these. */
function textOctetsOr(scalar: ScalarType, text: fc.Arbitrary<string>): Octets {
  switch (wireTypeOf(scalar)) {
    case Wire.VARINT:
      return anyVarint;
    case Wire.I64:
      return fixed(8);
    case Wire.I32:
      return fixed(4);
    default:
      if (scalar === ScalarType.BYTES) return measured(OCTETS.map((octets) => [...octets]));
      return measured(
        fc.oneof(
          { weight: 9, arbitrary: text.map((text) => [...new TextEncoder().encode(text)]) },
          { weight: 1, arbitrary: notQuiteText },
        ),
      );
  }
}

/** Text with bytes in it that are no UTF-8, mostly. */
const notQuiteText: Octets = fc
  .array(
    fc.constantFrom(
      ...[
        [0x61],
        [0xc3, 0xa9],
        [0xff],
        [0xc3],
        [0xed, 0xa0, 0x80],
        [0xf0, 0x9f, 0x98],
        [0xc0, 0x80],
        [0xf4, 0x90],
      ],
      ...[[0xef, 0xbb, 0xbf], [0xef, 0xbb], [0x80], [0xef, 0xbf, 0xbd], [0xe0, 0x80, 0xaf]],
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.flat());

const unknownField = fieldOf(unknownNumber);
