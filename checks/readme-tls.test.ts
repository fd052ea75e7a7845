import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { packageJson, ROOT, textOf } from "./repository.js";

// A new user's minute with TLS: what the README says works as it stands.

const run = promisify(execFile);
const { name } = packageJson();

const project = mkdtempSync(join(tmpdir(), "redoubt-readme-"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

test("the README's program with TLS runs as it stands", async () => {
  const section = /\n## TLS\n(.*?)\n## /s.exec(textOf("README.md"))?.[1] ?? "";
  const [, proto] = /```proto\n(\/\/ directories\.proto.*?)```/s.exec(textOf("README.md")) ?? [];
  const [, program] = /```ts\n(\/\/ tls\.ts.*?)```/s.exec(section) ?? [];
  const [, command] = /npx redoubt (certificates [^\n#]*)/.exec(section) ?? [];
  expect([typeof proto, typeof program, typeof command]).toEqual(["string", "string", "string"]);
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  writeFileSync(join(project, "directories.proto"), proto!);
  writeFileSync(join(project, "tls.ts"), program!);
  mkdirSync(join(project, "node_modules", name, ".."), { recursive: true });
  symlinkSync(ROOT, join(project, "node_modules", name), "dir");
  for (const scope of ["@bufbuild", "@types"])
    symlinkSync(join(ROOT, "node_modules", scope), join(project, "node_modules", scope), "dir");
  const node = (...args: readonly string[]) => run(process.execPath, args, { cwd: project, timeout: 30_000 });
  const redoubt = join(ROOT, "dist", "cli.js");
  await node(redoubt, "generate");
  await node(redoubt, ...command!.trim().split(" "));
  const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  await node(
    join(ROOT, "node_modules", "typescript", "bin", "tsc"),
    ...options,
    "--lib",
    "es2023,esnext.disposable",
    "tls.ts",
  );
  expect((await node("tls.js")).stdout).toBe("[ 'photos' ] CN=client\n");
});
