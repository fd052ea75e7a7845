import { expect, test } from "vitest";
import { type RunCounts, run } from "./crash-run.test.util.js";
import { scaled, TIMEOUT_MS } from "./crash-scale.test.util.js";

/** To replay one run: `CRASH_SEED=17 npx vitest run src/journal/crash-runs.test.ts`. */
const SEED = process.env.CRASH_SEED;

const RUNS = scaled(2_000, 50_000);

const seeds = SEED === undefined ? Array.from({ length: RUNS }, (_, index) => index) : [Number(SEED)];

test(`${seeds.length} lives of a journal, each from a seed`, { timeout: TIMEOUT_MS }, async () => {
  const counts: RunCounts = {};
  for (const seed of seeds) {
    const { problems, counts: each } = await run(seed);
    expect(problems, `seed ${seed}`).toEqual([]);
    for (const [what, count] of Object.entries(each)) counts[what] = (counts[what] ?? 0) + count;
  }
  console.log(`in ${seeds.length} lives: ${JSON.stringify(counts)}`);
  if (SEED === undefined) for (const what of RARE) expect(counts[what], what).toBeGreaterThan(RUNS / 50);
});

/** What has to have happened often enough. */
const RARE: readonly string[] = [
  "power failed",
  "killed",
  "evicted",
  "closed",
  "failed",
  "full",
  "reserved",
  "no reservation",
];

test("the same seed gives the same run", { timeout: TIMEOUT_MS }, async () => {
  for (const seed of seeds.slice(0, 50)) {
    const [one, other] = [await run(seed, true), await run(seed, true)];
    expect(one.trace.length).toBeGreaterThan(20);
    expect(one.trace.join("\n"), `seed ${seed}`).toBe(other.trace.join("\n"));
  }
});
