import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Account } from "./account.js";
import { bundleSimulation, problemOf } from "./bundle.js";
import { GUARDS } from "./guard-list.js";
import type { Guard } from "./guards.js";
import { runJob } from "./job-process.js";
import type { Job } from "./jobs.js";
import { JOURNAL_GUARDS } from "./journal-guard-list.js";
import { progress } from "./progress.js";

/** A guard that is not missed in so many worlds counts for nothing. */
const RUNS_MAX = 1_500;

/** Far more than the worlds take on a busy machine; a process that says nothing until then has noticed nothing. */
const GUARD_MS_MAX = 300_000;

interface Result {
  readonly guard: Guard;
  readonly caughtBy: string | undefined;
  readonly seed: string;
  readonly runs: number;
  /** Why nothing has noticed, or why the wrong thing has. */
  readonly problem: string | undefined;
}

/** Switches off each guard whose name has `filter` in it, and sees which oracle notices. */
export async function runMutants(filter: string, account: Account): Promise<void> {
  const guards = [...GUARDS, ...JOURNAL_GUARDS].filter(({ name }) => name.includes(filter));
  if (guards.length === 0) account.fail(`no guard has "${filter}" in its name`, { guard: filter });
  const width = Math.max(0, ...guards.map(({ name }) => name.length));
  const waiting = [...guards];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let guard = waiting.shift(); guard !== undefined; guard = waiting.shift()) {
      progress(`guards: ${done} of ${guards.length}, now ${guard.name}`);
      const result = await resultOf(guard);
      done++;
      progress("");
      tell(result, width, account);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
}

function tell({ guard, caughtBy, seed, runs, problem }: Result, width: number, account: Account): void {
  const fields = { guard: guard.name, file: guard.file, oracle: caughtBy, seed, runs, problem };
  const name = guard.name.padEnd(width);
  const where = guard.by === "journal" ? `check "${seed}"` : `seed ${seed}`;
  if (problem === undefined)
    account.pass(`${name}  ${guard.file}: ${caughtBy}, ${where}, after ${runs} runs`, fields);
  else account.fail(`${name}  ${problem}`, fields);
}

async function resultOf(guard: Guard): Promise<Result> {
  const nothing = { guard, caughtBy: undefined, seed: "", runs: 0 };
  const problem = await problemOf(guard);
  if (problem !== undefined) return { ...nothing, problem };
  let file: string | undefined;
  try {
    file = await bundleSimulation(guard);
    const { runs, failures } = await runJob(file, jobFor(guard), { timeoutMs: GUARD_MS_MAX });
    const [failure] = failures;
    if (failure === undefined) return { ...nothing, runs, problem: `no oracle has noticed in ${runs} runs` };
    const { oracle, seed, detail } = failure;
    const isExpected = guard.oracles.includes(oracle);
    const wrong = `${oracle} has noticed, not ${guard.oracles.join(" or ")}: ${detail}`;
    return { guard, caughtBy: oracle, seed, runs, problem: isExpected ? undefined : wrong };
  } catch (error) {
    return { ...nothing, problem: `no oracle was heard: ${(error as Error).message}` };
  } finally {
    if (file !== undefined) await rm(file, { force: true });
  }
}

function jobFor({ by, family }: Guard): Job {
  switch (by) {
    case "worlds":
      return { kind: "worlds", from: 1, step: 1, count: RUNS_MAX, family, stopsAtFailure: true };
    case "orders":
      return { kind: "orders", part: 0, parts: 1 };
    case "points":
      return { kind: "points", stopsAtFailure: true };
    case "journal":
      return { kind: "journal", check: family! };
  }
}
