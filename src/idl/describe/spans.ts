import type { Message } from "@bufbuild/protobuf";
import type { DescriptorProto } from "@bufbuild/protobuf/wkt";
import type { CompactOptionsNode, OptionNode, TokenRange } from "../syntax/syntax.js";
import type { Span } from "../text/source.js";
import { type DescribedFile, type DescribedNode, spanOf } from "./described.js";
import { mapEntryName } from "./json-name.js";

// Where messages about a part of a descriptor point to.

/** The name of a message, a field and so on; for a range all of it, and for a file its `syntax` or its start. */
export function nameSpan(file: DescribedFile, part: Message): Span {
  const node = nodeOf(file, part);
  if (node === undefined || node.kind === "file") return fileSpan(file);
  return spanOf(file, node.kind === "range" ? node : node.name);
}

/** The number of a field or an enum value. */
export function numberSpan(file: DescribedFile, part: Message): Span {
  const node = nodeOf(file, part);
  return node !== undefined && "number" in node ? spanOf(file, node.number) : nameSpan(file, part);
}

/** The first number of a range. */
export function rangeStartSpan(file: DescribedFile, part: Message): Span {
  const node = nodeOf(file, part);
  return node?.kind === "range" ? spanOf(file, node.start) : nameSpan(file, part);
}

/** The last number of a range. */
export function rangeEndSpan(file: DescribedFile, part: Message): Span {
  const node = nodeOf(file, part);
  return node?.kind === "range" ? spanOf(file, node.end ?? node.start) : nameSpan(file, part);
}

/** The type of a field; for what a map field brings along, that of the key or the value. */
export function typeSpan(file: DescribedFile, part: Message): Span {
  const node = nodeOf(file, part);
  if (node?.kind === "field") return spanOf(file, node.type);
  if (node?.kind === "map") return spanOf(file, entryTypeOf(file, part) ?? node.type);
  if (node?.kind === "group") return spanOf(file, { first: node.keyword, last: node.keyword });
  return nameSpan(file, part);
}

/** What `extend` names, for an extension. */
export function extendeeSpan(file: DescribedFile, part: Message): Span {
  const block = file.extendBlocks.get(part);
  return block === undefined ? nameSpan(file, part) : spanOf(file, block.extendee);
}

/** The label of a field, or else its type. */
export function labelSpan(file: DescribedFile, part: Message): Span {
  const node = nodeOf(file, part);
  const label = node !== undefined && "label" in node ? node.label : undefined;
  return label === undefined ? typeSpan(file, part) : spanOf(file, label);
}

/** The name of an option that was written for a part, by the parts of the option's name; else where the part's name is. */
export function optionSpan(file: DescribedFile, part: Message, ...name: string[]): Span {
  const option = optionNode(file, part, name);
  return option === undefined ? nameSpan(file, part) : spanOf(file, option.name);
}

/** The names of all options of a name that were written for a part: a repeated one may be there several times. */
export function optionSpans(file: DescribedFile, part: Message, name: string): readonly Span[] {
  return optionNodes(file, part)
    .filter((option) => option.name.parts[0].name === name && !option.name.parts[0].isExtension)
    .map((option) => spanOf(file, option.name));
}

/** The value of such an option. */
export function optionValueSpan(file: DescribedFile, part: Message, ...name: string[]): Span {
  const option = optionNode(file, part, name);
  return option === undefined ? nameSpan(file, part) : spanOf(file, option.value);
}

/** The option of that name; or one that sets all of it at once, as in `features = { enum_type: OPEN }`. */
export function optionNode(
  file: DescribedFile,
  part: Message,
  name: readonly string[],
): OptionNode | undefined {
  return optionNodes(file, part).find(
    (option) =>
      option.name.parts.length <= name.length &&
      option.name.parts.every((each, index) => !each.isExtension && each.name === name[index]),
  );
}

/** The line, from 1, of a part's name. */
export function lineOf(file: DescribedFile, part: Message): number {
  return file.source.position(nameSpan(file, part).start).line;
}

/**
 * Whether all that stands in the braces of an enum or a oneof was understood. If not, what seems to be missing there
 * may only be misspelt.
 */
