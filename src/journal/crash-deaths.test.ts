import { expect, test } from "vitest";
import { exploreDeaths } from "./crash-deaths.test.util.js";
import { Explorer } from "./crash-explorer.test.util.js";
import { scaled, TIMEOUT_MS } from "./crash-scale.test.util.js";
import { report, workloads } from "./crash-workload.test.util.js";

test.each([0, 1, 2])(
  "after deaths in any operation of workloads of %i steps",
  { timeout: TIMEOUT_MS },
  async (length) => {
    const explorer = new Explorer({ depth: 0, portion: 0 });
    const some = workloads(length).filter((_, index) => length < 2 || index % scaled(3, 1) === 0);
    const deaths = await exploreDeaths(explorer, some);
    expect(explorer.problems).toEqual([]);
    expect(deaths).toBeGreaterThan(20);
    report(`${deaths} deaths in ${length} steps, each with power failures`, explorer);
  },
);
