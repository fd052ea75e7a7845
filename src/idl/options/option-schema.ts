import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type EnumValueDescriptorProto,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FieldOptions_OptionTargetType,
  FieldOptions_OptionTargetType as TargetType,
} from "@bufbuild/protobuf/wkt";
import { featuresOf } from "../link/features.js";
import type { Definition, LinkedFile } from "../link/symbols.js";

// The messages that options are made of, looked at through descriptors: custom options are not compiled in.

/** A message type with what is needed to fill it. */
export interface MessageType {
  readonly fullName: string;
  readonly proto: DescriptorProto;
  readonly file: LinkedFile;
  readonly fields: ReadonlyMap<string, FieldType>;
}

/** A field of a message, or an extension. */
export interface FieldType {
  /** `pkg.Message.field`, or the full name of an extension. */
  readonly fullName: string;
  readonly proto: FieldDescriptorProto;
  readonly file: LinkedFile;
  readonly isExtension: boolean;
}

const messageTypes = new WeakMap<DescriptorProto, MessageType>();

export function messageTypeOf(definition: Definition & { kind: "message" }): MessageType {
  const { descriptor, fullName, file } = definition;
  let type = messageTypes.get(descriptor);
  if (type === undefined) {
    const fields = new Map<string, FieldType>();
    for (const proto of descriptor.field)
      fields.set(proto.name, { fullName: `${fullName}.${proto.name}`, proto, file, isExtension: false });
    type = { fullName, proto: descriptor, file, fields };
    messageTypes.set(descriptor, type);
  }
  return type;
}

export function extensionType(definition: Definition & { kind: "extension" }): FieldType {
  const { fullName, descriptor, file } = definition;
  return { fullName, proto: descriptor, file, isExtension: true };
}

/** The message type of a field that has one; undefined also where the name could not be resolved. */
export function messageOf(field: FieldType): MessageType | undefined {
  const definition = typeDefinition(field);
  return definition?.kind === "message" ? messageTypeOf(definition) : undefined;
}

/** The enum type of a field that has one. */
export function enumOf(field: FieldType): (Definition & { kind: "enum" }) | undefined {
  const definition = typeDefinition(field);
  return definition?.kind === "enum" ? definition : undefined;
}

function typeDefinition({ proto, file }: FieldType): Definition | undefined {
  return file.symbols.definitions.get(proto.typeName.replace(/^\./, ""));
}

export function isRepeated({ proto }: FieldType): boolean {
  return proto.label === FieldDescriptorProto_Label.REPEATED;
}

export function isMessage({ proto }: FieldType): boolean {
  return proto.type === FieldDescriptorProto_Type.MESSAGE || proto.type === FieldDescriptorProto_Type.GROUP;
}

/** Whether a message is written between start and end tags. */
export function isDelimited(field: FieldType): boolean {
  return (
    field.proto.type === FieldDescriptorProto_Type.GROUP ||
    (featuresFor(field).messageEncoding === FeatureSet_MessageEncoding.DELIMITED &&
      !isMapEntry(messageOf(field)))
  );
}

/** Whether many values share a length prefix: only numbers, bools and enums can. */
export function isPacked(field: FieldType): boolean {
  const { type } = field.proto;
  const isPackable =
    isRepeated(field) &&
    !isMessage(field) &&
    type !== FieldDescriptorProto_Type.STRING &&
    type !== FieldDescriptorProto_Type.BYTES;
  return isPackable && featuresFor(field).repeatedFieldEncoding === FeatureSet_RepeatedFieldEncoding.PACKED;
}

/** Whether the field's zero value is the same as its absence. */
export function hasImplicitPresence(field: FieldType): boolean {
  const isSingular =
    !isRepeated(field) &&
    !isMessage(field) &&
    !field.isExtension &&
    !Object.hasOwn(field.proto, "oneofIndex");
  return isSingular && featuresFor(field).fieldPresence === FeatureSet_FieldPresence.IMPLICIT;
}

function isRequired(field: FieldType): boolean {
  return featuresFor(field).fieldPresence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
}

export function isMapEntry(type: MessageType | undefined): boolean {
  return type?.proto.options?.mapEntry === true;
}

function featuresFor({ proto, file }: FieldType) {
  return featuresOf(file).get(proto);
}

/** A kind of part of a file that options can be set on. */
export interface OptionTarget {
  readonly noun: string;
  readonly plural: string;
  readonly type: FieldOptions_OptionTargetType;
}

/** By the full name of the message that holds the options. */
export const OPTION_TARGETS: ReadonlyMap<string, OptionTarget> = new Map([
  ["google.protobuf.FileOptions", { noun: "file", plural: "files", type: TargetType.TARGET_TYPE_FILE }],
  [
    "google.protobuf.ExtensionRangeOptions",
    { noun: "extension range", plural: "extension ranges", type: TargetType.TARGET_TYPE_EXTENSION_RANGE },
  ],
  [
    "google.protobuf.MessageOptions",
    { noun: "message", plural: "messages", type: TargetType.TARGET_TYPE_MESSAGE },
  ],
  ["google.protobuf.FieldOptions", { noun: "field", plural: "fields", type: TargetType.TARGET_TYPE_FIELD }],
  ["google.protobuf.OneofOptions", { noun: "oneof", plural: "oneofs", type: TargetType.TARGET_TYPE_ONEOF }],
  ["google.protobuf.EnumOptions", { noun: "enum", plural: "enums", type: TargetType.TARGET_TYPE_ENUM }],
  [
    "google.protobuf.EnumValueOptions",
    { noun: "enum value", plural: "enum values", type: TargetType.TARGET_TYPE_ENUM_ENTRY },
  ],
  [
    "google.protobuf.ServiceOptions",
    { noun: "service", plural: "services", type: TargetType.TARGET_TYPE_SERVICE },
  ],
  [
    "google.protobuf.MethodOptions",
    { noun: "method", plural: "methods", type: TargetType.TARGET_TYPE_METHOD },
  ],
]);

const namesOfEnum = new WeakMap<EnumDescriptorProto, ReadonlyMap<string, EnumValueDescriptorProto>>();

/** The values of an enum by name. */
export function enumNames(type: EnumDescriptorProto): ReadonlyMap<string, EnumValueDescriptorProto> {
  let names = namesOfEnum.get(type);
  if (names === undefined) {
    names = new Map(type.value.map((value) => [value.name, value]));
    namesOfEnum.set(type, names);
  }
  return names;
}

const numbersOfEnum = new WeakMap<EnumDescriptorProto, ReadonlySet<number>>();

export function enumNumbers(type: EnumDescriptorProto): ReadonlySet<number> {
  let numbers = numbersOfEnum.get(type);
  if (numbers === undefined) {
    numbers = new Set(type.value.map(({ number }) => number));
    numbersOfEnum.set(type, numbers);
  }
  return numbers;
}

const requiredOfMessage = new WeakMap<MessageType, readonly FieldType[]>();

/** The fields that a message must have. */
export function requiredFields(type: MessageType): readonly FieldType[] {
  let required = requiredOfMessage.get(type);
  if (required === undefined) {
    required = [...type.fields.values()].filter(isRequired);
    requiredOfMessage.set(type, required);
  }
  return required;
}

/** What kind of value a field holds, for messages: `int32`, `string`, `pkg.Message`. */
export function typeText({ proto }: FieldType): string {
  return proto.typeName === ""
    ? FieldDescriptorProto_Type[proto.type].toLowerCase()
    : proto.typeName.replace(/^\./, "");
}
