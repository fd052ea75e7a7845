import { intMagnitude } from "./number-literal.js";
import type {
  FloatValue,
  IntValue,
  ListLiteral,
  LiteralField,
  LiteralFieldName,
  MessageLiteral,
  OptionValue,
} from "./syntax.js";
import type { TokenReader } from "./token-reader.js";
import { TokenKind } from "./tokens.js";

/** Message literals nest at most so deep: by default no reader of encoded messages goes deeper. */
export const LITERAL_DEPTH_MAX = 100;

/** Reads a number, a string or an identifier. `signed` are the identifiers that can have a `-` in front. */
export function parseScalar(
  reader: TokenReader,
  what: string,
  signed: RegExp,
  hint?: string,
): OptionValue | undefined {
  const first = reader.index;
  const isNegative = reader.trySymbol("-");
  switch (reader.kind()) {
    case TokenKind.INT:
      return parseIntValue(reader, first, isNegative);
    case TokenKind.FLOAT:
      return floatValue(reader, first, isNegative);
    case TokenKind.IDENTIFIER: {
      const text = reader.word();
      if (isNegative && !signed.test(text)) return reader.unexpected("a number after `-`");
      reader.index++;
      return { kind: "identifier", first, last: reader.last, isNegative, text };
    }
    default:
      return isNegative ? reader.unexpected("a number after `-`") : reader.takeString(what, hint);
  }
}

/** A decimal number beyond 64 bits counts as one with a fraction. */
function parseIntValue(
  reader: TokenReader,
  first: number,
  isNegative: boolean,
): IntValue | FloatValue | undefined {
  const literal = reader.tokens.textOf(reader.index);
  const magnitude = intMagnitude(literal);
  if (magnitude === undefined) {
    if (!literal.startsWith("0")) return floatValue(reader, first, isNegative);
    return reader.error(reader.spanOf(reader.index), `${reader.shown()} does not fit into 64 bits`);
  }
  const last = reader.index++;
  return { kind: "int", first, last, isNegative, magnitude };
}

function floatValue(reader: TokenReader, first: number, isNegative: boolean): FloatValue {
  const last = reader.index++;
  return { kind: "float", first, last, isNegative, magnitude: Number(reader.tokens.textOf(last)) };
}

/** `{ … }` or `< … >` in text format (https://protobuf.dev/reference/protobuf/textformat-spec/). `depth` counts from 1. */
export function parseMessageLiteral(reader: TokenReader, depth: number): MessageLiteral | undefined {
  const first = reader.index;
  if (depth > LITERAL_DEPTH_MAX) {
    const hint = `${LITERAL_DEPTH_MAX} levels are allowed`;
    return reader.error(reader.spanOf(first), "messages are nested too deep", hint);
  }
  const close = reader.isSymbol("{") ? "}" : ">";
  reader.index++;
  const fields: LiteralField[] = [];
  while (!reader.trySymbol(close)) {
    if (reader.isAtEnd && close === "}") return reader.notClosed(first);
    const field = parseField(reader, close, depth);
    if (field === undefined) return undefined;
    fields.push(field);
    if (!reader.trySymbol(",")) reader.trySymbol(";");
  }
  return { kind: "message-literal", first, last: reader.last, fields };
}

function parseField(reader: TokenReader, close: string, depth: number): LiteralField | undefined {
  const first = reader.index;
  const name = parseFieldName(reader, close);
  if (name === undefined) return undefined;
  const hasColon = reader.trySymbol(":");
  const isMessage = reader.isSymbol("{") || reader.isSymbol("<");
  const isList = reader.isSymbol("[");
  if (!hasColon && !isMessage && !isList) return reader.unexpected(`\`:\` after \`${name.name}\``);
  const at = reader.index;
  const value = isList
    ? parseList(reader, depth)
    : parseValue(reader, `a value after \`${name.name}:\``, depth);
  if (value?.kind === "list" && !hasColon && !value.values.every(({ kind }) => kind === "message-literal"))
    reader.error(reader.spanOf(at), `expected \`:\` after \`${name.name}\`, found \`[\``, ONLY_MESSAGES);
  return value && { kind: "literalField", first, last: reader.last, name, value };
}

const ONLY_MESSAGES = "the colon can be left out only before messages and lists of them";

function parseFieldName(reader: TokenReader, close: string): LiteralFieldName | undefined {
  const first = reader.index;
  if (!reader.trySymbol("[")) {
    const name = reader.takeIdentifier(`a field's name or \`${close}\``);
    return name && { kind: "literalFieldName", first, last: first, name: name.text, form: "field" };
  }
  const extension = reader.takeName("the extension's name");
  if (extension === undefined) return undefined;
  const isAny = reader.trySymbol("/");
  const message = isAny ? reader.takeName("the message's name after `/`") : undefined;
  if (isAny && message === undefined) return undefined;
  if (!reader.takeSymbol("]", isAny ? "after the message's name" : "after the extension's name"))
    return undefined;
  const name = message === undefined ? extension.text : `${extension.text}/${message.text}`;
  return { kind: "literalFieldName", first, last: reader.last, name, form: isAny ? "any" : "extension" };
}

function parseValue(reader: TokenReader, what: string, depth: number): OptionValue | undefined {
  if (reader.isSymbol("{") || reader.isSymbol("<")) return parseMessageLiteral(reader, depth + 1);
  return parseScalar(reader, what, /^(?:inf|infinity|nan)$/i);
}

function parseList(reader: TokenReader, depth: number): ListLiteral | undefined {
  const first = reader.index++;
  const values: OptionValue[] = [];
  if (reader.trySymbol("]")) return { kind: "list", first, last: reader.last, values };
  do {
    const value = parseValue(reader, "a value", depth);
    if (value === undefined) return undefined;
    values.push(value);
  } while (reader.trySymbol(","));
  if (!reader.trySymbol("]")) return reader.unexpected("`,` or `]` after the value");
  return { kind: "list", first, last: reader.last, values };
}
