import { describe, expect, test } from "vitest";
import { geometricMean, median, percentile, relativeSpread } from "./statistics.js";

describe("median", () => {
  test.each([
    { values: [7], expected: 7 },
    { values: [3, 1, 2], expected: 2 },
    { values: [4, 1, 3, 2], expected: 2.5 },
    { values: [100, 20, 3], expected: 20 },
  ])("of $values is $expected", ({ values, expected }) => {
    const asGiven = [...values];
    expect(median(values)).toBe(expected);
    expect(values).toEqual(asGiven);
  });
});

describe("percentile, nearest rank", () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  test.each([
    { sorted: hundred, fraction: 0.5, expected: 50 },
    { sorted: hundred, fraction: 0.99, expected: 99 },
    { sorted: hundred, fraction: 1, expected: 100 },
    { sorted: Float64Array.of(5), fraction: 0.01, expected: 5 },
    { sorted: Float64Array.of(1, 2, 3), fraction: 0.5, expected: 2 },
    { sorted: Float64Array.of(1, 2, 3), fraction: 0.99, expected: 3 },
  ])("$fraction of $sorted.length values is $expected", ({ sorted, fraction, expected }) => {
    expect(percentile(sorted, fraction)).toBe(expected);
  });
});

test("the spread is relative to the median", () => {
  expect(relativeSpread([90, 100, 130])).toBe(0.4);
  expect(relativeSpread([5])).toBe(0);
});

test.each([
  { values: [7], expected: 7 },
  { values: [1, 4], expected: 2 },
  { values: [0.5, 2], expected: 1 },
  { values: [1e200, 1e300, 1e-200], expected: 1e100 },
])("the geometric mean of $values is $expected", ({ values, expected }) => {
  expect(geometricMean(values) / expected).toBeCloseTo(1, 9);
});
