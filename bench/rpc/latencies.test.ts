import { expect, test } from "vitest";
import { Latencies } from "./latencies.js";

test("gives percentiles of what was recorded since the last clear", () => {
  const latencies = new Latencies(1_000);
  latencies.record(99_999);
  latencies.clear();
  expect(latencies.percentiles()).toBeNull();
  for (let durationMs = 100; durationMs >= 1; durationMs--) latencies.record(durationMs);
  expect(latencies.count).toBe(100);
  expect(latencies.percentiles()).toEqual({ p50Ms: 50, p99Ms: 99 });
});

test("counts on beyond its capacity", () => {
  const latencies = new Latencies(2);
  for (const durationMs of [1, 2, 3]) latencies.record(durationMs);
  expect(latencies.count).toBe(3);
  expect(latencies.percentiles()).toEqual({ p50Ms: 1, p99Ms: 2 });
});
