import {
  type DescriptorProto,
  Edition,
  type FieldDescriptorProto,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { isWhole, nameSpan, optionSpan, typeSpan } from "../describe/spans.js";
import { type Context, report } from "./context.js";
import { definitionOf, isInOneof, isMessage, isResolved, mapEntryOf, typeText } from "./field-types.js";
import { checkFieldEnum } from "./fields.js";

/** How many fields a message can have, those of its oneofs included, as in protoc. */
export const FIELDS_MAX = 65_535;

export function checkMessage(context: Context, message: DescriptorProto): void {
  const { described, edition } = context;
  const { options } = message;
  if (options !== undefined && Object.hasOwn(options, "mapEntry")) {
    const hint = "write `map<KeyType, ValueType>` instead";
    report(context, optionSpan(described, message, "map_entry"), "`map_entry` is not set by hand", hint);
  }
  if (options?.messageSetWireFormat && edition === Edition.EDITION_PROTO3) {
    const span = optionSpan(described, message, "message_set_wire_format");
    report(context, span, "proto3 has no message sets");
  }
  if (message.field.length > FIELDS_MAX) {
    const text = `the message has ${message.field.length} fields: at most ${FIELDS_MAX} are allowed`;
    report(context, nameSpan(described, message), text);
  }
  checkOneofs(context, message);
}

function checkOneofs(context: Context, { oneofDecl, field }: DescriptorProto): void {
  if (oneofDecl.length === 0) return;
  const used = new Set(field.filter(isInOneof).map(({ oneofIndex }) => oneofIndex));
  oneofDecl.forEach((oneof, index) => {
    if (!used.has(index) && isWhole(context.described, oneof))
      report(context, nameSpan(context.described, oneof), "a oneof needs at least one field");
  });
}

/** What a map field brings along: its key and its value. */
export function checkMap(context: Context, field: FieldDescriptorProto): void {
  if (context.described.nodes.get(field)?.kind !== "map") return;
  const entry = mapEntryOf(context, field);
  if (entry === undefined) return;
  const [key, value] = entry.field;
  if (isResolved(key) && !isMapKey(key)) {
    const hint = "it can be a `string`, a `bool` or an integer";
    report(context, typeSpan(context.described, key), `a map's key cannot be ${typeText(key)}`, hint);
  }
  if (!isResolved(value)) return;
  checkFieldEnum(context, value);
  const type = value.type === Type.ENUM ? definitionOf(context, value) : undefined;
  if (type?.kind === "enum" && type.descriptor.value.length > 0 && type.descriptor.value[0].number !== 0) {
    const text = "an enum in a map must have 0 as its first value";
    report(context, typeSpan(context.described, value), text);
  }
}

function isMapKey(key: FieldDescriptorProto): boolean {
  const { type } = key;
  const isOther = type === Type.FLOAT || type === Type.DOUBLE || type === Type.BYTES || type === Type.ENUM;
  return !isOther && !isMessage(key);
}
