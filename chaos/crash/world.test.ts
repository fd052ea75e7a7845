import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { World } from "./world.js";
import { WorldLink } from "./world-link.js";

const folder = mkdtempSync(join(tmpdir(), "redoubt-world-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("does what it is told as often as it is told, and obeys the last server only", async () => {
  const world = new World();
  const path = join(folder, "world");
  await world.listen(path);
  const first = await WorldLink.open(path, world.nextGeneration());
  expect(await first.look("a", "x")).toMatchObject({ length: 0 });
  await first.append("a", "x");
  await Promise.all([first.append("a", "y"), first.append("a", "x"), first.append("b", "y")]);
  expect(await first.look("a", "y")).toMatchObject({ length: 3, place: 1 });
  expect(await first.look("a", "z")).not.toHaveProperty("place");

  expect(world.redone).toBe(0);
  await first.look("a", "y", true);
  expect(world.redone).toBe(1);

  const second = await WorldLink.open(path, world.nextGeneration());
  await expect(first.append("a", "late")).rejects.toThrow("this server was replaced");
  await second.append("b", "z");
  expect(Object.fromEntries(world.lists)).toEqual({ a: ["x", "y", "x"], b: ["y", "z"] });
  first.close();
  second.close();
  await world.close();
});
