import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectNone, ROOT, repositoryFiles, textOf } from "./repository.js";

const run = promisify(execFile);

/** A copy of what code is generated from, where `npm run generate` can work without touching the repository. */
const copy = mkdtempSync(join(tmpdir(), "redoubt-generated-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

beforeAll(async () => {
  const isInput = (path: string) => /(^package\.json|\.proto|\/buf(\.gen)?\.yaml)$/.test(path);
  for (const path of repositoryFiles().filter(isInput)) cpSync(join(ROOT, path), join(copy, path));
  const PATH = `${join(ROOT, "node_modules", ".bin")}${delimiter}${process.env.PATH}`;
  await run("npm", ["run", "generate"], { cwd: copy, env: { ...process.env, PATH } });
});

test("generated code is as its .proto files say", () => {
  const generated = readdirSync(copy, { recursive: true, encoding: "utf8" }).filter(isGenerated).sort();
  expect(generated).not.toEqual([]);
  const committed = repositoryFiles().filter(isGenerated);
  const stale = [...new Set([...generated, ...committed])].filter(
    (path) => !existsSync(ROOT + path) || !existsSync(join(copy, path)) || textOf(path) !== made(path),
  );
  expectNone(stale, "Run npm run generate; of another version or by hand are:");
});

function isGenerated(path: string): boolean {
  return /(^|\/)gen\/.*\.ts$/.test(path);
}

function made(path: string): string {
  return readFileSync(join(copy, path), "utf8");
}
