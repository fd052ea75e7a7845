import { takeFieldNumber, takeValueNumber } from "./parse-number.js";
import { parseCompactOptions } from "./parse-options.js";
import type {
  ExtensionRangesNode,
  IntValue,
  MaxNode,
  NameNode,
  RangeNode,
  ReservedNode,
  StringValue,
} from "./syntax.js";
import type { TokenReader } from "./token-reader.js";
import { TokenKind } from "./tokens.js";

/** What the ranges and names of a message or an enum are of. */
export interface Reservable {
  readonly numbers: string;
  readonly number: string;
  readonly name: string;
  takeNumber(reader: TokenReader, what: string, hint?: string): IntValue | undefined;
}

export const FIELDS: Reservable = {
  numbers: "field numbers",
  number: "a field number",
  name: "a field name",
  takeNumber: takeFieldNumber,
};

export const VALUES: Reservable = {
  numbers: "enum numbers",
  number: "an enum number",
  name: "an enum value's name",
  takeNumber: takeValueNumber,
};

/** `extensions 100 to 199, 500 to max [verification = UNVERIFIED];` */
export function parseExtensionRanges(reader: TokenReader): ExtensionRangesNode | undefined {
  const first = reader.index++;
  if (reader.isSymbol(";")) return reader.unexpected("field numbers after `extensions`");
  const ranges = parseRanges(reader, FIELDS);
  if (ranges === undefined) return undefined;
  const options = parseCompactOptions(reader);
  reader.endStatement("the extension ranges", options === undefined ? "`,` or `;`" : "`;`");
  return { kind: "extensions", first, last: reader.last, ranges, options };
}

/** `reserved 2, 9 to 11;`, `reserved "foo";` or `reserved foo;` */
export function parseReserved(reader: TokenReader, of: Reservable): ReservedNode | undefined {
  const first = reader.index++;
  const kind = reader.kind();
  if (kind === TokenKind.INT || reader.isSymbol("-")) {
    const ranges = parseRanges(reader, of);
    if (ranges === undefined) return undefined;
    reader.endStatement("the reserved numbers", "`,` or `;`");
    return { kind: "reserved", first, last: reader.last, ranges, names: [] };
  }
  if (kind !== TokenKind.STRING && kind !== TokenKind.IDENTIFIER)
    return reader.unexpected(`${of.numbers} or names after \`reserved\``);
  const names = parseNames(reader, of, kind === TokenKind.STRING);
  if (names === undefined) return undefined;
  reader.endStatement("the reserved names", "`,` or `;`");
  return { kind: "reserved", first, last: reader.last, ranges: [], names };
}

const APART = "write numbers and names in two `reserved` statements";

function parseNames(
  reader: TokenReader,
  of: Reservable,
  areStrings: boolean,
): (StringValue | NameNode)[] | undefined {
  const names: (StringValue | NameNode)[] = [];
  do {
    const hint = reader.kind() === TokenKind.INT ? APART : undefined;
    const name = areStrings ? reader.takeString(of.name, hint) : reader.takeIdentifier(of.name, hint);
    if (name === undefined) return undefined;
    names.push(name);
  } while (reader.trySymbol(","));
  return names;
}

function parseRanges(reader: TokenReader, of: Reservable): RangeNode[] | undefined {
  const ranges: RangeNode[] = [];
  do {
    const range = parseRange(reader, of);
    if (range === undefined) return undefined;
    ranges.push(range);
  } while (reader.trySymbol(","));
  return ranges;
}

function parseRange(reader: TokenReader, of: Reservable): RangeNode | undefined {
  const first = reader.index;
  const start = of.takeNumber(reader, of.number, startHint(reader));
  if (start === undefined) return undefined;
  if (!reader.tryWord("to")) return { kind: "range", first, last: reader.last, start };
  const end = takeMax(reader) ?? of.takeNumber(reader, "the range's last number or `max`");
  return end && { kind: "range", first, last: reader.last, start, end };
}

function startHint(reader: TokenReader): string | undefined {
  if (reader.isWord("max")) return "`max` is the end of a range: `1000 to max`";
  return reader.kind() === TokenKind.STRING && reader.isSymbol(",", reader.last) ? APART : undefined;
}

function takeMax(reader: TokenReader): MaxNode | undefined {
  return reader.tryWord("max") ? { kind: "max", first: reader.last, last: reader.last } : undefined;
}
