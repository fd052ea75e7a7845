import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { InterfaceVersion } from "../idl/compatible/compatible.js";
import { type CompileOptions, compile } from "../idl/compile.js";
import { displayPath, sourceReader, sourceText } from "../idl/files.js";
import { BUILT_IN_NAMES } from "../idl/link/built-in.js";
import { type Diagnostic, Diagnostics } from "../idl/text/diagnostics.js";
import { isFault } from "../runtime/files.js";
import { nodeFiles } from "../runtime/node-files.js";
import { completeJsonNames } from "./descriptor-names.js";
import { filesInGit } from "./git.js";
import { importsFirst } from "./imports-first.js";
import { resolveInputs } from "./inputs.js";
import type { World } from "./world.js";

/** Half of what protobuf allows for a message: all interfaces of Google together have a tenth of it. */
export const SET_BYTES_MAX = 1024 * 1024 * 1024;

/** One version of an interface, with where it came from. */
export interface LocatedVersion extends InterfaceVersion {
  /** How messages name a file. */
  shownPath(name: string): string;
}

/** What reading a version came to: without one, there are errors. */
export interface LoadedVersion {
  readonly version: LocatedVersion | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads what OLD or NEW of `redoubt compatible` names: a directory, a `.proto` file, a descriptor set, or one of these
 * as `REVISION:PATH` in Git. Imports count from that directory, or the one that the file is in; then from the include
 * directories, which are absolute paths.
 */
export async function loadVersion(
  named: string,
  include: readonly string[],
  world: World,
): Promise<LoadedVersion> {
  const problems = new Diagnostics();
  const origin = await open(named, include, world, problems);
  if (origin === undefined) return { version: undefined, diagnostics: problems.all };
  if (!("set" in origin)) return compiled(origin);
  return { version: fromSet(origin.set, named, problems), diagnostics: problems.all };
}

/** Something to compile, or that was compiled already. */
type Origin = Sources | { readonly set: Uint8Array };

interface Sources {
  readonly names: readonly string[];
  readonly read: CompileOptions["read"];
}

async function open(
  named: string,
  include: readonly string[],
  world: World,
  problems: Diagnostics,
): Promise<Origin | undefined> {
  const files = nodeFiles(world.cwd);
  const path = files.resolve(named);
  const kind = files.kindOf(path);
  if (kind === undefined) return openInGit(named, include, world, problems);
  if (kind === "folder" || named.endsWith(".proto")) {
    const root = kind === "folder" ? path : files.within(path, "..");
    const inputs = resolveInputs(files, { inputs: [path], include: [root] }, problems);
    return inputs && { names: inputs.names, read: sourceReader({ files, includes: [root, ...include] }) };
  }
  const set = files.read(path, SET_BYTES_MAX);
  if (!isFault(set)) return { set };
  problems.fileError(displayPath(files, path), set.fault);
  return undefined;
}

async function openInGit(
  named: string,
  include: readonly string[],
  world: World,
  problems: Diagnostics,
): Promise<Origin | undefined> {
  const colon = named.indexOf(":");
  if (colon === -1) {
    problems.fileError(named, "no such file or directory", "a version in Git is written REVISION:PATH");
    return undefined;
  }
  const revision = named.slice(0, colon);
  const path = named.slice(colon + 1);
  const file = /[^/]*\.proto$/.exec(path)?.[0];
  const folder = path.slice(0, path.length - (file?.length ?? 0));
  const found = await filesInGit(revision, folder, world);
  if ("fault" in found) {
    problems.fileError(named, found.fault, found.hint);
    return undefined;
  }
  if (found.length === 1 && found[0].name === "") return { set: found[0].bytes };
  const shownFolder = `${revision}:${folder}${folder === "" || folder.endsWith("/") ? "" : "/"}`;
  const texts = new Map(found.map(({ name, bytes }) => [name, sourceText(bytes, shownFolder + name)]));
  const names = file === undefined ? [...texts.keys()].sort() : [file];
  if (!names.every((name) => texts.has(name))) problems.fileError(named, "no such file in this revision");
  if (names.length === 0) problems.fileError(named, "there are no .proto files in this directory");
  if (problems.errorCount > 0) return undefined;
  const onDisk = sourceReader({ files: nodeFiles(world.cwd), includes: include });
  return { names, read: (name) => texts.get(name) ?? onDisk(name) };
}

function compiled({ names, read }: Sources): LoadedVersion {
  const shown = new Map<string, string>();
  const reading = (name: string) => {
    const text = read(name);
    if (typeof text === "object" && text.path !== undefined) shown.set(name, text.path);
    return text;
  };
  const { diagnostics, hasErrors, files } = compile(names, { read: reading });
  if (hasErrors) return { version: undefined, diagnostics };
  const asked = new Set(names);
  const version: LocatedVersion = {
    registry: createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] })),
    isImported: (name) => !asked.has(name),
    shownPath: (name) => shown.get(name) ?? name,
  };
  return { version, diagnostics };
}

function fromSet(bytes: Uint8Array, named: string, problems: Diagnostics): LocatedVersion | undefined {
  try {
    const { file: files } = fromBinary(FileDescriptorSetSchema, bytes);
    files.forEach(completeJsonNames);
    const present = new Set(files.map(({ name }) => name));
    const absent = new Set(
      files.flatMap(({ dependency }) => dependency).filter((name) => !present.has(name)),
    );
    for (const name of BUILT_IN_NAMES) absent.delete(name);
    if (files.length === 0) problems.fileError(named, "neither .proto files nor a descriptor set");
    for (const name of absent)
      problems.fileError(named, `\`${name}\` is missing in the set`, "make the set with `--include-imports`");
    if (problems.errorCount > 0) return undefined;
    const builtIn = compile(BUILT_IN_NAMES, { read: () => undefined }).files;
    const all = [...builtIn.filter(({ name }) => !present.has(name)), ...files];
    return {
      registry: createFileRegistry(create(FileDescriptorSetSchema, { file: importsFirst(all) })),
      isImported: () => false,
      shownPath: (name) => `${named}:${name}`,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.fileError(named, `neither .proto files nor a whole descriptor set: ${reason}`);
    return undefined;
  }
}
