import { rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { folderOf, loadGenerated, type Recipe, runNode } from "./generated.js";

let madeCount = 0;
const recipe: Recipe = {
  peer: `test-${process.pid}`,
  packages: ["rolldown"],
  options: ["a"],
  async make(file) {
    madeCount++;
    await writeFile(file, "export const answer = 42;");
  },
};

const clean = () => rm(folderOf(recipe), { recursive: true, force: true });
beforeEach(async () => {
  madeCount = 0;
  await clean();
});
afterEach(clean);

test("code is made once, and anew when an option is another", async () => {
  expect(await loadGenerated(recipe)).toMatchObject({ answer: 42 });
  expect(await loadGenerated(recipe)).toMatchObject({ answer: 42 });
  expect(madeCount).toBe(1);
  await loadGenerated({ ...recipe, options: ["b"] });
  expect(madeCount).toBe(2);
});

test("what could not be made is tried again", async () => {
  const make = () => Promise.reject(new Error("no generator"));
  await expect(loadGenerated({ ...recipe, make })).rejects.toThrow("no generator");
  await loadGenerated(recipe);
  expect(madeCount).toBe(1);
});

test("a generator that is not there is named, with the way out", async () => {
  await expect(runNode("no/such/generator.js", [])).rejects.toThrow(/npm ci.*no\/such\/generator\.js/s);
});
