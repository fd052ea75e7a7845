import { parseMessageLiteral, parseScalar } from "./parse-literal.js";
import type {
  CompactOptionsNode,
  OptionNameNode,
  OptionNamePart,
  OptionNode,
  OptionValue,
} from "./syntax.js";
import type { TokenReader } from "./token-reader.js";

/** `option name = value;` */
export function parseOption(reader: TokenReader): OptionNode | undefined {
  const first = reader.index++;
  const option = parseAssignment(reader, first, undefined);
  if (option === undefined) return undefined;
  reader.endStatement("the option");
  return { ...option, last: reader.last };
}

/** `[name = value, name = value]`, if a `[` is next. What cannot be read is told and left out. */
export function parseCompactOptions(reader: TokenReader): CompactOptionsNode | undefined {
  const first = reader.index;
  if (!reader.trySymbol("[")) return undefined;
  const options: OptionNode[] = [];
  do {
    const hint = options.length === 0 ? "leave out the brackets" : "leave out the `,` in front";
    const option = parseAssignment(reader, reader.index, reader.isSymbol("]") ? hint : undefined);
    if (option === undefined) {
      reader.skipBrackets();
      return { kind: "compactOptions", first, last: reader.last, options };
    }
    options.push(option);
  } while (reader.trySymbol(","));
  if (!reader.trySymbol("]")) {
    reader.unexpected("`,` or `]` after the option");
    reader.skipBrackets();
  }
  return { kind: "compactOptions", first, last: reader.last, options };
}

/** `name = value`. The option begins with the token `first`. */
function parseAssignment(
  reader: TokenReader,
  first: number,
  hint: string | undefined,
): OptionNode | undefined {
  const name = parseOptionName(reader, hint);
  if (name === undefined) return undefined;
  if (!reader.trySymbol("="))
    return reader.unexpected("`=` after the option's name", valueHint(reader, name));
  const value = parseOptionValue(reader);
  return value && { kind: "option", first, last: reader.last, name, value };
}

function valueHint(reader: TokenReader, { first, parts }: OptionNameNode): string | undefined {
  if (reader.isWord("option", first)) return "leave out `option` between brackets";
  const [{ name, isExtension }] = parts;
  if (parts.length > 1 || !(reader.isSymbol("]") || reader.isSymbol(","))) return undefined;
  return isExtension ? `write \`(${name}) = true\`` : `write \`${name} = true\``;
}

function parseOptionName(reader: TokenReader, hint: string | undefined): OptionNameNode | undefined {
  const first = reader.index;
  const parts: OptionNamePart[] = [];
  let what = "the option's name";
  do {
    const part = parseOptionNamePart(reader, what, hint);
    if (part === undefined) return undefined;
    parts.push(part);
    what = "a name after `.`";
  } while (reader.trySymbol("."));
  return { kind: "optionName", first, last: reader.last, parts };
}

function parseOptionNamePart(
  reader: TokenReader,
  what: string,
  hint: string | undefined,
): OptionNamePart | undefined {
  const first = reader.index;
  const isExtension = reader.trySymbol("(");
  const name = isExtension ? reader.takeReference("the extension's name") : reader.takeIdentifier(what, hint);
  if (name === undefined) return undefined;
  if (isExtension && !reader.takeSymbol(")", "after the extension's name")) return undefined;
  return { kind: "optionNamePart", first, last: reader.last, name: name.text, isExtension };
}

function parseOptionValue(reader: TokenReader): OptionValue | undefined {
  if (reader.isSymbol("{")) return parseBraced(reader);
  let hint: string | undefined;
  if (reader.isSymbol("<")) hint = "write `{ … }`";
  if (reader.isSymbol("[")) hint = "to set several values, give the option several times";
  return parseScalar(reader, "the option's value", /^(?:inf|nan)$/, hint);
}

/** Reads a message literal; what is wrong in it ends with it. */
function parseBraced(reader: TokenReader): OptionValue | undefined {
  const open = reader.index;
  const literal = parseMessageLiteral(reader, 1);
  if (literal === undefined) reader.index = (reader.closeOf(open) ?? open) + 1;
  return literal;
}
