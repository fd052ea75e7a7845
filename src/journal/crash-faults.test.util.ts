import { below, seededRandom } from "../runtime/seeded-random.test.util.js";
import type {
  DiskFault,
  DiskImage,
  DiskOperation,
  SimulatedDisk,
} from "../runtime/simulated-disk.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { type Explorer, type Moment, newDisk, watch } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { Life, type Step } from "./crash-life.test.util.js";
import { expectNone, type Violation, ViolationError, violationOf } from "./crash-violation.test.util.js";
import { momentsOf } from "./crash-workload.test.util.js";
import { JournalError } from "./journal-error.js";

// A disk that fails, is full, or does less than asked, at each operation of these workloads.

export const FAULT_WORKLOADS: readonly (readonly Step[])[] = [
  ["small", "roll", "checkpoint", "small"],
  ["large", "reopen", "small", "kill", "small", "reserve", "close"],
  ["small", "checkpoint", "roll", "checkpoint", "roll", "checkpoint", "kill", "small", "close"],
];

/** What has happened to a program on a faulty disk. */
interface Trial {
  readonly world: SimulatedWorld;
  readonly disk: SimulatedDisk;
  readonly life: Life;
  readonly errors: readonly unknown[];
}

/** Goes through a workload as far as it goes, and settles. A journal that is not open is opened again. */
async function trial(
  steps: readonly Step[],
  faultAt: (operation: DiskOperation) => DiskFault | undefined,
  { table, orderSeed }: { readonly table?: Explorer["table"]; readonly orderSeed?: number | undefined } = {},
): Promise<Trial> {
  const world = newWorld(orderSeed);
  const disk = newDisk(world, undefined, { table });
  const life = new Life(world, disk, new History());
  const errors: unknown[] = [];
  disk.faults = faultAt;
  const attempt = async (action: () => Promise<unknown>) => {
    try {
      await world.outcome(action());
    } catch (error) {
      errors.push(error);
    }
    await world.settle();
  };
  await attempt(() => life.begin());
  for (const step of steps) {
    if (life.journal === undefined) await attempt(() => life.begin());
    if (life.journal !== undefined) await attempt(() => life.step(step));
  }
  return { world, disk, life, errors };
}

/** In which the disk answers in order, or in any other. */
function newWorld(orderSeed: number | undefined): SimulatedWorld {
  if (orderSeed === undefined) return new SimulatedWorld();
  const random = seededRandom(orderSeed);
  return new SimulatedWorld((waiting) => below(waiting, random));
}

/** The operations of a workload that goes well. */
async function operationsOf(
  steps: readonly Step[],
  actions: readonly string[],
  orderSeed?: number,
): Promise<DiskOperation[]> {
  const operations: DiskOperation[] = [];
  const faultAt = (operation: DiskOperation) => {
    if (actions.includes(operation.action)) operations.push(operation);
    return undefined;
  };
  const { errors } = await trial(steps, faultAt, { orderSeed });
  if (errors.length > 0) throw new ViolationError(violationOf(errors[0], "goes-on"));
  return operations;
}

/** A disk that goes wrong at one operation. */
export interface FaultCase {
  readonly name: string;
  readonly fault: DiskFault;
  /** It stays so until the workload is over. */
  readonly isLasting?: boolean;
  /** Which operations can go wrong so. */
  readonly actions: readonly string[];
  /** What the journal may say then. */
  readonly faults: readonly string[];
  /** The disk does not answer in order. */
  readonly orderSeed?: number;
}

const SYNCS = ["sync", "write"];
const TAKERS = ["write", "create", "resize"];
const OTHERS = ["make", "list", "open", "create", "rename", "remove", "lock", "size", "read", "resize"];

export const FAULT_CASES: readonly FaultCase[] = [
  {
    name: "a sync or durable write fails",
    fault: { fails: "other" },
    actions: SYNCS,
    faults: ["failed", "full", "closed"],
  },
  {
    name: "something else fails",
    fault: { fails: "other" },
    actions: OTHERS,
    faults: ["failed", "full", "closed"],
  },
  {
    name: "there is no room for once",
    fault: { fails: "full" },
    actions: TAKERS,
    faults: ["full", "closed", "failed"],
  },
  {
    name: "there is no room from then on",
    fault: { fails: "full" },
    isLasting: true,
    actions: TAKERS,
    faults: ["full", "closed", "failed"],
  },
  { name: "a read or write is short", fault: { bytesMax: 100 }, actions: ["read", "write"], faults: [] },
  {
    name: "reads and writes are short from then on",
    fault: { bytesMax: 300 },
    isLasting: true,
    actions: ["read", "write"],
    faults: [],
  },
];

/** A failed sync of the folder, while several things are under way that end with one. */
export const FOLDER_SYNC_CASES: readonly FaultCase[] = Array.from({ length: 15 }, (_, orderSeed) => ({
  name: `a sync of the folder fails, order ${orderSeed}`,
  fault: { fails: "other" },
  actions: ["sync"],
  faults: ["failed", "full", "closed"],
  orderSeed,
}));

export const FOLDER_SYNC_WORKLOAD: readonly Step[] = ["small", "busy", "small", "busy", "roll"];

