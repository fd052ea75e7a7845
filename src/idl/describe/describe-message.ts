import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProto_ExtensionRangeSchema,
  DescriptorProto_ReservedRangeSchema,
  DescriptorProtoSchema,
  ExtensionRangeOptionsSchema,
  type FieldDescriptorProto,
  MessageOptionsSchema,
  OneofDescriptorProtoSchema,
  OneofOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import type {
  ExtendNode,
  ExtensionRangesNode,
  FieldNode,
  GroupNode,
  MapFieldNode,
  MessageElement,
  MessageNode,
  OneofNode,
  OptionNode,
  RangeNode,
  ReservedNode,
} from "../syntax/syntax.js";
import { describeEnum } from "./describe-enum.js";
import { describeField, describeMapEntry, describeMapField } from "./describe-field.js";
import {
  type Description,
  intOf,
  namedPlace,
  optionsIn,
  type Place,
  placeWithin,
  visibilityOf,
} from "./description.js";
import { MESSAGE } from "./field-numbers.js";
import { addFieldOptions } from "./field-options.js";
import { checkField, checkReserved, checkVisibility } from "./language-rules.js";

/** One above the largest field number. */
const FIELD_NUMBER_END = 0x2000_0000;

/** The same for messages in the format of `MessageSet`. */
const MESSAGE_SET_NUMBER_END = 0x7fff_ffff;

/** Where fields go, and the messages that they bring along. */
export interface FieldHome {
  /** What encloses the fields. */
  readonly place: Place;
  readonly fields: FieldDescriptorProto[];
  /** Of `fields` in the descriptor of what encloses them. */
  readonly fieldsNumber: number;
  readonly messages: DescriptorProto[];
  /** Of `messages`, likewise. */
  readonly messagesNumber: number;
}

/** A message being made. */
interface MessageHome extends FieldHome {
  readonly message: DescriptorProto;
  /** What `max` is in its ranges, exclusive. */
  readonly numberEnd: number;
}

type AnyField = FieldNode | GroupNode | MapFieldNode;

/** Makes the descriptor of a message. */
export function describeMessage(description: Description, node: MessageNode, place: Place): DescriptorProto {
  const message = describeBody(description, node, place);
  if (node.visibility !== undefined) {
    checkVisibility(description, node.visibility);
    message.visibility = visibilityOf(node.visibility);
  }
  return message;
}

function describeBody(
  description: Description,
  node: MessageNode | GroupNode,
  place: Place,
): DescriptorProto {
  const message = create(DescriptorProtoSchema);
  description.nodes.set(message, node);
  message.name = node.name.text;
  const options = optionsIn(node.body);
  description.addOptions(message, MessageOptionsSchema, options, place);
  const home: MessageHome = {
    message,
    numberEnd: options.some(isMessageSet) ? MESSAGE_SET_NUMBER_END : FIELD_NUMBER_END,
    place,
    fields: message.field,
    fieldsNumber: MESSAGE.field,
    messages: message.nestedType,
    messagesNumber: MESSAGE.nestedType,
  };
  for (const element of node.body) addElement(description, element, home);
  addSyntheticOneofs(message);
  return message;
}

function addElement(description: Description, element: MessageElement, home: MessageHome): void {
  const { message, place } = home;
  switch (element.kind) {
    case "field":
    case "map":
    case "group":
      addField(description, element, home);
      break;
    case "oneof":
      addOneof(description, element, home);
      break;
    case "message": {
      const at = namedPlace(place, element.name.text, MESSAGE.nestedType, message.nestedType.length);
      message.nestedType.push(describeMessage(description, element, at));
      break;
    }
    case "enum": {
      const at = namedPlace(place, element.name.text, MESSAGE.enumType, message.enumType.length);
      message.enumType.push(describeEnum(description, element, at));
      break;
    }
    case "extend":
      describeExtend(description, element, {
        ...home,
        fields: message.extension,
        fieldsNumber: MESSAGE.extension,
      });
      break;
    case "extensions":
      addExtensionRanges(description, element, home);
      break;
    case "reserved":
      addReserved(description, element, home);
      break;
  }
}

