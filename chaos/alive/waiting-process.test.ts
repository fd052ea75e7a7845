import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundle } from "../process/bundle.js";

let program = "";
beforeAll(async () => {
  program = await bundle("programs/waiter");
});
afterAll(() => rm(program));

it.each([
  ["once", "waits for a connection"],
  ["again", "pauses between two attempts"],
  ["exactly", "has no session yet"],
])("a process whose only work is a call that %s: it %s, and lives on", async (call) => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, call]);
  expect(stdout).toBe("DEADLINE_EXCEEDED");
});
