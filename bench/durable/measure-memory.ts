import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../rpc/child.js";
import { type Outcome, OutcomeBuilder } from "../rpc/outcome.js";
import type { MeasureOptions } from "./measure-options.js";
import type { MemoryQuestions } from "./questions.js";

const TIMEOUT_MS = 5 * 60_000;

/** Bytes of heap, after garbage collection, that a home grows by for each session or each remembered answer. */
export async function measureMemory(of: "client" | "call", options: MeasureOptions): Promise<Outcome> {
  const { peers, plan, cores, data, progress } = options;
  const outcome = new OutcomeBuilder();
  for (const peer of peers) {
    await outcome.attempt(peer, async () => {
      progress(`${plan.rememberedCount} sessions and calls`);
      const folder = mkdtempSync(join(data, "memory-"));
      const home = new Child<MemoryQuestions>("the home", "../durable/worker-memory.js", cores.server);
      const bytes = await home
        .ask("measure", { folder, count: plan.rememberedCount }, TIMEOUT_MS)
        .finally(() => home.kill());
      rmSync(folder, { recursive: true, force: true });
      outcome.samples.push({ peer, against: null, value: bytes[of], p50Ms: null, p99Ms: null });
    });
  }
  return outcome;
}
