import type { Diagnostics } from "../text/diagnostics.js";
import type { Source, Span } from "../text/source.js";
import { closingBraces } from "./braces.js";
import { stringOf } from "./string-literal.js";
import type { NameNode, StringValue } from "./syntax.js";
import { TokenKind, type Tokens } from "./tokens.js";

/** Walks through the tokens of a file, and tells what was expected where something else stands. */
export class TokenReader {
  /** Of the token that is next. */
  index = 0;
  readonly source: Source;
  readonly tokens: Tokens;
  private readonly diagnostics: Diagnostics;
  /** A token behind what could not be read: what is wrong about it has been told. */
  private quietAt = -1;
  private braces: Int32Array | undefined;

  constructor(source: Source, tokens: Tokens, diagnostics: Diagnostics) {
    this.source = source;
    this.tokens = tokens;
    this.diagnostics = diagnostics;
  }

  /** The index of the token that was taken last. */
  get last(): number {
    return this.index - 1;
  }

  /** Also true once so much has been told that there is no use in going on. */
  get isAtEnd(): boolean {
    return this.index >= this.tokens.length - 1 || this.diagnostics.isFull;
  }

  /** The kind of a token; that of the end for those behind it. */
  kind(index: number = this.index): TokenKind {
    return index < this.tokens.length ? this.tokens.kind(index) : TokenKind.END;
  }

  /** The text of a token that is an identifier, otherwise the empty string. */
  word(index: number = this.index): string {
    return this.kind(index) === TokenKind.IDENTIFIER ? this.tokens.textOf(index) : "";
  }

  isWord(word: string, index: number = this.index): boolean {
    const { tokens } = this;
    return (
      this.kind(index) === TokenKind.IDENTIFIER &&
      tokens.end(index) - tokens.start(index) === word.length &&
      tokens.text.startsWith(word, tokens.start(index))
    );
  }

  isSymbol(symbol: string, index: number = this.index): boolean {
    return this.kind(index) === TokenKind.SYMBOL && this.tokens.text[this.tokens.start(index)] === symbol;
  }

