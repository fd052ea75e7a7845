import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { newDisk } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { Life } from "./crash-life.test.util.js";
import { ViolationError } from "./crash-violation.test.util.js";
import { JournalError } from "./journal-error.js";

/** Two programs want one journal: the second one gets it once the first has closed it, or is dead. */
export async function expectOneWriter(): Promise<void> {
  const world = new SimulatedWorld();
  const disk = newDisk(world);
  const history = new History();
  const first = new Life(world, disk, history);
  const second = new Life(world, disk, history, { firstNumber: 1_000, seed: 1_000 });
  await world.outcome(first.begin());
  await expectLocked(world, second);
  await world.outcome(first.step("small"));
  await world.outcome(first.step("close"));
  await world.outcome(second.begin());
  await expectLocked(world, first);
  second.runtime.kill();
  await world.outcome(first.begin());
}

async function expectLocked(world: SimulatedWorld, life: Life): Promise<void> {
  const error = await world.outcome(life.begin()).catch((error: unknown) => error);
  if (error instanceof JournalError && error.fault === "locked") return;
  throw new ViolationError({ oracle: "one-writer", detail: `a second program opens the journal: ${error}` });
}
