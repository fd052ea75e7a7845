import { isMisplaced } from "./misplaced.js";
import { parseBody, parseEmpty } from "./parse-body.js";
import { takeValueNumber } from "./parse-number.js";
import { parseCompactOptions, parseOption } from "./parse-options.js";
import { parseReserved, VALUES } from "./parse-ranges.js";
import { parseVisibility } from "./parse-visibility.js";
import type { EnumNode, EnumValueNode } from "./syntax.js";
import type { TokenReader } from "./token-reader.js";

type EnumElement = EnumNode["body"][number];

/** `enum Corpus { … }` */
export function parseEnum(reader: TokenReader): EnumNode | undefined {
  const first = reader.index;
  const visibility = parseVisibility(reader);
  reader.index++;
  const name = reader.takeIdentifier("the enum's name");
  if (name === undefined) return undefined;
  const body = parseBody<EnumElement>(reader, "after the enum's name", () => parseEnumElement(reader));
  return body && { kind: "enum", first, last: reader.last, visibility, name, body };
}

function parseEnumElement(reader: TokenReader): EnumElement | undefined {
  if (reader.isWord("option")) return parseOption(reader);
  if (reader.isWord("reserved")) return parseReserved(reader, VALUES);
  return parseEmpty(reader) ?? parseEnumValue(reader);
}

function parseEnumValue(reader: TokenReader): EnumValueNode | undefined {
  if (isMisplaced(reader, "in an enum")) return undefined;
  const first = reader.index;
  const name = reader.takeIdentifier("the value's name");
  if (name === undefined) return undefined;
  if (!reader.trySymbol("=")) {
    const hint = reader.word() === "" ? undefined : "enum values have no type";
    return reader.unexpected("`=` and the value's number", hint);
  }
  const number = takeValueNumber(reader, "the value's number");
  if (number === undefined) return undefined;
  const options = parseCompactOptions(reader);
  reader.endStatement("the enum value");
  return { kind: "enumValue", first, last: reader.last, name, number, options };
}
