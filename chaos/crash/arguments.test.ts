import { expect, it } from "vitest";
import { HELP, readArguments } from "./arguments.js";

it.each([
  ["", { kills: 600, seed: 7, json: false, keep: false }],
  ["--quick", { kills: 45, seed: 7, json: false, keep: false }],
  ["--quick --kills 5", { kills: 5, seed: 7, json: false, keep: false }],
  ["--seed 0 --json --keep", { kills: 600, seed: 0, json: true, keep: true }],
])("%j", (line, options) => {
  expect(readArguments(line.split(" ").filter(Boolean), 7)).toEqual({ kind: "run", options });
});

it.each([
  ["--kills 0", '--kills takes a number from 1 on, not "0"'],
  ["--kills many", '--kills takes a number from 1 on, not "many"'],
  ["--seed -1", "Option '--seed' argument is ambiguous"],
  ["--seed=-1", '--seed takes a whole number, not "-1"'],
  ["--fast", "Unknown option '--fast'"],
  ["now", "Unexpected argument 'now'"],
])("%s is wrong", (line, message) => {
  const request = readArguments(line.split(" "), 7);
  expect(request).toMatchObject({ kind: "wrong", message: expect.stringContaining(message) });
});

it("helps, with each option in its help", () => {
  expect(readArguments(["--help"], 7)).toEqual({ kind: "help" });
  for (const name of ["quick", "kills", "seed", "json", "keep", "help"]) expect(HELP).toContain(`--${name}`);
});
