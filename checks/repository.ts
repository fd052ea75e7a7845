import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

export const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** The files of this repository, new ones that Git does not ignore among them, with `/` between folders. */
export function repositoryFiles(): readonly string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const files = listed.split("\0").filter((path) => path !== "" && existsSync(ROOT + path));
  return [...new Set(files)].filter((path) => statSync(ROOT + path).isFile()).sort();
}

export function textOf(path: string): string {
  return readFileSync(ROOT + path, "utf8");
}

export function packageJson(): PackageJson {
  return JSON.parse(textOf("package.json"));
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Fails with `rule` and every violation of it, one a line. */
export function expectNone(violations: readonly string[], rule: string): void {
  if (violations.length > 0) expect.fail(`${rule}\n  ${violations.join("\n  ")}`);
}
