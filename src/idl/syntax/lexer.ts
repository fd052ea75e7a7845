import type { Diagnostics } from "../text/diagnostics.js";
import type { Source } from "../text/source.js";
import { readEscape } from "./string-literal.js";
import { TokenKind, Tokens } from "./tokens.js";

/** A file being split. The functions that add a token take where it starts and return where it ends. */
interface Lexing {
  readonly source: Source;
  readonly text: string;
  readonly tokens: Tokens;
  readonly diagnostics: Diagnostics;
}

const STRAY = 0;
const BLANK = 1;
const LETTER = 2;
const DIGIT = 3;
const QUOTE = 4;
const SYMBOL = 5;

/** What each ASCII character begins. */
const CLASSES = classTable();

function classTable(): Uint8Array {
  const classes = new Uint8Array(128);
  const fill = (characters: string, value: number) => {
    for (const character of characters) classes[character.charCodeAt(0)] = value;
  };
  fill(" \t\n\v\f\r", BLANK);
  fill("abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ", LETTER);
  fill("0123456789", DIGIT);
  fill("'\"", QUOTE);
  fill(";,./:=-+()[]{}<>", SYMBOL);
  return classes;
}

const BYTE_ORDER_MARK = 0xfeff;
const NUL = 0x00;
const LINE_FEED = 0x0a;
const ASTERISK = 0x2a;
const DOT = 0x2e;
const SLASH = 0x2f;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const BACKSLASH = 0x5c;

/** Splits a file into tokens. What is none is told, and the rest is read all the same. */
export function tokenize(source: Source, diagnostics: Diagnostics): Tokens {
  const { text } = source;
  const tokens = new Tokens(text);
  const lexing: Lexing = { source, text, tokens, diagnostics };
  let offset = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    switch (code < 128 ? CLASSES[code] : STRAY) {
      case BLANK:
        offset++;
        break;
      case LETTER:
        offset = addWord(lexing, offset);
        break;
      case DIGIT:
        offset = addNumber(lexing, offset);
        break;
      case QUOTE:
        offset = addString(lexing, offset);
        break;
      case SYMBOL: {
        const next = text.charCodeAt(offset + 1);
        if (code === SLASH && next === SLASH) offset = skipLineComment(lexing, offset);
        else if (code === SLASH && next === ASTERISK) offset = skipBlockComment(lexing, offset);
        else if (code === DOT && isDigit(next)) offset = addNumber(lexing, offset);
        else tokens.add(TokenKind.SYMBOL, offset, ++offset);
        break;
      }
      default:
        offset = addStray(lexing, offset);
    }
  }
  tokens.add(TokenKind.END, text.length, text.length);
  return tokens;
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

function addWord(lexing: Lexing, start: number): number {
  const { text, tokens } = lexing;
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code >= 128) {
      if (endOfMatch(FOREIGN_LETTERS, text, end) !== -1) return addForeignWord(lexing, start, end);
      break;
    }
    const kind = CLASSES[code];
    if (kind !== LETTER && kind !== DIGIT) break;
  }
  // `a.5` is not a name and a number.
  if (text.charCodeAt(end) === DOT && isDigit(text.charCodeAt(end + 1))) return addNeither(lexing, start);
  tokens.add(TokenKind.IDENTIFIER, start, end);
  return end;
}

const INT = /(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)(?![\w.])/y;
const FLOAT = /(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])/y;

function addNumber(lexing: Lexing, start: number): number {
  const { text, tokens } = lexing;
  const intEnd = endOfMatch(INT, text, start);
  if (intEnd !== -1) {
    tokens.add(TokenKind.INT, start, intEnd);
    return intEnd;
  }
  const floatEnd = endOfMatch(FLOAT, text, start);
  if (floatEnd === -1) return addNeither(lexing, start);
  tokens.add(TokenKind.FLOAT, start, floatEnd);
  return floatEnd;
}

/** Letters, digits and dots that stand together, perhaps with the sign of an exponent. */
const NEITHER = /[\w.]+(?:(?<=[eE])[+-]\w*)?/y;

/** What is neither a number nor a name. */
function addNeither({ source, text, tokens, diagnostics }: Lexing, start: number): number {
  const end = endOfMatch(NEITHER, text, start);
  diagnostics.error(source, { start, end }, ...problemOf(text.slice(start, end)));
  tokens.add(TokenKind.INVALID, start, end);
  return end;
}

function problemOf(text: string): [problem: string, hint?: string] {
  if (/^[a-z_]/i.test(text)) return [`\`${text}\` is neither a name nor a number`];
  if (/^0x$/i.test(text)) return [`\`${text}\` needs hexadecimal digits`];
  if (/^0[0-9]+$/.test(text)) return [`\`${text}\` is not an octal number`, "leave out the `0` in front"];
  if (/^[0-9.]+e[+-]?$/i.test(text)) return [`\`${text}\` has an exponent without digits`];
  if (/^[0-9.]+f$/i.test(text)) return [`\`${text}\` is not a number`, "leave out the `f`"];
  return [`\`${text}\` is not a number`];
}

