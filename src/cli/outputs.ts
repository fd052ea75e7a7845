import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isPlainName } from "../idl/files.js";
import type { Diagnostics } from "../idl/text/diagnostics.js";
import { systemErrorText } from "../runtime/node-files.js";

/** A file to write. */
export interface Output {
  /** Its path below the output directory, with slashes. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** The names of the outputs, in their order. */
export interface Written {
  readonly written: readonly string[];
  /** Had this content before, and were not touched. */
  readonly unchanged: readonly string[];
}

/**
 * Writes all outputs below `folder`, or none of them and an error: each is first written aside, then renamed, so that
 * nobody ever reads half a file. `shown` is how messages name the folder.
 */
export function writeOutputs(
  folder: string,
  shown: string,
  outputs: readonly Output[],
  diagnostics: Diagnostics,
): Written | undefined {
  if (!haveGoodNames(outputs, shown, diagnostics)) return undefined;
  const isSame = outputs.map((output) => hasContent(join(folder, output.name), output.content));
  const changed = outputs.filter((_, index) => !isSame[index]);
  if (changed.length > 0 && !replaceAll(folder, shown, changed, diagnostics)) return undefined;
  return {
    written: changed.map(({ name }) => name),
    unchanged: outputs.filter((_, index) => isSame[index]).map(({ name }) => name),
  };
}

/**
 * Writes one file at the absolute `path`, or gives an error. What is no regular file, a pipe or a device, is written
 * into.
 */
export function writeOutput(
  path: string,
  shown: string,
  content: Uint8Array,
  diagnostics: Diagnostics,
): boolean {
  try {
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind === undefined || kind.isFile()) {
      const target = kind === undefined ? path : realpathSync(path);
      const output = { name: basename(target), content };
      return writeOutputs(dirname(target), dirname(shown), [output], diagnostics) !== undefined;
    }
    writeFileSync(path, content);
    return true;
  } catch (error) {
    diagnostics.fileError(shown, `cannot be written: ${systemErrorText(error)}`);
    return false;
  }
}

function haveGoodNames(outputs: readonly Output[], shown: string, diagnostics: Diagnostics): boolean {
  const seen = new Set<string>();
  for (const { name } of outputs) {
    if (!isPlainName(name))
      diagnostics.fileError(name, `an output of this name would not be below \`${shown}\``);
    if (seen.has(name)) diagnostics.fileError(name, "two outputs have this name");
    seen.add(name);
  }
  return diagnostics.errorCount === 0;
}

function hasContent(path: string, content: string | Uint8Array): boolean {
  try {
    return lstatSync(path).isFile() && readFileSync(path).equals(bytesOf(content));
  } catch {
    return false;
  }
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? Buffer.from(content) : content;
}

function replaceAll(
  folder: string,
  shown: string,
  outputs: readonly Output[],
  diagnostics: Diagnostics,
): boolean {
  let aside: string | undefined;
  let current = "";
  try {
    mkdirSync(folder, { recursive: true });
    aside = mkdtempSync(join(folder, ".redoubt-"));
    for (const { name, content } of outputs) {
      current = name;
      const draft = join(aside, name);
      mkdirSync(dirname(draft), { recursive: true });
      writeFileSync(draft, content);
    }
    for (const { name } of outputs) {
      current = name;
      prepare(join(folder, name));
    }
    for (const { name } of outputs) {
      current = name;
      renameSync(join(aside, name), join(folder, name));
    }
    return true;
  } catch (error) {
    diagnostics.fileError(below(shown, current), `cannot be written: ${systemErrorText(error)}`);
    return false;
  } finally {
    if (aside !== undefined) rmSync(aside, { recursive: true, force: true });
  }
}

/** How messages name an output, and the folder itself where `name` is empty. */
export function below(shown: string, name: string): string {
  if (shown === "." && name !== "") return name;
  return name === "" ? shown : `${shown}/${name}`;
}

/** Makes sure that renaming a file to `path` works. */
function prepare(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile() && !stats.isSymbolicLink())
    throw new Error("something else than a file is there");
}
