import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { type Account, together } from "./account.js";
import type { RunOptions } from "./arguments.js";
import { bundleSimulation } from "./bundle.js";
import { runJob } from "./job-process.js";
import type { Job, JobReport } from "./jobs.js";
import { MINIMA } from "./minima.js";
import { progress } from "./progress.js";

/** Far longer than any part takes: a busy machine may give it little time. */
const PART_MS_MAX = 1_800_000;

/** Of so many worlds the trace is compared with that of a second run. */
const AGAIN = 200;

/** Runs worlds, all of them well or not. */
export async function runWorlds({ runs, seed, isSeeded }: RunOptions, account: Account): Promise<void> {
  const file = await bundleSimulation();
  const processes = Math.min(2, availableParallelism());
  const share = async (part: string, jobs: readonly Job[], expected: number): Promise<JobReport> => {
    const startMs = performance.now();
    const done = jobs.map(() => 0);
    const run = async (job: Job, index: number): Promise<JobReport | undefined> => {
      const onProgress = (count: number) => {
        done[index] = count;
        const sum = done.reduce((total, each) => total + each, 0);
        progress(`${part}: ${sum}${expected > 0 ? ` of ${expected}` : ""}`);
      };
      try {
        return await runJob(file, job, { timeoutMs: PART_MS_MAX, onProgress });
      } catch (error) {
        const problem = (error as Error).message;
        account.fail(`${part}: ${problem}`, { part, problem });
        return undefined;
      }
    };
    const reports = (await Promise.all(jobs.map(run))).filter((report) => report !== undefined);
    progress("");
    const report = together(reports);
    const seconds = (performance.now() - startMs) / 1000;
    for (const failure of report.failures) account.failure(part, failure);
    if (report.failures.length === 0 && reports.length === jobs.length)
      account.pass(`${part}: ${report.runs} runs, in ${seconds.toFixed(1)} s`, {
        part,
        runs: report.runs,
        seconds,
      });
    for (const note of report.notes) account.tell(`  ${note}`, { part, note });
    return report;
  };
  const seeded = (from: number, count: number, again: number): Job[] =>
    Array.from({ length: Math.min(processes, count) }, (_, index) => ({
      kind: "worlds",
      from: from + index,
      step: processes,
      count: Math.floor((count + processes - 1 - index) / processes),
      stopsAtFailure: false,
      again: Math.ceil(again / processes),
    }));
  try {
    const report = await share("worlds", seeded(seed, runs, AGAIN), runs);
    if (isSeeded) {
      if (runs === 1) for (const line of report.trace) account.tell(line, { trace: line });
      return;
    }
    account.counts(report.counts, runs >= 10_000 ? MINIMA : {});
    const orders: Job[] = Array.from({ length: processes }, (_, part) => ({
      kind: "orders",
      part,
      parts: processes,
    }));
    await share("every order", orders, 0);
    await share("crash points", [{ kind: "points", stopsAtFailure: false }], 0);
  } finally {
    await rm(file, { force: true });
  }
}
