import { type DescribedFile, spanOf } from "../describe/described.js";
import type { ImportNode } from "../syntax/syntax.js";
import type { Diagnostics } from "../text/diagnostics.js";
import type { LinkedFile } from "./symbols.js";

/** Tells of files that are imported more than once. */
export function checkImports(described: DescribedFile, diagnostics: Diagnostics): void {
  const seen = new Set<string>();
  for (const { path } of importNodes(described)) {
    if (seen.has(path.text))
      diagnostics.error(described.source, spanOf(described, path), `\`${path.text}\` is imported twice`);
    seen.add(path.text);
  }
}

/**
 * Warns of imports that nothing is used of. Not of public ones, nor of files that import others publicly: they can be
 * there for that. The file's options must have been interpreted, and it should be free of errors.
 */
export function warnOfUnusedImports(file: LinkedFile, diagnostics: Diagnostics): void {
  const { described, proto, used } = file;
  if (described === undefined) return;
  const imported = new Map<string, LinkedFile>();
  for (const each of [...file.imports, ...file.optionImports]) {
    if (each !== undefined) imported.set(each.name, each);
  }
  for (const index of proto.publicDependency) imported.delete(proto.dependency[index]);
  for (const { path } of importNodes(described)) {
    const of = imported.get(path.text);
    if (of === undefined || used.has(of) || of.proto.publicDependency.length > 0) continue;
    diagnostics.warn(
      described.source,
      spanOf(described, path),
      `nothing of \`${path.text}\` is used`,
      "leave the import out",
    );
  }
}

function importNodes({ tree }: DescribedFile): readonly ImportNode[] {
  return tree.elements.filter((element) => element.kind === "import");
}
