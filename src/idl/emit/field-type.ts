import { type DescExtension, type DescField, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import type { References } from "./references.js";

type AnyField = DescField | DescExtension;
type MessageField = AnyField & { message: NonNullable<AnyField["message"]> };

/** The type of a field's value. */
export function fieldType(field: AnyField, references: References): string {
  const type = valueType(field, references);
  switch (field.fieldKind) {
    case "map":
      return mapType(field.mapKey, type);
    case "list":
      return `${type}[]`;
    default:
      return type;
  }
}

/** Whether a message may lack the field's property. */
export function isOptional(field: DescField): boolean {
  return field.fieldKind === "message" || field.proto.proto3Optional;
}

/** The type of a field's value in JSON. */
export function fieldJsonType(field: AnyField, references: References): string {
  const type =
    field.message !== undefined
      ? references.jsonType(field.message)
      : field.enum !== undefined
        ? references.jsonType(field.enum)
        : scalarJsonType(field.scalar!);
  switch (field.fieldKind) {
    case "map":
      return mapType(field.mapKey, type);
    case "list":
      return type.includes("|") ? `(${type})[]` : `${type}[]`;
    default:
      return type;
  }
}

/** The type of one value, be it the only one, of a list or of a map. */
function valueType(field: AnyField, references: References): string {
  if (field.message !== undefined) return messageType(field, references);
  if (field.enum !== undefined) return references.shape(field.enum);
  return scalarType(field.scalar, field.fieldKind !== "map" && field.longAsString);
}

/** protobuf-es holds wrappers as what is in them, except in lists, maps and oneofs, and structs as plain objects. */
function messageType(field: MessageField, references: References): string {
  const { message } = field;
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(message)) {
    return scalarType(message.fields[0].scalar!, false);
  }
  if (message.typeName === "google.protobuf.Struct" && field.parent?.typeName !== "google.protobuf.Value") {
    return references.runtime("JsonObject");
  }
  return references.shape(message);
}

function mapType(key: ScalarType, value: string): string {
  return `{ [key: ${scalarType(key, true) === "number" ? "number" : "string"}]: ${value} }`;
}

function scalarType(scalar: ScalarType, isLongString: boolean): string {
  switch (scalar) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.BYTES:
      return "Uint8Array";
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return isLongString ? "string" : "bigint";
    default:
      return "number";
  }
}

function scalarJsonType(scalar: ScalarType): string {
  switch (scalar) {
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return `number | "NaN" | "Infinity" | "-Infinity"`;
    case ScalarType.BYTES:
      return "string";
    default:
      return scalarType(scalar, true);
  }
}
