import { Counts } from "./counts.test.util.js";
import type { Failure, Job, JobReport } from "./jobs.test.util.js";
import { OracleFailure } from "./oracles.test.util.js";
import { type Ends, runWorld, type WorldReport } from "./run-world.test.util.js";
import { FAMILIES, type Family } from "./scenario.test.util.js";

/** So many failures are reported, and then no more worlds run: they mostly say the same. */
const FAILURES_MAX = 3;

/** How often progress is reported, in worlds. */
const PROGRESS_RUNS = 50;

/** Runs worlds one after the other. */
export async function runWorlds(
  ends: Ends,
  job: Job & { kind: "worlds" },
  progress: (runs: number) => void = () => {},
): Promise<JobReport> {
  const counts = new Counts();
  const failures: Failure[] = [];
  let runs = 0;
  let trace: readonly string[] = [];
  const strays = new StrayErrors();
  for (let i = 0; i < job.count && failures.length < FAILURES_MAX; i++) {
    const seed = seedOf(job, i);
    const report = await runWorld(seed, ends);
    runs++;
    for (const [name, count] of report.counts) counts.add(name, count);
    counts.add("events", report.events);
    trace = report.lines;
    const failure = report.failure ?? strays.take();
    if (failure !== undefined) failures.push(failureOf(report, failure));
    else if (i < (job.again ?? 0)) {
      const again = await runWorld(seed, ends);
      if (again.traceHash !== report.traceHash)
        failures.push(
          failureOf(again, new OracleFailure("same-trace", `${again.traceHash}, not ${report.traceHash}`)),
        );
      else counts.add("same trace again");
    }
    if (failures.length > 0 && job.stopsAtFailure) break;
    if (runs % PROGRESS_RUNS === 0) progress(runs);
  }
  strays.close();
  return { runs, failures, counts: Object.fromEntries(counts.byName), notes: [], trace };
}

/** The seeds of one family are those with the same remainder. */
function seedOf({ from, step, family }: Job & { kind: "worlds" }, index: number): number {
  const seed = from + index * step;
  if (family === undefined) return seed;
  return seed * FAMILIES.length + FAMILIES.indexOf(family as Family);
}

function failureOf(report: WorldReport, { oracle, message }: OracleFailure): Failure {
  return { seed: String(report.seed), oracle, detail: message, lines: report.lines };
}

/** Notices rejections that nobody handles, and exceptions outside of promises. */
export class StrayErrors {
  private found: OracleFailure | undefined;
  private readonly onError = (reason: unknown): void => {
    // What an oracle has thrown where nobody catches it is told by its judge.
    if (reason instanceof OracleFailure) return;
    this.found ??= new OracleFailure("no-stray-errors", String((reason as Error)?.stack ?? reason));
  };

  constructor() {
    process.on("unhandledRejection", this.onError);
    process.on("uncaughtException", this.onError);
  }

  take(): OracleFailure | undefined {
    const { found } = this;
    this.found = undefined;
    return found instanceof OracleFailure ? found : undefined;
  }

  close(): void {
    process.off("unhandledRejection", this.onError);
    process.off("uncaughtException", this.onError);
  }
}
