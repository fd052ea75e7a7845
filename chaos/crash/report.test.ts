import { expect, it } from "vitest";
import type { ViolationKind } from "./oracle.js";
import { CrashReport } from "./report.js";
import type { Round } from "./run.js";

const WAYS: readonly ViolationKind[] = ["repeated", "lost"];

function round(...kinds: ViolationKind[]): Round {
  const violations = kinds.map((kind) => ({ kind, text: `a ${kind} effect` }));
  return {
    violations,
    acknowledged: 8,
    refused: 1,
    unansweredWithEffect: 2,
    unansweredWithoutEffect: 3,
    kills: 6,
    tookMs: 1000,
  };
}

/** What is printed, and whether all is well. */
function reported(tell: (report: CrashReport) => void, json = false) {
  const lines: string[] = [];
  const report = new CrashReport(json, (line) => lines.push(line));
  tell(report);
  return { isWell: report.end(), lines };
}

it("is content with programs without promises that were found out in each way", () => {
  expect(reported((report) => report.control([round("lost"), round("repeated", "other")], WAYS))).toEqual({
    isWell: true,
    lines: [
      "Programs without promises: 12 kills, 3 violations",
      "  repeated effects: 1, such as a repeated effect",
      "  lost effects: 1, such as a lost effect",
      "1 passed, 0 failed",
    ],
  });
});

it.each<[what: string, rounds: Round[]]>([
  ["not found out at all", [round()]],
  ["found out in one way only", [round("lost"), round("lost", "other")]],
  ["found out because they do not work", [round("other", "other")]],
  ["not run", []],
])("objects to programs without promises that were %s", (_what, rounds) => {
  for (const json of [false, true]) {
    const { isWell, lines } = reported((report) => report.control(rounds, WAYS), json);
    expect(isWell).toBe(false);
    expect(lines.at(-1)).toBe(json ? '{"passed":0,"failed":1}' : "0 passed, 1 failed");
  }
});

it("prints the first violations of a round", () => {
  const kinds = Array.from({ length: 12 }, (): ViolationKind => "lost");
  const { isWell, lines } = reported((report) => {
    report.round(round());
    report.round(round(...kinds));
  });
  expect(isWell).toBe(false);
  expect(lines).toEqual([
    "Round 1: 6 kills; of 14 calls 8 acknowledged, 1 refused, 5 unanswered (2 with an effect); 1.0 s",
    "Round 2: 6 kills; of 14 calls 8 acknowledged, 1 refused, 5 unanswered (2 with an effect); 1.0 s",
    ...Array.from({ length: 10 }, () => "  VIOLATION: a lost effect"),
    "  and 2 more",
    "1 passed, 1 failed",
  ]);
});

it("objects to journals above their floor", () => {
  const size = { bytes: 2048, records: 6, kinds: { home: 1, session: 5 }, isWhole: true };
  const floor = { server: size, client: undefined, violations: ["the home has too much"] };
  expect(reported((report) => report.floor(floor))).toEqual({
    isWell: false,
    lines: [
      "With nothing to remember: the home has 2 KiB on disk with a checkpoint of 6 records (1 home, 5 session), the durable client nobody knows what",
      "  VIOLATION: the home has too much",
      "0 passed, 1 failed",
    ],
  });
});
