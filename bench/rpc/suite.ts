import { peerNames } from "../peers/registry.js";
import { compare } from "../report/compare.js";
import { warnOfOtherLoad } from "../report/other-load.js";
import type { Suite } from "../suite.js";
import { type Cores, chooseCores } from "./cores.js";
import { headerText } from "./header.js";
import { measureConnections } from "./measure-connections.js";
import { measureImport } from "./measure-import.js";
import { measureLoad } from "./measure-load.js";
import type { Outcome } from "./outcome.js";
import { fullPlan, type Plan, quickPlan } from "./plan.js";
import { type Scenario, scenarios } from "./scenarios.js";

/** gRPC calls: ours beside the other implementations for Node. */
export const rpcSuite: Suite = {
  name: "rpc",
  summary: "gRPC over HTTP/2 without TLS on loopback: redoubt beside the other implementations for Node",
  scenarios,
  peers: peerNames,
  method: `How it measures: server and client are a process each, pinned to a core each where taskset exists. All
peers serve the same bench/proto/bench.proto, each through its own idiomatic API (bench/peers) and with
its own defaults, without compression. One driver loop (bench/rpc/load.ts) calls them all and checks every
byte of every answer. After a warm-up come rounds in turn: redoubt's before each peer's, each time with
processes of their own, so that both have run equally long. A ratio is the median of redoubt's rounds
beside that peer's over the median of that peer's. "spread" is how far the rounds lie apart,
(highest − lowest) / median: where it is large, the machine was busy with other things.
Latencies count from the call to its checked answer, with as many outstanding as the scenario says.
All of it takes about ten minutes; --quick less than one, hardly warm and not in pairs.
`,

  async run(options, report) {
    const plan = options.quick ? quickPlan : fullPlan;
    const cores = chooseCores();
    report.note(headerText(options.peers, plan, cores));
    for (const scenario of scenarios) {
      if (!options.scenarios.includes(scenario.name)) continue;
      const warning = await warnOfOtherLoad();
      if (warning !== null) report.note(warning);
      const { samples, failures } = await measure(scenario, {
        peers: options.peers,
        quick: options.quick,
        plan,
        cores,
        progress: (text) => report.progress(`${scenario.name}: ${text}`),
      });
      const rows = compare({ peers: options.peers, unit: scenario.unit, samples, failures });
      report.scenario(scenario.name, scenario.summary, rows);
    }
  },
};

function measure(
  { measurement }: Scenario,
  options: {
    peers: readonly string[];
    quick: boolean;
    plan: Plan;
    cores: Cores;
    progress: (text: string) => void;
  },
): Promise<Outcome> {
  switch (measurement.kind) {
    case "load": {
      const load = (options.quick ? measurement.quickLoad : undefined) ?? measurement.load;
      return measureLoad({ ...options, load });
    }
    case "connections":
      return measureConnections(options);
    case "import":
      return measureImport(options);
    default:
      return measurement satisfies never;
  }
}
