import { withArticle } from "../text/articles.js";
import type { Diagnostics } from "../text/diagnostics.js";
import type { Source } from "../text/source.js";
import { suggest } from "../text/suggest.js";
import { parseEmpty } from "./parse-body.js";
import { parseEnum } from "./parse-enum.js";
import { parseExtend, parseMessage } from "./parse-message.js";
import { parseOption } from "./parse-options.js";
import { parseService } from "./parse-service.js";
import { isAtVisibility } from "./parse-visibility.js";
import { SCALAR_TYPES } from "./scalar-types.js";
import type { FileElement, FileNode, ImportNode, PackageNode, SyntaxNode } from "./syntax.js";
import { TokenReader } from "./token-reader.js";
import { TokenKind, type Tokens } from "./tokens.js";

/**
 * Makes the syntax tree of a file. What cannot be read is told and left out. Labels, groups, `export` and the like are
 * read whatever the file's edition: `describe` tells where they are out of place.
 */
export function parse(source: Source, tokens: Tokens, diagnostics: Diagnostics): FileNode {
  const reader = new TokenReader(source, tokens, diagnostics);
  const syntax = parseSyntax(reader);
  const elements: FileElement[] = [];
  while (!reader.isAtEnd) {
    const start = reader.index;
    const element = parseFileElement(reader, syntax);
    if (element !== undefined) elements.push(element);
    else if (!reader.trySymbol("}")) reader.skipStatement(start);
  }
  return { kind: "file", first: 0, last: Math.max(reader.last, 0), syntax, elements };
}

function parseSyntax(reader: TokenReader): SyntaxNode | undefined {
  const first = reader.index;
  const keyword = reader.word();
  if (keyword !== "syntax" && keyword !== "edition") return undefined;
  reader.index++;
  const value = parseSyntaxValue(reader, keyword);
  if (value === undefined) {
    reader.skipStatement(first);
    return undefined;
  }
  reader.endStatement(`the ${keyword}`);
  return { kind: "syntax", first, last: reader.last, keyword, value };
}

function parseSyntaxValue(reader: TokenReader, keyword: string) {
  if (!reader.takeSymbol("=", `after \`${keyword}\``)) return undefined;
  const word = reader.kind() === TokenKind.INT ? reader.tokens.textOf(reader.index) : reader.word();
  return reader.takeString(
    `a string after \`${keyword} =\``,
    word === "" ? undefined : `write \`"${word}"\``,
  );
}

function parseFileElement(reader: TokenReader, syntax: SyntaxNode | undefined): FileElement | undefined {
  switch (reader.word()) {
    case "message":
      return parseMessage(reader, 1);
    case "enum":
      return parseEnum(reader);
    case "service":
      return parseService(reader);
    case "extend":
      return parseExtend(reader, 0);
    case "import":
      return parseImport(reader);
    case "package":
      return parsePackage(reader);
    case "option":
      return parseOption(reader);
    case "export":
    case "local":
      if (!isAtVisibility(reader)) break;
      return reader.isWord("message", reader.index + 1) ? parseMessage(reader, 1) : parseEnum(reader);
  }
  return parseEmpty(reader) ?? noStatement(reader, syntax);
}

function parsePackage(reader: TokenReader): PackageNode | undefined {
  const first = reader.index++;
  const hint = reader.kind() === TokenKind.STRING ? "leave out the quotes" : undefined;
  const name = reader.takeName("the package's name", hint);
  if (name === undefined) return undefined;
  reader.endStatement("the package");
  return { kind: "package", first, last: reader.last, name };
}

function parseImport(reader: TokenReader): ImportNode | undefined {
  const first = reader.index++;
  const modifier = importModifier(reader.word());
  const modifierToken = modifier === undefined ? undefined : reader.index++;
  const path = reader.takeString("the file to import as a string", importHint(reader));
  if (path === undefined) return undefined;
  reader.endStatement("the import");
  return { kind: "import", first, last: reader.last, modifier, modifierToken, path };
}

function importModifier(word: string): ImportNode["modifier"] {
  return word === "public" || word === "weak" || word === "option" ? word : undefined;
}

function importHint(reader: TokenReader): string | undefined {
  if (reader.word() === "") return undefined;
  if (reader.kind(reader.index + 1) === TokenKind.STRING)
    return "only `public`, `weak` and `option` may stand before it";
  const { tokens, index } = reader;
  const path = /^[^;\s]+/.exec(tokens.text.slice(tokens.start(index)));
  return `write \`"${path}"\``;
}

/** Tells that no statement of a file begins with the next token. */
function noStatement(reader: TokenReader, syntax: SyntaxNode | undefined): undefined {
  const { index } = reader;
  const tell = (message: string, hint?: string) => reader.error(reader.spanOf(index), message, hint);
  const word = reader.word();
  switch (reader.kind()) {
    case TokenKind.INVALID:
      return undefined;
    case TokenKind.STRING:
      return tell("a string starts no statement here");
  }
  if (reader.isSymbol("}")) return tell("`}` has no `{` before it");
  if (word === "export" || word === "local") return tell(`only messages and enums can be \`${word}\``);
  if ((word === "syntax" || word === "edition") && reader.isSymbol("=", index + 1)) {
    if (syntax === undefined) return tell(`the ${word} must stand first in the file`);
    return tell(
      word === syntax.keyword
        ? `the ${word} is set twice`
        : `the file has ${withArticle(syntax.keyword)} already`,
    );
  }
  return tell(`${reader.shown()} starts no statement here`, statementHint(reader, word));
}

const STATEMENTS = [
  "message",
  "enum",
  "service",
  "extend",
  "import",
  "package",
  "option",
  "syntax",
  "edition",
];

function statementHint(reader: TokenReader, word: string): string | undefined {
  if (word === "") return undefined;
  if (word === "rpc") return "an rpc must stand in a service";
  if (word === "oneof") return "a oneof must stand in a message";
  const isField = /^(?:optional|required|repeated|map)$/.test(word) || SCALAR_TYPES.has(word);
  if (isField || reader.isSymbol("=", reader.index + 2)) return "a field must stand in a message";
  const meant = suggest(word, STATEMENTS);
  return meant && `did you mean \`${meant}\`?`;
}
