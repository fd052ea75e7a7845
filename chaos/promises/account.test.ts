import { expect, test } from "vitest";
import { Account, together } from "./account.js";

function printed(isJson: boolean, story: (account: Account) => void): { lines: string[]; code: number } {
  const lines: string[] = [];
  const account = new Account(isJson, (line) => lines.push(line));
  story(account);
  return { lines, code: account.close() };
}

test("what is well is told in a line, and the sum in the last", () => {
  const { lines, code } = printed(false, (account) => account.pass("worlds: 5 runs", { part: "worlds" }));
  expect(lines).toEqual(["worlds: 5 runs", "1 passed, 0 failed"]);
  expect(code).toBe(0);
});

test("a failure comes with its seed, its last events and the way to see it again", () => {
  const failure = {
    seed: "12",
    oracle: "exactly-once",
    detail: "A has 2 effects",
    lines: ["1 this", "2 that"],
  };
  const { lines, code } = printed(false, (account) => account.failure("worlds", failure));
  expect(lines[0]).toContain("FAILED worlds, seed 12: A has 2 effects");
  expect(lines[0]).toContain("    2 that");
  expect(lines[0]).toContain("npm run simulate -- --seed 12");
  expect(code).toBe(1);
});

test("a crash point is come to again in a run of everything", () => {
  const failure = { seed: "home: done durable, 1. time", oracle: "one-answer", detail: "two", lines: [] };
  const { lines } = printed(false, (account) => account.failure("crash points", failure));
  expect(lines[0]).toMatch(/again: npm run simulate$/);
});

test("what has not happened often enough is a failure", () => {
  const { lines, code } = printed(false, (account) =>
    account.counts({ join: 4, other: 1 }, { join: 5, stale: 1 }),
  );
  expect(lines.filter((line) => line.startsWith("FAILED"))).toHaveLength(2);
  expect(code).toBe(1);
  expect(printed(false, (account) => account.counts({ join: 5 }, { join: 5 })).code).toBe(0);
});

test("JSON is one object a line", () => {
  const { lines } = printed(true, (account) => {
    account.pass("fine", { part: "worlds" });
    account.counts({ join: 1 }, {});
  });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { part: "worlds", passed: true },
    { event: "join", count: 1, minimum: 0 },
    { passed: 1, failed: 0 },
  ]);
});

test("reports of several processes make one", () => {
  const report = { runs: 2, failures: [], counts: { join: 1 }, notes: ["a"], trace: [] };
  expect(together([report, { ...report, counts: { join: 2, stale: 1 } }])).toEqual({
    runs: 4,
    failures: [],
    counts: { join: 3, stale: 1 },
    notes: ["a", "a"],
    trace: [],
  });
});
