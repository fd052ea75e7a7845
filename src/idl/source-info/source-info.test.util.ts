import type { SourceCodeInfo_Location } from "@bufbuild/protobuf/wkt";
import type { OptionPaths } from "../options/options.js";
import { tokenize } from "../syntax/lexer.js";
import { parse } from "../syntax/parser.js";
import type { OptionNode } from "../syntax/syntax.js";
import { Diagnostics } from "../text/diagnostics.js";
import { Source } from "../text/source.js";
import { sourceCodeInfo } from "./source-info.js";

/** The locations of a file. The paths of its options are given by something that their text contains. */
export function locate(
  text: string,
  paths: Readonly<Record<string, readonly number[]>> = {},
): readonly SourceCodeInfo_Location[] {
  const source = new Source("a.proto", text);
  const diagnostics = new Diagnostics();
  const tokens = tokenize(source, diagnostics);
  const tree = parse(source, tokens, diagnostics);
  if (diagnostics.errorCount > 0) throw new Error(JSON.stringify(diagnostics.all));
  const pathOf = ({ first, last }: OptionNode): readonly number[] => {
    const option = text.slice(tokens.start(first), tokens.end(last));
    return Object.entries(paths).find(([part]) => option.includes(part))?.[1] ?? [];
  };
  const optionPaths: OptionPaths = new Map(optionsIn(tree).map((option) => [option, pathOf(option)]));
  return sourceCodeInfo({ source, tokens, tree }, optionPaths).location;
}

function optionsIn(node: unknown): OptionNode[] {
  if (typeof node !== "object" || node === null) return [];
  if ("kind" in node && node.kind === "option") return [node as OptionNode];
  return Object.values(node).flatMap(optionsIn);
}
