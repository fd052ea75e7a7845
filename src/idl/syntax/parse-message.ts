import { isMisplaced } from "./misplaced.js";
import { type Numbered, nextNumber } from "./next-number.js";
import { parseBody, parseEmpty } from "./parse-body.js";
import { parseEnum } from "./parse-enum.js";
import { takeFieldNumber } from "./parse-number.js";
import { parseCompactOptions, parseOption } from "./parse-options.js";
import { FIELDS, parseExtensionRanges, parseReserved } from "./parse-ranges.js";
import { isScalar, takeType } from "./parse-type.js";
import { isAtVisibility, parseVisibility } from "./parse-visibility.js";
import { SCALAR_TYPES } from "./scalar-types.js";
import type {
  CompactOptionsNode,
  ExtendNode,
  FieldNode,
  GroupNode,
  IntValue,
  LabelKeyword,
  LabelNode,
  MapFieldNode,
  MessageElement,
  MessageNode,
  NameNode,
  OneofNode,
} from "./syntax.js";
import type { TokenReader } from "./token-reader.js";
import { TokenKind } from "./tokens.js";

/** Messages nest at most so deep, with the outermost one and groups counted: protoc goes no deeper. */
export const MESSAGE_DEPTH_MAX = 31;

/** Where a field stands. */
interface FieldPlace {
  /** "in a oneof", say. */
  readonly where: string;
  /** Of the message around it; 0 for an extension outside of messages. */
  readonly depth: number;
  /** What stands before it in its message, and in its oneof. */
  readonly siblings: readonly (readonly Numbered[])[];
}

/** `message Foo { … }`. `depth` counts from 1. */
export function parseMessage(reader: TokenReader, depth: number): MessageNode | undefined {
  const first = reader.index;
  const visibility = parseVisibility(reader);
  reader.index++;
  const name = reader.takeIdentifier("the message's name");
  if (name === undefined) return undefined;
  const body = parseMessageBody(reader, name, "after the message's name", depth);
  return body && { kind: "message", first, last: reader.last, visibility, name, body };
}

function parseMessageBody(
  reader: TokenReader,
  name: NameNode,
  after: string,
  depth: number,
): readonly MessageElement[] | undefined {
  if (depth > MESSAGE_DEPTH_MAX) {
    const hint = `${MESSAGE_DEPTH_MAX} levels are allowed`;
    return reader.error(reader.spanOf(name.first), "messages are nested too deep", hint);
  }
  const hint = reader.isSymbol(".") ? "the name has no dots: a package goes before it" : undefined;
  const parseElement = (elements: readonly MessageElement[]) => parseMessageElement(reader, elements, depth);
  return parseBody(reader, after, parseElement, hint);
}

function parseMessageElement(
  reader: TokenReader,
  elements: readonly MessageElement[],
  depth: number,
): MessageElement | undefined {
  switch (reader.word()) {
    case "message":
      return parseMessage(reader, depth + 1);
    case "enum":
      return parseEnum(reader);
    case "oneof":
      return parseOneof(reader, elements, depth);
    case "extend":
      return parseExtend(reader, depth);
    case "extensions":
      return parseExtensionRanges(reader);
    case "reserved":
      return parseReserved(reader, FIELDS);
    case "option":
      return parseOption(reader);
    case "export":
    case "local":
      if (!isAtVisibility(reader)) break;
      return reader.isWord("message", reader.index + 1) ? parseMessage(reader, depth + 1) : parseEnum(reader);
  }
  return parseEmpty(reader) ?? parseField(reader, { where: "in a message", depth, siblings: [elements] });
}

/** `oneof kind { … }`. protoc reads neither an empty one nor a stray `;` in it. */
function parseOneof(
  reader: TokenReader,
  siblings: readonly MessageElement[],
  depth: number,
): OneofNode | undefined {
  const first = reader.index++;
  const name = reader.takeIdentifier("the oneof's name");
  if (name === undefined) return undefined;
  const body = parseBody<OneofNode["body"][number]>(reader, "after the oneof's name", (elements) =>
    reader.isWord("option")
      ? parseOption(reader)
      : parseField(reader, { where: "in a oneof", depth, siblings: [siblings, elements] }),
  );
  return body && { kind: "oneof", first, last: reader.last, name, body };
}

/** `extend Foo { … }`. `depth` is that of the message around it, or 0. It is read like a oneof. */
export function parseExtend(reader: TokenReader, depth: number): ExtendNode | undefined {
  const first = reader.index++;
  if (isScalar(reader, "an extend block needs")) return undefined;
  const extendee = reader.takeReference("the message to extend");
  if (extendee === undefined) return undefined;
  const body = parseBody<ExtendNode["body"][number]>(reader, "after the message to extend", (fields) =>
    parseField(reader, { where: "in an extend block", depth, siblings: [fields] }),
  );
  if (body === undefined) return undefined;
  const { last } = reader;
  if (reader.isSymbol("{", last - 1) && reader.isSymbol("}", last))
    reader.error(reader.spanOf(last - 1, last), "an extend block needs at least one field");
  return { kind: "extend", first, last, extendee, body };
}

