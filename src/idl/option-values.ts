import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FeatureSet_EnumType, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { featuresOf } from "./features.js";
import { checkLifetime, type OptionContext, report } from "./option-context.js";
import { enumOf, enumValue, type FieldType, isDelimited, isMessage } from "./option-schema.js";
import { suggest } from "./suggest.js";
import type { IntValue, OptionValue } from "./syntax.js";

/** Bytes of one value without its tag and, where it has one, without its length. */
export type Payload = Uint8Array;

/** How a value is written: after `option x =`, or in a message literal, where the rules of the text format hold. */
export type Notation = "option" | "literal";

/** The least and the greatest value of each type of integer. */
const INT_LIMITS: { readonly [type in Type]?: readonly [bigint, bigint] } = Object.fromEntries([
  ...[Type.INT32, Type.SINT32, Type.SFIXED32].map((type) => [type, [-(2n ** 31n), 2n ** 31n - 1n]]),
  ...[Type.INT64, Type.SINT64, Type.SFIXED64].map((type) => [type, [-(2n ** 63n), 2n ** 63n - 1n]]),
  ...[Type.UINT32, Type.FIXED32].map((type) => [type, [0n, 2n ** 32n - 1n]]),
  ...[Type.UINT64, Type.FIXED64].map((type) => [type, [0n, 2n ** 64n - 1n]]),
]);

/** A value of a field that is not a message; undefined, and reported, where it does not fit. */
export function encodeScalar(
  context: OptionContext,
  field: FieldType,
  value: OptionValue,
  notation: Notation,
): Payload | undefined {
  switch (field.proto.type) {
    case Type.FLOAT:
    case Type.DOUBLE:
      return encodeFloat(context, field, value, notation);
    case Type.BOOL:
      return encodeBool(context, field, value, notation);
    case Type.STRING:
    case Type.BYTES:
      if (value.kind === "string") return value.bytes;
      report(context, value, `\`${field.proto.name}\` takes a string, in quotes`);
      return undefined;
    case Type.ENUM:
      return encodeEnum(context, field, value, notation);
    default:
      return encodeInt(context, field, value);
  }
}

/** Appends a value with its tag. */
export function writeField(writer: BinaryWriter, field: FieldType, payload: Payload): void {
  const { number } = field.proto;
  if (isMessage(field) && isDelimited(field)) {
    writer.tag(number, WireType.StartGroup).raw(payload).tag(number, WireType.EndGroup);
    return;
  }
  const type = wireType(field);
  writer.tag(number, type);
  if (type === WireType.LengthDelimited) writer.bytes(payload);
  else writer.raw(payload);
}

function wireType({ proto }: FieldType): WireType {
  switch (proto.type) {
    case Type.DOUBLE:
    case Type.FIXED64:
    case Type.SFIXED64:
      return WireType.Bit64;
    case Type.FLOAT:
    case Type.FIXED32:
    case Type.SFIXED32:
      return WireType.Bit32;
    case Type.STRING:
    case Type.BYTES:
    case Type.MESSAGE:
    case Type.GROUP:
      return WireType.LengthDelimited;
    default:
      return WireType.Varint;
  }
}

function encodeInt(context: OptionContext, field: FieldType, value: OptionValue): Payload | undefined {
  const [min, max] = INT_LIMITS[field.proto.type]!;
  if (value.kind !== "int") {
    report(context, value, `\`${field.proto.name}\` takes a whole number, from ${min} to ${max}`);
    return undefined;
  }
  const number = signed(value);
  if (number < min || number > max) {
    report(
      context,
      value,
      `${number} is out of range for \`${field.proto.name}\`: it takes ${min} to ${max}`,
    );
    return undefined;
  }
  const writer = new BinaryWriter();
  switch (field.proto.type) {
    case Type.INT32:
    case Type.INT64:
      return writer.int64(number).finish();
    case Type.UINT32:
    case Type.UINT64:
      return writer.uint64(number).finish();
    case Type.SINT32:
    case Type.SINT64:
      return writer.sint64(number).finish();
    case Type.FIXED32:
      return writer.fixed32(Number(number)).finish();
    case Type.SFIXED32:
      return writer.sfixed32(Number(number)).finish();
    case Type.FIXED64:
      return writer.fixed64(number).finish();
    default:
      return writer.sfixed64(number).finish();
  }
}

