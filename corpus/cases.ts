import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compareFile } from "./descriptors.js";
import { WORK } from "./folders.js";
import type { InstalledProtoc } from "./install.js";
import type { Difference, Ledger } from "./ledger.js";
import { compileFiles, verdictOf } from "./ours.js";
import { progress } from "./progress.js";
import { runProtoc, type Verdict } from "./protoc.js";

// The tables that the unit tests of the compiler read too.

interface InvalidCase {
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
  readonly protoc: readonly string[];
}

interface ValidCase {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
}

const ENTRY = "a.proto";

/** Checks that protoc rejects each invalid file, and with the words of the table. */
export async function compareInvalid(protoc: InstalledProtoc, ledger: Ledger): Promise<void> {
  const { INVALID } = await table<{ INVALID: Readonly<Record<string, readonly InvalidCase[]>> }>("invalid");
  for (const { rule, files, protoc: words } of Object.values(INVALID).flat()) {
    progress(`invalid: ${rule}`);
    const folder = write(files);
    const verdict = await runProtoc(protoc, [ENTRY], { includes: [folder] });
    ledger.record("invalid files, protoc", rule, verdictDifferences(verdict, words.join("\n"), folder));
  }
  progress("");
}

function verdictDifferences(verdict: Verdict, words: string, folder: string): Difference[] {
  if (!("rejected" in verdict)) return [{ kind: "accepted by protoc", detail: "it breaks no rule" }];
  const said = verdict.rejected.replaceAll(`${folder}/`, "");
  return said === words ? [] : [{ kind: "protoc says something else", detail: said }];
}

/** Compares the descriptors of doubtful files with those of protoc. */
export async function compareValid(protoc: InstalledProtoc, ledger: Ledger): Promise<void> {
  const { VALID } = await table<{ VALID: Readonly<Record<string, readonly ValidCase[]>> }>("valid");
  for (const { what, files } of Object.values(VALID).flat()) {
    progress(`valid: ${what}`);
    const includes = [write(files)];
    const names = Object.keys(files);
    const theirs = await runProtoc(protoc, names, { includes });
    const ours = verdictOf(compileFiles(names, includes));
    for (const name of names) compareFile("valid files", name, `${what}: ${name}`, ours, theirs, ledger);
  }
  progress("");
}

/** A table beside the compiler's unit tests, as `tsc` has built it. */
function table<T>(name: string): Promise<T> {
  return import(new URL(`../../dist/idl/${name}/cases.test.util.js`, import.meta.url).href) as Promise<T>;
}

/** Writes the files of a case to a folder that no other case's files are in. */
function write(files: Readonly<Record<string, string>>): string {
  const folder = join(WORK, "case");
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
