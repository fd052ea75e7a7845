import { described } from "../syntax/parse.test.util.js";
import { Diagnostics } from "../text/diagnostics.js";
import { link } from "./link.js";
import { createSymbolTable, type LinkedFile } from "./symbols.js";

/** Links files without looking at their options. Each imports files that stand before it; errors are thrown. */
export function linkTexts(texts: Readonly<Record<string, string>>): Record<string, LinkedFile> {
  const symbols = createSymbolTable();
  const diagnostics = new Diagnostics();
  const linked: Record<string, LinkedFile> = {};
  for (const [name, text] of Object.entries(texts)) {
    const file = described(text);
    file.proto.name = name;
    const filesOf = (names: readonly string[]) => names.map((each) => linked[each]);
    const { dependency, optionDependency } = file.proto;
    linked[name] = link(file, filesOf(dependency), filesOf(optionDependency), symbols, diagnostics);
  }
  const [first] = diagnostics.all;
  if (first !== undefined) throw new Error(`${first.line}:${first.column}: ${first.message}`);
  return linked;
}