export function isWhole(file: DescribedFile, part: Message): boolean {
  const node = file.nodes.get(part);
  if (node?.kind !== "enum" && node?.kind !== "oneof") return true;
  const inBraces = node.last - node.name.last - 2;
  return node.body.reduce((count, { first, last }) => count - (last - first + 1), inBraces) <= 0;
}

/** Where a file as a whole is meant: its first statement. */
function fileSpan(file: DescribedFile): Span {
  const start = file.tree.syntax ?? file.tree.elements[0];
  return start === undefined ? { start: 0, end: 0 } : spanOf(file, start);
}

/** Where the file says its package. */
export function packageSpan(file: DescribedFile): Span {
  const node = file.tree.elements.find((element) => element.kind === "package");
  return node === undefined ? fileSpan(file) : spanOf(file, node.name);
}

function optionNodes(file: DescribedFile, part: Message): readonly OptionNode[] {
  const node = file.nodes.get(part);
  if (node === undefined) return [];
  switch (node.kind) {
    case "file":
      return node.elements.filter((element) => element.kind === "option");
    case "range":
      return rangeOptions(file, part)?.options ?? [];
    case "field":
    case "map":
    case "enumValue":
      return node.options?.options ?? [];
    case "group":
      return [...(node.options?.options ?? []), ...node.body.filter((element) => element.kind === "option")];
    default:
      return (node.body ?? []).filter((element) => element.kind === "option");
  }
}

/** The options that all ranges of an `extensions` statement share. */
function rangeOptions(file: DescribedFile, range: Message): CompactOptionsNode | undefined {
  const message = parentsOf(file).get(range);
  const node = message === undefined ? undefined : file.nodes.get(message);
  if (node?.kind !== "message" && node?.kind !== "group") return undefined;
  const rangeNode = file.nodes.get(range);
  const statement = node.body.find(
    (element) => element.kind === "extensions" && element.ranges.some((each) => each === rangeNode),
  );
  return statement?.kind === "extensions" ? statement.options : undefined;
}

/** The node of a part; for what a map field or `optional` brought along, that of the field. */
function nodeOf(file: DescribedFile, part: Message): DescribedNode | undefined {
  const node = file.nodes.get(part);
  if (node !== undefined) return node;
  const parent = parentsOf(file).get(part);
  return parent === undefined ? undefined : nodeOf(file, parent);
}

/** The key's or value's type of a map field whose entry this field is in. */
function entryTypeOf(file: DescribedFile, part: Message): TokenRange | undefined {
  const entry = parentsOf(file).get(part);
  const node = nodeOf(file, part);
  if (node?.kind !== "map" || file.nodes.has(part) || entry === undefined) return undefined;
  const [key, value] = (entry as DescriptorProto).field ?? [];
  return part === key ? node.keyType : part === value ? node.valueType : undefined;
}

const parents = new WeakMap<DescribedFile, ReadonlyMap<Message, Message>>();

/** The message of a range, and what something that was not written came from: an entry from its map field, say. */
function parentsOf(file: DescribedFile): ReadonlyMap<Message, Message> {
  let found = parents.get(file);
  if (found === undefined) {
    const map = new Map<Message, Message>();
    for (const message of file.proto.messageType) addParents(file, message, map);
    parents.set(file, map);
    found = map;
  }
  return found;
}

function addParents(file: DescribedFile, message: DescriptorProto, map: Map<Message, Message>): void {
  for (const range of message.extensionRange) map.set(range, message);
  for (const range of message.reservedRange) map.set(range, message);
  const entries: DescriptorProto[] = [];
  for (const nested of message.nestedType) {
    if (file.nodes.has(nested)) addParents(file, nested, map);
    else entries.push(nested);
  }
  // Entries stand in the order of their map fields, but those of maps in `extend`, which is an error, between them.
  let next = 0;
  for (const field of message.field) {
    if (field.proto3Optional) map.set(message.oneofDecl[field.oneofIndex], field);
    if (file.nodes.get(field)?.kind !== "map") continue;
    while (next < entries.length && entries[next].name !== mapEntryName(field.name)) next++;
    const entry = entries[next++];
    if (entry === undefined) continue;
    map.set(entry, field);
    for (const part of entry.field) map.set(part, entry);
  }
}
