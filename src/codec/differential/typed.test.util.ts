import { type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { FIELD_NUMBER_MAX, Wire } from "./wire.test.util.js";

// Whether a value has the type that TypeScript demands of a message or an init shape, and $unknown holds fields. Given
// something else, protobuf-es writes nonsense at times (a string for `true`, "null" for null) where a codec may as well
// refuse.

type Members = Record<string, unknown>;

/** Whether all of an init shape or message is of the right types. 64-bit integers may be numbers or decimal strings. */
export function isTyped(desc: DescMessage, value: unknown): boolean {
  if (!isRecord(value)) return false;
  const isMessage = value.$typeName === desc.typeName;
  if (!isMessage && value.$typeName !== undefined) return false;
  if (isMessage && !isUnknownList(value.$unknown)) return false;
  return desc.members.every((member) => {
    const given = value[member.localName];
    if (given !== undefined && (given !== null || isMessage)) {
      return member.kind === "oneof"
        ? isTypedOneof(member, given, isMessage)
        : isTypedField(member, given, isMessage);
    }
    return !isMessage || (member.kind === "field" && mayBeUnset(member));
  });
}

/** Of a message, that has lists, maps, oneofs and what has no presence. */
function mayBeUnset(field: DescField): boolean {
  return (
    field.fieldKind === "message" ||
    ((field.fieldKind === "scalar" || field.fieldKind === "enum") && field.presence !== IMPLICIT)
  );
}

/** `google.protobuf.FeatureSet.FieldPresence` */
const IMPLICIT = 2;

function isTypedOneof(oneof: DescOneof, given: unknown, isMessage: boolean): boolean {
  if (!isRecord(given)) return false;
  if (given.case === undefined) return true;
  const field = oneof.fields.find(({ localName }) => localName === given.case);
  return field !== undefined && isTypedValue(field, given.value, isMessage);
}

function isTypedField(field: DescField, given: unknown, isMessage: boolean): boolean {
  if (field.fieldKind === "list") {
    return Array.isArray(given) && [...given].every((item) => isTypedValue(field, item, isMessage));
  }
  if (field.fieldKind !== "map") return isTypedValue(field, given, isMessage);
  return (
    isRecord(given) &&
    Object.entries(given).every(
      ([key, value]) => isKey(field.mapKey, key) && isTypedValue(field, value, isMessage),
    )
  );
}

function isTypedValue(field: DescField, value: unknown, isMessage: boolean): boolean {
  const { message } = field;
  if (message === undefined) return isTypedScalar(field.scalar ?? ScalarType.INT32, value, isMessage);
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(message)) {
    return isTypedValue(message.fields[0], value, isMessage);
  }
  if (message.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
    return isRecord(value) && isJson(value);
  }
  return isTyped(message, value) && (!isMessage || (value as Members).$typeName !== undefined);
}

/** Ranges are no matter of types. In a message, unlike in an init shape, an array is no bytes. */
function isTypedScalar(scalar: ScalarType, value: unknown, isMessage: boolean): boolean {
  switch (scalar) {
    case ScalarType.BOOL:
      return typeof value === "boolean";
    case ScalarType.STRING:
      return typeof value === "string";
    case ScalarType.BYTES:
      return value instanceof Uint8Array || (!isMessage && Array.isArray(value) && value.every(isOctet));
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return typeof value === "bigint" || typeof value === "number" || isDecimal(value);
    default:
      return typeof value === "number";
  }
}

function isKey(scalar: ScalarType, key: string): boolean {
  if (scalar === ScalarType.STRING) return true;
  return scalar === ScalarType.BOOL ? key === "true" || key === "false" : isDecimal(key);
}

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return [...value].every(isJson);
  if (isRecord(value)) return Object.values(value).every(isJson);
  return (
    value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean"
  );
}

function isUnknownList(value: unknown): boolean {
  const isEntry = (entry: unknown) =>
    isRecord(entry) &&
    isIntegerIn(entry.no, 1, FIELD_NUMBER_MAX) &&
    isIntegerIn(entry.wireType, 0, Wire.I32) &&
    entry.wireType !== Wire.END_GROUP &&
    entry.data instanceof Uint8Array;
  return value === undefined || (Array.isArray(value) && value.every(isEntry));
}

function isRecord(value: unknown): value is Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Uint8Array || value instanceof Map);
}

function isDecimal(value: unknown): boolean {
  return typeof value === "string" && /^(0|-?[1-9]\d*)$/.test(value);
}

function isOctet(value: unknown): boolean {
  return isIntegerIn(value, 0, 255);
}

function isIntegerIn(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
