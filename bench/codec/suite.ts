import { compare } from "../report/compare.js";
import { warnOfOtherLoad } from "../report/other-load.js";
import { OURS } from "../report/row.js";
import { chooseCores } from "../rpc/cores.js";
import { OutcomeBuilder } from "../rpc/outcome.js";
import type { Suite } from "../suite.js";
import { checkAgreement } from "./agreement.js";
import { fixtureOf } from "./fixtures.js";
import { headerText } from "./header.js";
import { meansOf, type Result } from "./means.js";
import { measure } from "./measure.js";
import { loadPeer, peerNames } from "./peers/registry.js";
import { fullPlan, quickPlan } from "./plan.js";
import { remarkOn } from "./remarks.js";
import { type Scenario, scenarios } from "./scenarios.js";

const UNIT = "messages/s";

/** Messages to bytes and back: ours beside the other implementations for TypeScript and JavaScript. */
export const codecSuite: Suite = {
  name: "codec",
  summary: "messages to bytes and back: redoubt beside the other implementations of protobuf",
  scenarios,
  peers: peerNames,
  method: `How it measures: the messages of bench/proto/codec.proto, filled by bench/codec/fixtures.ts with the same
values in every run; fields that are zero are left out. "encode" makes a fresh array of bytes of a
message that is there, "decode" a message of a Uint8Array. Each peer works through its own idiomatic
API (bench/codec/peers), on messages of its own kind, with its own defaults (ts-proto with bigint).
What protobufjs and ts-proto generate is made when it is needed, below build/bench/codec.
First every peer must make the bytes that protobuf-es makes, and again of what it decoded of them; what
comes out last in each round is checked too. Then come rounds in turn: redoubt's before each peer's, each
with a process of its own, all on one core. What counts is the time that the process had that core, so
that garbage collection and compiling are in it and other processes are not. Every sitting begins with
fresh processes, as the engine may compile otherwise in each. A ratio is the median of redoubt's rounds
beside that peer's over the median of that peer's. "spread" is how far the rounds lie apart,
(highest − lowest) / median: where it is large, the machine was busy with other things.
Below a table stands what a peer does otherwise than redoubt where that scenario shows it: other types,
fewer checks; all that is found out by trying. Nowhere are there unknown fields, which protobufjs and
ts-proto drop by default. At the end come the geometric means of each direction, 1 MiB left out.
All of it takes about six minutes; --quick less than one, hardly warm and not in pairs.
`,

  async run(options, report) {
    const plan = options.quick ? quickPlan : fullPlan;
    const core = chooseCores().client;
    const { peers } = options;
    report.note(headerText(peers, plan, core));
    const results: Result[] = [];
    for (const scenario of scenarios) {
      const { name, summary } = scenario;
      if (!options.scenarios.includes(name)) continue;
      const progress = (text: string) => report.progress(`${name}: ${text}`);
      const outcome = new OutcomeBuilder();
      progress("checking that all agree");
      const remarks = await examine(scenario, peers, outcome);
      const warning = await warnOfOtherLoad();
      if (warning !== null) report.note(warning);
      await measure(scenario, { peers, plan, core, outcome, progress });
      const rows = compare({ ...outcome, peers, unit: UNIT, remarks });
      report.scenario(name, summary, rows);
      results.push({ scenario, rows });
    }
    for (const { name, summary, rows } of meansOf(results)) report.scenario(name, summary, rows);
  },
};

/** Who does not agree fails. Gives what is to be said of the others, by their names. */
async function examine(
  scenario: Scenario,
  peers: readonly string[],
  outcome: OutcomeBuilder,
): Promise<ReadonlyMap<string, string>> {
  const remarks = new Map<string, string>();
  for (const name of peers) {
    await outcome.attempt(name, async () => {
      const peer = await loadPeer(name);
      checkAgreement(peer, fixtureOf(scenario.fixture));
      const remark = name === OURS ? null : remarkOn(peer, await loadPeer(OURS), scenario);
      if (remark !== null) remarks.set(name, remark);
    });
  }
  return remarks;
}
