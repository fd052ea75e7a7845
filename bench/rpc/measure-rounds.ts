import type { RoundTimes } from "./load.js";
import { type Outcome, OutcomeBuilder } from "./outcome.js";
import type { Plan } from "./plan.js";
import type { RoundResult } from "./questions.js";
import { turnsOf } from "./turns.js";

/** What has turns beside others: processes of its own, of which one round at a time is asked. */
export interface Contestant {
  start(): Promise<void>;
  round(times: RoundTimes): Promise<RoundResult>;
  /** Ends its processes; resolves once they are gone. */
  kill(): Promise<void>;
}

/** Starts every turn's contestant, warms them up, and measures them in turn: one at a time is under load. */
export async function measureRounds(options: {
  readonly peers: readonly string[];
  readonly plan: Pick<Plan, "inPairs" | "warmUpMs" | "roundCount" | "leadInMs" | "windowMs">;
  readonly contestant: (peer: string) => Contestant;
  readonly progress: (text: string) => void;
}): Promise<Outcome> {
  const { peers, plan, progress } = options;
  const outcome = new OutcomeBuilder();
  const turns = turnsOf(peers, plan.inPairs).map((turn) => ({
    ...turn,
    contestant: options.contestant(turn.peer),
  }));

  /** A peer that fails is stopped at once: what it still does would disturb the others. */
  const attempt = async (peer: string, step: () => Promise<void>) => {
    await outcome.attempt(peer, step);
    if (!outcome.failures.has(peer)) return;
    await Promise.all(turns.filter((turn) => turn.peer === peer).map(({ contestant }) => contestant.kill()));
  };

  try {
    progress("starting");
    await Promise.all(turns.map(({ peer, contestant }) => attempt(peer, () => contestant.start())));

    for (const { peer, contestant } of turns) {
      progress(`warming up ${peer}`);
      await attempt(peer, async () => {
        await contestant.round({ leadInMs: 0, windowMs: plan.warmUpMs });
      });
    }

    for (let round = 1; round <= plan.roundCount; round++) {
      for (const { peer, against, contestant } of turns) {
        progress(`round ${round} of ${plan.roundCount}: ${peer}`);
        await attempt(peer, async () => {
          const { perSecond, p50Ms, p99Ms } = await contestant.round(plan);
          outcome.samples.push({ peer, against, value: perSecond, p50Ms, p99Ms });
        });
      }
    }
  } finally {
    await Promise.all(turns.map(({ contestant }) => contestant.kill()));
  }
  return outcome;
}
