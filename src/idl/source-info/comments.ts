import { TokenKind, type Tokens } from "../syntax/tokens.js";

/** The comments between two tokens, without their markers. */
export interface Comments {
  /** About what the token before them ends; empty where there is none. */
  readonly trailing: string;
  /** In between, about neither. */
  readonly detached: string[];
  /** About what the token after them begins; empty where there is none. */
  readonly leading: string;
}

const SLASH = 0x2f;
const ASTERISK = 0x2a;
const LINE_FEED = 0x0a;

/**
 * The comments behind a token, or at the start of the file if its index is -1. Undefined where there are none.
 *
 * Line comments below each other are one comment. The first comment is trailing where it begins in the token's line,
 * and also where it begins in the next one and a blank line, another comment or the end of the scope follows. The
 * last one is leading, unless a blank line or the end of the scope follows. A comment alone between two tokens in one
 * line could be either's, and is detached.
 */
export function commentsAfter(tokens: Tokens, index: number): Comments | undefined {
  const { text } = tokens;
  const isFileStart = index < 0;
  const end = tokens.start(index + 1);
  let offset = isFileStart ? 0 : tokens.end(index);
  let start = commentStart(text, offset, end);
  if (start === end) return undefined;

  const detached: string[] = [];
  let trailing = "";
  let canTrail = !isFileStart;
  let pending: string | undefined;
  /** Says that what follows is not connected with the pending comment. */
  const settle = (): void => {
    if (pending === undefined) return;
    if (canTrail) trailing = pending;
    else detached.push(pending);
    pending = undefined;
    canTrail = false;
  };

  const startsInLine = !isFileStart && lineFeeds(text, offset, start) === 0;
  let count = 0;
  let isLineBefore = false;
  while (start < end) {
    if (lineFeeds(text, offset, start) > 1) {
      settle();
      canTrail = false;
    }
    const isLine = text.charCodeAt(start + 1) === SLASH;
    if (!isLine || !isLineBefore) settle();
    const close = isLine ? lineEnd(text, start, end) : blockEnd(text, start, end);
    pending = (pending ?? "") + (isLine ? text.slice(start + 2, close + 1) : blockText(text, start, close));
    // A line comment's line feed is left for what comes after it, which then can count the lines.
    offset = isLine ? close : close + 2;
    isLineBefore = isLine;
    count++;
    if (count === 1 && startsInLine) settle();
    start = commentStart(text, offset, end);
  }

  const lineFeedsAfter = lineFeeds(text, offset, end);
  if (lineFeedsAfter > 1 || endsScope(tokens, index + 1)) settle();
  const isBetweenTwo = lineFeedsAfter === 0 && tokens.kind(index + 1) !== TokenKind.END;
  if (count === 1 && startsInLine && isBetweenTwo) return { trailing: "", detached: [trailing], leading: "" };
  return { trailing, detached, leading: pending ?? "" };
}

/** Where the next comment begins; `end` if there is none before that. */
function commentStart(text: string, from: number, end: number): number {
  for (let offset = from; offset < end; offset++) {
    if (text.charCodeAt(offset) !== SLASH) continue;
    const next = text.charCodeAt(offset + 1);
    if (next === SLASH || next === ASTERISK) return offset;
  }
  return end;
}

/** How many line feeds there are in a stretch of text. */
function lineFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let offset = from; offset < to; offset++) if (text.charCodeAt(offset) === LINE_FEED) count++;
  return count;
}

/** Where the line feed of a line comment is. */
function lineEnd(text: string, start: number, end: number): number {
  const offset = text.indexOf("\n", start);
  return offset === -1 ? end : offset;
}

/** Where the end marker of a block comment is. */
function blockEnd(text: string, start: number, end: number): number {
  const offset = text.indexOf("*/", start + 2);
  return offset === -1 ? end : offset;
}

/** What a block comment says: its lines without the blanks and the asterisk in front. */
function blockText(text: string, start: number, close: number): string {
  return text.slice(start + 2, close).replace(/\n[ \t\r\v\f]*\*?/g, "\n");
}

function endsScope(tokens: Tokens, index: number): boolean {
  if (tokens.kind(index) === TokenKind.END) return true;
  const symbol = tokens.text[tokens.start(index)];
  return symbol === "}" || symbol === "]" || symbol === ")";
}
