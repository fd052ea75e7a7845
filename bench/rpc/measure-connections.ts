import { spawnSync } from "node:child_process";
import type { Cores } from "./cores.js";
import { type Outcome, OutcomeBuilder } from "./outcome.js";
import { Pair } from "./pair.js";
import type { Plan } from "./plan.js";

/** Connections that come first and are not counted: what is made once, such as compiled code, is then there. */
const FIRST_CONNECTION_COUNT = 50;

/** Descriptors that a process needs besides its connections. */
const OTHER_DESCRIPTOR_COUNT = 100;

const OPEN_TIMEOUT_MS = 60_000;
const MEMORY_TIMEOUT_MS = 10_000;

/**
 * Resident memory of a server process per idle connection, in KiB: what it grows by while the client opens many, each
 * of which carried one call, both times after garbage collection. The kernel's own buffers are not in it.
 */
export async function measureConnections(options: {
  readonly peers: readonly string[];
  readonly plan: Plan;
  readonly cores: Cores;
  readonly progress: (text: string) => void;
}): Promise<Outcome> {
  const { peers, plan, cores, progress } = options;
  const outcome = new OutcomeBuilder();
  const limit = descriptorLimit();
  const needed = plan.connectionCount + FIRST_CONNECTION_COUNT + OTHER_DESCRIPTOR_COUNT;
  if (limit < needed) {
    const message = `needs ${needed} open files, and the limit is ${limit}: raise it with "ulimit -n ${needed}"`;
    for (const peer of peers) outcome.failures.set(peer, message);
    return outcome;
  }

  for (let round = 1; round <= plan.connectionRoundCount; round++) {
    for (const peer of peers) {
      progress(`round ${round} of ${plan.connectionRoundCount}: ${peer}`);
      await outcome.attempt(peer, async () => {
        const value = await kibibytesPerConnection(peer, plan.connectionCount, cores);
        outcome.samples.push({ peer, against: null, value, p50Ms: null, p99Ms: null });
      });
    }
  }
  return outcome;
}

async function kibibytesPerConnection(peer: string, count: number, cores: Cores): Promise<number> {
  const pair = new Pair(peer, cores);
  try {
    const address = await pair.serve({ realCalls: false });
    await pair.client.ask("open", { peer, address, count: FIRST_CONNECTION_COUNT }, OPEN_TIMEOUT_MS);
    const before = await pair.server.ask("memory", {}, MEMORY_TIMEOUT_MS);
    await pair.client.ask("open", { peer, address, count }, OPEN_TIMEOUT_MS);
    const after = await pair.server.ask("memory", {}, MEMORY_TIMEOUT_MS);
    return (after.residentBytes - before.residentBytes) / count / 1_024;
  } finally {
    await pair.kill();
  }
}

/** How many files a child process may open; no limit where it cannot be told. */
function descriptorLimit(): number {
  const { stdout } = spawnSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" });
  const limit = Number.parseInt(stdout ?? "", 10);
  return Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit;
}
