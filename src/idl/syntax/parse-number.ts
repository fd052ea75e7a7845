import { intMagnitude } from "./number-literal.js";
import type { IntValue } from "./syntax.js";
import type { TokenReader } from "./token-reader.js";
import { TokenKind } from "./tokens.js";

const FIELD_NUMBERS = "field numbers are 1 to 536870911";

/** Takes the number of a field or of a range's end: one that fits into 32 bits. `what` is "the field's number", say. */
export function takeFieldNumber(reader: TokenReader, what: string, hint?: string): IntValue | undefined {
  if (reader.kind() !== TokenKind.INT)
    return reader.unexpected(what, reader.isSymbol("-") ? FIELD_NUMBERS : hint);
  const magnitude = intMagnitude(reader.tokens.textOf(reader.index));
  if (magnitude === undefined || magnitude > 0x7fff_ffff) {
    const { tokens, index } = reader;
    const message = `field number ${tokens.textOf(index)} is too large`;
    return reader.error(reader.spanOf(index), message, FIELD_NUMBERS);
  }
  const index = reader.index++;
  return { kind: "int", first: index, last: index, isNegative: false, magnitude };
}

/** Takes the number of an enum value, or of a range of them: one that fits into 32 bits with its sign. */
export function takeValueNumber(reader: TokenReader, what: string, hint?: string): IntValue | undefined {
  const first = reader.index;
  const isNegative = reader.isSymbol("-");
  const last = isNegative ? first + 1 : first;
  if (reader.kind(last) !== TokenKind.INT) {
    reader.index = last;
    return reader.unexpected(what, hint);
  }
  const literal = reader.tokens.textOf(last);
  const magnitude = intMagnitude(literal);
  if (magnitude === undefined || magnitude > (isNegative ? 0x8000_0000 : 0x7fff_ffff)) {
    const message = `\`${isNegative ? "-" : ""}${literal}\` is out of range for an enum value`;
    return reader.error(reader.spanOf(first, last), message, "it takes -2147483648 to 2147483647");
  }
  reader.index = last + 1;
  return { kind: "int", first, last, isNegative, magnitude };
}
