import type { VisibilityNode } from "./syntax.js";
import type { TokenReader } from "./token-reader.js";

/** Whether `export message A` or the like is next. Neither word is reserved: both can also be the name of a type. */
export function isAtVisibility(reader: TokenReader): boolean {
  const { index } = reader;
  return (
    (reader.isWord("export") || reader.isWord("local")) &&
    (reader.isWord("message", index + 1) || reader.isWord("enum", index + 1)) &&
    reader.word(index + 2) !== ""
  );
}

/** `export` or `local`, if that is next. */
export function parseVisibility(reader: TokenReader): VisibilityNode | undefined {
  if (!isAtVisibility(reader)) return undefined;
  const index = reader.index++;
  return {
    kind: "visibility",
    first: index,
    last: index,
    value: reader.isWord("export", index) ? "export" : "local",
  };
}
