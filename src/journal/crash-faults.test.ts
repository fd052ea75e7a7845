import { describe, expect, test } from "vitest";
import { Explorer } from "./crash-explorer.test.util.js";
import {
  exploreFaults,
  exploreFaultsOfRecoveries,
  FAULT_CASES,
  FAULT_WORKLOADS,
  FOLDER_SYNC_CASES,
  FOLDER_SYNC_WORKLOAD,
} from "./crash-faults.test.util.js";
import { TIMEOUT_MS } from "./crash-scale.test.util.js";

describe.each(FAULT_CASES)("where $name", (faultCase) => {
  test.each(FAULT_WORKLOADS.map((steps, index) => ({ steps, index })))(
    "in workload $index",
    { timeout: TIMEOUT_MS },
    async ({ steps }) => {
      const explorer = new Explorer({ depth: 0, portion: 0 });
      const trials = await exploreFaults(explorer, faultCase, steps);
      expect(explorer.problems).toEqual([]);
      expect(trials).toBeGreaterThan(5);
    },
  );
});

test("where a sync of the folder fails while others are under way", { timeout: TIMEOUT_MS }, async () => {
  const explorer = new Explorer({ depth: 0, portion: 0 });
  let trials = 0;
  for (const faultCase of FOLDER_SYNC_CASES)
    trials += await exploreFaults(explorer, faultCase, FOLDER_SYNC_WORKLOAD);
  expect(explorer.problems).toEqual([]);
  expect(trials).toBeGreaterThan(5 * FOLDER_SYNC_CASES.length);
});

test("where a write or sync fails in the recovery of a torn batch", { timeout: TIMEOUT_MS }, async () => {
  const explorer = new Explorer({ depth: 0, portion: 0 });
  const trials = await exploreFaultsOfRecoveries(explorer);
  expect(explorer.problems).toEqual([]);
  expect(trials).toBeGreaterThan(10);
});
