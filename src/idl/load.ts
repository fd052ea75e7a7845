import { create, createFileRegistry, type FileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { nodeFiles } from "../runtime/node-files.js";
import { type CompileOptions, compile } from "./compile.js";
import { displayPath, importName, sourceReader } from "./files.js";
import { countText, diagnosticText, inReadingOrder } from "./text/diagnostic-text.js";
import { type Diagnostic, Diagnostics } from "./text/diagnostics.js";

/** An interface description that is wrong. The message tells all of it, as `redoubt compile` would. */
export class InterfaceError extends Error {
  /** Errors, and warnings if there are any. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const texts = inReadingOrder(diagnostics).map((diagnostic) => diagnosticText(diagnostic));
    super(`the interface has ${countText(diagnostics)}\n${texts.join("\n")}`);
    this.name = "InterfaceError";
    this.diagnostics = diagnostics;
  }
}

export interface LoadOptions {
  /** The directories that imports count from. Default: those that the files are in. */
  readonly include?: readonly string[];
}

/**
 * Reads `.proto` files from the disk, at run time and synchronously, with all that they import. A service of theirs
 * makes a stub: `stub(load("hello.proto").getService("hello.Greeter")!, channel)`. Relative paths count from the
 * process's current directory.
 *
 * @throws InterfaceError if a file cannot be read or has errors
 */
export function load(paths: string | readonly string[], options: LoadOptions = {}): FileRegistry {
  const files = nodeFiles();
  const diagnostics = new Diagnostics();
  const absolute = [paths].flat().map((path) => files.resolve(path));
  const includes = options.include?.map(files.resolve) ?? absolute.map((path) => files.within(path, ".."));
  const folders = { files, includes };
  const names = absolute.flatMap((path) => {
    if (files.kindOf(path) !== undefined) return importName(folders, path, diagnostics) ?? [];
    diagnostics.fileError(displayPath(files, path), "no such file or directory");
    return [];
  });
  if (diagnostics.errorCount > 0) throw new InterfaceError(diagnostics.all);
  return loadInterface(names, { read: sourceReader(folders) });
}

/**
 * Compiles `.proto` files to descriptors that can be used at once, with all that they import. Nothing is read but
 * through `read`.
 *
 * @throws InterfaceError if there are errors
 */
export function loadInterface(names: readonly string[], options: Pick<CompileOptions, "read">): FileRegistry {
  const { diagnostics, hasErrors, files } = compile(names, { ...options, sourceInfo: false });
  if (hasErrors) throw new InterfaceError(diagnostics);
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
}