  /** Takes the next token if it is this symbol. */
  trySymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.index++;
    return true;
  }

  /** Takes the next token if it is this word. */
  tryWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.index++;
    return true;
  }

  /** Like `trySymbol`, and tells if it is something else. `where` is "after the option's name", say. */
  takeSymbol(symbol: string, where: string, hint?: string): boolean {
    if (this.trySymbol(symbol)) return true;
    this.unexpected(`\`${symbol}\` ${where}`, hint);
    return false;
  }

  /** Takes an identifier. `what` is "the field's name", say. */
  takeIdentifier(what: string, hint?: string): NameNode | undefined {
    if (this.kind() !== TokenKind.IDENTIFIER) return this.unexpected(what, hint);
    const first = this.index++;
    return { kind: "name", first, last: first, text: this.tokens.textOf(first) };
  }

  /** Takes identifiers with dots between; perhaps with one in front, where it is looked for. */
  takeName(what: string, hint?: string): NameNode | undefined {
    const first = this.index;
    if (this.kind() !== TokenKind.IDENTIFIER) return this.unexpected(what, hint);
    this.index++;
    return this.takeRestOfName(first);
  }

  /** Like `takeName`, and there may be a dot in front. */
  takeReference(what: string, hint?: string): NameNode | undefined {
    if (!this.isSymbol(".")) return this.takeName(what, hint);
    return this.takeRestOfName(this.index);
  }

  private takeRestOfName(first: number): NameNode | undefined {
    while (this.trySymbol(".")) {
      if (this.kind() !== TokenKind.IDENTIFIER) return this.unexpected("a name after `.`");
      this.index++;
    }
    return { kind: "name", first, last: this.last, text: this.joined(first, this.last) };
  }

  /** The texts of tokens without what stands between them. */
  private joined(first: number, last: number): string {
    const { tokens } = this;
    let length = 0;
    for (let i = first; i <= last; i++) length += tokens.end(i) - tokens.start(i);
    const text = tokens.text.slice(tokens.start(first), tokens.end(last));
    if (text.length === length) return text;
    let joined = "";
    for (let i = first; i <= last; i++) joined += tokens.textOf(i);
    return joined;
  }

  /** Takes one or several adjacent string literals. */
  takeString(what: string, hint?: string): StringValue | undefined {
    if (this.kind() !== TokenKind.STRING) return this.unexpected(what, hint);
    const first = this.index;
    const literals: string[] = [];
    while (this.kind() === TokenKind.STRING) literals.push(this.tokens.textOf(this.index++));
    const { bytes, text } = stringOf(literals);
    return { kind: "string", first, last: this.last, bytes, text };
  }

  /**
   * Takes the `;` behind a statement. Where there is none, tells so at the end of the line, and goes on as if it were
   * there; or, where something else follows in the line, to the end of that.
   */
  endStatement(what: string, expected = "`;`"): void {
    if (this.trySymbol(";")) return;
    if (!this.isFirstOnLine() && !this.isAtEnd) {
      this.unexpected(`${expected} after ${what}`);
      this.skipStatement(this.index);
    } else if (!this.isTold()) {
      const end = this.tokens.end(this.last);
      this.error({ start: end, end: end + 1 }, `expected ${expected} after ${what}`);
    }
  }

  /** Goes to the end of a statement that began with the token `start` and cannot be read any further. */
  skipStatement(start: number): void {
    while (!this.isAtEnd && !this.isSymbol("}")) {
      if (this.index > start && this.beginsStatement()) return;
      if (this.isSymbol("{")) {
        this.skipBlock();
        this.trySymbol(";");
        return;
      }
      if (this.trySymbol(";")) return;
      this.index++;
    }
  }

  /** Goes behind the `]` that belongs to a `[` that was taken, after what stands there could not be read. */
  skipBrackets(): void {
    let depth = 1;
    while (depth > 0 && !this.isAtEnd && !this.isSymbol(";") && !this.isSymbol("}")) {
      if (this.isSymbol("{")) {
        this.skipBlock();
        continue;
      }
      if (this.isSymbol("[")) depth++;
      else if (this.isSymbol("]")) depth--;
      this.index++;
    }
    this.quietAt = this.index;
  }

  /** Goes behind the `}` that closes the `{` that is next. */
  skipBlock(): void {
    const close = this.closeOf(this.index);
    this.index = close === undefined ? this.tokens.length - 1 : close + 1;
  }

  /** The `}` that closes a `{`. */
  closeOf(index: number): number | undefined {
    this.braces ??= closingBraces(this.tokens);
    const close = this.braces[index];
    return close === 0 ? undefined : close;
  }

  /** Whether the next token looks like the first of a statement. */
  private beginsStatement(): boolean {
    const next = this.kind(this.index + 1);
    return (
      this.isFirstOnLine() &&
      STATEMENT_KEYWORDS.has(this.word()) &&
      (next === TokenKind.IDENTIFIER || next === TokenKind.STRING)
    );
  }

  /** Whether the next token is the first of its line. */
  isFirstOnLine(): boolean {
    const { tokens, index } = this;
    return index === 0 || tokens.text.slice(tokens.end(index - 1), tokens.start(index)).includes("\n");
  }

  /** Tells that something else was expected than the next token. */
  unexpected(expected: string, hint?: string): undefined {
    if (this.isTold()) return undefined;
    return this.error(this.spanOf(this.index), `expected ${expected}, found ${this.shown()}`, hint);
  }

  /** Tells that a `{` is not closed: at the end of the file, where that has not been told of one within. */
  notClosed(open: number): undefined {
    if (this.isTold() || this.kind(this.last) === TokenKind.INVALID) return undefined;
    this.quietAt = this.index;
    return this.error(this.spanOf(open), "`{` is not closed", "add `}`");
  }

  /** Whether what is wrong about the next token has been told: by the lexer, or when something before it was skipped. */
  private isTold(): boolean {
    return this.kind() === TokenKind.INVALID || this.index === this.quietAt;
  }

  /** Tells what is wrong with a stretch of the file. */
  error(span: Span, message: string, hint?: string): undefined {
    this.diagnostics.error(this.source, span, message, hint);
    return undefined;
  }

  spanOf(first: number, last: number = first): Span {
    return { start: this.tokens.start(first), end: this.tokens.end(last) };
  }

  /** How messages name the next token. */
  shown(): string {
    if (this.kind() === TokenKind.END) return "the end of the file";
    const text = this.tokens.textOf(this.index);
    return text.length > SHOWN_MAX ? `\`${text.slice(0, SHOWN_MAX)}…\`` : `\`${text}\``;
  }
}

/** More of a token makes a message no clearer. */
const SHOWN_MAX = 40;

const STATEMENT_KEYWORDS: ReadonlySet<string> = new Set([
  "enum",
  "extend",
  "import",
  "message",
  "oneof",
  "option",
  "optional",
  "package",
  "repeated",
  "required",
  "reserved",
  "rpc",
  "service",
]);
