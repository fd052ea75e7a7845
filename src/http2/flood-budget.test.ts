import { describe, expect, it } from "vitest";
import { FloodBudget, TOKENS_MAX } from "./flood-budget.js";

function spendAll(budget: FloodBudget, nowMs: number): number {
  let count = 0;
  while (budget.spend(nowMs)) count++;
  return count;
}

describe("the flood budget", () => {
  it.each([
    [0, TOKENS_MAX],
    [1, TOKENS_MAX + 1],
    [5_000.7, TOKENS_MAX + 5_000],
    [1e9, 2 * TOKENS_MAX],
  ])("allows a burst, and after %f ms more: %i", (elapsedMs, expected) => {
    expect(spendAll(new FloodBudget(1000), 1000 + elapsedMs)).toBe(expected);
  });

  it("earns what carries something, up to its maximum", () => {
    const budget = new FloodBudget(0);
    for (let i = 0; i < 100; i++) budget.earn();
    expect(spendAll(budget, 0)).toBeLessThanOrEqual(TOKENS_MAX + 4);
    const other = new FloodBudget(0);
    for (let i = 0; i < 1_000_000; i++) {
      if (i % 4 === 0) other.earn();
      if (!other.spend(0)) throw new Error(`ended after ${i}`);
    }
  });

  it("does not go by a clock that stands still or goes back", () => {
    const budget = new FloodBudget(1000);
    expect(spendAll(budget, 0)).toBe(TOKENS_MAX);
  });
});
