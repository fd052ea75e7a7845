import type { Style } from "./judge.test.util.js";
import type { DiskManner } from "./machine.test.util.js";
import type { NetworkManner } from "./network.test.util.js";
import { RandomStream } from "./random.test.util.js";

/** The families of worlds, each with its own sort of trouble; a seed belongs to the one of its remainder. */
export const FAMILIES = [
  "duplicates",
  "losses",
  "server crashes",
  "client crashes",
  "contention",
  "strangers",
  "set back",
  "clones",
  "forgers",
  "outages",
  "bad disks",
  "slow disks",
  "everything",
] as const;

export type Family = (typeof FAMILIES)[number];

/** What is wrong in a world, and how many there are in it. */
export interface Scenario {
  readonly family: Family;
  readonly network: NetworkManner;
  readonly disk: DiskManner;
  readonly durableClients: number;
  readonly volatileClients: number;
  /** What each client wants. */
  readonly calls: number;
  /** How many of them at a time. */
  readonly atOnce: number;
  /** What volatile clients want, each as often as it stands here; durable ones want nothing that is plain. */
  readonly styles: readonly Exclude<Style, "forged">[];
  /** Cells for redo calls: their conflict keys. */
  readonly cells: number;
  readonly serverCrashes: number;
  readonly clientCrashes: number;
  /** How many volatile clients close, whatever is under way. */
  readonly closings: number;
  /** Of the crashes: how many are those of a machine and not only of a process. */
  readonly power: number;
  readonly partitions: number;
  /** How long the longest of them is. */
  readonly partitionMs: number;
  readonly clones: number;
  readonly forgeries: number;
  /** Another home, which some messages reach. */
  readonly stranger: boolean;
  /** What happens to the disk of the home. */
  readonly replaced: "never" | "by an older copy" | "by an empty one";
  /** How often a sync or write fails. */
  readonly failures: number;
  readonly expiresAfterMs: number;
  readonly checkpointBytes: number;
  /** Most of what goes wrong does so within this time. */
  readonly earlyMs: number;
  /** The longest pause of an application before a call. */
  readonly pauseMs: number;
  /** The longest deadline of a call. */
  readonly patienceMs: number;
  /** Clocks run this much too fast or too slow. */
  readonly clockDrift: number;
}

const QUIET: NetworkManner = {
  requestLost: 0,
  replyLost: 0,
  duplicated: 0.05,
  stale: 0,
  slow: 0.02,
  misrouted: 0,
  cut: 0,
};

const BAD: NetworkManner = {
  requestLost: 0.12,
  replyLost: 0.15,
  duplicated: 0.2,
  stale: 0.1,
  slow: 0.15,
  misrouted: 0,
  cut: 0.05,
};

/** Slower than networks and handlers: what leaves before it is durable comes before it is durable. */
const SLOW_DISK: DiskManner = { syncMs: [20, 60], slow: 0 };

export function familyOf(seed: number): Family {
  return FAMILIES[seed % FAMILIES.length]!;
}

export function scenarioOf(seed: number): Scenario {
  const family = familyOf(seed);
  const random = new RandomStream(seed, "scenario");
  const network: NetworkManner = random.chance(0.5) ? QUIET : BAD;
  const base: Scenario = {
    family,
    network,
    disk: { syncMs: [0.1, 0.5], slow: random.pick([0, 0.02]) },
    durableClients: random.below(2),
    volatileClients: 1 + random.below(2),
    calls: 2 + random.below(4),
    atOnce: 1 + random.below(3),
    styles: ["redo", "redo", "redo", "journaled", "journaled", "query", "plain"],
    cells: 1 + random.below(3),
    serverCrashes: 0,
    clientCrashes: 0,
    closings: 0,
    power: 0.5,
    partitions: 0,
    partitionMs: 2_000,
    clones: 0,
    forgeries: 0,
    stranger: false,
    replaced: "never",
    failures: 0,
    expiresAfterMs: 120_000,
    checkpointBytes: random.pick([600, 2_000, 100_000]),
    earlyMs: 300,
    pauseMs: 60,
    patienceMs: 40_000,
    clockDrift: random.pick([0, 0.001]),
  };
  return { ...base, ...MADE[family](random, base) };
}

const MADE: Record<Family, (random: RandomStream, base: Scenario) => Partial<Scenario>> = {
  duplicates: () => ({ network: { ...QUIET, duplicated: 0.5, stale: 0.1, slow: 0.1 } }),
  losses: () => ({ network: BAD, partitions: 1 }),
  "server crashes": (random) => ({
    serverCrashes: 1 + random.below(4),
    power: 0.7,
    checkpointBytes: random.pick([600, 2_000]),
  }),
  "client crashes": (random, { disk }) => ({
    disk: random.pick([disk, SLOW_DISK]),
    atOnce: 3,
    durableClients: 1 + random.below(2),
    clientCrashes: 1 + random.below(4),
    power: 0.7,
  }),
  contention: (random, { network }) => ({
    network: { ...network, duplicated: 0.5 },
    cells: 1,
    calls: 4 + random.below(4),
    atOnce: 3,
    volatileClients: 2,
    serverCrashes: random.below(2),
    closings: 1 + random.below(3),
  }),
  strangers: () => ({ stranger: true, network: { ...BAD, misrouted: 0.3 }, durableClients: 1 }),
  "set back": (random) => ({
    durableClients: 1 + random.below(2),
    volatileClients: 2,
    calls: 4 + random.below(4),
    serverCrashes: random.below(2),
    replaced: random.chance(0.75) ? "by an older copy" : "by an empty one",
  }),
  clones: (random) => ({ durableClients: 1, clones: 1 + random.below(2), clientCrashes: random.below(2) }),
  forgers: (random) => ({ forgeries: 8, serverCrashes: random.below(2), durableClients: 1 }),
  outages: (random) => ({
    partitions: 2,
    partitionMs: 300_000,
    serverCrashes: 1 + random.below(2),
    durableClients: 1,
    expiresAfterMs: 60_000,
    // Calls that begin when their session is over, and that wait for longer than it lasts.
    earlyMs: random.pick([300, 200_000]),
    pauseMs: random.pick([60, 100_000]),
    patienceMs: 150_000,
  }),
  "bad disks": (random) => ({
    failures: 0.02,
    serverCrashes: 1,
    clientCrashes: random.below(2),
    durableClients: 1,
    disk: { syncMs: [0.1, 0.5], slow: 0.05 },
  }),
  "slow disks": (random) => ({
    network: { ...QUIET, duplicated: 0.4, replyLost: 0.1 },
    disk: SLOW_DISK,
    durableClients: 1,
    volatileClients: 2,
    calls: 4 + random.below(5),
    atOnce: 3,
    cells: 1,
    styles: ["redo", "redo", "redo", "plain", "plain", "journaled", "journaled", "query", "query"],
    serverCrashes: 3 + random.below(4),
    clientCrashes: 1 + random.below(4),
    checkpointBytes: 600,
    earlyMs: 2_000,
    pauseMs: 300,
    power: 0.9,
  }),
  everything: (random) => ({
    network: { ...BAD, misrouted: 0.05 },
    durableClients: 1,
    volatileClients: 2,
    serverCrashes: 1 + random.below(3),
    clientCrashes: random.below(3),
    partitions: 1,
    partitionMs: 20_000,
    clones: random.below(2),
    forgeries: 2,
    stranger: true,
    failures: 0.003,
  }),
};
