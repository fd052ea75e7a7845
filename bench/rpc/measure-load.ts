import type { Cores } from "./cores.js";
import type { RoundTimes } from "./load.js";
import { type Outcome, OutcomeBuilder } from "./outcome.js";
import { Pair } from "./pair.js";
import type { Plan } from "./plan.js";
import type { RoundResult } from "./questions.js";
import type { Load } from "./scenarios.js";
import { turnsOf } from "./turns.js";

/** A round may take so much longer than it should: the last calls, and streams that are under way. */
const ROUND_GRACE_MS = 10_000;

/** Starts every turn's server and client, warms them up, and measures them in turn: one at a time is under load. */
export async function measureLoad(options: {
  readonly load: Load;
  readonly peers: readonly string[];
  readonly plan: Plan;
  readonly cores: Cores;
  readonly progress: (text: string) => void;
}): Promise<Outcome> {
  const { load, peers, plan, cores, progress } = options;
  const outcome = new OutcomeBuilder();
  const turns = turnsOf(peers, plan.inPairs).map((turn) => ({ ...turn, pair: new Pair(turn.peer, cores) }));

  /** A peer that fails is stopped at once: what it still does would disturb the others. */
  const attempt = async (peer: string, step: () => Promise<void>) => {
    await outcome.attempt(peer, step);
    if (!outcome.failures.has(peer)) return;
    await Promise.all(turns.filter((turn) => turn.peer === peer).map(({ pair }) => pair.kill()));
  };

  try {
    progress("starting");
    const start = async (pair: Pair) => {
      const address = await pair.serve({ realCalls: load.kind === "real-unary" });
      await pair.connect({ address, load });
    };
    await Promise.all(turns.map(({ peer, pair }) => attempt(peer, () => start(pair))));

    for (const { peer, pair } of turns) {
      progress(`warming up ${peer}`);
      await attempt(peer, async () => {
        await runRound(pair, { leadInMs: 0, windowMs: plan.warmUpMs });
      });
    }

    for (let round = 1; round <= plan.roundCount; round++) {
      for (const { peer, against, pair } of turns) {
        progress(`round ${round} of ${plan.roundCount}: ${peer}`);
        await attempt(peer, async () => {
          const { perSecond, p50Ms, p99Ms } = await runRound(pair, plan);
          outcome.samples.push({ peer, against, value: perSecond, p50Ms, p99Ms });
        });
      }
    }
  } finally {
    await Promise.all(turns.map(({ pair }) => pair.kill()));
  }
  return outcome;
}

function runRound(pair: Pair, { leadInMs, windowMs }: RoundTimes): Promise<RoundResult> {
  return pair.client.ask("round", { leadInMs, windowMs }, leadInMs + windowMs + ROUND_GRACE_MS);
}
