import { countText, diagnosticText, inReadingOrder, type Paint } from "../idl/text/diagnostic-text.js";
import type { Diagnostic } from "../idl/text/diagnostics.js";
import type { Sink, World } from "./world.js";

/** Tells people what was found: each error and warning with its place, then how many there are. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], { stderr }: World): void {
  if (diagnostics.length === 0) return;
  const paint = painter(stderr);
  const texts = inReadingOrder(diagnostics).map((diagnostic) => `${diagnosticText(diagnostic, paint)}\n`);
  stderr.write(`${texts.join("")}${countText(diagnostics)}\n`);
}

/** What tools read in place of that: one JSON document on one line. */
export function printJson(document: Readonly<Record<string, unknown>>, { stdout }: World): void {
  stdout.write(`${JSON.stringify(document)}\n`);
}

/** Diagnostics in such a document. The source lines are left out, which can be as long as their files. */
export function jsonDiagnostics(diagnostics: readonly Diagnostic[]): Readonly<Record<string, unknown>>[] {
  return inReadingOrder(diagnostics).map(({ excerpt, ...diagnostic }) => ({
    ...diagnostic,
    ...(excerpt !== undefined && { endColumn: excerpt.end }),
  }));
}

/** Paints for what a sink is shown on. */
export function painter({ hasColors }: Sink): Paint {
  if (!hasColors) return (_, text) => text;
  return (part, text) => `\x1b[${STYLES[part]}m${text}\x1b[0m`;
}

/** Parameters of the control sequence SGR (ECMA-48, 8.3.117). */
const STYLES: Readonly<Record<Parameters<Paint>[0], string>> = {
  place: "1",
  error: "31",
  warning: "33",
  caret: "31;1",
  hint: "36",
};

/** What a word of an output is, for those who have colours. */
export type Tone = "heading" | "name" | "text" | "good" | "bad" | "quiet";

/** Tones words for what a sink is shown on. */
export function toner({ hasColors }: Pick<Sink, "hasColors">): (tone: Tone, text: string) => string {
  if (!hasColors) return (_, text) => text;
  return (tone, text) => (text === "" ? "" : `\x1b[${TONES[tone]}m${text}\x1b[0m`);
}

const TONES: Readonly<Record<Tone, string>> = {
  heading: "1",
  name: "36",
  text: "32",
  good: "32",
  bad: "31",
  quiet: "2",
};
