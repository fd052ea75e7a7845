import { expect, test } from "vitest";
import { Backoff, type BackoffOptions } from "./backoff.js";

function check(options: BackoffOptions, random: number, expectedMs: number[]): void {
  const backoff = new Backoff(options, () => random);
  for (const ms of expectedMs) expect(backoff.nextMs()).toBeCloseTo(ms, 6);
}

test.each([
  ["grows by 1.6", {}, 0.5, [1000, 1600, 2560, 4096]],
  ["is a fifth shorter at most", {}, 0, [800, 1280, 2048]],
  ["is a fifth longer at most", {}, 1, [1200, 1920, 3072]],
  ["stops growing at its maximum", { initialMs: 100, maxMs: 200 }, 0.5, [100, 160, 200, 200]],
  ["begins no higher than its maximum", { initialMs: 500, maxMs: 200 }, 0.5, [200, 200]],
  ["may be nothing", { initialMs: 0 }, 0.5, [0, 0]],
] as [string, BackoffOptions, number, number[]][])("%s", (_, options, random, expectedMs) => {
  check(options, random, expectedMs);
});

test("starts over after a success", () => {
  const backoff = new Backoff({}, () => 0.5);
  for (let i = 0; i < 5; i++) backoff.nextMs();
  backoff.reset();
  expect(backoff.nextMs()).toBe(1000);
});
