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

/** Takes the name of a message. */
export function takeMessageType(reader: TokenReader, what: string, hint?: string): NameNode | undefined {
  const word = reader.word();
  if (!SCALAR_TYPES.has(word) && word !== "group") return reader.takeReference(what, hint);
  return reader.unexpected(what, `\`${word}\` is not a message`);
}
