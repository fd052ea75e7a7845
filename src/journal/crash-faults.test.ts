import { describe, expect, test } from "vitest";
import { seededRandom } from "../runtime/seeded-random.test.util.js";
import type {
  DiskFault,
  DiskImage,
  DiskOperation,
  SectorTable,
  SimulatedDisk,
} from "../runtime/simulated-disk.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { Explorer, type Moment, newDisk, watch } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { Life, type Step } from "./crash-life.test.util.js";
import { TIMEOUT_MS } from "./crash-scale.test.util.js";
import { momentsOf } from "./crash-workload.test.util.js";
import { JournalError } from "./journal-error.js";

// A disk that fails, is full, or does less than asked, at each operation of these workloads.

const WORKLOADS: readonly (readonly Step[])[] = [
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
  table?: SectorTable,
): Promise<Trial> {
  const world = new SimulatedWorld();
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

/** The operations of a workload that goes well. */
async function operationsOf(steps: readonly Step[], actions: readonly string[]): Promise<DiskOperation[]> {
  const operations: DiskOperation[] = [];
  const { errors } = await trial(steps, (operation) => {
    if (actions.includes(operation.action)) operations.push(operation);
    return undefined;
  });
  expect(errors).toEqual([]);
  return operations;
}

/** A disk that goes wrong at one operation. */
interface FaultCase {
  readonly name: string;
  readonly fault: DiskFault;
  /** It stays so until the workload is over. */
  readonly isLasting?: boolean;
  /** Which operations can go wrong so. */
  readonly actions: readonly string[];
  /** What the journal may say then. */
  readonly faults: readonly string[];
}

const SYNCS = ["sync", "write"];
const TAKERS = ["write", "create", "resize"];
const OTHERS = ["make", "list", "open", "create", "rename", "remove", "lock", "size", "read", "resize"];

const CASES: readonly FaultCase[] = [
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

describe.each(CASES)("where $name", ({ fault, isLasting = false, actions, faults }) => {
  test.each(WORKLOADS.map((steps, index) => ({ steps, index })))(
    "in workload $index",
    { timeout: TIMEOUT_MS },
    async ({ steps }) => {
      const explorer = new Explorer({ depth: 0, portion: 0 });
      let trials = 0;
      for (const { number: first, name } of await operationsOf(steps, actions)) {
        const faultAt = ({ number, action }: DiskOperation) => {
          const isFaulty = isLasting ? number >= first : number === first;
          return isFaulty && actions.includes(action) ? fault : undefined;
        };
        const tried = await trial(steps, faultAt, explorer.table);
        expectFaults(tried.errors, faults);
        expect(tried.life.problems).toEqual([]);
        await expectNothingLost(tried, `${first} ${name}`, explorer);
        await expectGoingOn(tried);
        trials++;
      }
      expect(trials).toBeGreaterThan(5);
    },
  );
});

/** What it says is clear, and of a kind that was to be expected. */
function expectFaults(errors: readonly unknown[], faults: readonly string[]): void {
  for (const error of errors) {
    if (!(error instanceof JournalError)) throw error;
    expect(faults, `${error}`).toContain(error.fault);
    expect(error.message).toContain("/journal");
  }
}

/** The program is killed, and another one goes on with what the cache shows; then the power fails. Or it fails at once. */
async function expectNothingLost(
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
    await world.outcome(later.begin());
    const moments: Omit<Moment, "phase">[] = [];
    cached.onMoment = watch(cached, later.history, (moment) => moments.push(moment));
    await world.outcome(later.step(next));
    moments.push({ disk: cached, history: later.history, name: "idle" });
    for (const moment of moments)
      await explorer.explore({
        ...moment,
        name: `${name}, then a restart, then power failure: ${moment.name}`,
      });
  }
  expect(explorer.problems.slice(0, 2)).toEqual([]);
}

/** All is well again: a journal that has not failed takes records. */
async function expectGoingOn({ world, disk, life }: Trial): Promise<void> {
  disk.faults = undefined;
  if (life.journal === undefined) return world.outcome(life.begin());
  if (life.journal.failure !== undefined) return expect(() => life.add(20)).toThrow(life.journal.failure);
  await world.outcome(new Promise<void>((resolve) => life.runtime.setTimer(resolve, 1_000)));
  for (const step of ["small", "roll", "checkpoint", "close"] as const) await world.outcome(life.step(step));
}

test("where a write or sync fails in the recovery of a torn batch", { timeout: TIMEOUT_MS }, async () => {
  const explorer = new Explorer({ depth: 0, portion: 0 });
  let trials = 0;
  for (const { image, history } of await tornBatches(explorer.table)) {
    const numbers = await recoveryOf(image, history);
    for (const number of numbers) {
      const world = new SimulatedWorld();
      const disk = newDisk(world, image);
      disk.faults = (operation) => (operation.number === number ? { fails: "other" } : undefined);
      const life = new Life(world, disk, history.copy());
      await expect(world.outcome(life.begin())).rejects.toMatchObject({ fault: "failed" });
      await world.settle();
      disk.faults = undefined;
      await expectNothingLost({ world, disk, life, errors: [] }, `${number}`, explorer, "large");
      trials++;
    }
  }
  expect(trials).toBeGreaterThan(10);
});

/** Some of what a crash leaves of a batch that takes several sectors. */
async function tornBatches(table: SectorTable): Promise<{ image: DiskImage; history: History }[]> {
  const moments = await momentsOf(["large"], table);
  const torn = moments.filter(({ name, phase }) => name.includes("segment write") && phase === "middle");
  return torn.flatMap(({ disk, history }) =>
    [...disk.crashes()].filter((_, index) => index % 3 === 1).map((image) => ({ image, history })),
  );
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
