import { jsonLine } from "./json.js";
import type { Row } from "./row.js";
import { formatTable } from "./table.js";

/** Where a suite's results go: tables or lines of JSON on stdout; what happens meanwhile on stderr. */
export class Report {
  /** Rows without a value so far. */
  failureCount = 0;
  readonly #suite: string;
  readonly #json: boolean;

  constructor(suite: string, json: boolean) {
    this.#suite = suite;
    this.#json = json;
  }

  /** How and on what is measured, and what speaks against it; `text` has no line's end. Not part of the JSON. */
  note(text: string): void {
    const out = this.#json ? process.stderr : process.stdout;
    out.write(`${text}\n\n`);
  }

  /** A scenario is done. */
  scenario(name: string, summary: string, rows: readonly Row[]): void {
    this.progress("");
    this.failureCount += rows.filter((row) => row.failure !== null).length;
    const text = this.#json
      ? rows.map((row) => `${jsonLine(this.#suite, name, row)}\n`).join("")
      : `${formatTable(name, summary, rows)}\n`;
    process.stdout.write(text);
  }

  /** What is going on: one line that the next one overwrites; shown on a terminal only. */
  progress(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  }
}
