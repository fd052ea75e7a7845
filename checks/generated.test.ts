import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectNone, ROOT, repositoryFiles, textOf } from "./repository.js";

const run = promisify(execFile);

/** Where the code is generated once more. */
const folder = mkdtempSync(join(tmpdir(), "redoubt-generated-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  await run(process.execPath, [join(ROOT, "scripts/generate.mjs"), folder], { cwd: ROOT });
});

test("generated code is as its .proto files say", () => {
  const generated = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(isGenerated).sort();
  expect(generated).not.toEqual([]);
  const committed = repositoryFiles().filter(isGenerated);
  const stale = [...new Set([...generated, ...committed])].filter(
    (path) => !existsSync(ROOT + path) || !existsSync(join(folder, path)) || textOf(path) !== made(path),
  );
  expectNone(stale, "Run npm run generate; of another version or by hand are:");
});

function isGenerated(path: string): boolean {
  return /(^|\/)gen\/.*\.ts$/.test(path);
}

function made(path: string): string {
  return readFileSync(join(folder, path), "utf8");
}
