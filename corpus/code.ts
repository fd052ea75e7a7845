import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type EmittedFile, emit, withoutSourceRetention } from "@redoubt/rpc/idl";
import type { Collection } from "./collections.js";
import { PROGRAMS, WORK } from "./folders.js";
import type { InstalledProtoc } from "./install.js";
import type { Difference, Ledger } from "./ledger.js";
import { compileFiles } from "./ours.js";
import { progress } from "./progress.js";
import { runProtoc } from "./protoc.js";
import { referenceCode } from "./protoc-gen-es.js";
import { runProgram } from "./run-program.js";

/** So many files are held decoded at a time, with all that they import. */
const BATCH = 200;

const CHECK = "code, protoc-gen-es";
const HEADER = "@generated";

/** Compares the TypeScript for a collection, and for what it imports, with that of protoc-gen-es; then compiles it. */
export async function compareCode(
  collection: Collection,
  protoc: InstalledProtoc,
  ledger: Ledger,
): Promise<void> {
  const { name, together, alone } = collection;
  const output = join(WORK, "code", name);
  rmSync(output, { recursive: true, force: true });
  const done = new Set<string>();
  for (let from = 0; from < together.length; from += BATCH) {
    progress(`${name}: code, ${from} of ${together.length}`);
    await compareBatch(collection, together.slice(from, from + BATCH), { protoc, output, done, ledger });
  }
  for (const file of alone) {
    progress(`${name}: code, ${file}`);
    await compareBatch(collection, [file], { protoc, output, done, ledger });
  }
  progress(`${name}: tsc`);
  await checkTypes(name, output, done.size, ledger);
  progress("");
}

interface CodeRun {
  readonly protoc: InstalledProtoc;
  /** The folder that our modules are written to. */
  readonly output: string;
  /** Files whose modules are written. */
  readonly done: Set<string>;
  readonly ledger: Ledger;
}

async function compareBatch(
  { includes }: Collection,
  names: readonly string[],
  { protoc, output, done, ledger }: CodeRun,
): Promise<void> {
  const theirs = await runProtoc(protoc, names, { includes, withImports: true, stripped: true });
  const compilation = compileFiles(names, includes);
  if ("rejected" in theirs || compilation.hasErrors) {
    if (names.length > 1)
      ledger.record(CHECK, names[0], [{ kind: "not compiled", detail: "nor what follows" }]);
    return;
  }
  const fresh = [...theirs.files.keys()].filter((file) => !done.has(file));
  const reference = referenceCode(fresh, theirs.files);
  const modules = new Map(
    modulesFor(new Set(fresh), compilation.files).map((each) => [each.name, each.content]),
  );
  for (const name of new Set([...reference.keys(), ...modules.keys()])) {
    const content = modules.get(name) ?? "";
    ledger.record(CHECK, name, codeDifferences(content, reference.get(name) ?? ""));
    mkdirSync(dirname(join(output, name)), { recursive: true });
    writeFileSync(join(output, name), content);
  }
  for (const file of fresh) done.add(file);
}

function modulesFor(
  names: ReadonlySet<string>,
  files: ReturnType<typeof compileFiles>["files"],
): readonly EmittedFile[] {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  const wanted = [...registry.files].filter(({ proto }) => names.has(proto.name));
  return emit(wanted, { header: HEADER, embedded: ({ proto }) => withoutSourceRetention(proto, registry) });
}

/** The line that says who made a module may differ. */
function codeDifferences(ours: string, theirs: string): Difference[] {
  const [a, b] = [ours, theirs].map((text) => text.split("\n"));
  const isHeader = (line: string | undefined) => line?.startsWith(`// ${HEADER}`);
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    if (a[at] === b[at] || (isHeader(a[at]) && isHeader(b[at]))) continue;
    return [{ kind: "code is not protoc-gen-es's", detail: `line ${at + 1}: ${a[at]}, not ${b[at]}` }];
  }
  return [];
}

async function checkTypes(collection: string, folder: string, count: number, ledger: Ledger): Promise<void> {
  if (count === 0) return;
  const config = {
    compilerOptions: {
      target: "es2022",
      module: "esnext",
      moduleResolution: "bundler",
      strict: true,
      noEmit: true,
      types: [],
    },
    include: ["**/*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const startMs = performance.now();
  const { succeeded, output } = await runProgram(join(PROGRAMS, "tsc"), ["-p", folder]);
  const seconds = (performance.now() - startMs) / 1000;
  const detail = output.split("\n").slice(0, 5).join("\n");
  ledger.record("code, tsc --strict", collection, succeeded ? [] : [{ kind: "types are wrong", detail }]);
  ledger.note(`tsc --strict, ${collection}`, `${count} modules in ${seconds.toFixed(1)} s`, {
    count,
    seconds,
  });
}
