import { describe as describeFile } from "../describe/describe.js";
import type { DescribedFile } from "../describe/described.js";
import { Diagnostics } from "../text/diagnostics.js";
import { Source } from "../text/source.js";
import { tokenize } from "./lexer.js";
import { parse } from "./parser.js";
import type { FileNode } from "./syntax.js";
import type { Tokens } from "./tokens.js";

export interface Parsed {
  readonly tokens: Tokens;
  readonly tree: FileNode;
  readonly errors: readonly string[];
}

/** Reads a file that may be wrong. */
export function parsed(text: string): Parsed {
  const source = new Source("a.proto", text);
  const diagnostics = new Diagnostics();
  const tokens = tokenize(source, diagnostics);
  const tree = parse(source, tokens, diagnostics);
  return { tokens, tree, errors: told(diagnostics) };
}

/** Reads and describes a file that may be wrong. */
export function described(text: string): DescribedFile & { readonly errors: readonly string[] } {
  const source = new Source("a.proto", text);
  const diagnostics = new Diagnostics();
  const tokens = tokenize(source, diagnostics);
  const file = describeFile(source, tokens, parse(source, tokens, diagnostics), diagnostics);
  return { ...file, errors: told(diagnostics) };
}

/** `1:2: what is wrong`, and `; hint: …` where there is one. */
export function told({ all }: Diagnostics): string[] {
  return all.map(({ line, column, message, hint }) => {
    const text = `${line}:${column}: ${message}`;
    return hint === undefined ? text : `${text}; hint: ${hint}`;
  });
}
