import { type Files, isFault } from "../runtime/files.js";
import type { SourceText, Unreadable } from "./compile.js";
import { isUtf8 } from "./syntax/string-literal.js";
import type { Diagnostics } from "./text/diagnostics.js";

/** A hundred times the largest that people are known to have; what is larger is not an interface description. */
export const SOURCE_BYTES_MAX = 32 * 1024 * 1024;

/** Who has more folders than this below the one that is searched has named the wrong one: the root of a disk, say. */
export const FOLDERS_MAX = 50_000;

/** Where `.proto` files are, and how messages name them. */
export interface ProtoFolders {
  readonly files: Files;
  /** Absolute: where imports are looked for, in this order. */
  readonly includes: readonly string[];
}

/** How messages name a path: from the current folder if it is below it, else in full. */
export function displayPath(files: Files, path: string): string {
  const absolute = files.resolve(path);
  const shown = files.below(files.resolve("."), absolute) ?? absolute;
  return shown === "" ? "." : shown;
}

/** The absolute paths of all `.proto` files below `folder`, in order. `isSkipped` is asked of each folder on the way. */
export function findProtoFiles(
  files: Files,
  folder: string,
  isSkipped: (name: string, path: string) => boolean,
  diagnostics: Diagnostics,
): string[] {
  const found: string[] = [];
  const waiting = [folder];
  for (let seen = 0; waiting.length > 0; seen++) {
    const current = waiting.pop()!;
    if (seen === FOLDERS_MAX) {
      diagnostics.fileError(
        displayPath(files, folder),
        `there are more than ${FOLDERS_MAX} directories below it`,
        "name the directory that holds the .proto files",
      );
      return [];
    }
    const entries = files.list(current);
    if (isFault(entries)) {
      diagnostics.fileError(displayPath(files, current), entries.fault);
      continue;
    }
    for (const { name, kind } of entries) {
      const path = files.within(current, name);
      if (kind === "file" && name.endsWith(".proto")) found.push(path);
      if (kind === "folder" && !isSkipped(name, path)) waiting.push(path);
    }
  }
  return found.sort();
}

/**
 * The name that imports use for the file at the absolute `path`: its way from the first include folder that holds it.
 * Undefined, and an error, if none does, or if another file has that name.
 */
export function importName(
  { files, includes }: ProtoFolders,
  path: string,
  diagnostics: Diagnostics,
): string | undefined {
  for (const include of includes) {
    const name = files.below(include, path);
    if (name === undefined) continue;
    const first = includes
      .map((folder) => files.within(folder, name))
      .find((at) => files.kindOf(at) === "file");
    if (first === undefined || first === path) return name;
    diagnostics.fileError(
      displayPath(files, path),
      `it is hidden by \`${displayPath(files, first)}\`, which is imported as \`${name}\` as well`,
      "give the include directories in another order, or rename one of the files",
    );
    return undefined;
  }
  const shown = includes.map((include) => `\`${displayPath(files, include)}\``).join(", ");
  diagnostics.fileError(
    displayPath(files, path),
    `it is in none of the include directories (${shown})`,
    "add the directory that imports start from with --include",
  );
  return undefined;
}

/** Reads files by the names that imports use, from the first include folder that has one. */
export function sourceReader({
  files,
  includes,
}: ProtoFolders): (name: string) => SourceText | Unreadable | undefined {
  return (name) => {
    if (!isPlainName(name)) return undefined;
    for (const include of includes) {
      const path = files.within(include, name);
      const bytes = files.read(path, SOURCE_BYTES_MAX);
      if (!isFault(bytes)) return sourceText(bytes, displayPath(files, path));
      if (!bytes.isMissing) return { fault: bytes.fault, path: displayPath(files, path) };
    }
    return undefined;
  };
}

/** A file's content, if it is text. A byte order mark in front is no part of it. */
export function sourceText(bytes: Uint8Array, path: string): SourceText | Unreadable {
  try {
    return { text: UTF_8.decode(bytes), path };
  } catch {
    return { fault: `line ${firstLineNotUtf8(bytes)} is not text in UTF-8`, path };
  }
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

function firstLineNotUtf8(bytes: Uint8Array): number {
  for (let line = 1, start = 0; ; line++) {
    const end = bytes.indexOf(LINE_FEED, start) + 1 || bytes.length;
    if (!isUtf8(bytes.subarray(start, end)) || end === bytes.length) return line;
    start = end;
  }
}

const LINE_FEED = 0x0a;

/** Whether a name with slashes leads down, on one way only: no `..`, no backslash, not from the root. */
export function isPlainName(name: string): boolean {
  return (
    !/[\\\0]/.test(name) && name.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}
