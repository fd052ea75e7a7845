/**
 * Kills servers and clients of exactly-once calls, and compares what was said with what was done: `npm run crash`.
 *
 * Exit code 0: every promise was kept; 1: one was not; 2: the command line is wrong.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CrashOptions, HELP, readArguments } from "./arguments.js";
import type { ViolationKind } from "./oracle.js";
import { CrashReport } from "./report.js";
import { CrashRun, type Round, type Side } from "./run.js";

/** Short enough for what is found to be near its cause, long enough for crashes to follow on crashes. */
const ROUND_KILLS = 30;

/** Kills of programs without promises, which cannot survive them: in rounds, until all that is wrong with them was found. */
const CONTROL_ROUND_KILLS = 6;
const CONTROL_ROUNDS_MAX = 10;

/** What is wrong with them. */
const CONTROL_FINDS: readonly ViolationKind[] = ["repeated", "lost", "denied"];

async function crash(options: CrashOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "redoubt-crash-"));
  const report = new CrashReport(options.json, (line) => {
    progress("");
    console.log(line);
  });
  report.note(`${options.kills} kills, seed ${options.seed}, in ${folder}`);
  await control(folder, options, report);
  await carefully(folder, options, report);
  const isWell = report.end();
  if (isWell && !options.keep) rmSync(folder, { recursive: true, force: true });
  else report.note(`Journals and logs are in ${folder}; run it again with --seed ${options.seed}`);
  return isWell ? 0 : 1;
}

/** The oracle has to object to programs that promise nothing. */
async function control(folder: string, { seed }: CrashOptions, report: CrashReport): Promise<void> {
  const run = await started(folder, "careless", seed);
  const rounds: Round[] = [];
  const isFound = (kind: ViolationKind) =>
    rounds.some(({ violations }) => violations.some((violation) => violation.kind === kind));
  while (rounds.length < CONTROL_ROUNDS_MAX && !CONTROL_FINDS.every(isFound))
    rounds.push(await run.round(CONTROL_ROUND_KILLS, rounds.length));
  report.control(rounds, CONTROL_FINDS);
  await run.stop();
}

async function carefully(folder: string, options: CrashOptions, report: CrashReport): Promise<void> {
  const run = await started(folder, "careful", options.seed);
  const watching = watch(run, options.kills);
  let isWell = true;
  // What comes behind a violation would only repeat it.
  for (let number = 1; isWell && run.kills < options.kills; number++) {
    const round = await run.round(Math.min(ROUND_KILLS, options.kills - run.kills), number);
    report.round(round);
    isWell = round.violations.length === 0;
  }
  if (isWell) {
    report.floor(await run.floor());
    report.coverage(run);
  }
  clearInterval(watching);
  await run.stop();
  report.table(run);
}

async function started(folder: string, side: Side, seed: number): Promise<CrashRun> {
  const run = new CrashRun({ folder: join(folder, side), seed, side });
  await run.start();
  return run;
}

function watch(run: CrashRun, kills: number): NodeJS.Timeout {
  return setInterval(() => {
    const { worldAnswers, stateAnswers } = run.figures;
    progress(`${run.kills} of ${kills} kills, ${worldAnswers + stateAnswers} answers`);
  }, PROGRESS_MS);
}

const PROGRESS_MS = 200;

/** On a terminal, in one line that the next one replaces. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

const request = readArguments(process.argv.slice(2), Math.floor(Math.random() * 1_000_000));
switch (request.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "wrong":
    process.stderr.write(`crash: ${request.message}\n`);
    process.exitCode = 2;
    break;
  case "run":
    process.exitCode = await crash(request.options);
    break;
  default:
    request satisfies never;
}
