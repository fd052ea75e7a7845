import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  Edition,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { SCALAR_TYPES } from "../syntax/scalar-types.js";
import type {
  FieldNode,
  GroupNode,
  LabelKeyword,
  MapFieldNode,
  NameNode,
  OptionNode,
} from "../syntax/syntax.js";
import { type Description, intOf, type Place, placeWithin } from "./description.js";
import { MESSAGE } from "./field-numbers.js";
import { defaultJsonName, mapEntryName } from "./json-name.js";

const LABELS: Readonly<Record<LabelKeyword, Label>> = {
  optional: Label.OPTIONAL,
  required: Label.REQUIRED,
  repeated: Label.REPEATED,
};

/** Makes the descriptor of a field, an extension, or the field of a group. */
export function describeField(description: Description, node: FieldNode | GroupNode): FieldDescriptorProto {
  const name = node.kind === "group" ? node.name.text.toLowerCase() : node.name.text;
  const field = createField(name, intOf(node.number), LABELS[node.label?.value ?? "optional"]);
  description.nodes.set(field, node);
  if (node.kind === "group") {
    field.type = Type.GROUP;
    field.typeName = node.name.text;
  } else {
    setType(field, node.type);
  }
  if (node.label?.value === "optional" && description.edition === Edition.EDITION_PROTO3)
    field.proto3Optional = true;
  return field;
}

/** Makes the descriptor of a map field. Its entry is another message, from `describeMapEntry`. */
export function describeMapField(description: Description, node: MapFieldNode): FieldDescriptorProto {
  const field = createField(node.name.text, intOf(node.number), Label.REPEATED);
  description.nodes.set(field, node);
  field.type = Type.MESSAGE;
  field.typeName = mapEntryName(node.name.text);
  return field;
}

/** Makes the message of a map field's keys and values. What the field says of features holds for both, too. */
export function describeMapEntry(
  description: Description,
  node: MapFieldNode,
  place: Place,
): DescriptorProto {
  const entry = create(DescriptorProtoSchema);
  entry.name = mapEntryName(node.name.text);
  entry.options = create(MessageOptionsSchema);
  entry.options.mapEntry = true;
  const key = createField("key", 1, Label.OPTIONAL);
  const value = createField("value", 2, Label.OPTIONAL);
  setType(key, node.keyType);
  setType(value, node.valueType);
  entry.field.push(key, value);
  const features = (node.options?.options ?? []).filter(isFeatures);
  entry.field.forEach((field, index) => {
    description.addOptions(field, FieldOptionsSchema, features, placeWithin(place, MESSAGE.field, index));
  });
  return entry;
}

function isFeatures({ name }: OptionNode): boolean {
  const [first] = name.parts;
  return first.name === "features" && !first.isExtension;
}

function createField(name: string, number: number, label: Label): FieldDescriptorProto {
  const field = create(FieldDescriptorProtoSchema);
  field.name = name;
  field.number = number;
  field.label = label;
  field.jsonName = defaultJsonName(name);
  return field;
}

/** A scalar's type, or the name of a message or an enum: which of them is found out later. */
function setType(field: FieldDescriptorProto, { text }: NameNode): void {
  const scalar = SCALAR_TYPES.get(text);
  if (scalar === undefined) field.typeName = text;
  else field.type = scalar;
}
