import { describe, expect, test } from "vitest";
import { openRealClient } from "./real-client.test.util.js";
import { openRealHome } from "./real-home.test.util.js";
import { runWorld } from "./run-world.test.util.js";
import { FAMILIES, familyOf } from "./scenario.test.util.js";

const ENDS = { openHome: openRealHome, openClient: openRealClient };

/** Of each family; `npm run simulate` runs many more. */
const WORLDS = 4;

describe("exactly-once calls keep their promise in worlds of", () => {
  test.each(FAMILIES)("%s", async (family) => {
    for (let i = 0; i < WORLDS; i++) {
      const seed = 1_000_000 * FAMILIES.length + i * FAMILIES.length + FAMILIES.indexOf(family);
      expect(familyOf(seed)).toBe(family);
      const { failure, lines } = await runWorld(seed, ENDS);
      if (failure !== undefined) expect.fail(`seed ${seed}: ${failure.message}\n${lines.join("\n")}`);
    }
  });
});

test("the same seed gives the same trace, another one another", async () => {
  const hashOf = async (seed: number) => (await runWorld(seed, ENDS)).traceHash;
  expect(await hashOf(11)).toBe(await hashOf(11));
  expect(await hashOf(11)).not.toBe(await hashOf(23));
});
