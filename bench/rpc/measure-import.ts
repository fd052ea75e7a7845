import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { modulesOf } from "../peers/registry.js";
import { median } from "../report/statistics.js";
import { type Cores, nodeCommand } from "./cores.js";
import { type Outcome, OutcomeBuilder } from "./outcome.js";
import type { Plan } from "./plan.js";

const IMPORT_TIMEOUT_MS = 20_000;

const run = promisify(execFile);

/** Milliseconds that a fresh process needs to load a peer's packages, less what it needs for an empty module. */
export async function measureImport(options: {
  readonly peers: readonly string[];
  readonly plan: Plan;
  readonly cores: Cores;
  readonly progress: (text: string) => void;
}): Promise<Outcome> {
  const { peers, plan, cores, progress } = options;
  const outcome = new OutcomeBuilder();
  const emptyMs: number[] = [];
  const loads: { peer: string; loadMs: number }[] = [];

  // Round 0 is not counted: it brings the files into the system's cache.
  for (let round = 0; round <= plan.importRoundCount; round++) {
    progress(`round ${round} of ${plan.importRoundCount}`);
    const empty = await importMs([new URL("./empty-module.js", import.meta.url).href], cores.client);
    if (round > 0) emptyMs.push(empty);
    for (const peer of peers) {
      await outcome.attempt(peer, async () => {
        const loadMs = await importMs(modulesOf(peer), cores.client);
        if (round > 0) loads.push({ peer, loadMs });
      });
    }
  }

  const emptyMedianMs = median(emptyMs);
  for (const { peer, loadMs } of loads) {
    outcome.samples.push({ peer, against: null, value: loadMs - emptyMedianMs, p50Ms: null, p99Ms: null });
  }
  return outcome;
}

async function importMs(modules: readonly string[], core: number | null): Promise<number> {
  const file = fileURLToPath(new URL("./import-once.js", import.meta.url));
  const [command, commandArguments] = nodeCommand(core, [file, ...modules]);
  const limits = { timeout: IMPORT_TIMEOUT_MS, killSignal: "SIGKILL" } as const;
  try {
    const { stdout } = await run(command, commandArguments, limits);
    return Number(stdout);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr: string };
    throw new Error(stderr || message);
  }
}