/** Lets each operation of a workload go wrong, until something is found; returns how many did. */
export async function exploreFaults(
  explorer: Explorer,
  { fault, isLasting = false, actions, faults, orderSeed }: FaultCase,
  steps: readonly Step[],
): Promise<number> {
  let trials = 0;
  const problems: Violation[] = explorer.problems;
  try {
    for (const { number: first, name } of await operationsOf(steps, actions, orderSeed)) {
      const faultAt = ({ number, action }: DiskOperation) => {
        const isFaulty = isLasting ? number >= first : number === first;
        return isFaulty && actions.includes(action) ? fault : undefined;
      };
      const tried = await trial(steps, faultAt, { table: explorer.table, orderSeed });
      expectFaults(tried.errors, faults);
      expectNone(tried.life.problems);
      await restart(tried, `${first} ${name}`, explorer);
      if (problems.length > 0) break;
      await expectGoingOn(tried);
      trials++;
    }
  } catch (error) {
    problems.push(violationOf(error, "goes-on", `fault ${trials + 1} in ${steps.join(", ")}`));
  }
  return trials;
}

/** What it says is clear, and of a kind that was to be expected. */
function expectFaults(errors: readonly unknown[], faults: readonly string[]): void {
  for (const error of errors) {
    const isClear = error instanceof JournalError && error.message.includes("/journal");
    if (!isClear || !faults.includes(error.fault))
      throw new ViolationError(violationOf(error, "errors-are-clear"));
  }
}

/** The program is killed, and another one goes on with what the cache shows; then the power fails. Or it fails at once. */
async function restart(
  { world, disk, life }: Trial,
  name: string,
  explorer: Explorer,
  next: Step = "small",
): Promise<void> {
  await explorer.explore({ disk, history: life.history, name: `${name}, then power failure` });
  for (const isEvicted of [false, true]) {
    const cached = disk.copy({ post: world.post, random: seededRandom(3) });
    cached.interrupt();
    if (isEvicted) cached.evict();
    const later = new Life(world, cached, life.history.copy(), { firstNumber: 500, seed: 50 });
    const moments: Omit<Moment, "phase">[] = [];
    try {
      await world.outcome(later.begin());
      cached.onMoment = watch(cached, later.history, (moment) => moments.push(moment));
      await world.outcome(later.step(next));
    } catch (error) {
      throw new ViolationError(violationOf(error, "opens-again", `${name}, then a restart`));
    }
    moments.push({ disk: cached, history: later.history, name: "idle" });
    for (const moment of moments)
      await explorer.explore({
        ...moment,
        name: `${name}, then a restart, then power failure: ${moment.name}`,
      });
  }
}

/** All is well again: a journal that has not failed takes records. */
async function expectGoingOn({ world, disk, life }: Trial): Promise<void> {
  disk.faults = undefined;
  if (life.journal === undefined) return world.outcome(life.begin());
  if (life.journal.failure !== undefined) return world.outcome(life.expectRefusal());
  await world.outcome(new Promise<void>((resolve) => life.runtime.setTimer(resolve, 1_000)));
  for (const step of ["small", "roll", "checkpoint", "close"] as const) await world.outcome(life.step(step));
}

/** Lets each write and sync fail while torn batches are recovered, until something is found; returns how many did. */
export async function exploreFaultsOfRecoveries(explorer: Explorer): Promise<number> {
  let trials = 0;
  for (const { image, history } of await tornBatches(explorer.table)) {
    for (const number of await recoveryOf(image, history)) {
      const world = new SimulatedWorld();
      const disk = newDisk(world, image);
      disk.faults = (operation) => (operation.number === number ? { fails: "other" } : undefined);
      const life = new Life(world, disk, history.copy());
      try {
        await expectFailure(world.outcome(life.begin()));
        await world.settle();
        disk.faults = undefined;
        await restart({ world, disk, life, errors: [] }, `${number}`, explorer, "large");
      } catch (error) {
        explorer.problems.push(violationOf(error, "goes-on", `operation ${number} of a recovery fails`));
      }
      if (explorer.problems.length > 0) return trials;
      trials++;
    }
  }
  return trials;
}

async function expectFailure(opening: Promise<void>): Promise<void> {
  const error = await opening.then(
    () => new ViolationError({ oracle: "errors-are-clear", detail: "it opens although the disk has failed" }),
    (error: unknown) => error,
  );
  if (!(error instanceof JournalError && error.fault === "failed"))
    throw new ViolationError(violationOf(error, "errors-are-clear"));
}

/** Some of what a crash leaves of a batch that takes several sectors: those first of which most was written. */
async function tornBatches(table: Explorer["table"]): Promise<{ image: DiskImage; history: History }[]> {
  const moments = await momentsOf(["large"], table);
  const torn = moments.filter(({ name, phase }) => name.includes("segment write") && phase === "middle");
  const all = torn.flatMap(({ disk, history }) =>
    [...disk.crashes()].filter((_, index) => index % 3 === 1).map((image) => ({ image, history })),
  );
  return all.reverse();
}

/** The numbers of what changes the disk when a journal is opened on it. */
async function recoveryOf(image: DiskImage, history: History): Promise<number[]> {
  const world = new SimulatedWorld();
  const disk = newDisk(world, image);
  const numbers: number[] = [];
  disk.faults = ({ number, action }) => {
    if (SYNCS.includes(action)) numbers.push(number);
    return undefined;
  };
  await world.outcome(new Life(world, disk, history.copy()).begin());
  return numbers;
}