function addField(
  description: Description,
  node: AnyField,
  home: FieldHome,
  parent?: OneofNode | ExtendNode,
): FieldDescriptorProto {
  checkField(description, node, parent);
  const { fields, messages } = home;
  const field = node.kind === "map" ? describeMapField(description, node) : describeField(description, node);
  const index = fields.push(field) - 1;
  if (node.options !== undefined) {
    const at = placeWithin(home.place, home.fieldsNumber, index);
    addFieldOptions(description, field, node.options.options, at);
  }
  if (node.kind !== "field") {
    const at = namedPlace(home.place, field.typeName, home.messagesNumber, messages.length);
    messages.push(
      node.kind === "map" ? describeMapEntry(description, node, at) : describeBody(description, node, at),
    );
  }
  return field;
}

function addOneof(description: Description, node: OneofNode, home: MessageHome): void {
  const { message } = home;
  const oneof = create(OneofDescriptorProtoSchema);
  description.nodes.set(oneof, node);
  oneof.name = node.name.text;
  const index = message.oneofDecl.push(oneof) - 1;
  const place = placeWithin(home.place, MESSAGE.oneofDecl, index);
  description.addOptions(oneof, OneofOptionsSchema, optionsIn(node.body), place);
  for (const element of node.body) {
    if (element.kind === "option") continue;
    addField(description, element, home, node).oneofIndex = index;
  }
}

/** Adds the extensions of an `extend` block to where they stand. */
export function describeExtend(description: Description, node: ExtendNode, home: FieldHome): void {
  for (const element of node.body) {
    const extension = addField(description, element, home, node);
    extension.extendee = node.extendee.text;
    description.extendBlocks.set(extension, node);
  }
}

/** An `optional` of proto3 is a oneof of its own, named after the field. Those come behind the ones that were written. */
function addSyntheticOneofs(message: DescriptorProto): void {
  if (!message.field.some(({ proto3Optional }) => proto3Optional)) return;
  const names = new Set([...message.field, ...message.oneofDecl].map(({ name }) => name));
  for (const field of message.field) {
    if (!field.proto3Optional) continue;
    let name = field.name.startsWith("_") ? field.name : `_${field.name}`;
    while (names.has(name)) name = `X${name}`;
    names.add(name);
    const oneof = create(OneofDescriptorProtoSchema);
    oneof.name = name;
    field.oneofIndex = message.oneofDecl.push(oneof) - 1;
  }
}

function addExtensionRanges(description: Description, node: ExtensionRangesNode, home: MessageHome): void {
  const { extensionRange } = home.message;
  const options = rangeOptions(description, node);
  for (const range of node.ranges) {
    const { path } = placeWithin(home.place, MESSAGE.extensionRange, extensionRange.length);
    const proto = create(DescriptorProto_ExtensionRangeSchema);
    description.nodes.set(proto, range);
    proto.start = intOf(range.start);
    proto.end = endOf(range, home);
    extensionRange.push(proto);
    description.addOptions(proto, ExtensionRangeOptionsSchema, options, { ...home.place, path });
  }
}

/** Each range of a statement gets all of its options: more than so many in all are hostile, and fill memory. */
export const RANGE_OPTIONS_MAX = 100_000;

function rangeOptions(
  description: Description,
  { ranges, options }: ExtensionRangesNode,
): readonly OptionNode[] {
  const nodes = options?.options ?? [];
  if (ranges.length * nodes.length <= RANGE_OPTIONS_MAX) return nodes;
  const message = `${nodes.length} options for each of ${ranges.length} ranges are too many`;
  description.error(
    options!,
    message,
    `${RANGE_OPTIONS_MAX} in all are allowed: give ranges a statement of their own`,
  );
  return [];
}

function addReserved(description: Description, node: ReservedNode, home: MessageHome): void {
  checkReserved(description, node);
  const { reservedName, reservedRange } = home.message;
  for (const { text } of node.names) reservedName.push(text);
  for (const range of node.ranges) {
    const proto = create(DescriptorProto_ReservedRangeSchema);
    description.nodes.set(proto, range);
    proto.start = intOf(range.start);
    proto.end = endOf(range, home);
    reservedRange.push(proto);
  }
}

/** The end of a range of field numbers, exclusive. */
function endOf({ start, end = start }: RangeNode, { numberEnd }: MessageHome): number {
  return end.kind === "max" ? numberEnd : intOf(end) + 1;
}

/** Whether this is `option message_set_wire_format = true;`. */
function isMessageSet({ name: { parts }, value }: OptionNode): boolean {
  const [{ name, isExtension }] = parts;
  return (
    parts.length === 1 &&
    !isExtension &&
    name === "message_set_wire_format" &&
    value.kind === "identifier" &&
    value.text === "true"
  );
}
