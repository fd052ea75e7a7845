import { create } from "@bufbuild/protobuf";
import {
  type EnumDescriptorProto,
  EnumDescriptorProto_EnumReservedRangeSchema,
  EnumDescriptorProtoSchema,
  EnumOptionsSchema,
  EnumValueDescriptorProtoSchema,
  EnumValueOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import type { EnumNode, EnumValueNode, RangeNode } from "../syntax/syntax.js";
import { type Description, intOf, optionsIn, type Place, placeWithin, visibilityOf } from "./description.js";
import { ENUM } from "./field-numbers.js";
import { checkReserved, checkVisibility } from "./language-rules.js";

/** What `max` is among enum values. */
const VALUE_NUMBER_MAX = 0x7fff_ffff;

/** Makes the descriptor of an enum. */
export function describeEnum(description: Description, node: EnumNode, place: Place): EnumDescriptorProto {
  const proto = create(EnumDescriptorProtoSchema);
  description.nodes.set(proto, node);
  proto.name = node.name.text;
  if (node.visibility !== undefined) {
    checkVisibility(description, node.visibility);
    proto.visibility = visibilityOf(node.visibility);
  }
  description.addOptions(proto, EnumOptionsSchema, optionsIn(node.body), place);
  for (const element of node.body) {
    if (element.kind === "enumValue") {
      addValue(description, proto, element, place);
    } else if (element.kind === "reserved") {
      checkReserved(description, element);
      for (const { text } of element.names) proto.reservedName.push(text);
      for (const range of element.ranges) proto.reservedRange.push(describeRange(description, range));
    }
  }
  return proto;
}

function addValue(
  description: Description,
  proto: EnumDescriptorProto,
  node: EnumValueNode,
  place: Place,
): void {
  const value = create(EnumValueDescriptorProtoSchema);
  description.nodes.set(value, node);
  value.name = node.name.text;
  value.number = intOf(node.number);
  const index = proto.value.push(value) - 1;
  if (node.options === undefined) return;
  const at = placeWithin(place, ENUM.value, index);
  description.addOptions(value, EnumValueOptionsSchema, node.options.options, at);
}

/** Both ends are inclusive. */
function describeRange(description: Description, node: RangeNode) {
  const range = create(EnumDescriptorProto_EnumReservedRangeSchema);
  description.nodes.set(range, node);
  const { start, end = start } = node;
  range.start = intOf(start);
  range.end = end.kind === "max" ? VALUE_NUMBER_MAX : intOf(end);
  return range;
}
