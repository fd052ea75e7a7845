import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../rpc/child.js";
import { type Outcome, OutcomeBuilder } from "../rpc/outcome.js";
import type { MeasureOptions } from "./measure-options.js";
import type { JournalQuestions } from "./questions.js";

const TIMEOUT_MS = 10 * 60_000;

/** Seconds from a killed process's journal to one that takes appends; its files are in the system's cache. */
export async function measureRecovery(options: MeasureOptions): Promise<Outcome> {
  const { peers, plan, cores, data, progress } = options;
  const outcome = new OutcomeBuilder();
  const folder = mkdtempSync(join(data, "recovery-"));
  const start = () =>
    new Child<JournalQuestions>("the journal", "../durable/worker-journal.js", cores.server);
  for (const peer of peers) {
    await outcome.attempt(peer, async () => {
      progress("writing the journal");
      const writer = start();
      await writer
        .ask("fill", { folder, bytes: plan.recoveryBytes }, TIMEOUT_MS)
        .finally(() => writer.kill());
      for (let round = 1; round <= plan.recoveryRoundCount; round++) {
        progress(`round ${round} of ${plan.recoveryRoundCount}`);
        const reader = start();
        const { seconds } = await reader.ask("recover", { folder }, TIMEOUT_MS).finally(() => reader.kill());
        outcome.samples.push({ peer, against: null, value: seconds, p50Ms: null, p99Ms: null });
      }
    });
  }
  rmSync(folder, { recursive: true, force: true });
  return outcome;
}
