import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { DescribedFile } from "../describe/described.js";
import { Diagnostics } from "../text/diagnostics.js";
import { defineAll } from "./definitions.js";
import { checkImports } from "./imports.js";
import { resolveAll } from "./resolve.js";
import type { Definition, LinkedFile, SymbolTable } from "./symbols.js";

type Imports = readonly (LinkedFile | undefined)[];

/**
 * Enters a file's names into the table of its run and resolves those that it refers to: then `typeName`, `type`,
 * `extendee`, `inputType` and `outputType` of its descriptor say what is meant. What it imports must have been linked.
 */
export function link(
  described: DescribedFile,
  imports: Imports,
  optionImports: Imports,
  symbols: SymbolTable,
  diagnostics: Diagnostics,
): LinkedFile {
  const file: LinkedFile = { ...createFile(described.proto, imports, symbols), described, optionImports };
  checkImports(described, diagnostics);
  defineAll(file, diagnostics);
  resolveAll(file, described, diagnostics);
  return file;
}

/** Enters the names of a file whose descriptor is complete. What it imports must be in the table. */
export function defineBuiltIn(
  proto: FileDescriptorProto,
  imports: Imports,
  symbols: SymbolTable,
): LinkedFile {
  const file = createFile(proto, imports, symbols);
  defineAll(file, new Diagnostics());
  return file;
}

function createFile(proto: FileDescriptorProto, imports: Imports, symbols: SymbolTable): LinkedFile {
  const used = new Set<LinkedFile>();
  const markUsed = ({ file }: Definition) => used.add(file);
  return { name: proto.name, proto, imports, optionImports: [], symbols, used, markUsed };
}
