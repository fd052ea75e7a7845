import { expect, test } from "vitest";
import type { CaseName } from "../cases/cases.js";
import { runCases, runEachCase } from "./program.js";

const NAMES: CaseName[] = ["empty_unary", "large_unary", "ping_pong", "channel_soak"];

/** A client that does with each case what the code of `act` says. */
function client(act: string) {
  const code = `
    const argument = process.argv.find((text) => text.startsWith("--test_case=")).slice("--test_case=".length);
    for (const name of argument.split(",")) { ${act} }`;
  return { command: process.execPath, args: ["-e", code, "--"] };
}

async function reports(run: typeof runCases, act: string): Promise<Record<string, string | undefined>> {
  const seen: Record<string, string | undefined> = {};
  await run(client(act), NAMES, [], (name, fault) => {
    seen[name] = fault;
  });
  return seen;
}

test("tells of each case what the client prints", async () => {
  const print = 'console.log(name === "large_unary" ? "failed: large_unary: too small" : "passed: " + name);';
  const passed = { empty_unary: undefined, ping_pong: undefined, channel_soak: undefined };
  expect(await reports(runCases, print)).toEqual({ ...passed, large_unary: "too small" });
});

test("a client that ends early fails in its case, and another runs the rest", async () => {
  const die = 'if (name === "large_unary") { console.error("out of order"); process.exit(3); }';
  const seen = await reports(runCases, `${die} console.log("passed: " + name);`);
  expect(seen.large_unary).toMatch(/ended: out of order$/);
  expect({ ...seen, large_unary: undefined }).toEqual(
    Object.fromEntries(NAMES.map((name) => [name, undefined])),
  );
});

test("a line of another case is a failure", async () => {
  const seen = await reports(runCases, 'console.log("passed: rpc_soak");');
  expect(new Set(Object.values(seen))).toEqual(new Set(["an unexpected line: passed: rpc_soak"]));
});

test("tells of each case what the exit code says", async () => {
  const seen = await reports(
    runEachCase,
    'if (name === "ping_pong") { console.error("no pong"); process.exit(2); }',
  );
  expect(seen).toEqual({
    ...Object.fromEntries(NAMES.map((name) => [name, undefined])),
    ping_pong: "exit code 2: no pong",
  });
});

test("a program that is not there fails every case", async () => {
  const seen: (string | undefined)[] = [];
  const missing = { command: "/nowhere/client", args: [] };
  await runCases(missing, NAMES, [], (_, fault) => seen.push(fault));
  await runEachCase(missing, NAMES, [], (_, fault) => seen.push(fault));
  expect(seen).toHaveLength(2 * NAMES.length);
  for (const fault of seen) expect(fault).toMatch(/ENOENT/);
});
