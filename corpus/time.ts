import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bufArguments, bufEnvironment, bufProgram, NAMED_FILES_MAX } from "./buf.js";
import type { Collection } from "./collections.js";
import { rawFiles } from "./descriptor-set.js";
import { REPOSITORY, WORK } from "./folders.js";
import type { Difference, Ledger } from "./ledger.js";
import { progress } from "./progress.js";
import { PLUGIN_MODULE } from "./protoc-gen-es.js";

/** How many times as long as buf we may take. */
const COMPILE_RATIO_MAX = 2;

/** How many times as long as node takes to load protoc-gen-es we may take to generate. */
const GENERATE_RATIO_MAX = 1;

const COMPILE_ROUNDS = 5;
const GENERATE_ROUNDS = 15;

const COMMAND = join(REPOSITORY, "dist", "cli.js");

interface Contender {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Measures our compiler against buf's over all that is compiled together, and generating against loading protoc-gen-es.
 * Where `isWhole` is false, compiling is measured but not judged: a few files say little.
 */
export function compareTimes(collection: Collection, isWhole: boolean, ledger: Ledger): void {
  timeCompile(collection, isWhole, ledger);
  timeGenerate(ledger);
}

function timeCompile(collection: Collection, isWhole: boolean, ledger: Ledger): void {
  const { includes, together } = collection;
  const output = { ours: join(WORK, "time-ours.binpb"), theirs: join(WORK, "time-buf.binpb") };
  const include = includes.flatMap((folder) => ["--include", folder]);
  const flags = ["--include-source-info", "--retain-options", "-o", output.ours];
  const ours = node(COMMAND, "compile", ...inputs(collection), ...include, ...flags);
  const args = bufArguments(collection, together, output.theirs);
  const theirs = { program: bufProgram, args, env: bufEnvironment };
  const check = "time of compiling";
  race(check, { ours, theirs }, COMPILE_ROUNDS, isWhole ? COMPILE_RATIO_MAX : Infinity, ledger);
  const [mine, other] = [output.ours, output.theirs].map((path) =>
    [...rawFiles(readFileSync(path)).keys()].sort(),
  );
  const isSame = mine.join() === other.join();
  const detail = `${mine.length} files, not ${other.length}`;
  ledger.record(check, "the sets", isSame ? [] : [{ kind: "other files than buf's", detail }]);
}

/** The files, or if they are many the folders that hold them, and no others. */
function inputs({ root, together }: Collection): string[] {
  if (together.length <= NAMED_FILES_MAX) return together.map((name) => join(root, name));
  const folders = new Set(together.map((name) => name.split("/").slice(0, 2).join("/")));
  return [...folders].map((folder) => join(root, folder));
}

function timeGenerate(ledger: Ledger): void {
  const output = join(WORK, "time-gen");
  rmSync(output, { recursive: true, force: true });
  const proto = join(REPOSITORY, "examples", "directories");
  const ours = node(
    COMMAND,
    "generate",
    join(proto, "directories.proto"),
    "--include",
    proto,
    "--out",
    output,
  );
  const theirs = node("-e", `require(${JSON.stringify(PLUGIN_MODULE)})`);
  race("time of generating", { ours, theirs }, GENERATE_ROUNDS, GENERATE_RATIO_MAX, ledger);
}

function node(...args: readonly string[]): Contender {
  return { program: process.execPath, args };
}

/** Runs both in turn, and checks the ratio of the medians. */
function race(
  check: string,
  { ours, theirs }: Readonly<Record<"ours" | "theirs", Contender>>,
  rounds: number,
  ratioMax: number,
  ledger: Ledger,
): void {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    progress(`${check}: round ${round + 1} of ${rounds}`);
    times.ours.push(timeOf(ours));
    times.theirs.push(timeOf(theirs));
  }
  progress("");
  const [oursMs, theirsMs] = [median(times.ours), median(times.theirs)];
  const ratio = oursMs / theirsMs;
  const limit = Number.isFinite(ratioMax) ? ` (limit ${ratioMax})` : "";
  const text = `${Math.round(oursMs)} ms, the other ${Math.round(theirsMs)} ms, ratio ${ratio.toFixed(2)}${limit}`;
  ledger.note(check, text, { oursMs, theirsMs, ratio });
  const differences: Difference[] = ratio <= ratioMax ? [] : [{ kind: "too slow", detail: text }];
  ledger.record(check, "the medians", differences);
}

function timeOf({ program, args, env = process.env }: Contender): number {
  const startMs = performance.now();
  const { status, stderr } = spawnSync(program, args, { cwd: REPOSITORY, env, encoding: "utf8" });
  const durationMs = performance.now() - startMs;
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${stderr.slice(-2_000)}`);
  return durationMs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