function signed({ magnitude, isNegative }: IntValue): bigint {
  const number = BigInt(magnitude);
  return isNegative ? -number : number;
}

function encodeFloat(
  context: OptionContext,
  field: FieldType,
  value: OptionValue,
  notation: Notation,
): Payload | undefined {
  const number = floatValue(value, notation);
  if (number === undefined) {
    report(context, value, `\`${field.proto.name}\` takes a number`);
    return undefined;
  }
  const view = new DataView(new ArrayBuffer(field.proto.type === Type.FLOAT ? 4 : 8));
  if (field.proto.type === Type.FLOAT) view.setFloat32(0, number, true);
  else view.setFloat64(0, number, true);
  return new Uint8Array(view.buffer);
}

function floatValue(value: OptionValue, notation: Notation): number | undefined {
  if (value.kind === "int" || value.kind === "float") {
    const number = Number(value.magnitude);
    return value.isNegative ? -number : number;
  }
  if (value.kind !== "identifier") return undefined;
  const text = notation === "literal" ? value.text.toLowerCase() : value.text;
  if (text === "nan") return Number.NaN;
  if (text !== "inf" && !(text === "infinity" && notation === "literal")) return undefined;
  return value.isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** The text format has more ways to say it. */
const BOOL_LITERALS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  t: true,
  false: false,
  False: false,
  f: false,
};

function encodeBool(
  context: OptionContext,
  field: FieldType,
  value: OptionValue,
  notation: Notation,
): Payload | undefined {
  let bool: boolean | undefined;
  if (value.kind === "identifier" && !value.isNegative) {
    if (notation === "literal" || value.text === "true" || value.text === "false")
      bool = Object.hasOwn(BOOL_LITERALS, value.text) ? BOOL_LITERALS[value.text] : undefined;
  } else if (value.kind === "int" && notation === "literal" && !value.isNegative && value.magnitude <= 1) {
    bool = Number(value.magnitude) === 1;
  }
  if (bool === undefined) {
    report(context, value, `\`${field.proto.name}\` takes \`true\` or \`false\``);
    return undefined;
  }
  return Uint8Array.of(bool ? 1 : 0);
}

function encodeEnum(
  context: OptionContext,
  field: FieldType,
  value: OptionValue,
  notation: Notation,
): Payload | undefined {
  const definition = enumOf(field);
  if (definition === undefined) return undefined;
  const { descriptor, fullName, file } = definition;
  if (value.kind === "identifier" && !value.isNegative) {
    const named = enumValue(descriptor, value.text);
    if (named !== undefined) {
      const isThere = checkLifetime(
        context,
        `${fullName}.${named.name}`,
        named.options?.featureSupport,
        value,
      );
      return isThere ? encodeVarint(named.number) : undefined;
    }
    const known = descriptor.value.map(({ name }) => name);
    const meant = suggest(value.text, known);
    const hint = meant !== undefined ? `did you mean \`${meant}\`?` : listHint(known);
    report(context, value, `\`${value.text}\` is not a value of the enum \`${fullName}\``, hint);
    return undefined;
  }
  if (value.kind === "int" && notation === "literal") {
    const number = signed(value);
    const isOpen = featuresOf(file).get(descriptor)?.enumType === FeatureSet_EnumType.OPEN;
    const fits = number >= -(2n ** 31n) && number < 2n ** 31n;
    if (fits && (isOpen || descriptor.value.some((each) => each.number === Number(number))))
      return encodeVarint(Number(number));
    report(context, value, `${number} is not a value of the enum \`${fullName}\``);
    return undefined;
  }
  report(context, value, `\`${field.proto.name}\` takes the name of a value of the enum \`${fullName}\``);
  return undefined;
}

function encodeVarint(number: number): Payload {
  return new BinaryWriter().int32(number).finish();
}

/** A list this long still helps. */
const LISTED_MAX = 8;

function listHint(names: readonly string[]): string | undefined {
  if (names.length === 0 || names.length > LISTED_MAX) return undefined;
  return `it has: ${names.map((name) => `\`${name}\``).join(", ")}`;
}
