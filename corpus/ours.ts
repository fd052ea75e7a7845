import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, createFileRegistry, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Compilation, compile, withoutSourceRetention } from "@redoubt/rpc/idl";
import { type RawFile, rawFile } from "./descriptor-set.js";
import type { Verdict } from "./protoc.js";

/** Compiles files that are in folders with Redoubt. */
export function compileFiles(names: readonly string[], includes: readonly string[]): Compilation {
  return compile(names, { read: (name) => firstText(includes, name) });
}

/** What Redoubt makes of files, as a reference compiler's verdict is. */
export function verdictOf(compilation: Compilation): Verdict {
  const { names, files, hasErrors } = compilation;
  if (hasErrors) return { rejected: errorsOf(compilation) };
  return { files: rawOf(names, files) };
}

/** The same without the options that are for the source only, as descriptor sets have it. */
export function strippedVerdictOf(compilation: Compilation): Verdict {
  const { names, files, hasErrors } = compilation;
  if (hasErrors) return { rejected: errorsOf(compilation) };
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  const asked = new Set(names);
  const wanted = files.filter(({ name }) => asked.has(name));
  return {
    files: rawOf(
      names,
      wanted.map((file) => withoutSourceRetention(file, registry)),
    ),
  };
}

function errorsOf({ diagnostics }: Compilation): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ path, line, column, message }) => `${path}:${line}:${column}: ${message}`).join("\n");
}

function rawOf(names: readonly string[], files: Compilation["files"]): Map<string, RawFile> {
  const asked = new Set(names);
  const raw = new Map<string, RawFile>();
  for (const file of files)
    if (asked.has(file.name)) raw.set(file.name, rawFile(toBinary(FileDescriptorProtoSchema, file)));
  return raw;
}

function firstText(folders: readonly string[], name: string): string | undefined {
  for (const folder of folders) {
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch {
      // It may be in the next one.
    }
  }
  return undefined;
}
