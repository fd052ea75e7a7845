import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { type Explorer, type Moment, watch } from "./crash-explorer.test.util.js";
import { Life, type Step } from "./crash-life.test.util.js";
import { violationOf } from "./crash-violation.test.util.js";
import { momentsOf } from "./crash-workload.test.util.js";

// Programs that die alone: what they have written is in the system's cache, and not all of it on the disk. The next one reads
// that, serves, and then the power fails.

/** Lets programs die in every operation of the last step of each workload, until something is found; returns how often. */
export async function exploreDeaths(
  explorer: Explorer,
  workloads: Iterable<readonly Step[]>,
): Promise<number> {
  let deaths = 0;
  for (const steps of workloads) {
    for (const moment of await momentsOf(steps, explorer.table)) {
      // Before and after an operation it is as in the middle, with nothing or all of it.
      if (moment.phase !== "middle") continue;
      for (const taken of [0, 0.5, 1]) {
        await dieAt(moment, taken, explorer);
        deaths++;
        if (explorer.problems.length > 0) return deaths;
      }
    }
  }
  return deaths;
}

/** So much of what was under way has happened; another program goes on with what the cache shows; the power fails. */
async function dieAt({ disk, history, name }: Moment, taken: number, explorer: Explorer): Promise<void> {
  const world = new SimulatedWorld();
  const next = disk.copy({ post: world.post });
  next.interrupt(undefined, (choices) => Math.round((choices - 1) * taken));
  const life = new Life(world, next, history.copy(), { firstNumber: 1_000, seed: 1_000 });
  const moments: Omit<Moment, "phase">[] = [];
  next.onMoment = watch(next, life.history, (moment) => moments.push(moment));
  const doing = `${name}, ${taken} of it, another program`;
  try {
    await world.outcome(life.begin());
    await world.outcome(life.step("small"));
  } catch (error) {
    explorer.problems.push(violationOf(error, "opens-again", doing));
    return;
  }
  moments.push({ disk: next, history: life.history, name: "idle" });
  for (const moment of moments) await explorer.explore({ ...moment, name: `${doing}: ${moment.name}` });
}
