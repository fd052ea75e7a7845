import { expect, it } from "vitest";
import { durationMs } from "./duration.js";

it.each([
  ["500ms", 500],
  ["5s", 5_000],
  ["1.5m", 90_000],
  ["2h", 7_200_000],
])("%s is %i ms", (text, ms) => expect(durationMs(text)).toBe(ms));

it.each(["5", "s", "", "-1s", "0s", "5 s", "1e3s", "9999h", "1d"])("%j is no duration", (text) => {
  expect(() => durationMs(text)).toThrow(`\`${text}\` is no duration`);
});