function parseField(
  reader: TokenReader,
  place: FieldPlace,
): FieldNode | GroupNode | MapFieldNode | undefined {
  if (isMisplaced(reader, place.where)) return undefined;
  const first = reader.index;
  const label = parseLabel(reader);
  if (reader.isWord("group")) return parseGroup(reader, first, label, place);
  if (reader.isWord("map") && reader.isSymbol("<", reader.index + 1))
    return parseMapField(reader, first, label, place);
  if (label !== undefined && isAtSecondLabel(reader))
    return reader.unexpected("the field's type", "a field has one label");
  if (label === undefined && isAtFieldWithoutType(reader)) {
    const name = reader.word();
    const hint = `write \`string ${name} = ${nextNumber(place.siblings) ?? 1};\`, say`;
    return reader.error(reader.spanOf(first), `the field \`${name}\` has no type`, hint);
  }
  const type = takeType(reader, "the field's type", reader.isSymbol(";") ? "leave out the `;`" : undefined);
  if (type === undefined) return undefined;
  const rest = parseRestOfField(reader, place);
  return rest && { kind: "field", first, last: reader.last, label, type, ...rest };
}

const LABELS: ReadonlySet<string> = new Set<LabelKeyword>(["optional", "required", "repeated"]);

function parseLabel(reader: TokenReader): LabelNode | undefined {
  const word = reader.word();
  if (!LABELS.has(word)) return undefined;
  const index = reader.index++;
  return { kind: "label", first: index, last: index, value: word as LabelKeyword };
}

/** Whether a label is next, and not a type that is named so: then type and name would still follow. */
function isAtSecondLabel(reader: TokenReader): boolean {
  const { index } = reader;
  return LABELS.has(reader.word()) && reader.word(index + 1) !== "" && !reader.isSymbol("=", index + 2);
}

/** Whether `name =` is next. */
function isAtFieldWithoutType(reader: TokenReader): boolean {
  return reader.word() !== "" && !SCALAR_TYPES.has(reader.word()) && reader.isSymbol("=", reader.index + 1);
}

function parseMapField(
  reader: TokenReader,
  first: number,
  label: LabelNode | undefined,
  place: FieldPlace,
): MapFieldNode | undefined {
  const map = reader.index;
  reader.index += 2;
  const keyType = takeType(reader, "the map's key type");
  if (keyType === undefined || !reader.takeSymbol(",", "after the map's key type")) return undefined;
  const valueType = takeType(reader, "the map's value type");
  if (valueType === undefined) return undefined;
  const hint = reader.isSymbol("<") ? "put the inner map into a message of its own" : undefined;
  if (!reader.takeSymbol(">", "after the map's value type", hint)) return undefined;
  const type = { first: map, last: reader.last };
  const rest = parseRestOfField(reader, place);
  return rest && { kind: "map", first, last: reader.last, label, type, keyType, valueType, ...rest };
}

function parseGroup(
  reader: TokenReader,
  first: number,
  label: LabelNode | undefined,
  place: FieldPlace,
): GroupNode | undefined {
  const keyword = reader.index++;
  const name = reader.takeIdentifier("the group's name");
  if (name === undefined) return undefined;
  const number = parseFieldNumber(reader, name, place);
  if (number === undefined) return undefined;
  const options = parseCompactOptions(reader);
  const body = parseMessageBody(reader, name, "after the group", place.depth + 1);
  return body && { kind: "group", first, last: reader.last, label, keyword, name, number, options, body };
}

/** What follows a field's type. */
interface RestOfField {
  readonly name: NameNode;
  readonly number: IntValue;
  readonly options: CompactOptionsNode | undefined;
}

/** `name = 1 [deprecated = true];` */
function parseRestOfField(reader: TokenReader, place: FieldPlace): RestOfField | undefined {
  const name = reader.takeIdentifier("the field's name");
  if (name === undefined) return undefined;
  const number = parseFieldNumber(reader, name, place);
  if (number === undefined) return undefined;
  const options = parseCompactOptions(reader);
  reader.endStatement("the field");
  return { name, number, options };
}

function parseFieldNumber(
  reader: TokenReader,
  name: NameNode,
  { siblings }: FieldPlace,
): IntValue | undefined {
  if (!reader.trySymbol("=")) {
    const hint = reader.kind() === TokenKind.INT ? undefined : numberHint(name, siblings);
    return reader.unexpected("`=` and the field's number", hint);
  }
  const hint = reader.isSymbol(";") ? numberHint(name, siblings) : undefined;
  return takeFieldNumber(reader, "the field's number", hint);
}

function numberHint({ text }: NameNode, siblings: FieldPlace["siblings"]): string | undefined {
  const free = nextNumber(siblings);
  return free === undefined ? undefined : `give the field a number: \`${text} = ${free}\``;
}
