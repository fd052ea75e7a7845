import { expect, test } from "vitest";
import { type ExploreOptions, Explorer } from "./crash-explorer.test.util.js";
import { scaled, TIMEOUT_MS } from "./crash-scale.test.util.js";
import {
  exploreParts,
  exploreWorkloads,
  LONGER_WORKLOADS,
  report,
  workloads,
} from "./crash-workload.test.util.js";

// Every state that a power failure may leave of every workload of up to three steps.

/** How thoroughly workloads of so many steps are explored. */
const LENGTHS: readonly (ExploreOptions & { readonly length: number })[] = [
  { length: 0, goesOn: true },
  { length: 1, goesOn: true },
  { length: 2, portion: scaled(0.3, 1), goesOn: scaled(false, true) },
  { length: 3, portion: scaled(0.05, 1) },
];

test.each(LENGTHS)(
  "power fails at any moment of workloads of $length steps",
  { timeout: TIMEOUT_MS },
  async (options) => {
    const explorer = new Explorer(options);
    await exploreWorkloads(explorer, workloads(options.length));
    expect(explorer.problems).toEqual([]);
    report(`power failures in ${options.length} steps`, explorer);
  },
);

test("power fails between two parts of a write", { timeout: TIMEOUT_MS }, async () => {
  const explorer = new Explorer({ portion: scaled(0.05, 1) });
  await exploreParts(explorer);
  expect(explorer.problems).toEqual([]);
  report("power failures between parts of writes", explorer);
});

test("power fails in the last step of longer workloads", { timeout: TIMEOUT_MS }, async () => {
  const explorer = new Explorer({ portion: scaled(0.3, 1) });
  await exploreWorkloads(explorer, LONGER_WORKLOADS);
  expect(explorer.problems).toEqual([]);
  report("power failures in longer workloads", explorer);
});
