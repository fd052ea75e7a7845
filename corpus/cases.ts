import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunOptions } from "./arguments.js";
import { compareFile } from "./descriptors.js";
import { WORK } from "./folders.js";
import type { InstalledProtoc } from "./install.js";
import type { Difference, Ledger } from "./ledger.js";
import { mutant, randomFrom } from "./mutant.js";
import { compileFiles, verdictOf } from "./ours.js";
import { progress } from "./progress.js";
import { runProtoc, type Verdict } from "./protoc.js";
import { ProgramKilled } from "./run-program.js";
import { type InvalidCase, invalidCases, type ValidCase, validCases } from "./tables.js";

const ENTRY = "a.proto";

/** Checks that protoc rejects each invalid file, and with the words of the table. */
export async function compareInvalid(protoc: InstalledProtoc, ledger: Ledger): Promise<void> {
  for (const { rule, files, protoc: words } of await invalidCases()) {
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
  for (const { what, files } of await validCases()) {
    progress(`valid: ${what}`);
    const includes = [write(files)];
    const names = Object.keys(files);
    const theirs = await runProtoc(protoc, names, { includes });
    const ours = verdictOf(compileFiles(names, includes));
    for (const name of names) compareFile("valid files", name, `${what}: ${name}`, ours, theirs, ledger);
  }
  progress("");
}

/** So many files are made, and in a quick run. */
const MUTANTS = 5_000;
const QUICK_MUTANTS = 500;
const SEED = 1;

/** Compares what we and protoc make of files that are changed a little: the same is wrong with them, or nothing. */
export async function compareMutants(
  protoc: InstalledProtoc,
  { quick }: Pick<RunOptions, "quick">,
  ledger: Ledger,
): Promise<void> {
  const kinds = [await validCases(), await invalidCases()].map((cases) => cases.filter(hasPlainStrings));
  const random = randomFrom(SEED);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  let crashes = 0;
  for (let number = 0; number < (quick ? QUICK_MUTANTS : MUTANTS); number++) {
    if (number % 100 === 0) progress(`mutants: ${number}`);
    const { files } = pick(pick(kinds));
    const text = mutant(files[ENTRY], random);
    const includes = [write({ ...files, [ENTRY]: text })];
    const theirs = await runProtoc(protoc, [ENTRY], { includes }).catch(undefinedIfCrashed);
    const ours = verdictOf(compileFiles([ENTRY], includes));
    if (theirs === undefined) {
      crashes++;
      continue;
    }
    compareFile("mutants", ENTRY, `mutant ${number}: ${JSON.stringify(text)}`, ours, theirs, ledger);
  }
  progress("");
  ledger.note("mutants", `${crashes} left out: protoc itself crashes on them`, { crashes });
}

/** Some wrong options end protoc by a failed assertion of its own. */
function undefinedIfCrashed(error: unknown): undefined {
  if (!(error instanceof ProgramKilled && error.signal === "SIGABRT")) throw error;
}

/** Escapes can make strings that are no UTF-8: see the list of explained differences. */
function hasPlainStrings({ files }: ValidCase | InvalidCase): boolean {
  return !files[ENTRY].includes("\\");
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
