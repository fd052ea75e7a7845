import type { EmptyNode } from "./syntax.js";
import type { TokenReader } from "./token-reader.js";
import { TokenKind } from "./tokens.js";

/**
 * Reads `{ … }`. `parseElement` reads one element, is given those before it, and returns undefined where it told of
 * something: what is left of that statement is passed over. `after` is "after the enum's name", say. Undefined without `{`.
 */
export function parseBody<T>(
  reader: TokenReader,
  after: string,
  parseElement: (elements: readonly T[]) => T | undefined,
  hint?: string,
): readonly T[] | undefined {
  const open = reader.index;
  // Without `{`, what follows in the next line is taken for the body.
  const hasOpen = reader.takeSymbol("{", after, hint);
  if (!hasOpen && (reader.kind() !== TokenKind.IDENTIFIER || !reader.isFirstOnLine())) return undefined;
  const elements: T[] = [];
  while (!reader.trySymbol("}")) {
    if (reader.isAtEnd) {
      if (hasOpen) reader.notClosed(open);
      break;
    }
    const start = reader.index;
    const element = parseElement(elements);
    if (element !== undefined) elements.push(element);
    else reader.skipStatement(start);
  }
  return elements;
}

/** A `;` without a statement, if one is next. */
export function parseEmpty(reader: TokenReader): EmptyNode | undefined {
  return reader.trySymbol(";") ? { kind: "empty", first: reader.last, last: reader.last } : undefined;
}
