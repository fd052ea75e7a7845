import { expect, test } from "vitest";
import { CHECKS } from "../../src/journal/crash-checks.test.util.js";
import { ORACLES } from "../../src/journal/crash-violation.test.util.js";
import { problemOf } from "./bundle.js";
import { GUARDS } from "./guard-list.js";
import { JOURNAL_GUARDS } from "./journal-guard-list.js";

const ALL = [...GUARDS, ...JOURNAL_GUARDS];

test.each(ALL)("$name: its text stands in its file, once", async (guard) => {
  expect(await problemOf(guard)).toBeUndefined();
});

test("no two guards have one name", () => {
  expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
});

test("each guard of the journal has its check, and oracles that there are", () => {
  for (const { name, family, oracles } of JOURNAL_GUARDS) {
    expect(Object.keys(CHECKS), name).toContain(family);
    expect(Object.keys(ORACLES), name).toEqual(expect.arrayContaining([...oracles]));
  }
});

test("a text that is not there, or twice, is a problem", async () => {
  const [guard] = GUARDS;
  expect(await problemOf({ ...guard!, text: "no such text" })).toMatch(/stands in .* 0 times/);
  expect(await problemOf({ ...guard!, text: "const " })).toMatch(/stands in .* \d+ times/);
  expect(await problemOf({ ...guard!, instead: guard!.text })).toMatch(/replaced by itself/);
  expect(await problemOf({ ...guard!, file: "src/none.ts" })).toMatch(/there is no/);
});
