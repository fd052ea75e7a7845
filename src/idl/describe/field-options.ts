import {
  type FieldDescriptorProto,
  FieldOptionsSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { OptionNode, OptionValue } from "../syntax/syntax.js";
import { defaultValue } from "./default-value.js";
import type { Description, Place } from "./description.js";

/** `default` and `json_name` look like options, and are parts of the field itself. */
type PseudoOption = "default" | "json_name";

/** Notes the options of a field; those that only look like options are set. */
export function addFieldOptions(
  description: Description,
  field: FieldDescriptorProto,
  nodes: readonly OptionNode[],
  place: Place,
): void {
  const seen = new Set<PseudoOption>();
  const options = nodes.filter((node) => {
    const pseudo = pseudoOption(node);
    if (pseudo === undefined) return true;
    if (seen.has(pseudo)) description.error(node.name, `option \`${pseudo}\` is set twice`);
    else if (node.name.parts.length > 1) description.error(node.name, `\`${pseudo}\` has no fields to set`);
    else if (pseudo === "default") setDefault(description, field, node);
    else setJsonName(description, field, node);
    seen.add(pseudo);
    return false;
  });
  description.addOptions(field, FieldOptionsSchema, options, place);
}

/** `default` and `json_name` stand among the options, but belong to the field itself. */
export function pseudoOption({ name: { parts } }: OptionNode): PseudoOption | undefined {
  const [{ name, isExtension }] = parts;
  return !isExtension && (name === "default" || name === "json_name") ? name : undefined;
}

function setDefault(
  description: Description,
  field: FieldDescriptorProto,
  { name, value }: OptionNode,
): void {
  const what = withoutDefault(description, field, value);
  if (what !== undefined) {
    description.error(name, `${what} cannot have a default`);
    return;
  }
  const text = defaultValue(description, field, value);
  if (text !== undefined) field.defaultValue = text;
}

/** How messages name a field that cannot have a default. Whether a type is that of a message is known only later. */
function withoutDefault(
  description: Description,
  field: FieldDescriptorProto,
  value: OptionValue,
): string | undefined {
  if (description.nodes.get(field)?.kind === "map") return "a map";
  if (field.label === Label.REPEATED) return "a repeated field";
  if (field.type === Type.GROUP) return "a group";
  return value.kind === "message-literal" && field.typeName !== "" ? "a message field" : undefined;
}

function setJsonName(description: Description, field: FieldDescriptorProto, { value }: OptionNode): void {
  if (value.kind === "string") {
    field.jsonName = value.text;
    return;
  }
  description.error(
    value,
    `\`json_name\` must be a string, not ${description.shown(value)}`,
    description.quotesHint(value),
  );
}
