import type { ExplainedDifference } from "./differences.js";

/** How two compilers differ over a file. */
export interface Difference {
  /** What sort of difference it is; some are explained. */
  readonly kind: string;
  readonly detail: string;
}

interface Count {
  equal: number;
  explained: number;
  failed: number;
  /** How many files have which explained difference. */
  readonly reasons: Map<ExplainedDifference, number>;
}

/** Failures of a check that are told one by one; of more only the number. */
const TOLD_MAX = 20;

/** Keeps the account of a run: a line for each check, and what is wrong. */
export class Ledger {
  readonly #explained: readonly ExplainedDifference[];
  readonly #json: boolean;
  readonly #print: (line: string) => void;
  readonly #checks = new Map<string, Count>();
  readonly #seen = new Set<ExplainedDifference>();
  #skipped = 0;

  /** `json` is for one JSON object a line. */
  constructor(explained: readonly ExplainedDifference[], json: boolean, print: (line: string) => void) {
    this.#explained = explained;
    this.#json = json;
    this.#print = print;
  }

  /** The outcome of a check for a file: it has passed if all differences are explained. */
  record(check: string, file: string, differences: readonly Difference[]): void {
    const count = this.#count(check);
    const unexplained: Difference[] = [];
    const reasons = new Set<ExplainedDifference>();
    for (const difference of differences) {
      const reason = this.#explained.find(
        (each) => each.kind === difference.kind && (each.file === undefined || each.file === file),
      );
      if (reason === undefined) unexplained.push(difference);
      else reasons.add(reason);
    }
    for (const reason of reasons) {
      this.#seen.add(reason);
      count.reasons.set(reason, (count.reasons.get(reason) ?? 0) + 1);
    }
    if (unexplained.length > 0) this.#fail(count, check, file, unexplained);
    else if (reasons.size > 0) count.explained++;
    else count.equal++;
  }

  /** What is measured. */
  note(check: string, text: string, figures: Readonly<Record<string, number>>): void {
    if (this.#json) this.#print(JSON.stringify({ check, ...figures }));
    else this.#print(`${check}: ${text}`);
  }

  /** What cannot be checked here. */
  skip(what: string): void {
    this.#skipped++;
    if (this.#json) this.#print(JSON.stringify({ skipped: what }));
    else this.#print(`skipped: ${what}`);
  }

  /** Explained differences that a whole run has not met are to be removed from the list. */
  expectAllMet(): void {
    for (const difference of this.#explained) {
      const detail = "it does not occur any more: remove it from corpus/differences.ts";
      if (this.#seen.has(difference)) continue;
      this.#fail(
        this.#count("explained differences"),
        "explained differences",
        difference.file ?? "any file",
        [{ kind: difference.kind, detail }],
      );
    }
  }

  /** Prints the account and gives the exit code. */
  close(): number {
    let passed = 0;
    let failed = 0;
    for (const [check, count] of this.#checks) {
      passed += count.equal + count.explained;
      failed += count.failed;
      this.#printCheck(check, count);
    }
    if (this.#json) this.#print(JSON.stringify({ passed, failed, skipped: this.#skipped }));
    else
      this.#print(`${passed} passed, ${failed} failed${this.#skipped ? `, ${this.#skipped} skipped` : ""}`);
    return failed === 0 ? 0 : 1;
  }

  #count(check: string): Count {
    const count = this.#checks.get(check) ?? { equal: 0, explained: 0, failed: 0, reasons: new Map() };
    this.#checks.set(check, count);
    return count;
  }

  #fail(count: Count, check: string, file: string, differences: readonly Difference[]): void {
    count.failed++;
    if (count.failed > TOLD_MAX) return;
    const [{ kind, detail }] = differences;
    const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : "";
    if (this.#json) this.#print(JSON.stringify({ check, file, failed: kind, detail }));
    else this.#print(`failed: ${check}: ${file}: ${kind}: ${detail}${more}`);
  }

  #printCheck(check: string, { equal, explained, failed, reasons }: Count): void {
    if (this.#json) {
      const byReason = [...reasons].map(([{ kind, file, reason }, files]) => ({ kind, file, reason, files }));
      this.#print(JSON.stringify({ check, equal, explained, failed, reasons: byReason }));
      return;
    }
    const counts = Object.entries({ equal, explained, failed }).filter(([, count]) => count > 0);
    this.#print(`${check}: ${counts.map(([what, count]) => `${count} ${what}`).join(", ")}`);
    for (const [{ kind, file, reason }, files] of reasons)
      this.#print(`  ${file ?? `${files} ${files === 1 ? "file" : "files"}`}: ${kind}: ${reason}`);
  }
}
