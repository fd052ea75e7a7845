import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/** A message or an init shape, by property name. */
export type Fields = Record<string, unknown>;

/** How a value stands on the wire, as the protobuf encoding document numbers it. */
export const WireType = { VARINT: 0, I64: 1, LEN: 2, SGROUP: 3, EGROUP: 4, I32: 5 } as const;

/** Largest value of the 3 bits of a tag that has a meaning. */
export const WIRE_TYPE_LAST = WireType.I32;

/** The wire type of one value of a scalar. */
export function wireTypeOf(scalar: ScalarType): number {
  switch (scalar) {
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.I64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.I32;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LEN;
    default:
      return WireType.VARINT;
  }
}

/** Field number and wire type in one, 0 … 2^32-1. */
export function tagOf(fieldNumber: number, wireType: number): number {
  return ((fieldNumber << 3) | wireType) >>> 0;
}

/** The scalar as which a field's values are marshalled: enums are int32. */
export function scalarOf(field: { readonly scalar: ScalarType | undefined }): ScalarType {
  return field.scalar ?? ScalarType.INT32;
}

/** The tag in front of one value of a field: of an element where it is a list, of an entry where it is a map. */
export function valueTag(field: DescField): number {
  switch (field.fieldKind) {
    case "scalar":
    case "enum":
      return tagOf(field.number, wireTypeOf(scalarOf(field)));
    case "message":
      return tagOf(field.number, field.delimitedEncoding ? WireType.SGROUP : WireType.LEN);
    case "list":
      if (field.listKind === "message")
        return tagOf(field.number, field.delimitedEncoding ? WireType.SGROUP : WireType.LEN);
      return tagOf(field.number, wireTypeOf(scalarOf(field)));
    case "map":
      return tagOf(field.number, WireType.LEN);
  }
}

/** Whether readers take a list's values packed into one length-delimited record as well as one by one. */
export function isPackable(field: DescField): boolean {
  return (
    field.fieldKind === "list" && field.listKind !== "message" && wireTypeOf(scalarOf(field)) !== WireType.LEN
  );
}

/** Whether a 64-bit integer is a string in the message (`jstype = JS_STRING`). */
export function isLongString(field: DescField): boolean {
  return "longAsString" in field && field.longAsString;
}

/** In the order of their numbers, as protobuf-es writes them. */
export function sortedFields(schema: DescMessage): DescField[] {
  return [...schema.fields].sort((a, b) => a.number - b.number);
}

/** Whether every object has a property of this name, so that only own properties tell whether the field is set. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** Sets a property, also one named `__proto__`, which an assignment would not make. */
export function setProperty(target: Fields, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  } else target[name] = value;
}

/** The value of a scalar that is not set. */
export function zeroOf(scalar: ScalarType): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      return "";
    case ScalarType.BOOL:
      return false;
    case ScalarType.BYTES:
      return new Uint8Array(0);
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return 0n;
    default:
      return 0;
  }
}

/** `google.protobuf.FeatureSet.FieldPresence`: zero values count as not set. */
export const IMPLICIT = 2;

/** `google.protobuf.FeatureSet.FieldPresence`: a message without it cannot be encoded. */
export const LEGACY_REQUIRED = 3;
