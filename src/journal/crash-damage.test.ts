import { describe, expect, test } from "vitest";
import {
  DAMAGES,
  type Damage,
  damagedEnds,
  mixtures,
  RESTS,
  restOf,
  verdictOn,
} from "./crash-damage.test.util.js";
import type { History } from "./crash-history.test.util.js";
import { scaled, TIMEOUT_MS } from "./crash-scale.test.util.js";
import type { Violation } from "./crash-violation.test.util.js";

/** Counts the verdicts; none of them is a violation. */
async function expectFair(
  damages: Iterable<Damage>,
  history: History,
): Promise<{ reported: number; harmless: number }> {
  const counts = { reported: 0, harmless: 0 };
  const violations: Violation[] = [];
  for (const damage of damages) {
    const verdict = await verdictOn(damage, history);
    if (typeof verdict === "string") counts[verdict]++;
    else violations.push(verdict);
  }
  expect(violations.slice(0, 5)).toEqual([]);
  return counts;
}

describe.each(RESTS)("a journal, $name", ({ steps }) => {
  test("with a bit that has flipped, anywhere", { timeout: TIMEOUT_MS }, async () => {
    const rest = await restOf(steps);
    const counts = await expectFair(DAMAGES.flips(rest, scaled(9, 1)), rest.history);
    expect(counts.reported).toBeGreaterThan(100);
    expect(counts.harmless).toBeGreaterThan(100);
  });

  test.each([
    ["a bit that has flipped at the end", DAMAGES["flips at the end"]],
    ["a sector that has become zeros", DAMAGES.zeroed],
    ["one or two files whose names are lost", DAMAGES.lost],
    ["a file that was cut", DAMAGES.cut],
    ["two files that have each other's names", DAMAGES.exchanged],
    ["a length that says more than there is", DAMAGES.lengths],
  ])("with %s", { timeout: TIMEOUT_MS }, async (_, damages) => {
    const rest = await restOf(steps);
    const counts = await expectFair(damages(rest), rest.history);
    expect(counts.reported).toBeGreaterThan(1);
  });
});

test("a journal with a file of another one, or of a copy that went another way", async () => {
  for (const { rest, damages } of await mixtures()) {
    const counts = await expectFair(damages, rest.history);
    expect(counts.reported).toBeGreaterThan(1);
  }
});

test("a journal whose newest checkpoint and end are both damaged", async () => {
  const { rest, damages } = await damagedEnds();
  const verdicts: unknown[] = [];
  for (const damage of damages) verdicts.push(await verdictOn(damage, rest.history));
  expect(verdicts).toEqual(["harmless", "harmless", "reported"]);
});
