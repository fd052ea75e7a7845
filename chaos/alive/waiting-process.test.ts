import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundle } from "../process/bundle.js";

const programs: string[] = [];
beforeAll(async () => {
  for (const name of ["waiter", "asker"]) programs.push(await bundle(`programs/${name}`));
});
afterAll(async () => {
  for (const program of programs) await rm(program);
});

async function outputOf(program: string, word: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, word]);
  return stdout;
}

it.each([
  ["once", "waits for a connection"],
  ["again", "pauses between two attempts"],
  ["exactly", "has no session yet"],
])("a process whose only work is a call that %s: it %s, and lives on", async (call) => {
  expect(await outputOf(programs[0]!, call)).toBe("DEADLINE_EXCEEDED");
});

it.each([
  ["asks what became of a call lives on until its time is over", "outcome", "DEADLINE_EXCEEDED"],
  ["waits for the answer of an unfinished call lives on until its client is closed", "answer", "CANCELLED"],
])("a process that only %s", async (_, question, end) => {
  expect(await outputOf(programs[1]!, question)).toBe(end);
});
