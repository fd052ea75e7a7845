import type { FieldOptions } from "@bufbuild/protobuf/wkt";
import {
  type DescriptorProto,
  Edition,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  type FieldDescriptorProto,
  FieldOptions_JSType,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { nameSpan, optionSpan, optionValueSpan, typeSpan } from "../describe/spans.js";
import { type Context, report } from "./context.js";
import { checkEnumDefault } from "./enum-defaults.js";
import {
  closedEnumOf,
  isInOneof,
  isInt64,
  isMessage,
  isPackableType,
  isRepeated,
  isResolved,
  mapEntryOf,
  scalarName,
  typeText,
} from "./field-types.js";

/** `message` is what the field is in; undefined for an extension. */
export function checkField(
  context: Context,
  field: FieldDescriptorProto,
  message: DescriptorProto | undefined,
): void {
  if (message?.options?.messageSetWireFormat) {
    const text = "a message set cannot have fields, only extensions";
    report(context, nameSpan(context.described, field), text);
  }
  if (!isResolved(field)) return;
  checkFieldEnum(context, field);
  checkDefault(context, field);
  const { options } = field;
  if (options !== undefined) checkOptions(context, field, options);
}

/** A closed enum keeps what it does not know from being a value: where 0 is, it may not be one of its values. */
export function checkFieldEnum(context: Context, field: FieldDescriptorProto): void {
  const { described, edition } = context;
  const closed = closedEnumOf(context, field);
  if (closed === undefined) return;
  if (edition === Edition.EDITION_PROTO3) {
    const text = `\`${closed.fullName}\` is a closed enum: a proto3 message cannot use it`;
    const hint = `\`${closed.file.name}\` would have to be proto3 or an edition`;
    report(context, typeSpan(described, field), text, hint);
  } else if (hasImplicitPresence(context, field)) {
    const text = `\`${closed.fullName}\` is a closed enum: a field with implicit presence cannot use it`;
    report(context, typeSpan(described, field), text, presenceHint(field));
  }
}

/** Defaults of scalars, and those of repeated fields and groups, are checked where they are described. */
function checkDefault(context: Context, field: FieldDescriptorProto): void {
  if (!Object.hasOwn(field, "defaultValue")) return;
  const { described, edition } = context;
  const no = (text: string, hint?: string) =>
    report(context, optionSpan(described, field, "default"), text, hint);
  if (edition === Edition.EDITION_PROTO3) {
    no("proto3 fields cannot have a default");
  } else if (field.type === Type.MESSAGE) {
    report(context, optionValueSpan(described, field, "default"), "a message field cannot have a default");
  } else if (hasImplicitPresence(context, field)) {
    no("a field with implicit presence cannot have a default", presenceHint(field));
  } else if (field.type === Type.ENUM) {
    checkEnumDefault(context, field);
  }
}

function checkOptions(context: Context, field: FieldDescriptorProto, options: FieldOptions): void {
  const { described, edition } = context;
  const no = (option: string, text: string, hint?: string) =>
    report(context, optionSpan(described, field, option), text, hint);

  if (Object.hasOwn(options, "packed") && edition >= Edition.EDITION_2023) {
    const encoding = options.packed ? "PACKED" : "EXPANDED";
    no("packed", "`packed` is not for editions", `write \`features.repeated_field_encoding = ${encoding}\``);
  } else if (options.packed) {
    checkPackable(context, field, "packed");
  }
  if (options.lazy || options.unverifiedLazy) {
    const option = options.lazy ? "lazy" : "unverified_lazy";
    if (field.type !== Type.MESSAGE || isDelimited(context, field))
      no(option, "only message fields can be lazy");
  }
  if (options.unverifiedLazy && field.extendee !== "")
    no("unverified_lazy", "an extension cannot be `unverified_lazy`");
  if (Object.hasOwn(options, "ctype") && edition >= Edition.EDITION_2024)
    no("ctype", "`ctype` was removed in edition 2024", "use the feature `(pb.cpp).string_type`");
  if (options.jstype !== FieldOptions_JSType.JS_NORMAL && !isInt64(field)) {
    const what = field.typeName === "" ? `\`${scalarName(field)}\`` : typeText(field);
    no("jstype", `\`jstype\` is only for 64-bit integers, not for ${what}`);
  }
}

/** That a field is of a kind whose values can stand together; `option` is what asks for that. */
export function checkPackable(context: Context, field: FieldDescriptorProto, ...option: string[]): void {
  const span = optionSpan(context.described, field, ...option);
  if (!isRepeated(field)) {
    report(context, span, "only repeated fields can be packed");
  } else if (!isPackableType(field)) {
    const what = mapEntryOf(context, field) === undefined ? typeText(field) : "a map";
    report(context, span, `${what} cannot be packed: only numbers, bools and enums can`);
  }
}

/** Whether the zero value of a field is the same as its absence. */
function hasImplicitPresence({ features }: Context, field: FieldDescriptorProto): boolean {
  return (
    features.get(field).fieldPresence === FeatureSet_FieldPresence.IMPLICIT &&
    !isRepeated(field) &&
    !isMessage(field) &&
    !isInOneof(field) &&
    field.extendee === ""
  );
}

/** Where the presence is not the field's own choice. */
function presenceHint({ options }: FieldDescriptorProto): string | undefined {
  const isOwn = options?.features !== undefined && Object.hasOwn(options.features, "fieldPresence");
  return isOwn ? undefined : "give the field `[features.field_presence = EXPLICIT]`";
}

/** Whether messages are written between start and end tags. */
export function isDelimited(context: Context, field: FieldDescriptorProto): boolean {
  const encoding = context.features.get(field).messageEncoding;
  return encoding === FeatureSet_MessageEncoding.DELIMITED && mapEntryOf(context, field) === undefined;
}
