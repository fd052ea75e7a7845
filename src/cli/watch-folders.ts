import { type FSWatcher, type Stats, statSync, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Files } from "../runtime/files.js";
import { isNeverSearched } from "./inputs.js";

// We watch just the folders that a build looked into, each by itself: Node's recursive mode would on Linux watch every
// file below, those of node_modules too.

/** Where somebody has looked: what has to change before looking again gives something else. */
export class Interest {
  /** Absolute paths of folders that exist. */
  readonly folders = new Map<string, FolderInterest>();

  /** The same files; what is asked of them is noted here. */
  recording(files: Files): Files {
    return {
      ...files,
      kindOf: (path) => {
        this.note(files.resolve(path));
        return files.kindOf(path);
      },
      list: (path) => {
        const folder = files.resolve(path);
        this.note(folder);
        const entries = files.list(path);
        if (!("fault" in entries)) this.of(folder).isListed = true;
        return entries;
      },
      read: (path, bytesMax) => {
        this.note(files.resolve(path));
        return files.read(path, bytesMax);
      },
    };
  }

  /** Of something that is not there, the first part of its path that is missing is what may come. */
  private note(path: string): void {
    let folder = dirname(path);
    let name = basename(path);
    while (!this.folders.has(folder) && !exists(folder) && folder !== dirname(folder)) {
      name = basename(folder);
      folder = dirname(folder);
    }
    this.of(folder).names.add(name);
  }

  private of(folder: string): FolderInterest {
    let interest = this.folders.get(folder);
    if (interest === undefined) this.folders.set(folder, (interest = { isListed: false, names: new Set() }));
    return interest;
  }
}

interface FolderInterest {
  /** All that is in it is of interest, if it could be or lead to a `.proto` file. */
  isListed: boolean;
  /** What else is. */
  readonly names: Set<string>;
}

interface WatchedFolder {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/** What the system says when it has no more watches to give. */
const LIMITS: ReadonlySet<string> = new Set(["ENOSPC", "EMFILE", "ENFILE"]);

/** Reports changes in folders. */
export class FolderWatcher {
  private readonly onChange: () => void;
  private readonly onTrouble: (message: string) => void;
  private readonly watched = new Map<string, WatchedFolder>();
  private interest = new Interest();
  private isInTrouble = false;

  /** `onTrouble` is told, once, if the system does not let us watch. */
  constructor(onChange: () => void, onTrouble: (message: string) => void) {
    this.onChange = onChange;
    this.onTrouble = onTrouble;
  }

  /** Watches what is of interest, and nothing else from now on. True if some of it was not watched before. */
  watch(interest: Interest): boolean {
    this.interest = interest;
    for (const [folder, { watcher, identity }] of this.watched) {
      // A folder made anew is another one, which the watcher knows nothing of.
      if (interest.folders.has(folder) && identity === identityOf(folder)) continue;
      watcher.close();
      this.watched.delete(folder);
    }
    let isMore = false;
    for (const folder of interest.folders.keys()) {
      if (!this.watched.has(folder) && this.add(folder)) isMore = true;
    }
    return isMore;
  }

  close(): void {
    for (const { watcher } of this.watched.values()) watcher.close();
    this.watched.clear();
  }

  private add(folder: string): boolean {
    const identity = identityOf(folder);
    if (identity === undefined) return false;
    try {
      const watcher = watch(folder, (_, name) => {
        if (name === null || this.isOfInterest(folder, name)) this.onChange();
      });
      // It was deleted, say.
      watcher.on("error", this.onChange);
      this.watched.set(folder, { watcher, identity });
      return true;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (LIMITS.has(code) && !this.isInTrouble) {
        this.isInTrouble = true;
        this.onTrouble(
          `the system does not let us watch as many directories; changes in some go unnoticed (${code})`,
        );
      }
      return false;
    }
  }

  private isOfInterest(folder: string, name: string): boolean {
    const { isListed = false, names } = this.interest.folders.get(folder) ?? {};
    if (names?.has(name)) return true;
    if (!isListed) return false;
    if (name.endsWith(".proto")) return true;
    const path = join(folder, name);
    return this.interest.folders.has(path) || (isFolder(path) && !isNeverSearched(name));
  }
}

function exists(path: string): boolean {
  return statsOf(path) !== undefined;
}

function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() ?? false;
}

/** Tells a folder from another one that had its path before, and may well have its number now. */
function identityOf(path: string): string | undefined {
  const stats = statsOf(path);
  return stats && `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
