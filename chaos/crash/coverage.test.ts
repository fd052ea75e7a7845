import { expect, it } from "vitest";
import { EVENTS, type Event, missing } from "./coverage.js";

/** Everything has happened once, but these. */
function countsWithout(...absent: Event[]): Record<Event, number> {
  const counts = EVENTS.map((event) => [event, absent.includes(event) ? 0 : 1]);
  return Object.fromEntries(counts) as Record<Event, number>;
}

it("misses what has not happened", () => {
  expect(missing(600, countsWithout())).toEqual([]);
  expect(missing(600, countsWithout("kills of the volatile client", "refusals"))).toEqual([
    "kills of the volatile client",
    "refusals",
  ]);
  expect(missing(600, countsWithout(...EVENTS))).toEqual(EVENTS);
});

it("misses nothing that a short run may go without", () => {
  const counts = countsWithout("kills of the volatile client", "answers of effects in the state");
  expect(missing(45, counts)).toEqual(["answers of effects in the state"]);
  expect(missing(1, countsWithout(...EVENTS))).toEqual([]);
});
