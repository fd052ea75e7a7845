import type { DiskFault, SectorTable } from "../runtime/simulated-disk.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { type Explorer, type Moment, newDisk, watch } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { Life, type Step } from "./crash-life.test.util.js";

const STEPS: readonly Step[] = ["small", "large", "roll", "checkpoint", "reserve", "reopen", "kill", "close"];

/** Longer ones, for what needs more than three. */
export const LONGER_WORKLOADS: readonly (readonly Step[])[] = [
  ["append"],
  ["small", "forge"],
  ["settle", "reopen", "roll"],
  ["roll", "settle", "checkpoint", "small", "checkpoint"],
  ["roll", "settle", "checkpoint", "roll", "settle", "checkpoint", "roll"],
  ["promise", "settle", "promise", "settle", "resize"],
  ["resize", "large", "resize", "roll"],
  ["large", "checkpoint", "kill", "roll", "checkpoint", "reopen", "roll", "checkpoint", "close"],
];

/** The workloads of so many steps; after a close comes nothing. */
export function workloads(length: number): Step[][] {
  if (length === 0) return [[]];
  return workloads(length - 1)
    .filter((steps) => steps.at(-1) !== "close")
    .flatMap((steps) => STEPS.map((step) => [...steps, step]));
}

/** Lets the power fail at all moments of the last step of each workload, until something is found. */
export async function exploreWorkloads(
  explorer: Explorer,
  workloads: Iterable<readonly Step[]>,
  fault?: DiskFault,
): Promise<void> {
  for (const steps of workloads) {
    for (const moment of await momentsOf(steps, explorer.table, fault)) {
      await explorer.explore(moment);
      if (explorer.problems.length > 0) return;
    }
  }
}

/** The power fails between two parts of a write, the disk taking so little at a time. */
export async function exploreParts(explorer: Explorer): Promise<void> {
  await exploreWorkloads(explorer, [["small"], ["reserve"]], { bytesMax: 40 });
  if (explorer.problems.length === 0) await exploreWorkloads(explorer, workloads(1), { bytesMax: 300 });
}

/** All moments of the last step of a workload: those before are the last ones of shorter workloads. */
export async function momentsOf(
  steps: readonly Step[],
  table: SectorTable,
  fault?: DiskFault,
): Promise<Moment[]> {
  const world = new SimulatedWorld();
  const disk = newDisk(world, undefined, { table });
  disk.faults = () => fault;
  const history = new History();
  const life = new Life(world, disk, history);
  const moments: Moment[] = [];
  const name = ["open", ...steps].join(", ");
  const watched = watch(disk, history, (moment) =>
    moments.push({ ...moment, name: `${name}: ${moment.name}` }),
  );
  if (steps.length === 0) disk.onMoment = watched;
  await world.outcome(life.begin());
  for (const [index, step] of steps.entries()) {
    if (index === steps.length - 1) disk.onMoment = watched;
    await world.outcome(life.step(step));
  }
  await world.settle();
  moments.push({ disk, history, name: `${name}: idle`, phase: "after" });
  return moments;
}

/** Says how much was explored. */
export function report(what: string, { counts }: Explorer): void {
  console.log(
    `${what}: ${counts.states} states, ${counts.again} after a crash of the recovery, ${counts.later} after it went on, ` +
      `${counts.recoveries} different ones`,
  );
}
