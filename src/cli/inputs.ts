import { displayPath, findProtoFiles, importName, type ProtoFolders } from "../idl/files.js";
import type { Diagnostics } from "../idl/text/diagnostics.js";
import type { Files } from "../runtime/files.js";

/** What a command line asks to compile. */
export interface InputOptions {
  /** Files and directories. */
  readonly inputs: readonly string[];
  readonly include: readonly string[];
  /** A directory not to look into: that of the outputs. */
  readonly skip?: string;
}

/** What to compile, by the names that imports use, and where imports are. */
export interface Inputs {
  readonly names: readonly string[];
  readonly folders: ProtoFolders;
}

/** Where interfaces are by custom. */
const CUSTOMARY_FOLDER = "proto";

/**
 * Finds what to compile. Without inputs it is all that is in `proto`, or if that has nothing, all below the current
 * directory. Names count from the include directories, then from each input directory that is not below one of those;
 * where there are neither, from `proto` or the current directory, or where the file itself is. Undefined, with errors, if anything is amiss.
 */
export function resolveInputs(
  files: Files,
  options: InputOptions,
  diagnostics: Diagnostics,
): Inputs | undefined {
  const finder = { files, skipped: options.skip && files.resolve(options.skip), diagnostics };
  const found =
    options.inputs.length === 0
      ? [findByCustom(finder)]
      : options.inputs.flatMap((input) => findInput(finder, input) ?? []);
  const includes = checkedIncludes(files, options.include, diagnostics);
  for (const { folder } of found) if (folder !== undefined) addUnlessBelow(files, includes, folder);
  const paths = found.flatMap((input) => input.paths);
  if (includes.length === 0) {
    const customary = [files.resolve(CUSTOMARY_FOLDER), files.resolve(".")];
    const isAbove = (path: string) => (folder: string) => files.below(folder, path) !== undefined;
    for (const path of paths)
      addUnlessBelow(files, includes, customary.find(isAbove(path)) ?? files.within(path, ".."));
  }
  if (diagnostics.errorCount > 0) return undefined;
  const folders = { files, includes };
  const names = paths.map((path) => importName(folders, path, diagnostics));
  if (diagnostics.errorCount > 0) return undefined;
  return { names: [...new Set(names.filter((name) => name !== undefined))], folders };
}

interface Finder {
  readonly files: Files;
  readonly skipped: string | undefined;
  readonly diagnostics: Diagnostics;
}

/** Absolute paths; `folder` is where they are, unless the input was a file. */
interface FoundInput {
  readonly folder: string | undefined;
  readonly paths: readonly string[];
}

function findByCustom(finder: Finder): FoundInput {
  const { files, diagnostics } = finder;
  for (const name of [CUSTOMARY_FOLDER, "."]) {
    const folder = files.resolve(name);
    const paths = files.kindOf(folder) === "folder" ? search(finder, folder) : [];
    if (paths.length > 0) return { folder, paths };
  }
  diagnostics.fileError(
    "",
    "there are no .proto files below the current directory",
    "say where they are: name files or directories",
  );
  return { folder: undefined, paths: [] };
}

function findInput(finder: Finder, input: string): FoundInput | undefined {
  const { files, diagnostics } = finder;
  const path = files.resolve(input);
  const kind = files.kindOf(path);
  if (kind === "file" && input.endsWith(".proto")) return { folder: undefined, paths: [path] };
  if (kind === "folder") {
    const paths = search(finder, path);
    if (paths.length > 0) return { folder: path, paths };
    diagnostics.fileError(displayPath(files, path), "there are no .proto files in this directory");
  } else if (kind === undefined) {
    diagnostics.fileError(displayPath(files, path), "no such file or directory");
  } else {
    diagnostics.fileError(displayPath(files, path), "neither a .proto file nor a directory");
  }
  return undefined;
}

function search({ files, skipped, diagnostics }: Finder, folder: string): string[] {
  const isSkipped = (name: string, path: string) => isNeverSearched(name) || path === skipped;
  return findProtoFiles(files, folder, isSkipped, diagnostics);
}

/** Whether we do not look into a folder of this name: hidden ones, and those of packages. */
export function isNeverSearched(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

/** The absolute paths of include directories; an error for each that is none. */
export function checkedIncludes(
  files: Files,
  include: readonly string[],
  diagnostics: Diagnostics,
): string[] {
  for (const folder of include) {
    const kind = files.kindOf(folder);
    if (kind === undefined) diagnostics.fileError(folder, "this include directory does not exist");
    else if (kind !== "folder") diagnostics.fileError(folder, "this include directory is not a directory");
  }
  return include.map((folder) => files.resolve(folder));
}

function addUnlessBelow(files: Files, folders: string[], folder: string): void {
  if (!folders.some((present) => files.below(present, folder) !== undefined)) folders.push(folder);
}
