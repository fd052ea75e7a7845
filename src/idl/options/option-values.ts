import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FeatureSet_EnumType, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { toFloat } from "../describe/float-text.js";
import { INTEGERS } from "../describe/integers.js";
import { featuresOf } from "../link/features.js";
import type { IdentifierValue, IntValue, OptionValue } from "../syntax/syntax.js";
import { inWords, withArticle } from "../text/articles.js";
import { checkLifetime, type OptionContext, report } from "./option-context.js";
import {
  enumNames,
  enumNumbers,
  enumOf,
  type FieldType,
  isDelimited,
  isMessage,
  typeText,
} from "./option-schema.js";

/** Bytes of one value without its tag and, where it has one, without its length. */
export type Payload = Uint8Array;

/** What a value is for. */
export interface Subject {
  readonly field: FieldType;
  /** What messages call it: `(my.opt).a`, or the name of a field in a message literal. */
  readonly name: string;
  /** After `=`, in an `option` statement or between brackets; or in a message literal, by the rules of the text format. */
  readonly notation: "statement" | "compact" | "literal";
}

/** A value of a field that is not a message; undefined, and reported, where it does not fit. */
export function encodeScalar(
  context: OptionContext,
  subject: Subject,
  value: OptionValue,
): Payload | undefined {
  switch (subject.field.proto.type) {
    case Type.FLOAT:
    case Type.DOUBLE:
      return encodeFloat(context, subject, value);
    case Type.BOOL:
      return encodeBool(context, subject, value);
    case Type.STRING:
    case Type.BYTES:
      if (value.kind === "string") return value.bytes;
      reportKind(context, subject, "a string", value);
      return undefined;
    case Type.ENUM:
      return encodeEnum(context, subject, value);
    default:
      return encodeInt(context, subject, value);
  }
}

/** Tells that a value is of the wrong kind, and what to do about quotes. */
function reportKind(context: OptionContext, { name }: Subject, wanted: string, value: OptionValue): void {
  const text = scalarText(context, value);
  const found = value.kind === "string" ? "a string" : value.kind === "list" ? "a list" : "a message";
  const hint =
    value.kind === "string"
      ? "leave out the quotes"
      : text !== undefined && wanted === "a string"
        ? `write \`"${text}"\``
        : undefined;
  report(
    context,
    value,
    `\`${name}\` must be ${wanted}, not ${text === undefined ? found : `\`${text}\``}`,
    hint,
  );
}

/** A number or an identifier as it was written. */
function scalarText({ described }: OptionContext, value: OptionValue): string | undefined {
  if (value.kind !== "identifier" && value.kind !== "int" && value.kind !== "float") return undefined;
  return `${value.isNegative ? "-" : ""}${described.tokens.textOf(value.last)}`;
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

function encodeInt(context: OptionContext, subject: Subject, value: OptionValue): Payload | undefined {
  const { field } = subject;
  const { min, max } = INTEGERS.get(field.proto.type)!;
  const number = integer(value);
  if (number === undefined) {
    reportKind(context, subject, "an integer", value);
    return undefined;
  }
  const isNegativeZero = number === 0n && value.kind === "int" && value.isNegative;
  if (number < min || number > max || (isNegativeZero && min === 0n)) {
    const type = withArticle(`\`${typeText(field)}\``);
    const text = isNegativeZero ? "-0" : number;
    report(context, value, `\`${text}\` is out of range for ${type}`, `it takes ${min} to ${max}`);
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

/** The lexer takes integers beyond 64 bits for floats. */
function integer(value: OptionValue): bigint | undefined {
  const isInteger = value.kind === "int" || (value.kind === "float" && value.magnitude >= 2 ** 64);
  if (!isInteger || !Number.isFinite(Number(value.magnitude))) return undefined;
  const number = BigInt(value.magnitude);
  return value.isNegative ? -number : number;
}

function encodeFloat(context: OptionContext, subject: Subject, value: OptionValue): Payload | undefined {
  const number = floatValue(value, subject);
  if (number === undefined) {
    reportKind(context, subject, "a number", value);
    return undefined;
  }
  const { field, notation } = subject;
  if (
    notation === "literal" &&
    value.kind === "int" &&
    /^0[0-7x]/i.test(context.described.tokens.textOf(value.last))
  ) {
    reportKind(context, subject, "a decimal number", value);
    return undefined;
  }
  const view = new DataView(new ArrayBuffer(field.proto.type === Type.FLOAT ? 4 : 8));
  if (field.proto.type === Type.FLOAT) view.setFloat32(0, toFloat(number), true);
  else view.setFloat64(0, number, true);
  const bytes = new Uint8Array(view.buffer);
  const isNegativeNan = Number.isNaN(number) && value.kind === "identifier" && value.isNegative;
  if (isNegativeNan && notation === "literal") bytes[bytes.length - 1] |= FLOAT_SIGN_BIT;
  return bytes;
}

