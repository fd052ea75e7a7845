import { Child } from "../rpc/child.js";
import type { OutcomeBuilder } from "../rpc/outcome.js";
import { turnsOf } from "../rpc/turns.js";
import type { Plan } from "./plan.js";
import type { CodecQuestions } from "./questions.js";
import type { Scenario } from "./scenarios.js";

/** Loading a peer and making its messages takes at most so long. */
const PREPARE_TIMEOUT_MS = 30_000;

/** A round may take so much longer than it should: one last batch. */
const ROUND_GRACE_MS = 10_000;

/** Measures in turn, a process for each turn: one at a time works. What fails goes to `outcome`. */
export async function measure(
  { fixture, direction }: Scenario,
  options: {
    readonly peers: readonly string[];
    readonly plan: Plan;
    /** The core that every process is bound to, as only one works; null: any. */
    readonly core: number | null;
    readonly outcome: OutcomeBuilder;
    readonly progress: (text: string) => void;
  },
): Promise<void> {
  const { plan, core, outcome, progress } = options;
  for (let sitting = 1; sitting <= plan.sittingCount; sitting++) {
    const peers = options.peers.filter((peer) => !outcome.failures.has(peer));
    const turns = turnsOf(peers, plan.inPairs).map((turn) => {
      return { ...turn, child: new Child<CodecQuestions>(turn.peer, "../codec/worker.js", core) };
    });
    const where = `sitting ${sitting} of ${plan.sittingCount}`;
    try {
      progress(`${where}: starting`);
      const prepare = ({ peer, child }: (typeof turns)[number]) =>
        outcome.attempt(peer, async () => {
          await child.ask("prepare", { peer, fixture, direction }, PREPARE_TIMEOUT_MS);
        });
      await Promise.all(turns.map(prepare));

      for (const { peer, child } of turns) {
        progress(`${where}: warming up ${peer}`);
        await outcome.attempt(peer, async () => {
          await runRound(child, plan.warmUpMs);
        });
      }

      for (let round = 1; round <= plan.roundCount; round++) {
        for (const { peer, against, child } of turns) {
          progress(`${where}, round ${round} of ${plan.roundCount}: ${peer}`);
          await outcome.attempt(peer, async () => {
            const value = await runRound(child, plan.windowMs);
            outcome.samples.push({ peer, against, value, p50Ms: null, p99Ms: null });
          });
        }
      }
    } finally {
      await Promise.all(turns.map(({ child }) => child.kill()));
    }
  }
}

async function runRound(child: Child<CodecQuestions>, windowMs: number): Promise<number> {
  const { perSecond } = await child.ask("round", { windowMs }, windowMs + ROUND_GRACE_MS);
  return perSecond;
}
