import { type Dirent, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { FileFault, FileKind, Files, FolderEntry } from "./files.js";

/** The disk, read synchronously. Relative paths count from `base`: the process's current folder, unless said otherwise. */
export function nodeFiles(base: string = process.cwd()): Files {
  return {
    resolve: (path) => resolve(base, path),
    within: join,
    below(folder, path) {
      const way = relative(folder, path);
      const isBelow = way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
      return isBelow ? way.replaceAll(sep, "/") : undefined;
    },
    kindOf(path) {
      const stats = look(resolve(base, path));
      return stats && kindOf(stats);
    },
    list: (path) => attempt(() => entriesOf(resolve(base, path))),
    read: (path, bytesMax) => attempt(() => contentOf(resolve(base, path), bytesMax)),
  };
}

function entriesOf(folder: string): FolderEntry[] {
  const entries: FolderEntry[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const kind = entryKind(folder, entry);
    if (kind !== undefined) entries.push({ name: entry.name, kind });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function entryKind(folder: string, entry: Dirent): "file" | "folder" | undefined {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() && look(join(folder, entry.name))?.isFile() ? "file" : undefined;
}

function contentOf(path: string, bytesMax: number): Uint8Array | FileFault {
  const stats = statSync(path);
  if (stats.isDirectory()) return { fault: WORDS.EISDIR, isMissing: false };
  if (!stats.isFile()) return { fault: "not a regular file", isMissing: false };
  if (stats.size > bytesMax) return { fault: tooLarge(stats.size, bytesMax), isMissing: false };
  return readFileSync(path);
}

function tooLarge(bytes: number, bytesMax: number): string {
  return `${bytes} bytes are more than the ${bytesMax} that are read of such a file`;
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return "file";
  return stats.isDirectory() ? "folder" : "other";
}

function attempt<T>(action: () => T): T | FileFault {
  try {
    return action();
  } catch (error) {
    return { fault: systemErrorText(error), isMissing: isMissing(error) };
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** What an error of the system says, in words, to follow a path and a colon. */
export function systemErrorText(error: unknown): string {
  const { code = "", message = String(error) } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return WORDS[code] ?? message;
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EDQUOT: "the disk quota is used up",
  EEXIST: "a file is in the way",
  EFBIG: "the file would be larger than is allowed",
  EIO: "the disk reports an error",
  EISDIR: "is a directory",
  ELOOP: "symbolic links lead in a circle",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ENFILE: "this machine has too many open files",
  ENOENT: "no such file or directory",
  ENOMEM: "the system is out of memory",
  ENOSPC: "the disk is full",
  ENOTDIR: "part of the path is not a directory",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ESTALE: "the network file system has lost it",
};
