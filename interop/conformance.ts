import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KNOWN_FAILURES } from "./conformance/known-failures.js";
import { findRunner, type Results, runTests } from "./conformance/runner.js";

// Runs Google's conformance suite for protobuf over the binary codec in both its forms, generated code and closures,
// and over protobuf-es, to compare. Prints what failed and the counts; exits 1 if a test fails that is not in the list
// of known failures or that protobuf-es passes, if one of that list passes, or if one is skipped.

const DETAIL_CHARS = 400;

/** The codecs under test, with the options of the process that runs them. */
const OURS = {
  "generated code": [],
  closures: ["--disallow-code-generation-from-strings"],
} as const;

const testee = fileURLToPath(new URL("conformance/testee.js", import.meta.url));
const scratch = fileURLToPath(new URL("../conformance", import.meta.url));

process.exitCode = await main();

async function main(): Promise<number> {
  let runner: string;
  try {
    runner = findRunner(scratch);
  } catch (error) {
    console.log(`the conformance runner does not run: ${error instanceof Error ? error.message : error}`);
    if (process.env.CI === "true") return 1;
    console.log("skipped: conformance (needs Linux or macOS on x64)");
    return 0;
  }
  const run = (name: string, args: readonly string[]) =>
    runTests(runner, [process.execPath, ...args], join(scratch, name.replaceAll(" ", "-")));

  const baseline = await run("protobuf-es", [testee, "protobuf-es"]);
  console.log(countText("protobuf-es", baseline));
  let passed = 0;
  let failed = 0;
  for (const [name, options] of Object.entries(OURS)) {
    const results = await run(name, [...options, testee, "redoubt"]);
    const faults = faultsOf(results, baseline);
    for (const fault of faults) console.log(`${name}: ${fault}`);
    console.log(countText(name, results));
    passed += results.passed;
    failed += faults.length;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function countText(name: string, { passed, failures, skipped }: Results): string {
  return `${name}: ${passed} passed, ${failures.size} failed, ${skipped} skipped`;
}

/** What is not as it should be. Prints the failures that are known. */
function faultsOf({ failures, skipped }: Results, baseline: Results): string[] {
  const faults: string[] = [];
  for (const [name, detail] of failures) {
    const known = KNOWN_FAILURES.get(name);
    if (known === undefined) faults.push(`failed: ${name}\n  ${detail.slice(0, DETAIL_CHARS)}`);
    else if (!baseline.failures.has(name)) faults.push(`failed, and protobuf-es passes it: ${name}`);
    else console.log(`known failure: ${name}\n  ${known}`);
  }
  for (const name of KNOWN_FAILURES.keys())
    if (!failures.has(name)) faults.push(`no failure any more, to be taken from the list: ${name}`);
  if (skipped > 0) faults.push(`skipped: ${skipped} tests, none of which should be`);
  return faults;
}
