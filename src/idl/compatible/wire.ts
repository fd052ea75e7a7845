// What becomes of a value on the wire when the field that reads it is of another type than the one that wrote it
// (https://protobuf.dev/programming-guides/encoding/ and "Updating A Message Type" of the language guides).

import { ScalarType } from "@bufbuild/protobuf";
import type { Misreading } from "./finding.js";
import { includesAll, type NumberType, numberType } from "./numbers.js";
import { type Element, entryParts, type Shape } from "./shape.js";

/**
 * What goes wrong between two versions of a field. Nothing does if each value arrives as it was. Messages are taken to
 * be read as they were written, and so are enums by enums: what is in them is compared by itself. Packing alone never
 * matters: every reader of a list takes both forms (since protobuf 2.3).
 */
export function wireMisreadings(older: Shape, newer: Shape): Misreading[] {
  const found: [Misreading["reader"], string | undefined][] = [
    ["newer", shapeMisreading(older, newer)],
    ["older", shapeMisreading(newer, older)],
  ];
  return found.flatMap(([reader, what]) => (what === undefined ? [] : [{ reader, format: "wire", what }]));
}

function shapeMisreading(writer: Shape, reader: Shape): string | undefined {
  const wrong = elementMisreading(writer, reader);
  if (wrong !== undefined || !writer.isList) return wrong;
  if (reader.isList)
    return isEntry(reader) && !isEntry(writer) ? "drops entries whose key comes again" : undefined;
  const { kind } = writer.element;
  return kind === "message" || kind === "entry"
    ? "merges several messages into one"
    : "keeps only the last of several values";
}

function isEntry({ element }: Shape): boolean {
  return element.kind === "entry";
}

const SKIPPED = "skips what the other wrote";

function elementMisreading(writer: Shape, reader: Shape): string | undefined {
  const written = recordType(writer.element);
  const expected = recordType(reader.element);
  const takesPacked = reader.isList && expected !== "bytes" && expected !== "group";
  if (writer.isPacked && !takesPacked)
    return expected === "bytes"
      ? `takes a list of numbers for ${noun(reader.element)}`
      : "skips packed lists";
  if (written === expected) return valueMisreading(writer.element, reader.element);
  if (writer.isPacked) return "reads other numbers";
  return written === "bytes" && takesPacked ? `takes ${noun(writer.element)} for a list of numbers` : SKIPPED;
}

type RecordType = "varint" | "32-bit" | "64-bit" | "bytes" | "group";

function recordType(element: Element): RecordType {
  if (element.kind === "message" && element.isDelimited) return "group";
  return numberType(element, "reader")?.wire ?? "bytes";
}

/** Of values whose records are of one type. */
function valueMisreading(writer: Element, reader: Element): string | undefined {
  const written = numberType(writer, "writer");
  const expected = numberType(reader, "reader");
  if (written !== undefined && expected !== undefined) {
    if (writer.kind === "enum" && reader.kind === "enum") return undefined;
    return numberMisreading(written, expected) ?? closedMisreading(written, reader);
  }
  if (writer.kind === "entry" || reader.kind === "entry") return entryMisreading(writer, reader);
  if (writer.kind === "scalar" && reader.kind === "scalar") {
    if (writer.type === ScalarType.STRING || reader.type === ScalarType.BYTES) return undefined;
    return reader.verifiesUtf8
      ? "refuses bytes that are not UTF-8"
      : "takes bytes that are not UTF-8 for text";
  }
  return isMessage(writer) && isMessage(reader) ? undefined : `takes ${noun(writer)} for ${noun(reader)}`;
}

function numberMisreading(writer: NumberType, reader: NumberType): string | undefined {
  if (writer.coding !== reader.coding) return "reads other numbers";
  if (includesAll(reader, writer)) return undefined;
  if (reader.max === 1n) return "reads every number but 0 as true";
  const is32Bit = ({ min, max }: NumberType) => -(2n ** 31n) <= min && max < 2n ** 32n;
  if (is32Bit(reader) && !is32Bit(writer)) return "cuts numbers off at 32 bits";
  return writer.min < reader.min
    ? "reads negative numbers as large ones"
    : "reads large numbers as negative ones";
}

function closedMisreading(writer: NumberType, reader: Element): string | undefined {
  if (reader.kind !== "enum" || reader.type.open) return undefined;
  const isKnown = (number: number) => reader.type.value[number] !== undefined;
  if (writer.min === 0n && writer.max === 1n && isKnown(0) && isKnown(1)) return undefined;
  return `drops numbers that \`${reader.type.typeName}\` does not have`;
}

/** Where at least one of the two is a map's; messages of a key and a value are written like one. */
function entryMisreading(writer: Element, reader: Element): string | undefined {
  const written = entryParts(writer);
  const expected = entryParts(reader);
  if (written === undefined || expected === undefined) return `takes ${noun(writer)} for ${noun(reader)}`;
  return partMisreading(written.key, expected.key) ?? partMisreading(written.value, expected.value);
}

function partMisreading(writer: Element, reader: Element): string | undefined {
  const single = (element: Element) => ({ isList: false, isPacked: false, element });
  return elementMisreading(single(writer), single(reader));
}

function isMessage(element: Element): boolean {
  return element.kind === "message";
}

/** What a record of bytes, or a group, is. */
function noun(element: Element): string {
  if (element.kind === "entry") return "an entry of a map";
  if (element.kind === "scalar") return element.type === ScalarType.STRING ? "text" : "bytes";
  return "an encoded message";
}
