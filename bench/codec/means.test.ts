import { expect, test } from "vitest";
import type { Row } from "../report/row.js";
import { meansOf, type Result } from "./means.js";
import { scenarios } from "./scenarios.js";

const row = (peer: string, value: number, ratio: number | null): Row => {
  const rest = { unit: "messages/s", p50Ms: null, p99Ms: null, spread: 0.1, failure: null, remark: null };
  return { peer, value, ratio, ...rest };
};

/** All alike, but for the first of each direction and for 1 MiB. */
const results: readonly Result[] = scenarios.map((scenario) => {
  const [value, ratio] = { small: [2 ** 21, 2 ** 7], "1MiB": [1, 1_000] }[scenario.fixture as string] ?? [
    2 ** 14,
    1,
  ];
  return { scenario, rows: [row("redoubt", value!, null), row("a", value!, ratio!)] };
});

test("the mean of a direction is geometric, over all but 1 MiB", () => {
  const means = meansOf(results);
  expect(means.map(({ name }) => name)).toEqual(["encode-mean", "decode-mean"]);
  for (const { summary, rows } of means) {
    expect(summary).toContain("of the 7 above");
    expect(rows.map(({ peer }) => peer)).toEqual(["redoubt", "a"]);
    expect(rows[0]!.value).toBeCloseTo(2 ** 15, 6);
    expect(rows[0]!.ratio).toBeNull();
    expect(rows[1]!.ratio).toBeCloseTo(2, 6);
  }
});

test("a direction of which not all was measured has none; 1 MiB may be missing", () => {
  const without = (name: string) => results.filter(({ scenario }) => scenario.name !== name);
  expect(meansOf(without("encode-maps")).map(({ name }) => name)).toEqual(["decode-mean"]);
  expect(meansOf(without("encode-1MiB"))).toHaveLength(2);
});

test("who failed once has no mean, and remarks are pointed at", () => {
  const changed = results.map(({ scenario, rows }) => {
    const change =
      scenario.name === "decode-maps"
        ? { value: null, ratio: null, failure: "it fell over" }
        : scenario.name === "encode-wide"
          ? { remark: "checks nothing" }
          : {};
    return { scenario, rows: [rows[0]!, { ...rows[1]!, ...change }] };
  });
  const [encode, decode] = meansOf(changed);
  expect(encode!.rows[1]).toMatchObject({ failure: null, remark: "differs as remarked in encode-wide" });
  expect(decode!.rows[1]).toMatchObject({ value: null, ratio: null, failure: "it failed in decode-maps" });
  expect(decode!.rows[0]).toMatchObject({ failure: null, remark: null });
});
