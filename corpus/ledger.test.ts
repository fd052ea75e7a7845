import { expect, it } from "vitest";
import { Ledger } from "./ledger.js";

const EXPLAINED = [
  { kind: "order", reason: "it is sorted" },
  { kind: "place", file: "a.proto", reason: "it is elsewhere" },
];

/** What is printed, and the exit code. */
function printed(work: (ledger: Ledger) => void, json = false): { lines: string[]; exitCode: number } {
  const lines: string[] = [];
  const ledger = new Ledger(EXPLAINED, json, (line) => lines.push(line));
  work(ledger);
  const exitCode = ledger.close();
  return { lines, exitCode };
}

it("passes what is equal or explained", () => {
  const { lines, exitCode } = printed((ledger) => {
    ledger.record("check", "a.proto", []);
    ledger.record("check", "b.proto", [{ kind: "order", detail: "x" }]);
    ledger.record("check", "a.proto", [{ kind: "place", detail: "x" }]);
  });
  expect(lines).toEqual([
    "check: 1 equal, 2 explained",
    "  1 file: order: it is sorted",
    "  a.proto: place: it is elsewhere",
    "3 passed, 0 failed",
  ]);
  expect(exitCode).toBe(0);
});

it("fails what is explained for another file only, and what nobody explains", () => {
  const { lines, exitCode } = printed((ledger) => {
    ledger.record("check", "b.proto", [
      { kind: "order", detail: "x" },
      { kind: "place", detail: "y" },
    ]);
    ledger.skip("something");
  });
  expect(lines).toEqual([
    "failed: check: b.proto: place: y",
    "skipped: something",
    "check: 1 failed",
    "  1 file: order: it is sorted",
    "0 passed, 1 failed, 1 skipped",
  ]);
  expect(exitCode).toBe(1);
});

it("fails an explanation of what does not occur", () => {
  const { lines, exitCode } = printed((ledger) => {
    ledger.record("check", "b.proto", [{ kind: "order", detail: "x" }]);
    ledger.expectAllMet();
  });
  expect(lines[0]).toBe(
    "failed: explained differences: a.proto: place: it does not occur any more: remove it from corpus/differences.ts",
  );
  expect(exitCode).toBe(1);
});

it("tells all as JSON", () => {
  const { lines } = printed((ledger) => {
    ledger.record("check", "a.proto", [{ kind: "other", detail: "x" }]);
    ledger.note("time", "5 ms", { durationMs: 5 });
  }, true);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { check: "check", file: "a.proto", failed: "other", detail: "x" },
    { check: "time", durationMs: 5 },
    { check: "check", equal: 0, explained: 0, failed: 1, reasons: [] },
    { passed: 0, failed: 1, skipped: 0 },
  ]);
});
