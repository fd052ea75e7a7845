import type { Source, Span } from "./source.js";
import { suggest } from "./suggest.js";

/** What is wrong with an interface description, or worth a warning, and where. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Of the file, as it was given or found; the empty string where there is none. */
  readonly path: string;
  /** From 1; 0 where it is about the file as a whole. */
  readonly line: number;
  /** From 1, in UTF-16 code units; 0 where it is about the file as a whole. */
  readonly column: number;
  /** What is wrong, in one line. */
  readonly message: string;
  /** A way out, in one line. */
  readonly hint?: string;
  /** The line and what to underline in it: columns from 1, `end` exclusive. */
  readonly excerpt?: { readonly text: string; readonly start: number; readonly end: number };
}

/** A run that finds more errors than this stops looking: nobody reads them all, and hostile input must not fill memory. */
export const ERRORS_MAX = 1_000;

/** For more misspelt words than this in a run, none that is meant is looked for: each look goes through all candidates. */
export const SUGGESTIONS_MAX = 50;

/** Like errors: what is beyond it is left out. */
export const WARNINGS_MAX = 1_000;

/** Collects what is found in a run. */
export class Diagnostics {
  readonly all: Diagnostic[] = [];
  errorCount = 0;
  private warningCount = 0;
  private suggestionCount = 0;
  private readonly seen = new Set<string>();

  /** True once there are so many errors that looking for more is of no use. */
  get isFull(): boolean {
    return this.errorCount >= ERRORS_MAX;
  }

  error(source: Source, span: Span, message: string, hint?: string): void {
    if (this.isFull) return;
    if (this.add(source, span, "error", message, hint)) this.errorCount++;
  }

  warn(source: Source, span: Span, message: string, hint?: string): void {
    if (this.warningCount >= WARNINGS_MAX) return;
    if (this.add(source, span, "warning", message, hint)) this.warningCount++;
  }

  /** `` did you mean `x`? ``, if one of the candidates is like the word and there have not been too many such words. */
  meantHint(word: string, candidates: Iterable<string>): string | undefined {
    const meant = this.suggestionCount++ < SUGGESTIONS_MAX ? suggest(word, candidates) : undefined;
    return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
  }

  /** About a file as a whole, or about none: it cannot be read, say. */
  fileError(path: string, message: string, hint?: string): void {
    if (this.isFull) return;
    this.errorCount++;
    this.all.push({
      severity: "error",
      path,
      line: 0,
      column: 0,
      message: oneLine(message),
      ...(hint !== undefined && { hint: oneLine(hint) }),
    });
  }

  /** Takes over what was found elsewhere. */
  addAll(found: Diagnostics): void {
    for (const diagnostic of found.all) {
      const isError = diagnostic.severity === "error";
      if (isError ? this.isFull : this.warningCount >= WARNINGS_MAX) continue;
      this.all.push(diagnostic);
      if (isError) this.errorCount++;
      else this.warningCount++;
    }
  }

  /** The same thing said twice of the same place is said once. */
  private add(
    source: Source,
    span: Span,
    severity: "error" | "warning",
    message: string,
    hint: string | undefined,
  ): boolean {
    const key = `${source.name}\0${span.start}\0${message}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    const { line, column } = source.position(span.start);
    const text = source.lineText(line);
    const end = Math.min(column + Math.max(span.end - span.start, 1), text.length + 1);
    this.all.push({
      severity,
      path: source.displayPath,
      line,
      column,
      message: oneLine(message),
      ...(hint !== undefined && { hint: oneLine(hint) }),
      ...(text.trim() !== "" && { excerpt: { text, start: column, end: Math.max(end, column + 1) } }),
    });
    return true;
  }
}

/** What a file says, and a message repeats, can have characters in it that end a line or do worse. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}
