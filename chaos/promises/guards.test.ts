import { expect, test } from "vitest";
import { problemOf } from "./bundle.js";
import { GUARDS } from "./guard-list.js";

test.each(GUARDS)("$name: its text stands in its file, once", async (guard) => {
  expect(await problemOf(guard)).toBeUndefined();
});

test("no two guards have one name", () => {
  expect(new Set(GUARDS.map(({ name }) => name)).size).toBe(GUARDS.length);
});

test("a text that is not there, or twice, is a problem", async () => {
  const [guard] = GUARDS;
  expect(await problemOf({ ...guard!, text: "no such text" })).toMatch(/stands in .* 0 times/);
  expect(await problemOf({ ...guard!, text: "const " })).toMatch(/stands in .* \d+ times/);
  expect(await problemOf({ ...guard!, instead: guard!.text })).toMatch(/replaced by itself/);
  expect(await problemOf({ ...guard!, file: "src/none.ts" })).toMatch(/there is no/);
});
