import {
  DAMAGES,
  type Damage,
  type DamageKind,
  damagedEnds,
  mixtures,
  RESTS,
  type Rest,
  restOf,
  verdictOn,
} from "./crash-damage.test.util.js";
import { exploreDeaths } from "./crash-deaths.test.util.js";
import { type ExploreOptions, Explorer } from "./crash-explorer.test.util.js";
import {
  exploreFaults,
  exploreFaultsOfRecoveries,
  FAULT_CASES,
  FAULT_WORKLOADS,
  FOLDER_SYNC_CASES,
  FOLDER_SYNC_WORKLOAD,
} from "./crash-faults.test.util.js";
import { goOnWithRoom, keepPromises, PROMISES, reopenWithoutRoom } from "./crash-full-disk.test.util.js";
import { expectOneWriter } from "./crash-lock.test.util.js";
import { run } from "./crash-run.test.util.js";
import { type Violation, violationOf } from "./crash-violation.test.util.js";
import { exploreParts, exploreWorkloads, LONGER_WORKLOADS, workloads } from "./crash-workload.test.util.js";
import { expectSafeDriver } from "./driver-check.test.util.js";
import { violationOfPrograms } from "./store-check.test.util.js";

/** What a check has looked at, and the first thing that was wrong. */
export interface CheckResult {
  /** States, deaths, faults, damaged journals or lives. */
  readonly runs: number;
  readonly violation: Violation | undefined;
}

/** Short forms of the tests, for a journal that lacks something: each ends with the first thing that it finds. */
export const CHECKS = {
  /** The power fails. */
  states: () =>
    explored({ depth: 0, portion: 0 }, async (explorer) => {
      for (const some of [workloads(0), workloads(1), LONGER_WORKLOADS, workloads(2)])
        if (isFine(explorer)) await exploreWorkloads(explorer, some);
    }),

  /** The power fails where batches take several sectors, and again once another program has gone on. */
  "torn batches": () =>
    explored({ depth: 0, goesOn: true }, (explorer) => exploreWorkloads(explorer, [["large"]])),

  /** The same where a batch begins a segment. */
  "torn segments": () =>
    explored({ depth: 0, goesOn: true }, (explorer) =>
      exploreWorkloads(explorer, [["settle", "roll", "settle", "roll"]]),
    ),

  /** The power fails between two parts of a write. */
  parts: () => explored({ portion: 0.05 }, exploreParts),

  /** Programs die, the power fails later. */
  deaths: () =>
    explored({ depth: 0, portion: 0 }, async (explorer) => {
      for (const length of [0, 1, 2]) if (isFine(explorer)) await exploreDeaths(explorer, workloads(length));
    }),

  /** The disk fails. */
  faults: () =>
    explored({ depth: 0, portion: 0 }, async (explorer) => {
      for (const faultCase of FAULT_CASES)
        for (const steps of FAULT_WORKLOADS)
          if (isFine(explorer)) await exploreFaults(explorer, faultCase, steps);
    }),

  /** Syncs of the folder fail, while others are under way. */
  "faults of folders": () =>
    explored({ depth: 0, portion: 0 }, async (explorer) => {
      for (const faultCase of FOLDER_SYNC_CASES)
        if (isFine(explorer)) await exploreFaults(explorer, faultCase, FOLDER_SYNC_WORKLOAD);
    }),

  /** The disk fails while a journal is recovered. */
  "faults of recoveries": () => explored({ depth: 0, portion: 0 }, exploreFaultsOfRecoveries),

  /** The disk is full. */
  "full disk": async () => {
    const trials = [...PROMISES.map((sizes) => () => keepPromises(sizes)), goOnWithRoom, reopenWithoutRoom];
    let runs = 0;
    for (const trial of trials) {
      runs++;
      const violation = await violationIn(trial);
      if (violation !== undefined) return { runs, violation };
    }
    return { runs, violation: undefined };
  },

  /** What was durable is changed. */
  "flipped bits": () => damaged("flips"),
  "flipped bits of checkpoints": () => damaged("flips in checkpoints"),
  "flipped bits at the end": () => damaged("flips at the end"),
  "lost sectors": () => damaged("zeroed"),
  "lost files": () => damaged("lost"),
  "cut files": () => damaged("cut"),
  "exchanged files": () => damaged("exchanged"),
  lengths: () => damaged("lengths"),
  "strange files": async () => firstUnfair(await mixtures()),
  "damaged checkpoint and end": async () => firstUnfair([await damagedEnds()]),

  /** Whole lives, at random. */
  lives: async () => {
    for (let seed = 0; seed < LIVES_MAX; seed++) {
      const { problems } = await run(seed);
      const [first] = problems;
      if (first === undefined) continue;
      return { runs: seed + 1, violation: { ...first, detail: `seed ${seed}: ${first.detail}` } };
    }
    return { runs: LIVES_MAX, violation: undefined };
  },

  /** Programs change a store at once. */
  store: async () => {
    for (let seed = 0; seed < STORES_MAX; seed++) {
      const violation = violationOfPrograms(seed);
      if (violation !== undefined) return { runs: seed + 1, violation };
    }
    return { runs: STORES_MAX, violation: undefined };
  },

  /** Two programs want one journal. */
  lock: async () => ({ runs: 1, violation: await violationIn(expectOneWriter) }),

  /** The real disk is used. */
  driver: async () => ({ runs: 1, violation: await violationIn(expectSafeDriver) }),
} as const satisfies Readonly<Record<string, () => Promise<CheckResult>>>;

export type CheckName = keyof typeof CHECKS;

const STORES_MAX = 2_000;

/** As many as the tests run. */
const LIVES_MAX = 2_000;

async function damaged(kind: DamageKind): Promise<CheckResult> {
  const rests = await Promise.all(RESTS.map(({ steps }) => restOf(steps)));
  return firstUnfair(rests.map((rest) => ({ rest, damages: DAMAGES[kind](rest) })));
}

async function firstUnfair(
  all: Iterable<{ readonly rest: Rest; readonly damages: Iterable<Damage> }>,
): Promise<CheckResult> {
  let runs = 0;
  for (const { rest, damages } of all) {
    for (const damage of damages) {
      runs++;
      const verdict = await verdictOn(damage, rest.history);
      if (typeof verdict !== "string") return { runs, violation: verdict };
    }
  }
  return { runs, violation: undefined };
}

async function explored(
  options: ExploreOptions,
  explore: (explorer: Explorer) => Promise<unknown>,
): Promise<CheckResult> {
  const explorer = new Explorer(options);
  const violation = await violationIn(() => explore(explorer));
  const { counts, problems } = explorer;
  return { runs: counts.states + counts.again + counts.later, violation: problems[0] ?? violation };
}

function isFine({ problems }: Explorer): boolean {
  return problems.length === 0;
}

/** What goes wrong where nothing has failed. */
async function violationIn(action: () => Promise<unknown>): Promise<Violation | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return violationOf(error, "goes-on");
  }
}
