import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";

/**
 * Whether messages of this type can take the short way (`plain-encode.ts`, `plain-decode.ts`): proto3, no oneof,
 * map, optional or extension, no 64-bit integers, none of the well-known types that protobuf-es represents
 * otherwise. Everything else, and every message that shows anything unusual, goes through protobuf-es.
 */
export function isPlain(schema: DescMessage): boolean {
  return plainWith(schema, new Set());
}

function plainWith(schema: DescMessage, seen: Set<DescMessage>): boolean {
  if (seen.has(schema)) return true;
  seen.add(schema);
  if (schema.file.edition !== EDITION_PROTO3 || schema.typeName.startsWith("google.protobuf.")) return false;
  return schema.oneofs.length === 0 && schema.fields.every((field) => isPlainField(field, seen));
}

function isPlainField(field: DescField, seen: Set<DescMessage>): boolean {
  if (field.number > FIELD_NUMBER_MAX) return false;
  switch (field.fieldKind) {
    case "scalar":
      return PLAIN_SCALARS.has(field.scalar);
    case "enum":
      return field.enum.open;
    case "message":
      return !field.delimitedEncoding && plainWith(field.message, seen);
    case "list":
      if (field.listKind === "message") return !field.delimitedEncoding && plainWith(field.message, seen);
      return field.listKind === "enum" ? field.enum.open : PLAIN_SCALARS.has(field.scalar);
    default:
      return false;
  }
}

/** `google.protobuf.Edition.EDITION_PROTO3` */
const EDITION_PROTO3 = 999;

/** Tags of at most two bytes; decoders keep a table of this length. */
const FIELD_NUMBER_MAX = 127;

const PLAIN_SCALARS = new Set([
  ScalarType.DOUBLE,
  ScalarType.FLOAT,
  ScalarType.INT32,
  ScalarType.UINT32,
  ScalarType.SINT32,
  ScalarType.FIXED32,
  ScalarType.SFIXED32,
  ScalarType.BOOL,
  ScalarType.STRING,
  ScalarType.BYTES,
]);

/** Wire types, as the protobuf encoding document numbers them. */
export const WireType = { VARINT: 0, I64: 1, LEN: 2, I32: 5 } as const;

/** The wire type of one value of a scalar or enum field. */
export function wireTypeOf(scalar: ScalarType): number {
  switch (scalar) {
    case ScalarType.DOUBLE:
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
