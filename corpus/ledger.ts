import { DIFFERENCES, type ExplainedDifference } from "./differences.js";

/** How two compilers differ over a file. */
export interface Difference {
  /** What sort of difference it is; {@link DIFFERENCES} explains some. */
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

/** Failures that are told one by one; of more, the number is told. */
const TOLD_MAX = 20;

/** Keeps the account of a run: a line for each check, and what is wrong. */
export class Ledger {
  readonly #json: boolean;
  readonly #checks = new Map<string, Count>();
  readonly #seen = new Set<ExplainedDifference>();
  #skipped = 0;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** The outcome of a check for a file: it has passed if all differences are explained. */
  record(check: string, file: string, differences: readonly Difference[]): void {
    const count = this.#count(check);
    const unexplained: Difference[] = [];
    const reasons = new Set<ExplainedDifference>();
    for (const difference of differences) {
      const reason = DIFFERENCES.find(
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
    if (this.#json) console.log(JSON.stringify({ check, ...figures }));
    else console.log(`${check}: ${text}`);
  }

  /** What cannot be checked here. */
  skip(what: string): void {
    this.#skipped++;
    if (this.#json) console.log(JSON.stringify({ skipped: what }));
    else console.log(`skipped: ${what}`);
  }

  /** Explained differences that a whole run has not met are to be removed from the list. */
  expectAllMet(): void {
    for (const difference of DIFFERENCES) {
      const { kind, file = "any file" } = difference;
      const detail = "does not occur any more: remove it from corpus/differences.ts";
      this.record(
        "explained differences",
        file,
        this.#seen.has(difference) ? [] : [{ kind, detail }].map(stale),
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
    if (this.#json) console.log(JSON.stringify({ passed, failed, skipped: this.#skipped }));
    else
      console.log(`${passed} passed, ${failed} failed${this.#skipped ? `, ${this.#skipped} skipped` : ""}`);
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
    if (this.#json) console.log(JSON.stringify({ check, file, failed: kind, detail }));
    else console.log(`failed: ${check}: ${file}: ${kind}: ${detail}${more}`);
  }

  #printCheck(check: string, { equal, explained, failed, reasons }: Count): void {
    if (this.#json) {
      const byReason = [...reasons].map(([{ kind, file, reason }, files]) => ({ kind, file, reason, files }));
      console.log(JSON.stringify({ check, equal, explained, failed, reasons: byReason }));
      return;
    }
    const parts = [`${equal} equal`, explained && `${explained} explained`, failed && `${failed} failed`];
    console.log(`${check}: ${parts.filter(Boolean).join(", ")}`);
    for (const [{ kind, file, reason }, files] of reasons)
      console.log(`  ${file ?? `${files} files`}: ${kind}: ${reason}`);
  }
}

/** So that no entry of the list explains it. */
function stale({ kind, detail }: Difference): Difference {
  return { kind: `stale, ${kind}`, detail };
}
