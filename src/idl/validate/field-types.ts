import {
  FeatureSet_EnumType,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { featuresOf } from "../link/features.js";
import type { Definition } from "../link/symbols.js";
import { scalarText } from "../text/articles.js";
import type { Context } from "./context.js";

// What kinds of fields there are. A field whose type could not be resolved is of none.

export function isResolved(field: FieldDescriptorProto): boolean {
  return Object.hasOwn(field, "type");
}

export function isRepeated({ label }: FieldDescriptorProto): boolean {
  return label === Label.REPEATED;
}

/** A message or a group. */
export function isMessage({ type }: FieldDescriptorProto): boolean {
  return type === Type.MESSAGE || type === Type.GROUP;
}

export function isString({ type }: FieldDescriptorProto): boolean {
  return type === Type.STRING;
}

/** Whether values of this type can be packed: numbers, bools and enums. */
export function isPackableType(field: FieldDescriptorProto): boolean {
  return !isMessage(field) && field.type !== Type.STRING && field.type !== Type.BYTES;
}

export function isInt64({ type }: FieldDescriptorProto): boolean {
  return (
    type === Type.INT64 ||
    type === Type.UINT64 ||
    type === Type.SINT64 ||
    type === Type.FIXED64 ||
    type === Type.SFIXED64
  );
}

export function isInOneof(field: FieldDescriptorProto): boolean {
  return Object.hasOwn(field, "oneofIndex");
}

/** The message or enum that a field is of, if its name could be resolved. */
export function definitionOf({ file }: Context, { typeName }: FieldDescriptorProto): Definition | undefined {
  return file.symbols.definitions.get(typeName.slice(1));
}

/** The type that holds the entries of a map field. */
export function mapEntryOf(context: Context, field: FieldDescriptorProto) {
  if (field.type !== Type.MESSAGE || !isRepeated(field)) return undefined;
  const definition = definitionOf(context, field);
  const isEntry = definition?.kind === "message" && definition.descriptor.options?.mapEntry === true;
  return isEntry ? definition.descriptor : undefined;
}

/** The enum that a field is of if it is a closed one. */
export function closedEnumOf(context: Context, field: FieldDescriptorProto) {
  if (field.type !== Type.ENUM) return undefined;
  const definition = definitionOf(context, field);
  if (definition?.kind !== "enum") return undefined;
  const isClosed =
    featuresOf(definition.file).get(definition.descriptor).enumType === FeatureSet_EnumType.CLOSED;
  return isClosed ? definition : undefined;
}

/** `int32`, and so on for scalar types. */
export function scalarName({ type }: FieldDescriptorProto): string {
  return Type[type].toLowerCase();
}

/** What a field holds, with its article: `` a `string` ``, `an enum`. */
export function typeText(field: FieldDescriptorProto): string {
  if (isMessage(field)) return "a message";
  return field.type === Type.ENUM ? "an enum" : scalarText(scalarName(field));
}
