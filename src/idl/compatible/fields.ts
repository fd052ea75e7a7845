import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { defaultJsonName } from "../describe/json-name.js";
import type { InnerTypes } from "./comparison.js";
import { type Difference, difference } from "./difference.js";
import { byBreakage, type Misreading } from "./finding.js";
import { jsonMisreadings } from "./json.js";
import type { RuleName } from "./rules.js";
import { type Element, elementText, entryParts, type Shape, shapeOf, shapeText } from "./shape.js";
import type { Member } from "./version.js";
import { wireMisreadings } from "./wire.js";

// Fields of one number in two versions of a message, and extensions, which are fields declared elsewhere.

/** ``field 3 `size` of `a.Dir` `` */
export function memberText(member: Member): string {
  const { number } = member;
  return member.kind === "extension"
    ? `extension ${number} \`${member.typeName}\` of \`${member.extendee.typeName}\``
    : `field ${number} \`${member.name}\` of \`${member.parent.typeName}\``;
}

/** The message that it is a part of. */
export function ownerOf(member: Member): DescMessage {
  return member.kind === "extension" ? member.extendee : member.parent;
}

/** The name that no other member of the message has. */
export function memberName(member: Member): string {
  return member.kind === "extension" ? member.typeName : member.name;
}

/** What of the contents of fields one version reads otherwise than the other wrote it. */
export interface ShapeComparison {
  readonly misreadings: readonly Misreading[];
  /** The messages, or the enums, that are read as each other: what is in them is still to be compared. */
  readonly inner?: InnerTypes;
}

export function compareShapes(older: Member, newer: Member): ShapeComparison {
  const before = shapeOf(older);
  const after = shapeOf(newer);
  return {
    misreadings: [...wireMisreadings(before, after), ...jsonMisreadings(before, after)],
    inner: innerTypes(before.element, after.element),
  };
}

function innerTypes(before: Element, after: Element): InnerTypes | undefined {
  if (before.kind === "message" && after.kind === "message") return [before.type, after.type];
  if (before.kind === "enum" && after.kind === "enum") return [before.type, after.type];
  if (before.kind !== "entry" && after.kind !== "entry") return undefined;
  const older = entryParts(before);
  const newer = entryParts(after);
  return older && newer && innerTypes(older.value, newer.value);
}

/** What follows from what fields hold; the misreadings are those of the fields and of the types within. */
export function shapeDifferences(
  older: Member,
  newer: Member,
  misreadings: readonly Misreading[],
): Difference[] {
  const rule = shapeRule(shapeOf(older), shapeOf(newer));
  return byBreakage(misreadings).map((group) => {
    const isOnWire = group.some(({ format }) => format === "wire");
    return difference(
      isOnWire ? rule : "field-json-type-changed",
      shapeChange(older, newer),
      group,
      older,
      newer,
    );
  });
}

function shapeRule(before: Shape, after: Shape): RuleName {
  if (elementText(before.element) !== elementText(after.element)) return "field-type-changed";
  return before.isList === after.isList ? "field-encoding-changed" : "field-cardinality-changed";
}

function shapeChange(older: Member, newer: Member): string {
  const before = shapeOf(older);
  const after = shapeOf(newer);
  if (shapeText(before) !== shapeText(after))
    return `${memberText(older)} changed from ${shapeText(before)} to ${shapeText(after)}`;
  const [was, is] = isDelimited(before) ? ["delimited", "length-prefixed"] : ["length-prefixed", "delimited"];
  return `${memberText(older)} is ${is} now instead of ${was}`;
}

function isDelimited({ element }: Shape): boolean {
  return element.kind === "message" && element.isDelimited;
}

/** Another name for what is the same field: JSON goes by names. */
export function compareKeys(older: Member, newer: Member): Difference[] {
  const misreadings = keyMisreadings(older, newer);
  if (misreadings.length === 0) return [];
  if (memberName(older) === memberName(newer)) {
    const change = `the JSON name of ${memberText(older)} changed from \`${jsonKey(older)}\` to \`${jsonKey(newer)}\``;
    return [difference("field-json-name-changed", change, misreadings, older, newer)];
  }
  const isExtension = newer.kind === "extension" && older.kind !== "extension";
  const change = `${memberText(older)} is ${isExtension ? "extension " : ""}\`${memberName(newer)}\` now`;
  return [difference("field-renamed", change, misreadings, older, newer)];
}

export function keyMisreadings(older: Member, newer: Member): Misreading[] {
  const skips = (reader: Member, writer: Member) =>
    keysRead(reader).includes(jsonKey(writer)) ? [] : [jsonKey(writer)];
  return [
    ...skips(newer, older).map(
      (key) => ({ reader: "newer", format: "json", what: `skips \`${key}\`` }) as const,
    ),
    ...skips(older, newer).map(
      (key) => ({ reader: "older", format: "json", what: `skips \`${key}\`` }) as const,
    ),
  ];
}

/** What writers call the field. */
function jsonKey(member: Member): string {
  return member.jsonName || defaultJsonName(member.name);
}

/** Readers take the name in the `.proto` file as well. */
function keysRead(member: Member): string[] {
  return member.kind === "extension" ? [jsonKey(member)] : [jsonKey(member), member.name];
}

/** Whether strings that are not UTF-8 are refused: it differs between proto2 and the rest, and by feature. */
export function compareUtf8(older: Member, newer: Member): Difference[] {
  const before = strictStrings(shapeOf(older).element);
  const after = strictStrings(shapeOf(newer).element);
  if (before === undefined || after === undefined || before === after) return [];
  const misreading: Misreading = {
    reader: after ? "newer" : "older",
    format: "wire",
    what: "refuses strings that are not UTF-8",
  };
  const change = `${memberText(older)} ${after ? "has to be" : "need no longer be"} UTF-8`;
  return [difference("field-utf8-changed", change, [misreading], older, newer)];
}

/** Whether the strings in it are verified; undefined if there are none. */
function strictStrings(element: Element): boolean | undefined {
  if (element.kind === "entry") return strictStrings(element.key) ?? strictStrings(element.value);
  return element.kind === "scalar" && element.type === ScalarType.STRING ? element.verifiesUtf8 : undefined;
}
