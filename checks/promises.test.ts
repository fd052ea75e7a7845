import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageJson, ROOT, textOf } from "./repository.js";

// docs/promises.md tells a user what to write: it compiles as it stands, and does what the page says.

const run = promisify(execFile);
const { name } = packageJson();

const project = mkdtempSync(join(tmpdir(), "redoubt-promises-"));
const ended = new AbortController();
afterAll(() => {
  ended.abort();
  rmSync(project, { recursive: true, force: true });
});

/** The programs and the interface that the page has, by the name in their first line. */
const FILES = new Map(
  Array.from(
    textOf("docs/promises.md").matchAll(/```(?:ts|proto)\n(\/\/ ([\w-]+\.(?:ts|proto))\n.*?)```/gs),
    ([, text, file]) => [file!, text!] as const,
  ),
);
const PROGRAMS = [...FILES.keys()].filter((file) => file.endsWith(".ts"));

/** A name that no file system takes. */
const LONG_ORDER = {
  file: "long-order.ts",
  text: (client: string) => client.replace('"17"', '"x".repeat(300)'),
};

beforeAll(async () => {
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  const address = `unix:${join(project, "s.sock")}`;
  const files = [...FILES, [LONG_ORDER.file, LONG_ORDER.text(FILES.get("client.ts") ?? "")] as const];
  for (const [file, text] of files) {
    writeFileSync(join(project, file), text.replaceAll("127.0.0.1:12345", address));
  }
  mkdirSync(join(project, "node_modules", name, ".."), { recursive: true });
  symlinkSync(ROOT, join(project, "node_modules", name), "dir");
  for (const scope of ["@bufbuild", "@types"])
    symlinkSync(join(ROOT, "node_modules", scope), join(project, "node_modules", scope), "dir");
  await node(join(ROOT, "dist", "cli.js"), "generate");
});

test("the page has the programs that it is about", () => {
  expect(PROGRAMS).toEqual(["server.ts", "client.ts", "durable-client.ts", "outcome.ts"]);
});

test("they satisfy a strict compiler, run, and a server that is killed keeps what was answered", async () => {
  const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  await node(tsc, ...options, "--lib", "es2023,esnext.disposable", ...PROGRAMS, LONG_ORDER.file);

  const first = await serve();
  expect((await node("client.js")).stdout).toBe("");
  expect(readdirSync(join(project, "orders"))).toEqual(["17"]);
  await expect(node("long-order.js")).rejects.toMatchObject({
    stderr: expect.stringMatching(/RpcError: an order is up to 100.*code: 3,/s),
  });
  expect(await journalOfHome()).toMatchObject({ openCalls: [] });
  const poor = { stdout: "", stderr: "FAILED_PRECONDITION alice has not enough executed\n" };
  expect(await node("durable-client.js")).toEqual(poor);
  first.kill("SIGKILL");
  await once(first, "close");

  const second = await serve();
  // The same key is the same call.
  expect(await node("durable-client.js")).toEqual(poor);
  await expect(node("client.js")).rejects.toMatchObject({
    stderr: expect.stringContaining("17 has a folder"),
  });
  second.kill("SIGTERM");
  expect(await once(second, "close")).toEqual([0, null]);
});

/** What `redoubt journal inspect` shows of it. */
async function journalOfHome(): Promise<unknown> {
  const { stdout } = await node(join(ROOT, "dist", "cli.js"), "journal", "inspect", "journal", "--json");
  return JSON.parse(stdout);
}

async function serve() {
  const server = spawn(process.execPath, ["server.js"], { cwd: project, signal: ended.signal });
  server.on("error", () => {});
  const [line] = await once(createInterface(server.stdout), "line");
  expect(line).toContain("listening on");
  return server;
}

function node(...args: readonly string[]) {
  return run(process.execPath, args, { cwd: project, timeout: 30_000 });
}
