import { expect, test } from "vitest";
import { compare } from "./compare.js";
import type { Sample } from "./row.js";

const sample = (peer: string, against: string | null, value: number): Sample => {
  return { peer, against, value, p50Ms: value / 10, p99Ms: null };
};

const unit = "calls/s";
const none = new Map<string, string>();

test("a peer's ratio comes from the rounds of ours that stand next to its own", () => {
  const rows = compare({
    peers: ["redoubt", "a", "b"],
    unit,
    failures: none,
    samples: [
      ...[100, 110, 120].map((value) => sample("redoubt", "a", value)),
      ...[10, 11, 12].map((value) => sample("a", null, value)),
      ...[60, 50, 40].map((value) => sample("redoubt", "b", value)),
      ...[20, 30, 25].map((value) => sample("b", null, value)),
    ],
  });
  expect(rows.map(({ peer, value, ratio }) => [peer, value, ratio])).toEqual([
    ["redoubt", 80, null],
    ["a", 11, 10],
    ["b", 25, 2],
  ]);
  expect(rows[1]).toMatchObject({ unit, p50Ms: 1.1, p99Ms: null, failure: null });
});

test("rounds of ours that stand next to nobody's count for every peer", () => {
  const samples = [sample("redoubt", null, 6), sample("a", null, 3), sample("b", null, 12)];
  const rows = compare({ peers: ["redoubt", "a", "b"], unit, failures: none, samples });
  expect(rows.map((row) => row.ratio)).toEqual([null, 2, 0.5]);
});

test("a peer that failed has no value even if it has samples, and we without value give no ratio", () => {
  const samples = [sample("redoubt", "a", 6), sample("a", null, 3)];
  const failures = new Map([["redoubt", "it fell over"]]);
  const rows = compare({ peers: ["redoubt", "a"], unit, failures, samples });
  expect(rows[0]).toMatchObject({ value: null, ratio: null, failure: "it fell over" });
  expect(rows[1]).toMatchObject({ value: 3, ratio: null, failure: null });
});

test("without ours there are no ratios", () => {
  const rows = compare({ peers: ["a"], unit, failures: none, samples: [sample("a", null, 3)] });
  expect(rows).toMatchObject([{ peer: "a", value: 3, ratio: null }]);
});

test("what is to be said of a peer stands in its row, and in no other", () => {
  const samples = [sample("redoubt", null, 6), sample("a", null, 3)];
  const remarks = new Map([["a", "checks nothing"]]);
  const rows = compare({ peers: ["redoubt", "a", "b"], unit, failures: none, samples, remarks });
  expect(rows.map((row) => row.remark)).toEqual([null, "checks nothing", null]);
});
