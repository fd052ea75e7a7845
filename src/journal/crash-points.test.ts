import { describe, expect, test } from "vitest";
import type { DiskOperation, DiskPhase, SimulatedDisk } from "../runtime/simulated-disk.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { newDisk } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { Life, type Step } from "./crash-life.test.util.js";

// The points at which a journal can die, by name: whatever it asks of the storage, while it is opened for the first time,
// recovers, appends, moves on to the next segment, makes a checkpoint and is closed. Programs die before, in the middle of
// and after each of them, alone and together with the power, and the next one recovers right. A point that is new has to
// be added here by name.

const POINTS: readonly string[] = [
  "append: segment close",
  "append: segment write",
  "checkpoint: checkpoint remove",
  "checkpoint: folder list",
  "checkpoint: folder sync",
  "checkpoint: new checkpoint close",
  "checkpoint: new checkpoint create",
  "checkpoint: new checkpoint rename",
  "checkpoint: new checkpoint write",
  "checkpoint: segment remove",
  "close: folder unlock",
  "close: segment close",
  "close: segment write",
  "create: folder list",
  "create: folder lock",
  "create: folder make",
  "create: folder sync",
  "create: new segment create",
  "create: new segment rename",
  "create: new segment write",
  "create: segment write",
  "recover: checkpoint close",
  "recover: checkpoint open",
  "recover: checkpoint read",
  "recover: checkpoint remove",
  "recover: checkpoint size",
  "recover: folder list",
  "recover: folder lock",
  "recover: folder sync",
  "recover: new checkpoint remove",
  "recover: new segment remove",
  "recover: segment close",
  "recover: segment open",
  "recover: segment read",
  "recover: segment remove",
  "recover: segment size",
  "recover: segment write",
  "roll: folder sync",
  "roll: new segment create",
  "roll: new segment rename",
  "roll: new segment write",
  "roll: segment close",
  "roll: segment write",
];

/** A step, or one at some point of which the program dies; another one recovers then. */
type Part = Step | { readonly step: Step; readonly diesAt: string };

/** Together they pass all points. */
const WORKLOADS: readonly (readonly Part[])[] = [
  ["small", "checkpoint", "roll", "small", "checkpoint", "roll", "checkpoint", "large", "close"],
  [
    "small",
    "reopen",
    "reserve",
    { step: "roll", diesAt: "roll: new segment write" },
    { step: "checkpoint", diesAt: "checkpoint: new checkpoint write" },
    "roll",
    "checkpoint",
    "roll",
    { step: "checkpoint", diesAt: "checkpoint: segment remove" },
    "small",
    { step: "checkpoint", diesAt: "checkpoint: checkpoint remove" },
    "roll",
    "close",
  ],
];

const DEATHS: readonly Death[] = (["before", "middle", "after"] as const).flatMap((phase) => [
  { phase, withPower: false },
  { phase, withPower: true },
]);

interface Death {
  readonly phase: DiskPhase;
  readonly withPower: boolean;
}

/** A workload on its way. */
class Passage {
  readonly world = new SimulatedWorld();
  readonly disk = newDisk(this.world);
  readonly life = new Life(this.world, this.disk, new History());
  /** The program has died where it was not planned. */
  isOver = false;
  private readonly workload: readonly Part[];
  /** The point at which it dies as planned. */
  diesAt: string | undefined;

  /** @param look is told of each moment, and may kill the program: then the workload is over */
  constructor(
    workload: readonly Part[],
    look: (operation: DiskOperation, phase: DiskPhase, passage: Passage) => void,
  ) {
    this.workload = workload;
    this.disk.onMoment = (operation, phase) => {
      look(operation, phase, this);
      if (phase === "before" && this.nameOf(operation) === this.diesAt) this.life.runtime.kill();
    };
  }

  async go(): Promise<void> {
    await this.untilDead(this.life.begin());
    for (const part of this.workload) {
      if (this.isOver) return;
      if (typeof part === "string") await this.untilDead(this.life.step(part));
      else await this.dieIn(part.step, part.diesAt);
    }
  }

  private async dieIn(step: Step, diesAt: string): Promise<void> {
    this.diesAt = diesAt;
    await this.untilDead(this.life.step(step));
    this.diesAt = undefined;
    if (!this.isOver) await this.untilDead(this.life.begin());
  }

  /** Waits for it, and for all that goes on beside it, as long as the program lives. */
  private async untilDead(done: Promise<void>): Promise<void> {
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    await this.world.run(() => isDone || !this.life.runtime.storage.isAlive);
    await this.world.settle();
  }

  /** What is being done, and what is asked of the storage for it. */
  readonly nameOf = ({ name }: DiskOperation): string => `${ACTIVITIES[this.life.doing]}: ${name}`;
}

/** What a journal does at those steps. */
const ACTIVITIES: Readonly<Record<string, string>> = {
  create: "create",
  open: "recover",
  small: "append",
  reserve: "append",
  large: "roll",
  roll: "roll",
  checkpoint: "checkpoint",
  close: "close",
};

/** The operations at which a workload passes a point, each point once. */
async function passed(workload: readonly Part[], seen: Set<string>): Promise<readonly number[]> {
  const numbers: number[] = [];
  const passage = new Passage(workload, (operation, phase, { nameOf, diesAt }) => {
    const name = nameOf(operation);
    if (phase !== "before" || name === diesAt || seen.has(name)) return;
    seen.add(name);
    numbers.push(operation.number);
  });
  await passage.go();
  expect(passage.life.journal).toBe(undefined);
  return numbers;
}

test("all points are known by name", async () => {
  const seen = new Set<string>();
  for (const workload of WORKLOADS) await passed(workload, seen);
  console.log(`The journal can die at these points:\n${[...seen].sort().join("\n")}`);
  expect([...seen].sort()).toEqual(POINTS);
});

describe.each(DEATHS)("dying $phase, with the power: $withPower", ({ phase, withPower }) => {
  test.each(WORKLOADS.map((workload) => ({ workload })))(
    "at each point of $workload",
    async ({ workload }) => {
      const numbers = await passed(workload, new Set());
      for (const number of numbers) await dieAt(workload, number, { phase, withPower });
      expect(numbers.length).toBeGreaterThanOrEqual(27);
    },
  );
});

/** Dies there; the next program recovers, with all that was acknowledged, and goes on. */
async function dieAt(workload: readonly Part[], number: number, { phase, withPower }: Death): Promise<void> {
  let name = "";
  let next: SimulatedDisk | undefined;
  const passage = new Passage(workload, (operation, at, passage) => {
    if (operation.number !== number || at !== phase) return;
    name = passage.nameOf(operation);
    if (withPower) next = newDisk(passage.world, passage.disk.crash());
    passage.life.runtime.kill();
    passage.isOver = true;
  });
  const { world, disk, life } = passage;
  await passage.go();
  expect(name).not.toBe("");
  const later = new Life(world, next ?? disk, life.history, { firstNumber: 1_000, seed: 1_000 });
  try {
    await world.outcome(later.begin());
    for (const step of ["small", "checkpoint", "reopen", "close"] as const)
      await world.outcome(later.step(step));
  } catch (error) {
    throw new Error(`after dying ${phase} ${name}`, { cause: error });
  }
}