/** In the last byte of a float or a double. */
const FLOAT_SIGN_BIT = 0x80;

/** In the text format a zero has a sign even if it is written as an integer. */
function floatValue(value: OptionValue, { notation }: Subject): number | undefined {
  if (value.kind === "int" || value.kind === "float") {
    const number = Number(value.magnitude);
    const isPlainZero = number === 0 && value.kind === "int" && notation !== "literal";
    return value.isNegative && !isPlainZero ? -number : number;
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

function encodeBool(context: OptionContext, subject: Subject, value: OptionValue): Payload | undefined {
  const isLiteral = subject.notation === "literal";
  let bool: boolean | undefined;
  if (value.kind === "identifier" && !value.isNegative) {
    if (isLiteral || value.text === "true" || value.text === "false")
      bool = Object.hasOwn(BOOL_LITERALS, value.text) ? BOOL_LITERALS[value.text] : undefined;
  } else if (value.kind === "int" && isLiteral && !value.isNegative && value.magnitude <= 1) {
    bool = Number(value.magnitude) === 1;
  }
  if (bool === undefined) {
    reportKind(context, subject, "`true` or `false`", value);
    return undefined;
  }
  return Uint8Array.of(bool ? 1 : 0);
}

function encodeEnum(context: OptionContext, subject: Subject, value: OptionValue): Payload | undefined {
  const definition = enumOf(subject.field);
  if (definition === undefined) return undefined;
  if (value.kind === "identifier" && !value.isNegative) return encodeEnumName(context, definition, value);
  if (value.kind === "int" && subject.notation === "literal")
    return encodeEnumNumber(context, definition, value);
  reportKind(context, subject, `a value of \`${definition.fullName}\``, value);
  return undefined;
}

type EnumDefinition = NonNullable<ReturnType<typeof enumOf>>;

function encodeEnumName(
  context: OptionContext,
  { descriptor, fullName }: EnumDefinition,
  value: IdentifierValue,
): Payload | undefined {
  // The zero of a feature stands for what is not known.
  const isFeature = fullName.startsWith("google.protobuf.FeatureSet.");
  const named = enumNames(descriptor).get(value.text);
  if (named !== undefined) {
    if (isFeature && named.number === 0) {
      report(context, value, `\`${named.name}\` is not a value to set`);
      return undefined;
    }
    const isThere = checkLifetime(context, named.name, named.options?.featureSupport, value);
    return isThere ? encodeVarint(named.number) : undefined;
  }
  const known = descriptor.value.filter(({ number }) => !isFeature || number !== 0).map(({ name }) => name);
  const list =
    known.length <= LISTED_MAX ? `it has ${inWords(known.map((name) => `\`${name}\``))}` : undefined;
  const hint = context.diagnostics.meantHint(value.text, known) ?? list;
  report(context, value, `\`${fullName}\` has no value \`${value.text}\``, hint);
  return undefined;
}

function encodeEnumNumber(
  context: OptionContext,
  { descriptor, fullName, file }: EnumDefinition,
  value: IntValue,
): Payload | undefined {
  const number = integer(value)!;
  const isOpen = featuresOf(file).get(descriptor).enumType === FeatureSet_EnumType.OPEN;
  const fits = number >= -(2n ** 31n) && number < 2n ** 31n;
  if (fits && (isOpen || enumNumbers(descriptor).has(Number(number)))) return encodeVarint(Number(number));
  report(context, value, `\`${fullName}\` has no value ${number}`);
  return undefined;
}

/** The payload of a field's zero value. */
export function zeroOf(field: FieldType): Payload {
  const lengths: { readonly [type in WireType]?: number } = {
    [WireType.Varint]: 1,
    [WireType.Bit32]: 4,
    [WireType.Bit64]: 8,
  };
  return new Uint8Array(lengths[wireType(field)] ?? 0);
}

function encodeVarint(number: number): Payload {
  return new BinaryWriter().int32(number).finish();
}

/** A list this long still helps. */
const LISTED_MAX = 8;
