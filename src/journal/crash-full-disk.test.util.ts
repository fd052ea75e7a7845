import { below, seededRandom } from "../runtime/seeded-random.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { newDisk } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { Life } from "./crash-life.test.util.js";
import { ViolationError, violationOf } from "./crash-violation.test.util.js";
import { JournalError } from "./journal-error.js";
import type { Reservation } from "./reservations.js";

// A disk that has no room left.

/** Of what is promised. */
export const PROMISES: readonly (readonly number[])[] = [
  [300],
  [3_500],
  [20, 3_500, 20, 3_500],
  [1_000, 2_000, 3_000, 1_000, 2_000, 3_000],
  Array.from({ length: 60 }, (_, index) => 9 + ((index * 37) % 500)),
];

/** Promises room, fills the disk, and uses what was promised in any order, with as much between as there is room for. */
export async function keepPromises(sizes: readonly number[]): Promise<void> {
  for (const between of [9, 200, 1_500]) {
    const { world, life, reservations } = await promised(sizes);
    const random = seededRandom(between);
    await fill(world, life, between);
    try {
      while (reservations.length > 0) {
        const [reservation] = reservations.splice(below(reservations.length, random), 1);
        await world.outcome(life.appendNow(reservation.bytes, reservation));
        await fill(world, life, between);
      }
      for (const step of ["reopen", "reopen", "close"] as const) await world.outcome(life.step(step));
    } catch (error) {
      throw new ViolationError(violationOf(error, "room-is-kept"));
    }
  }
}

/** Fills the disk, and goes on once there is room. */
export async function goOnWithRoom(): Promise<void> {
  const { world, disk, life } = await promised([]);
  await fill(world, life, 100);
  if (life.journal?.reserve(100) !== undefined)
    throw new ViolationError({ oracle: "room-is-kept", detail: "room is promised that is not there" });
  const before = life.history.acknowledged;
  disk.quotaBytes = undefined;
  await world.outcome(new Promise<void>((resolve) => life.runtime.setTimer(resolve, 1_000)));
  for (const step of ["small", "roll", "reserve", "reopen", "close"] as const)
    await world.outcome(life.step(step));
  if (life.history.acknowledged !== before + 4)
    throw new ViolationError({ oracle: "goes-on", detail: "not all was acknowledged" });
}

/** Opens and closes a journal again and again on a full disk. */
export async function reopenWithoutRoom(): Promise<void> {
  const { world, life } = await promised([]);
  await fill(world, life, 9);
  try {
    for (let count = 0; count < 4; count++) await world.outcome(life.step("reopen"));
    await world.outcome(life.step("close"));
  } catch (error) {
    throw new ViolationError(violationOf(error, "room-is-kept"));
  }
}

/** A journal with some promises, on a disk without any more room. */
async function promised(sizes: readonly number[]) {
  const world = new SimulatedWorld();
  const disk = newDisk(world);
  const life = new Life(world, disk, new History());
  await world.outcome(life.begin());
  const reservations: Reservation[] = [];
  for (const bytes of sizes) {
    const reservation = await world.outcome(life.reserve(bytes));
    if (reservation === undefined)
      throw new ViolationError({ oracle: "room-is-kept", detail: `no room for ${bytes} bytes` });
    reservations.push(reservation);
  }
  await world.settle();
  disk.quotaBytes = disk.tree.allocatedBytes;
  return { world, disk, life, reservations };
}

/** Appends until there is no room, which the journal has to say. */
async function fill(world: SimulatedWorld, life: Life, bytes: number): Promise<void> {
  try {
    for (let count = 0; count < 1_000; count++) await world.outcome(life.append(bytes));
  } catch (error) {
    if (error instanceof JournalError && error.fault === "full") return;
    throw new ViolationError(violationOf(error, "room-is-kept"));
  }
  throw new ViolationError({ oracle: "room-is-kept", detail: "a full disk takes records without end" });
}
