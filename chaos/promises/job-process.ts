import { type ChildProcess, fork } from "node:child_process";
import type { Job, JobMessage, JobReport } from "./jobs.js";

/** So much of what a process writes is kept, to say why it ended. */
const TAIL_CHARACTERS = 4_000;

const living = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

/**
 * Runs a job in a process of its own. Rejects if that does not report in time: which is no report of an oracle.
 */
export function runJob(
  file: string,
  job: Job,
  options: { timeoutMs: number; onProgress?: (runs: number) => void },
): Promise<JobReport> {
  return new Promise((resolve, reject) => {
    const child = fork(file, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    living.add(child);
    let tail = "";
    for (const output of [child.stdout!, child.stderr!])
      output.setEncoding("utf8").on("data", (text: string) => {
        tail = (tail + text).slice(-TAIL_CHARACTERS);
      });
    let isLate = false;
    const watchdog = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, options.timeoutMs);
    let report: JobReport | undefined;
    child.on("message", (message: JobMessage) => {
      if (message.kind === "ready") child.send(job);
      else if (message.kind === "progress") options.onProgress?.(message.runs);
      else {
        report = message.report;
        child.disconnect();
      }
    });
    child.on("exit", (code, signal) => {
      clearTimeout(watchdog);
      living.delete(child);
      if (report !== undefined) resolve(report);
      else if (isLate) reject(new Error(`no report within ${options.timeoutMs} ms`));
      else reject(new Error(`the process has ended (${signal ?? `code ${code}`}): ${tail.trim()}`));
    });
    child.on("error", reject);
  });
}
