import { describe, expect, test } from "vitest";
import { readArguments } from "./arguments.js";
import { suiteHelp, topHelp } from "./help.js";
import type { Suite } from "./suite.js";

const suite: Suite = {
  name: "rpc",
  summary: "calls",
  scenarios: [
    { name: "one", summary: "the first" },
    { name: "two", summary: "the second" },
    { name: "three", summary: "the third" },
  ],
  peers: ["redoubt", "a", "b"],
  method: "By looking.\n",
  run: async () => {},
};

const read = (line: string) => readArguments(line === "" ? [] : line.split(" "), [suite]);

describe("a run", () => {
  const all = {
    scenarios: ["one", "two", "three"],
    peers: ["redoubt", "a", "b"],
    json: false,
    quick: false,
  };
  test.each([
    { line: "rpc", options: all },
    { line: "rpc --json --quick", options: { ...all, json: true, quick: true } },
    { line: "--quick rpc", options: { ...all, quick: true } },
    { line: "rpc --only two", options: { ...all, scenarios: ["two"] } },
    { line: "rpc --only three,one", options: { ...all, scenarios: ["one", "three"] } },
    { line: "rpc --peer=b,redoubt", options: { ...all, peers: ["redoubt", "b"] } },
  ])("$line", ({ line, options }) => {
    expect(read(line)).toEqual({ kind: "run", suite, options });
  });
});

describe("a wrong line says what exists", () => {
  test.each([
    { line: "", says: "say which suite: rpc" },
    { line: "rcp", says: 'there is no suite "rcp"; there is rpc' },
    { line: "rpc one", says: '"one" is too much' },
    { line: "rpc --only four", says: 'there is no scenario "four"; there are one, two, three' },
    { line: "rpc --only one,", says: 'there is no scenario ""; there are one, two, three' },
    { line: "rpc --peer redoubt,c", says: 'there is no peer "c"; there are redoubt, a, b' },
    { line: "rpc --fast", says: "flags: --only, --peer, --quick, --json, --help" },
    { line: "rpc --only", says: "flags: --only" },
  ])("'$line'", ({ line, says }) => {
    const request = read(line);
    expect(request.kind).toBe("wrong");
    expect(request.kind === "wrong" && request.message).toContain(says);
  });
});

test("help is for all suites or for one", () => {
  expect(read("--help")).toEqual({ kind: "help", suite: undefined });
  expect(read("rpc --help")).toEqual({ kind: "help", suite });
  expect(topHelp([suite])).toContain("  rpc  calls\n");
  expect(suiteHelp(suite)).toContain("  three  the third\n");
});
