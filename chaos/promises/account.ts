import type { Failure, JobReport } from "./jobs.js";

/** Prints what a run brings: sentences, or one JSON object a line. */
export class Account {
  failed = 0;
  passed = 0;
  private readonly isJson: boolean;
  private readonly print: (line: string) => void;

  constructor(isJson: boolean, print: (line: string) => void) {
    this.isJson = isJson;
    this.print = print;
  }

  /** Something that is neither right nor wrong. */
  tell(text: string, fields: Readonly<Record<string, unknown>>): void {
    this.print(this.isJson ? JSON.stringify(fields) : text);
  }

  pass(text: string, fields: Readonly<Record<string, unknown>>): void {
    this.passed++;
    this.tell(text, { ...fields, passed: true });
  }

  fail(text: string, fields: Readonly<Record<string, unknown>>): void {
    this.failed++;
    this.tell(`FAILED ${text}`, { ...fields, passed: false });
  }

  /** An oracle has found something in a world. */
  failure(part: string, { seed, oracle, detail, lines }: Failure): void {
    // Only worlds have numbers; orders and crash points are run all together.
    const again = /^[0-9]+$/.test(seed) ? `npm run simulate -- --seed ${seed}` : "npm run simulate";
    const last = lines.map((line) => `    ${line}`).join("\n");
    this.fail(`${part}, seed ${seed}: ${detail}\n${last}\n  again: ${again}`, {
      part,
      seed,
      oracle,
      detail,
      lines,
    });
  }

  /** How often what has happened; each of `minima` has to have happened at least so often. */
  counts(counts: Readonly<Record<string, number>>, minima: Readonly<Record<string, number>>): void {
    const names = [...new Set([...Object.keys(minima), ...Object.keys(counts)])].sort();
    const width = Math.max(0, ...names.map((name) => name.length));
    for (const name of names) {
      const count = counts[name] ?? 0;
      const minimum = minima[name] ?? 0;
      const text = `${name.padEnd(width)}  ${String(count).padStart(9)}${minimum > 0 ? `  (at least ${minimum})` : ""}`;
      const fields = { event: name, count, minimum };
      if (minimum === 0) this.tell(`  ${text}`, fields);
      else if (count < minimum) this.fail(text, fields);
      else this.pass(`  ${text}`, fields);
    }
  }

  /** Prints the sum and gives the exit code. */
  close(): number {
    const { passed, failed } = this;
    this.tell(`${passed} passed, ${failed} failed`, { passed, failed });
    return failed === 0 ? 0 : 1;
  }
}

/** One report of several processes that have shared a job. */
export function together(reports: readonly JobReport[]): JobReport {
  const counts: Record<string, number> = {};
  for (const report of reports)
    for (const [name, count] of Object.entries(report.counts)) counts[name] = (counts[name] ?? 0) + count;
  return {
    runs: reports.reduce((sum, { runs }) => sum + runs, 0),
    failures: reports.flatMap(({ failures }) => failures),
    counts,
    notes: reports.flatMap(({ notes }) => notes),
    trace: reports.flatMap(({ trace }) => trace),
  };
}
