// What becomes of a value in JSON when the field that reads it is of another type than the one that wrote it
// (https://protobuf.dev/programming-guides/json/).

import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { type Misreading, misreadByBoth } from "./finding.js";
import { includesAll, type NumberType, numberType } from "./numbers.js";
import type { Element, EntryElement, Shape } from "./shape.js";

/**
 * What goes wrong between two versions of a field. Nothing does if each value arrives as it was and looks as it did:
 * JSON has readers that know nothing of protobuf, for which `5` is another value than `"5"`. What is in messages and
 * enums is compared by itself.
 */
export function jsonMisreadings(older: Shape, newer: Shape): Misreading[] {
  const before = formOf(older);
  const after = formOf(newer);
  if (before !== after) return misreadByBoth("json", `expects another form: ${before} before, ${after} now`);
  const found: [Misreading["reader"], string | undefined][] = [
    ["newer", shapeMisreading(older, newer)],
    ["older", shapeMisreading(newer, older)],
  ];
  return found.flatMap(([reader, what]) => (what === undefined ? [] : [{ reader, format: "json", what }]));
}

/** Of fields of one form. */
function shapeMisreading({ element: writer }: Shape, { element: reader }: Shape): string | undefined {
  if (writer.kind !== "entry" || reader.kind !== "entry") return valueMisreading(writer, reader);
  return keyMisreading(writer, reader) ?? valueMisreading(writer.value, reader.value);
}

function valueMisreading(writer: Element, reader: Element): string | undefined {
  const from = numberType(unwrapped(writer), "writer");
  const to = numberType(unwrapped(reader), "reader");
  return from === undefined || to === undefined || writer.kind === "enum"
    ? undefined
    : numberMisreading(from, to);
}

function numberMisreading(writer: NumberType, reader: NumberType): string | undefined {
  if (includesAll(reader, writer) && (writer.coding !== "float" || reader.coding === "float"))
    return undefined;
  if (reader.coding === "float") return "rounds numbers";
  return "refuses numbers that are none of its type";
}

/** Keys are strings in JSON, whatever they are made from. */
function keyMisreading(writer: EntryElement, reader: EntryElement): string | undefined {
  const { type } = reader.key;
  if (type === ScalarType.STRING || type === writer.key.type) return undefined;
  const from = numberType(writer.key, "writer");
  const to = numberType(reader.key, "reader");
  const isBool = (key: EntryElement["key"]) => key.type === ScalarType.BOOL;
  const fits =
    from !== undefined &&
    to !== undefined &&
    isBool(writer.key) === isBool(reader.key) &&
    includesAll(to, from);
  return fits ? undefined : "refuses keys that are none of its type";
}

/** What a field looks like in JSON; equal for fields that look alike. */
function formOf({ isList, element }: Shape): string {
  if (element.kind === "entry") return `an object of ${elementForm(element.value).many} by key`;
  const { one, many } = elementForm(element);
  return isList ? `a list of ${many}` : one;
}

interface Form {
  readonly one: string;
  readonly many: string;
}

function elementForm(element: Element): Form {
  const value = unwrapped(element);
  if (value.kind === "scalar") return scalarForm(value.type);
  if (value.kind === "enum" && value.type.typeName !== "google.protobuf.NullValue")
    return { one: "a name", many: "names" };
  const special = value.kind === "entry" ? undefined : SPECIAL_FORMS.get(value.type.typeName);
  return special ?? { one: "an object", many: "objects" };
}

function scalarForm(type: ScalarType): Form {
  switch (type) {
    case ScalarType.BOOL:
      return { one: "a boolean", many: "booleans" };
    case ScalarType.STRING:
      return { one: "a string", many: "strings" };
    case ScalarType.BYTES:
      return { one: "base64", many: "base64" };
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return { one: "a number in quotes", many: "numbers in quotes" };
    default:
      return { one: "a number", many: "numbers" };
  }
}

/** Well-known types with a form of their own. */
const SPECIAL_FORMS: ReadonlyMap<string, Form> = new Map([
  ["google.protobuf.Any", { one: "an object with its type", many: "objects with their types" }],
  ["google.protobuf.Duration", { one: "a duration", many: "durations" }],
  ["google.protobuf.FieldMask", { one: "paths in a string", many: "paths in strings" }],
  ["google.protobuf.ListValue", { one: "a list of any values", many: "lists of any values" }],
  ["google.protobuf.NullValue", { one: "null", many: "nulls" }],
  ["google.protobuf.Struct", { one: "an object of any values", many: "objects of any values" }],
  ["google.protobuf.Timestamp", { one: "a time", many: "times" }],
  ["google.protobuf.Value", { one: "any value", many: "any values" }],
]);

const WRAPPER = /^google\.protobuf\.(Double|Float|U?Int(32|64)|Bool|String|Bytes)Value$/;

/** A wrapper is in JSON what it wraps. */
function unwrapped(element: Element): Element {
  if (element.kind !== "message" || !WRAPPER.test(element.type.typeName)) return element;
  const scalar = scalarIn(element.type);
  return scalar === undefined ? element : { kind: "scalar", type: scalar, verifiesUtf8: true };
}

function scalarIn(wrapper: DescMessage): ScalarType | undefined {
  const [value] = wrapper.fields;
  return value?.fieldKind === "scalar" ? value.scalar : undefined;
}
