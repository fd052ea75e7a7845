import { scalarText } from "../text/articles.js";
import { SCALAR_TYPES } from "./scalar-types.js";
import type { NameNode } from "./syntax.js";
import type { TokenReader } from "./token-reader.js";

/** Takes a scalar type's keyword, or the name of a message or an enum. */
export function takeType(reader: TokenReader, what: string, hint?: string): NameNode | undefined {
  const word = reader.word();
  if (word === "group") return reader.unexpected(what, hint);
  // A map is read before; what is left is a type of that name, which protoc knows without dots only.
  if (SCALAR_TYPES.has(word) || word === "map") return reader.takeIdentifier(what);
  return reader.takeReference(what, hint);
}

/** Tells, if a scalar type is next where a message is needed. `needed` is "an rpc takes", say. */
export function isScalar(reader: TokenReader, needed: string, hint?: (type: string) => string): boolean {
  const word = reader.word();
  if (!SCALAR_TYPES.has(word)) return false;
  const message = `${needed} a message, not ${scalarText(word)}`;
  reader.error(reader.spanOf(reader.index), message, hint?.(word));
  return true;
}
