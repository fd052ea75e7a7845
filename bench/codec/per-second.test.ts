import { expect, test } from "vitest";
import { perSecond } from "./per-second.js";

test.each([
  { what: "fast", eachMs: 0.001, lookCountMax: 110 },
  { what: "slow", eachMs: 7, lookCountMax: 17 },
])(
  "counts $what operations, and looks at the clock about once in a millisecond",
  ({ eachMs, lookCountMax }) => {
    let nowMs = 1_000;
    let count = 0;
    let lookCount = 0;
    const repeat = (times: number) => {
      count += times;
      nowMs += times * eachMs;
    };
    const look = () => {
      lookCount++;
      return nowMs;
    };
    expect(perSecond(repeat, 100, look)).toBeCloseTo(1_000 / eachMs, 3);
    expect(count * eachMs).toBeGreaterThanOrEqual(100);
    expect(count * eachMs).toBeLessThan(108);
    expect(lookCount).toBeLessThan(lookCountMax);
  },
);
