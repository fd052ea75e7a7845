import type { Diagnostic } from "./diagnostics.js";

/** Colours a part of a message, where there are colours. */
export type Paint = (part: "place" | "error" | "warning" | "caret" | "hint", text: string) => string;

/**
 * A diagnostic for people: `path:line:column: what is wrong`, the line with a caret under it, and the hint; without a
 * line end behind it.
 */
export function diagnosticText(diagnostic: Diagnostic, paint: Paint = (_, text) => text): string {
  const { severity, message, excerpt, hint } = diagnostic;
  const place = placeText(diagnostic);
  const lines = [
    (place && `${paint("place", place)} `) +
      (severity === "warning"
        ? paint("warning", `warning: ${printable(message)}`)
        : paint("error", printable(message))),
  ];
  if (excerpt !== undefined) {
    const { line, carets } = excerptLines(excerpt);
    lines.push(`  ${line}`, `  ${paint("caret", carets)}`);
  }
  if (hint !== undefined) lines.push(`  ${paint("hint", "hint:")} ${printable(hint)}`);
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** Those of a file together, in the order in which they stand there. */
export function inReadingOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const files = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const ofFile = files.get(diagnostic.path);
    if (ofFile === undefined) files.set(diagnostic.path, [diagnostic]);
    else ofFile.push(diagnostic);
  }
  return [...files.values()].flatMap((ofFile) =>
    ofFile.sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

/** `2 errors, 1 warning in 2 files`; empty if there is nothing. */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const counts = [counted(errors, "error"), counted(diagnostics.length - errors, "warning")];
  const files = new Set(diagnostics.map(({ path }) => path).filter((path) => path !== "")).size;
  const found = counts.filter((count) => count !== "").join(", ");
  return found === "" || files === 0 ? found : `${found} in ${counted(files, "file")}`;
}

/** `2 files`, `1 file`; empty for none. */
export function counted(count: number, noun: string): string {
  if (count === 0) return "";
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function placeText({ path, line, column }: Diagnostic): string {
  if (path === "") return "";
  const position = line === 0 ? "" : column === 0 ? `:${line}` : `:${line}:${column}`;
  return `${printable(path)}${position}:`;
}

/** What is shown of a line, in UTF-16 code units: lines can be as long as a file. */
const SHOWN_UNITS_MAX = 160;

/** What is shown in front of the caret of a line that is cut. */
const SHOWN_UNITS_BEFORE = 60;

function excerptLines({ text, start, end }: NonNullable<Diagnostic["excerpt"]>): {
  line: string;
  carets: string;
} {
  const isCut = text.length > SHOWN_UNITS_MAX;
  const from = isCut ? boundary(text, Math.max(0, start - 1 - SHOWN_UNITS_BEFORE)) : 0;
  const to = isCut ? boundary(text, Math.min(text.length, from + SHOWN_UNITS_MAX)) : text.length;
  const before = (from > 0 ? "…" : "") + printable(text.slice(from, start - 1));
  const marked = printable(text.slice(start - 1, Math.min(end - 1, to)));
  const after =
    printable(text.slice(Math.max(start - 1, Math.min(end - 1, to)), to)) + (to < text.length ? "…" : "");
  return {
    line: before + marked + after,
    carets: " ".repeat(columnsOf(before)) + "^".repeat(Math.max(1, columnsOf(marked))),
  };
}

/** `offset`, or one more where it would part a surrogate pair. */
function boundary(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  return unit >= 0xdc00 && unit <= 0xdfff ? offset + 1 : offset;
}

/** Tabs as four blanks; other control characters, which could command a terminal, as U+FFFD. */
export function printable(text: string): string {
  return text.replaceAll("\t", "    ").replace(CONTROLS, "\uFFFD");
}

/** Control characters, and those that change the direction of writing, which could make a line say something else. */
const CONTROLS = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/** How many columns of a terminal a text takes. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (WIDE.test(character)) columns += 2;
    else if (!ZERO_WIDTH.test(character)) columns += 1;
  }
  return columns;
}

/** What terminals give two columns to: the scripts of East Asia, full-width forms, pictures. */
const WIDE =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]$/u;

const ZERO_WIDTH = /^[\p{M}\p{Cf}]$/u;
