import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { KNOWN_FAILURES } from "./h2spec-known-failures.js";

// Runs h2spec, the conformance suite for HTTP/2 servers, strict cases included, against the HTTP/2 core. Installs
// it into build/ where it is missing, prints what failed and the counts; exits 1 if a case fails that is not in
// the list of known failures, or if one of that list passes.

const RUN_MS_MAX = 120_000;
const MODULE = "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible";

const build = fileURLToPath(new URL("../", import.meta.url));
const h2spec = join(build, "h2spec", "h2spec");
const report = join(build, "h2spec", "report.xml");
const serverProgram = fileURLToPath(new URL("../../dist/http2/h2spec-server.test.util.js", import.meta.url));

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    install();
  } catch (error) {
    console.log(`h2spec cannot be installed: ${error instanceof Error ? error.message.trim() : error}`);
    if (process.env.CI === "true") return 1;
    console.log("skipped: h2spec (needs Go)");
    return 0;
  }
  const server = spawn(process.execPath, [serverProgram], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const [port] = await Promise.race([
      createInterface(server.stdout)
        [Symbol.asyncIterator]()
        .next()
        .then(({ value }) => [String(value)]),
      new Promise<never>((_, reject) => server.once("exit", () => reject(new Error("the server ended")))),
    ]);
    rmSync(report, { force: true });
    await run([
      "--strict",
      "--host",
      "127.0.0.1",
      "--port",
      port,
      "--timeout",
      "1",
      "--junit-report",
      report,
    ]);
    return judge(casesOf(readFileSync(report, "utf8")));
  } finally {
    server.stdin.end();
  }
}

function install(): void {
  if (existsSync(h2spec)) return;
  mkdirSync(dirname(h2spec), { recursive: true });
  execFileSync("go", ["install", MODULE], {
    env: { ...process.env, GOBIN: dirname(h2spec) },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
}

/** Its exit code is of no interest: the report says which cases failed. */
function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(h2spec, args, { stdio: "ignore", timeout: RUN_MS_MAX });
    child.once("error", reject);
    child.once("close", (_, signal) =>
      signal === null ? resolve() : reject(new Error("h2spec did not end")),
    );
  });
}

interface Case {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly detail: string;
}

/** Reads h2spec's report in JUnit's format, as far as it has use for it. */
function casesOf(xml: string): Case[] {
  const cases: Case[] = [];
  const pattern = /<testcase package="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;
  for (const [, section, title, body = ""] of xml.matchAll(pattern)) {
    const outcome = body.includes("<skipped")
      ? "skipped"
      : /<(error|failure)/.test(body)
        ? "failed"
        : "passed";
    const detail = body.replace(/<[^>]*>/g, "").trim();
    cases.push({ name: `${section}: ${unescaped(title)}`, outcome, detail });
  }
  return cases;
}

function unescaped(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

function judge(cases: readonly Case[]): number {
  const count = { passed: 0, failed: 0, skipped: 0 };
  let unexpected = cases.length === 0 ? 1 : 0;
  for (const { name, outcome, detail } of cases) {
    count[outcome]++;
    const known = KNOWN_FAILURES.get(name);
    if (outcome === "failed" && known !== undefined) console.log(`known failure: ${name}\n  ${known}`);
    else if (outcome === "failed") console.log(`failed: ${name}\n  ${detail.replaceAll("\n", "\n  ")}`);
    else if (known !== undefined) console.log(`no failure any more, to be taken from the list: ${name}`);
    if ((outcome === "failed") !== (known !== undefined)) unexpected++;
  }
  console.log(`h2spec: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  console.log(unexpected === 0 ? "as expected" : `${unexpected} not as expected`);
  return unexpected === 0 ? 0 : 1;
}