/** Where a match of a sticky pattern ends, or -1. */
function endOfMatch(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function addString(lexing: Lexing, start: number): number {
  const { source, text, tokens, diagnostics } = lexing;
  const quote = text.charCodeAt(start);
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === quote) {
      tokens.add(TokenKind.STRING, start, ++end);
      return end;
    }
    if (code === LINE_FEED) break;
    if (code === BACKSLASH) {
      const isLineEnd = end + 1 === text.length || text.charCodeAt(end + 1) === LINE_FEED;
      if (!isLineEnd) end = checkEscape(lexing, end) - 1;
    } else if (code === NUL) {
      diagnostics.error(source, { start: end, end: end + 1 }, "a string cannot hold NUL");
    }
  }
  const hint = `add \`${text.charAt(start)}\` before the end of the line`;
  diagnostics.error(source, { start, end }, "string is not closed", hint);
  tokens.add(TokenKind.INVALID, start, end);
  return end;
}

function checkEscape({ source, text, diagnostics }: Lexing, start: number): number {
  const sequence = readEscape(text, start);
  if (sequence.kind === "malformed")
    diagnostics.error(source, { start, end: sequence.end }, sequence.problem, sequence.hint);
  return sequence.end;
}

function skipLineComment(lexing: Lexing, start: number): number {
  const lineEnd = lexing.text.indexOf("\n", start);
  const end = lineEnd === -1 ? lexing.text.length : lineEnd;
  checkComment(lexing, start, end);
  return end;
}

function skipBlockComment(lexing: Lexing, start: number): number {
  const { source, text, tokens, diagnostics } = lexing;
  const close = text.indexOf("*/", start + 2);
  if (close === -1) {
    diagnostics.error(source, { start, end: start + 2 }, "comment is not closed", "add `*/`");
    tokens.add(TokenKind.INVALID, start, text.length);
    return text.length;
  }
  const end = close + 2;
  const nested = text.slice(start + 2, end).indexOf("/*");
  if (nested !== -1) {
    const at = start + 2 + nested;
    const problem = "`/*` inside a block comment: block comments do not nest";
    diagnostics.error(source, { start: at, end: at + 2 }, problem);
  }
  checkComment(lexing, start, end);
  return end;
}

function checkComment({ source, text, diagnostics }: Lexing, start: number, end: number): void {
  const nul = text.slice(start, end).indexOf("\0");
  if (nul === -1) return;
  diagnostics.error(source, { start: start + nul, end: start + nul + 1 }, "a comment cannot hold NUL");
}

/** Control characters, and beyond ASCII those that are not seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Zs}]/uy;
const FOREIGN_LETTERS = /(?:(?!\p{ASCII})[\p{L}\p{M}\p{N}])+/uy;
const FOREIGN_WORD = /[\w\p{L}\p{M}\p{N}]+/uy;

/** Tells of a character that begins no token. */
function addStray(lexing: Lexing, start: number): number {
  const { source, text, tokens, diagnostics } = lexing;
  if (endOfMatch(FOREIGN_LETTERS, text, start) !== -1) return addForeignWord(lexing, start, start);
  const code = text.codePointAt(start)!;
  const end = endOfRun(text, start, code);
  if (endOfMatch(UNSEEN, text, start) !== -1) {
    const kind = code < 0x80 ? "control" : "invisible";
    const name = code.toString(16).toUpperCase().padStart(4, "0");
    diagnostics.error(source, { start, end }, `${kind} character U+${name}`);
    return end;
  }
  const character = String.fromCodePoint(code);
  diagnostics.error(source, { start, end }, `\`${character}\` has no meaning here`, strayHint(character));
  tokens.add(TokenKind.INVALID, start, end);
  return end;
}

/** The end of a stretch of one and the same character. */
function endOfRun(text: string, start: number, code: number): number {
  const width = code > 0xffff ? 2 : 1;
  let end = start + width;
  while (text.codePointAt(end) === code) end += width;
  return end;
}

function strayHint(character: string): string | undefined {
  if (character === "#") return "a comment starts with `//`";
  return /[`´“”„‘’‚«»]/.test(character) ? "a string is between `\"` or `'`" : undefined;
}

/** A word with a letter in it, at `foreign`, that names cannot have. */
function addForeignWord(lexing: Lexing, start: number, foreign: number): number {
  const { source, text, tokens, diagnostics } = lexing;
  const end = endOfMatch(FOREIGN_WORD, text, start);
  const letters = text.slice(foreign, endOfMatch(FOREIGN_LETTERS, text, foreign));
  const problem = `\`${letters}\` cannot be part of a name`;
  const hint = "names are made of letters a to z, digits and `_`";
  diagnostics.error(source, { start: foreign, end: foreign + letters.length }, problem, hint);
  tokens.add(TokenKind.INVALID, start, end);
  return end;
}
