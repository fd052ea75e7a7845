import {
  create,
  type DescField,
  type DescMessage,
  type DescOneof,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { mapKey, OCTETS, scalarValue, TEXT } from "./scalars.test.util.js";
import { FIELD_NUMBER_MAX, lengthDelimited, tag, varint, Wire } from "./wire.test.util.js";

/** `google.protobuf.FeatureSet.FieldPresence` */
const LEGACY_REQUIRED = 3;

/** Init shapes of a type, all of whose required fields are set as far as they go: `depth` levels of messages. */
export function initOf(desc: DescMessage, depth = 3): fc.Arbitrary<object> {
  return new Inits().of(desc, depth);
}

/** Makes what is random about messages of several types, once for each type and depth. */
class Inits {
  private readonly known = new Map<DescMessage, fc.Arbitrary<object>[]>();

  of(desc: DescMessage, depth: number): fc.Arbitrary<object> {
    let byDepth = this.known.get(desc);
    if (byDepth === undefined) this.known.set(desc, (byDepth = []));
    return (byDepth[depth] ??= this.make(desc, depth));
  }

  private make(desc: DescMessage, depth: number): fc.Arbitrary<object> {
    const members: Record<string, fc.Arbitrary<unknown>> = {};
    const required: string[] = [];
    for (const member of desc.members) {
      const value = member.kind === "oneof" ? this.oneof(member, depth) : this.field(member, depth);
      if (value === undefined) continue;
      members[member.localName] = value;
      if (member.kind === "field" && member.presence === LEGACY_REQUIRED) required.push(member.localName);
    }
    return fc.record(members, { requiredKeys: required });
  }

  private oneof(oneof: DescOneof, depth: number): fc.Arbitrary<object> {
    const cases: fc.Arbitrary<object>[] = [fc.constant({ case: undefined })];
    for (const field of oneof.fields) {
      const value = this.field(field, depth);
      if (value !== undefined) cases.push(fc.record({ case: fc.constant(field.localName), value }));
    }
    return fc.oneof(...cases);
  }

  /** Nothing where a message would be nested too deeply. */
  private field(field: DescField, depth: number): fc.Arbitrary<unknown> | undefined {
    const value = this.value(field, depth);
    if (value === undefined) return undefined;
    if (field.fieldKind === "list")
      return isPackable(field) ? many(value) : fc.array(value, { maxLength: 4 });
    if (field.fieldKind !== "map") return value;
    const entries = fc.array(fc.tuple(mapKey(field.mapKey), value), { maxLength: 3 });
    return entries.map((entries) => Object.fromEntries(entries));
  }

  private value(field: DescField, depth: number): fc.Arbitrary<unknown> | undefined {
    if (field.message !== undefined) return this.messageValue(field, field.message, depth);
    if (field.enum !== undefined) {
      const known = fc.constantFrom(...field.enum.values.map(({ number }) => number));
      return fc.oneof(
        { weight: 4, arbitrary: known },
        { weight: 1, arbitrary: scalarValue(ScalarType.INT32) },
      );
    }
    const value = scalarValue(field.scalar);
    const isLongString = "longAsString" in field && field.longAsString;
    if (isLongString) return fc.oneof(value, value.map(String));
    if (field.scalar !== ScalarType.BYTES) return value;
    return fc.oneof(
      { weight: 5, arbitrary: value },
      { weight: 1, arbitrary: OCTETS.map((octets) => [...octets]) },
    );
  }

  private messageValue(
    field: DescField,
    message: DescMessage,
    depth: number,
  ): fc.Arbitrary<unknown> | undefined {
    const isUnwrapped = field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(message);
    if (isUnwrapped) return this.value(message.fields[0], depth);
    if (message.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
      return jsonObject(json(1));
    }
    if (depth === 0) return undefined;
    const init = this.of(message, depth - 1);
    return fc.oneof(
      { weight: 4, arbitrary: init },
      {
        weight: 1,
        arbitrary: fc.tuple(init, unknownFields).map(([init, unknown]) => created(message, init, unknown)),
      },
    );
  }
}

/** Lists of numbers, booleans or enum values. */
function isPackable({ message, scalar }: DescField): boolean {
  return message === undefined && scalar !== ScalarType.STRING && scalar !== ScalarType.BYTES;
}

/** A few values, or many with few that differ. */
export function many<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  const few = fc.array(value, { maxLength: 5 });
  const times = fc.constantFrom(13, 16, 33, 64, 130);
  return fc.oneof(
    { weight: 15, arbitrary: few },
    {
      weight: 1,
      arbitrary: fc.tuple(few, times).map(([values, times]) => Array(times).fill(values).flat() as T[]),
    },
  );
}

/** A message as `create` makes it, with unknown fields. */
function created(desc: DescMessage, init: object, unknown: Unknown | undefined): Message {
  const message = create(desc, init as Message);
  if (unknown !== undefined) message.$unknown = unknown;
  return message;
}

type Unknown = NonNullable<Message["$unknown"]>;

/** A number that JSON cannot have is one that a `google.protobuf.Value` can. */
function json(depth: number): fc.Arbitrary<unknown> {
  const leaf = fc.oneof(fc.constant(null), fc.boolean(), scalarValue(ScalarType.DOUBLE), TEXT);
  if (depth === 0) return leaf;
  return fc.oneof(leaf, fc.array(json(depth - 1), { maxLength: 3 }), jsonObject(json(depth - 1)));
}

function jsonObject(value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const entries = fc.array(fc.tuple(mapKey(ScalarType.STRING), value), { maxLength: 3 });
  return entries.map((entries) => Object.fromEntries(entries));
}

/** Well-formed entries of `$unknown`, whether or not the message knows the number. */
const unknownFields: fc.Arbitrary<Unknown> = fc.array(
  fc.integer({ min: 1, max: FIELD_NUMBER_MAX }).chain((no) =>
    fc
      .oneof(
        scalarValue(ScalarType.UINT64).map((value) => [Wire.VARINT, varint(value as bigint)] as const),
        OCTETS.map((content) => [Wire.LEN, lengthDelimited([...content])] as const),
        fc.uint8Array({ minLength: 4, maxLength: 4 }).map((content) => [Wire.I32, [...content]] as const),
        fc.uint8Array({ minLength: 8, maxLength: 8 }).map((content) => [Wire.I64, [...content]] as const),
        fc.constant([Wire.START_GROUP, tag(no, Wire.END_GROUP)] as const),
      )
      .map(([wireType, data]) => ({ no, wireType, data: new Uint8Array(data) })),
  ),
  { maxLength: 3 },
);
