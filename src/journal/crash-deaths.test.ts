import { expect, test } from "vitest";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { Explorer, type Moment, watch } from "./crash-explorer.test.util.js";
import { Life } from "./crash-life.test.util.js";
import { scaled, TIMEOUT_MS } from "./crash-scale.test.util.js";
import { momentsOf, report, workloads } from "./crash-workload.test.util.js";

// Programs that die alone: what they have written is in the system's cache, and not all of it on the disk. The next one reads
// that, serves, and then the power fails.

test.each([0, 1, 2])(
  "after deaths in any operation of workloads of %i steps",
  { timeout: TIMEOUT_MS },
  async (length) => {
    const explorer = new Explorer({ depth: 0, portion: 0 });
    const some = workloads(length).filter((_, index) => length < 2 || index % scaled(3, 1) === 0);
    let deaths = 0;
    for (const steps of some) {
      for (const moment of await momentsOf(steps, explorer.table)) {
        // Before and after an operation it is as in the middle, with nothing or all of it.
        if (moment.phase !== "middle") continue;
        for (const taken of [0, 0.5, 1]) {
          await dieAt(moment, taken, explorer);
          deaths++;
        }
      }
      expect(explorer.problems.slice(0, 3)).toEqual([]);
    }
    report(`${deaths} deaths in ${length} steps, each with power failures`, explorer);
  },
);

/** So much of what was under way has happened; another program goes on with what the cache shows; the power fails. */
async function dieAt({ disk, history, name }: Moment, taken: number, explorer: Explorer): Promise<void> {
  const world = new SimulatedWorld();
  const next = disk.copy({ post: world.post });
  next.interrupt(undefined, (choices) => Math.round((choices - 1) * taken));
  const life = new Life(world, next, history.copy(), { firstNumber: 1_000, seed: 1_000 });
  const moments: Omit<Moment, "phase">[] = [];
  next.onMoment = watch(next, life.history, (moment) => moments.push(moment));
  await world.outcome(life.begin());
  await world.outcome(life.step("small"));
  moments.push({ disk: next, history: life.history, name: "idle" });
  for (const moment of moments)
    await explorer.explore({ ...moment, name: `${name}, ${taken} of it, another program: ${moment.name}` });
}
