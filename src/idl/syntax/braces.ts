import { TokenKind, type Tokens } from "./tokens.js";

/** For each token that is a `{`, the index of the `}` that closes it; 0 for those without, and for all other tokens. */
export function closingBraces(tokens: Tokens): Int32Array {
  const closing = new Int32Array(tokens.length);
  const open: number[] = [];
  for (let index = 0; index < tokens.length; index++) {
    if (tokens.kind(index) !== TokenKind.SYMBOL) continue;
    const symbol = tokens.text[tokens.start(index)];
    if (symbol === "{") open.push(index);
    else if (symbol === "}" && open.length > 0) closing[open.pop()!] = index;
  }
  return closing;
}
