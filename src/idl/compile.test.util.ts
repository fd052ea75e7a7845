import { create, createFileRegistry, type FileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Compilation, compile } from "./compile.js";
import type { Diagnostic } from "./text/diagnostics.js";

/** Files by name; all of them are compiled. */
export type Sources = Readonly<Record<string, string>>;

export function compileSources(sources: Sources): Compilation {
  return compile(Object.keys(sources), { read: (name) => sources[name] });
}

/** What is right, as protobuf-es sees it. Throws what is wrong. */
export function registryOf(sources: Sources): FileRegistry {
  const { diagnostics, files } = compileSources(sources);
  const wrong = errorLines(diagnostics);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
}

/** `a.proto:1:2: what is wrong`, and ` (hint)` where there is one. */
export function errorLines(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ path, line, column, message, hint }) => {
      const text = `${path}:${line}:${column}: ${message}`;
      return hint === undefined ? text : `${text} (${hint})`;
    });
}
