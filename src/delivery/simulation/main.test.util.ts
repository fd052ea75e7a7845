/**
 * The program that runs simulated worlds, in a process of its own, for `npm run simulate`: it is bundled with the
 * sources as they are, or with one guard less.
 */
import type { Job, JobMessage, JobReport } from "./jobs.test.util.js";
import { runOrders } from "./orders.test.util.js";
import { runPoints } from "./points.test.util.js";
import { openRealClient } from "./real-client.test.util.js";
import { openRealHome } from "./real-home.test.util.js";
import { runWorlds } from "./run-worlds.test.util.js";

const ENDS = { openHome: openRealHome, openClient: openRealClient };

function run(job: Job): Promise<JobReport> {
  const progress = (runs: number) => tell({ kind: "progress", runs });
  switch (job.kind) {
    case "worlds":
      return runWorlds(ENDS, job, progress);
    case "orders":
      return runOrders(ENDS, job, progress);
    case "points":
      return runPoints(ENDS, job, progress);
  }
}

function tell(message: JobMessage): void {
  process.send?.(message);
}

process.on("message", (job: Job) => {
  run(job).then(
    (report) => tell({ kind: "report", report }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
tell({ kind: "ready" });
