import { describe, expect, it } from "vitest";
import { BandwidthEstimator } from "./bandwidth.js";

const MAX = 1_000_000;

/** What a round trip of `roundTripMs` with `bytes` makes of a window. */
function measure(
  estimator: BandwidthEstimator,
  windowBytes: number,
  bytes: number,
  roundTripMs: number,
): number {
  expect(estimator.start(0, windowBytes, MAX)).toBe(true);
  estimator.receive(bytes);
  return estimator.finish(roundTripMs, windowBytes, MAX);
}

describe("measured bandwidth", () => {
  it.each([
    // window, bytes in a round trip, window from then on
    [90_000, 60_000, 120_000],
    [90_000, 59_999, 90_000],
    [90_000, 90_000, 180_000],
    [90_000, 0, 90_000],
    [90_000, 800_000, MAX],
    [600_000, 590_000, MAX],
  ])("window %i, %i bytes in a round trip: %i", (windowBytes, bytes, expected) => {
    expect(measure(new BandwidthEstimator(), windowBytes, bytes, 10)).toBe(expected);
  });

  it("does not grow while the rate does not: a queue on the way is no bandwidth", () => {
    const estimator = new BandwidthEstimator();
    expect(measure(estimator, 100_000, 100_000, 10)).toBe(200_000);
    expect(measure(estimator, 200_000, 200_000, 20)).toBe(200_000);
    expect(measure(estimator, 200_000, 200_000, 19)).toBe(400_000);
  });

  it("takes a round trip of no time", () => {
    expect(measure(new BandwidthEstimator(), 100_000, 100_000, 0)).toBe(200_000);
  });

  it("measures one round trip at a time, and none at the largest window", () => {
    const estimator = new BandwidthEstimator();
    expect(estimator.start(0, MAX, MAX)).toBe(false);
    expect(estimator.start(0, 100, MAX)).toBe(true);
    expect(estimator.start(0, 100, MAX)).toBe(false);
    estimator.finish(1, 100, MAX);
    expect(estimator.start(0, 100, MAX)).toBe(true);
  });

  it("ignores an answer to what it did not ask", () => {
    const estimator = new BandwidthEstimator();
    estimator.receive(1_000_000);
    expect(estimator.finish(1, 100, MAX)).toBe(100);
  });
});
