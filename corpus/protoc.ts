import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RawFile, rawFiles } from "./descriptor-set.js";
import { WORK } from "./folders.js";
import type { InstalledProtoc } from "./install.js";
import { runProgram } from "./run-program.js";

/** What a reference compiler makes of files: descriptors with source info, or what it says is wrong. */
export type Verdict = { readonly files: ReadonlyMap<string, RawFile> } | { readonly rejected: string };

export interface ProtocOptions {
  readonly includes: readonly string[];
  /** Whether the files that the others import are given too. */
  readonly withImports?: boolean;
  /** Whether options that are for the source only are left out, as they are for plugins. */
  readonly stripped?: boolean;
}

/** Compiles files in one run of protoc. */
export async function runProtoc(
  { program, include }: InstalledProtoc,
  names: readonly string[],
  { includes, withImports = false, stripped = false }: ProtocOptions,
): Promise<Verdict> {
  mkdirSync(WORK, { recursive: true });
  const list = join(WORK, "protoc-files.txt");
  const output = join(WORK, "protoc.binpb");
  writeFileSync(list, names.join("\n"));
  const args = [
    ...[...includes, include].map((folder) => `--proto_path=${folder}`),
    "--include_source_info",
    ...(withImports ? ["--include_imports"] : []),
    ...(stripped ? [] : ["--retain_options"]),
    `--descriptor_set_out=${output}`,
    `@${list}`,
  ];
  const { succeeded, errors } = await runProgram(program, args);
  if (!succeeded) return { rejected: withoutWarnings(errors) };
  return { files: rawFiles(readFileSync(output)) };
}

function withoutWarnings(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.includes(" warning: "))
    .join("\n");
}
