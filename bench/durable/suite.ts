import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare } from "../report/compare.js";
import { warnOfOtherLoad } from "../report/other-load.js";
import { packageVersion } from "../report/package-version.js";
import { chooseCores } from "../rpc/cores.js";
import { measureRounds } from "../rpc/measure-rounds.js";
import { type Outcome, OutcomeBuilder } from "../rpc/outcome.js";
import type { Suite } from "../suite.js";
import { appendContestant, callContestant } from "./contestants.js";
import { measureMemory } from "./measure-memory.js";
import type { MeasureOptions } from "./measure-options.js";
import { measureRecovery } from "./measure-recovery.js";
import { fullPlan, quickPlan } from "./plan.js";
import { BARE, REDOUBT, type Scenario, SQLITE, SQLITE_BATCHED, scenarios } from "./scenarios.js";
import { installSqlite } from "./sqlite.js";
import { measureSyncTime } from "./sync-time.js";

/** The journals lie here while they are measured: on the disk of the project, as the system's own folder may be memory. */
const DATA = join(dirname(dirname(fileURLToPath(import.meta.url))), "data");

const remarks: ReadonlyMap<string, string> = new Map([
  [BARE, "no format, no checksum, no recovery: each record a write of its own, four at a time"],
  [SQLITE, "a transaction each; it syncs on the event loop, which does nothing else meanwhile"],
  [
    SQLITE_BATCHED,
    "what comes in one turn of the event loop shares a transaction; it syncs on the event loop",
  ],
]);

/** Promises about disks: the redo journal and exactly-once calls beside what they cost at least and what else there is. */
export const durableSuite: Suite = {
  name: "durable",
  summary: "durable records and exactly-once calls: redoubt beside a bare write and SQLite",
  scenarios,
  peers: [REDOUBT, BARE, SQLITE, SQLITE_BATCHED],
  method: `How it measures: records go to a journal in a process of its own; calls go over TCP from one process to
another, each pinned to a core where taskset exists. ${BARE} writes each record to a file full of zeros
that is open with O_DSYNC, through Node's thread pool: nothing can be durable sooner. ${SQLITE} has
journal_mode=WAL and synchronous=FULL; its calls are what teams write by hand, a table of idempotency
keys beside the data, behind a plain call of redoubt's. It is installed when it is first needed, below
build/bench/sqlite. All data lies below build/bench/data, and is removed.
What a write takes on this disk stands above each table: everything durable waits for it.
After a warm-up come rounds in turn: redoubt's before each peer's, each time with processes and files of
their own. A ratio is the median of redoubt's rounds beside that peer's over the median of that peer's.
"spread" is how far the rounds lie apart, (highest − lowest) / median.
All of it takes about ten minutes; --quick less than one, hardly warm and not in pairs.
`,

  async run(options, report) {
    const plan = options.quick ? quickPlan : fullPlan;
    const cores = chooseCores();
    mkdirSync(DATA, { recursive: true });
    const data = mkdtempSync(join(DATA, "run-"));
    try {
      const processors = cpus();
      report.note(
        [
          `durable on Node ${process.version}, ${process.platform} ${process.arch}, ${processors.length} × ${processors[0]?.model.trim() ?? "?"}`,
          `redoubt ${packageVersion("@redoubt/rpc")}; ${plan.roundCount} rounds of ${plan.windowMs / 1_000} s per peer, after ${plan.warmUpMs / 1_000} s of warm-up`,
        ].join("\n"),
      );
      const failures = await prepare(options.peers, (text) => report.progress(text));
      for (const scenario of scenarios) {
        const peers = options.peers.filter((peer) => scenario.peers.includes(peer));
        if (!options.scenarios.includes(scenario.name) || peers.length === 0) continue;
        const { synchronousMs, asynchronousMs } = await measureSyncTime(data);
        const warning = await warnOfOtherLoad();
        report.note(
          `one write of 256 bytes with O_DSYNC: ${synchronousMs.toFixed(3)} ms on the thread, ` +
            `${asynchronousMs.toFixed(3)} ms through the thread pool${warning === null ? "" : `\n${warning}`}`,
        );
        const outcome = await measure(scenario, {
          peers: peers.filter((peer) => !failures.has(peer)),
          plan,
          cores,
          data,
          progress: (text) => report.progress(`${scenario.name}: ${text}`),
        });
        const rows = compare({
          peers,
          unit: scenario.unit,
          samples: outcome.samples,
          failures: new Map([...failures, ...outcome.failures]),
          remarks,
        });
        report.scenario(scenario.name, scenario.summary, rows);
      }
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  },
};

/** Installs what is missing; gives why a peer cannot be measured. */
async function prepare(
  peers: readonly string[],
  progress: (text: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const failures = new OutcomeBuilder();
  const wanted = peers.filter((peer) => peer === SQLITE || peer === SQLITE_BATCHED);
  if (wanted.length === 0) return failures.failures;
  try {
    await installSqlite(progress);
  } catch (error) {
    const reason = `cannot be installed (leave it out with --peer): ${(error as Error).message}`;
    for (const peer of wanted) failures.failures.set(peer, reason);
  }
  return failures.failures;
}

function measure(scenario: Scenario, options: MeasureOptions): Promise<Outcome> {
  const { measurement } = scenario;
  switch (measurement.kind) {
    case "append":
      return measureRounds({ ...options, contestant: appendContestant(measurement.outstanding, options) });
    case "exactly-once":
      return measureRounds({ ...options, contestant: callContestant(measurement.outstanding, options) });
    case "recovery":
      return measureRecovery(options);
    case "memory":
      return measureMemory(measurement.of, options);
    default:
      return measurement satisfies never;
  }
}
