import type { Cores } from "./cores.js";
import { measureRounds } from "./measure-rounds.js";
import type { Outcome } from "./outcome.js";
import { Pair } from "./pair.js";
import type { Plan } from "./plan.js";
import { ROUND_GRACE_MS } from "./questions.js";
import type { Load } from "./scenarios.js";

/** Measures a server and a client of each peer under a load. */
export function measureLoad(options: {
  readonly load: Load;
  readonly peers: readonly string[];
  readonly plan: Plan;
  readonly cores: Cores;
  readonly progress: (text: string) => void;
}): Promise<Outcome> {
  const { load, peers, plan, cores, progress } = options;
  const contestant = (peer: string) => {
    const pair = new Pair(peer, cores);
    return {
      async start() {
        const address = await pair.serve({ realCalls: load.kind === "real-unary" });
        await pair.connect({ address, load });
      },
      round: ({ leadInMs, windowMs }: { leadInMs: number; windowMs: number }) =>
        pair.client.ask("round", { leadInMs, windowMs }, leadInMs + windowMs + ROUND_GRACE_MS),
      kill: () => pair.kill(),
    };
  };
  return measureRounds({ peers, plan, contestant, progress });
}
