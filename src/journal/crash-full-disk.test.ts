import { expect, test } from "vitest";
import { below, seededRandom } from "../runtime/seeded-random.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { newDisk } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { Life } from "./crash-life.test.util.js";
import type { Reservation } from "./reservations.js";

// A disk that has no room left.

/** A journal with some promises, on a disk without any more room. */
async function promised(sizes: readonly number[]) {
  const world = new SimulatedWorld();
  const disk = newDisk(world);
  const life = new Life(world, disk, new History());
  await world.outcome(life.begin());
  const reservations: Reservation[] = [];
  for (const bytes of sizes) {
    const reservation = await world.outcome(life.reserve(bytes));
    if (reservation === undefined) throw new Error(`no reservation of ${bytes} bytes`);
    reservations.push(reservation);
  }
  await world.settle();
  disk.quotaBytes = disk.tree.allocatedBytes;
  return { world, disk, life, reservations };
}

test.each([
  { sizes: [300] },
  { sizes: [3_500] },
  { sizes: [20, 3_500, 20, 3_500] },
  { sizes: [1_000, 2_000, 3_000, 1_000, 2_000, 3_000] },
  { sizes: Array.from({ length: 60 }, (_, index) => 9 + ((index * 37) % 500)) },
])("keeps the room it has promised: $sizes", async ({ sizes }) => {
  for (const between of [9, 200, 1_500]) {
    const { world, life, reservations } = await promised(sizes);
    const random = seededRandom(between);
    await expect(world.outcome(fill(life, between))).rejects.toMatchObject({ fault: "full" });
    while (reservations.length > 0) {
      const [reservation] = reservations.splice(below(reservations.length, random), 1);
      await world.outcome(life.appendNow(reservation.bytes, reservation));
      await expect(world.outcome(fill(life, between))).rejects.toMatchObject({ fault: "full" });
    }
    for (const step of ["reopen", "reopen", "close"] as const) await world.outcome(life.step(step));
  }
});

/** Appends until there is no room. */
async function fill(life: Life, bytes: number): Promise<void> {
  for (let count = 0; count < 1_000; count++) await life.append(bytes);
}

test("refuses, and goes on once there is room", async () => {
  const { world, disk, life } = await promised([]);
  await expect(world.outcome(fill(life, 100))).rejects.toMatchObject({ fault: "full" });
  expect(life.journal?.reserve(100)).toBe(undefined);
  const before = life.history.acknowledged;
  disk.quotaBytes = undefined;
  await world.outcome(new Promise<void>((resolve) => life.runtime.setTimer(resolve, 1_000)));
  for (const step of ["small", "roll", "reserve", "reopen", "close"] as const)
    await world.outcome(life.step(step));
  expect(life.history.acknowledged).toBe(before + 4);
});

test("can be opened and closed again and again", async () => {
  const { world, life } = await promised([]);
  await expect(world.outcome(fill(life, 9))).rejects.toMatchObject({ fault: "full" });
  for (let count = 0; count < 4; count++) await world.outcome(life.step("reopen"));
  await world.outcome(life.step("close"));
});
