import { expect, test } from "vitest";
import { HELP, readArguments } from "./arguments.js";

test.each([
  [[], { runs: 10_000, seed: 1, isSeeded: false, mutants: false, guard: "", json: false }],
  [["--runs", "50", "--json"], { runs: 50, seed: 1, isSeeded: false, mutants: false, guard: "", json: true }],
  [["--seed", "7"], { runs: 1, seed: 7, isSeeded: true, mutants: false, guard: "", json: false }],
  [
    ["--seed", "7", "--runs", "9"],
    { runs: 9, seed: 7, isSeeded: true, mutants: false, guard: "", json: false },
  ],
  [
    ["--mutants", "--guard", "ack"],
    { runs: 10_000, seed: 1, isSeeded: false, mutants: true, guard: "ack", json: false },
  ],
] as const)("%j", (words, options) => {
  expect(readArguments(words)).toEqual({ kind: "run", options });
});

test.each([
  [["--runs", "many"], /"many" is no number of runs/],
  [["--runs", "0"], /"0" is no number of runs/],
  [["--seed", "-3"], /argument is ambiguous|"-3"/],
  [["--seed", "x"], /"x" is no seed/],
  [["--guard", "ack"], /--guard is for --mutants/],
  [["--mutants", "--seed", "3"], /--mutants chooses its runs itself/],
  [["--fast"], /--fast/],
])("%j is wrong", (words, message) => {
  const request = readArguments(words);
  expect(request.kind).toBe("wrong");
  expect((request as { message: string }).message).toMatch(message);
});

test("--help says every option", () => {
  expect(readArguments(["--help"])).toEqual({ kind: "help" });
  for (const option of ["--runs", "--seed", "--mutants", "--guard", "--json", "--help"])
    expect(HELP).toContain(option);
});
