import { type DescEnum, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { Member } from "./version.js";

/** What a field holds, told apart as the wire and JSON tell it apart. */
export interface Shape {
  readonly isList: boolean;
  /** Whether a list's numbers are written one behind the other in one record. */
  readonly isPacked: boolean;
  readonly element: Element;
}

/** What a field holds one of, or a list of. A map is a list of entries. */
export type Element = ValueElement | EntryElement;

type ValueElement = ScalarElement | EnumElement | MessageElement;

interface ScalarElement {
  readonly kind: "scalar";
  readonly type: ScalarType;
  /** Of a string: whether bytes that are not UTF-8 are refused. */
  readonly verifiesUtf8: boolean;
}

interface EnumElement {
  readonly kind: "enum";
  readonly type: DescEnum;
}

interface MessageElement {
  readonly kind: "message";
  readonly type: DescMessage;
  /** Written between a start and an end tag, as groups are, and not behind its length. */
  readonly isDelimited: boolean;
}

export interface EntryElement {
  readonly kind: "entry";
  readonly key: ScalarElement;
  readonly value: ValueElement;
}

export function shapeOf(field: Member): Shape {
  const isList = field.fieldKind === "list" || field.fieldKind === "map";
  return { isList, isPacked: field.fieldKind === "list" && field.packed, element: elementOf(field) };
}

function elementOf(field: Member): Element {
  const value = valueIn(field);
  if (field.fieldKind !== "map") return value;
  return { kind: "entry", key: scalarElement(field.mapKey, field), value };
}

function valueIn(field: Member): ValueElement {
  const { message, enum: enumeration, scalar } = field;
  if (message !== undefined)
    return { kind: "message", type: message, isDelimited: field.delimitedEncoding === true };
  if (enumeration !== undefined) return { kind: "enum", type: enumeration };
  return scalarElement(scalar, field);
}

function scalarElement(type: ScalarType, { utf8Validation }: Member): ScalarElement {
  return { kind: "scalar", type, verifiesUtf8: utf8Validation };
}

/** The two parts of a map's entry, or of a message that is written like one. */
export function entryParts(element: Element): Pick<EntryElement, "key" | "value"> | undefined {
  if (element.kind === "entry") return element;
  if (element.kind !== "message" || element.isDelimited || element.type.fields.length !== 2) return undefined;
  const [first, second] = element.type.fields;
  const [key, value] = first.number < second.number ? [first, second] : [second, first];
  if (key.number !== 1 || value.number !== 2 || key.fieldKind !== "scalar") return undefined;
  if (value.fieldKind === "list" || value.fieldKind === "map") return undefined;
  return { key: scalarElement(key.scalar, key), value: valueIn(value) };
}

/** As one would write it: `repeated int32`, `map<string, a.B>`. */
export function shapeText({ isList, element }: Shape): string {
  return isList && element.kind !== "entry" ? `repeated ${elementText(element)}` : elementText(element);
}

export function elementText(element: Element): string {
  switch (element.kind) {
    case "scalar":
      return ScalarType[element.type].toLowerCase();
    case "entry":
      return `map<${elementText(element.key)}, ${elementText(element.value)}>`;
    default:
      return element.type.typeName;
  }
}
