import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { protoCamelCase, safeObjectProperty } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  Edition,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { featureSet, hasFeatures } from "./schema-features.test.util.js";
import { fieldProto, shapeOf } from "./schema-fields.test.util.js";
import type { EnumModel, FileModel, MessageModel, Types } from "./schema-model.test.util.js";
import { FIELD_NUMBER_MAX } from "./wire.test.util.js";

/** A file's descriptor as a compiler would make it, but for its names. Adds its types to `types`. */
export function fileProto(
  model: FileModel,
  name: string,
  dependency: string[],
  types: Types,
): FileDescriptorProto {
  const prefix = model.packageName === "" ? "." : `.${model.packageName}.`;
  const taken = new Set(types.messages.concat(types.enums.map(({ typeName }) => typeName)));
  const enumType = model.enums.map((enumeration) => enumProto(enumeration, model, prefix, taken, types));
  const messages = messageProtos(model, prefix, taken);
  types.messages.push(...messages.map(({ typeName }) => typeName));
  for (const message of messages) addFields(message, model, types);
  return create(FileDescriptorProtoSchema, {
    name,
    package: model.packageName,
    dependency,
    syntax: hasFeatures(model) ? "editions" : model.syntax,
    edition: hasFeatures(model) ? Edition[`EDITION_${model.syntax}`] : undefined,
    options: hasFeatures(model) ? { features: featureSet(model.features) } : undefined,
    enumType,
    messageType: messages.filter(({ isTop }) => isTop).map(({ proto }) => proto),
  });
}

function enumProto(
  model: EnumModel,
  file: FileModel,
  prefix: string,
  taken: Set<string>,
  types: Types,
): EnumDescriptorProto {
  const name = unused(model.name, (name) => prefix + name, taken);
  const isClosed = isClosedEnum(model, file);
  const numbers = isClosed ? model.numbers : [0, ...model.numbers];
  const valueNames = numbers.map((_, i) => `${model.valueNames[i % model.valueNames.length]}${i}`);
  types.enums.push({ typeName: prefix + name, isClosed, valueNames });
  return create(EnumDescriptorProtoSchema, {
    name,
    value: numbers.map((number, i) => ({ name: valueNames[i], number })),
    options: { allowAlias: true, features: hasFeatures(file) ? featureSet({ closed: isClosed }) : undefined },
  });
}

function isClosedEnum({ features }: EnumModel, file: FileModel): boolean {
  if (!hasFeatures(file)) return file.syntax === "proto2";
  return features.closed ?? file.features.closed ?? false;
}

interface NamedMessage {
  readonly typeName: string;
  readonly proto: DescriptorProto;
  readonly model: MessageModel;
  readonly isTop: boolean;
}

/** The messages, yet without fields. */
function messageProtos(file: FileModel, prefix: string, taken: Set<string>): NamedMessage[] {
  const messages: NamedMessage[] = [];
  for (const model of file.messages) {
    const outer = model.isNested ? messages.at(-1) : undefined;
    const scope = outer === undefined ? prefix : `${outer.typeName}.`;
    const name = unused(model.name, (name) => scope + name, taken);
    const proto = create(DescriptorProtoSchema, { name });
    outer?.proto.nestedType.push(proto);
    messages.push({ typeName: scope + name, proto, model, isTop: outer === undefined });
  }
  return messages;
}

/** Adds fields, in the model's order and not in the order of their numbers, with what they need. */
function addFields({ typeName, proto, model }: NamedMessage, file: FileModel, types: Types): void {
  const names = new Set(["$typeName", "$unknown"]);
  const numbers = new Set<number>();
  const oneofs = model.oneofs.map((name) => unused(name, localName, names));
  const used = oneofs.filter((_, i) => model.fields.some((field) => shapeOf(field, file) === `oneof ${i}`));
  const init: MessageInitShape<typeof DescriptorProtoSchema> = { oneofDecl: used.map((name) => ({ name })) };
  proto.oneofDecl = create(DescriptorProtoSchema, init).oneofDecl;
  for (const field of model.fields) {
    const name = unused(field.name, localName, names);
    const number = unusedNumber(field.number, numbers);
    const { fieldProto: made, mapEntry } = fieldProto({ ...field, name, number }, file, types, typeName);
    const shape = shapeOf(field, file);
    if (shape.startsWith("oneof")) made.oneofIndex = used.indexOf(oneofs[Number(shape.at(-1))]);
    if (mapEntry !== undefined) proto.nestedType.push(mapEntry);
    proto.field.push(made);
  }
}

function localName(name: string): string {
  return safeObjectProperty(protoCamelCase(name));
}

/** The first of `name`, `namex`, `namexx` … that is not taken under what `keyOf` makes of it; takes it. */
function unused(name: string, keyOf: (name: string) => string, taken: Set<string>): string {
  let free = name;
  while (taken.has(keyOf(free))) free += "x";
  taken.add(keyOf(free));
  return free;
}

function unusedNumber(number: number, taken: Set<number>): number {
  let free = number;
  while (taken.has(free)) free = (free % FIELD_NUMBER_MAX) + 1;
  taken.add(free);
  return free;
}
