import { constants, type Dirent, type Stats } from "node:fs";
import { access, lstat, mkdir, open, readdir, readlink, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, resolve, sep } from "node:path";
import { FolderError, folderErrorFrom } from "./folder-error.js";
import { namesOf, quoted } from "./request-path.js";

/** As many as Linux follows in one path. */
const LINKS_FOLLOWED_MAX = 40;

export interface Entry {
  readonly name: string;
  /** Whether it can be listed in turn: a directory, or a link to one within the root. */
  readonly isDirectory: boolean;
}

/**
 * One folder of this machine, seen from inside: nothing outside it can be made, listed or told apart.
 *
 * Links are followed here, name by name, instead of by the OS, so that a link that leads out is refused without
 * ever looking at where it leads. What remains is a race: Node has no `openat`, so whoever swaps a directory for
 * a link between the look at it and its use wins. A caller cannot do that, since this service makes no links
 * and renames nothing; somebody else who may write in the folder can.
 */
export class RootFolder {
  readonly #root: string;
  /** The spellings of the root that an absolute link within it may start with. */
  readonly #rootNames: readonly (readonly string[])[];

  private constructor(given: string, real: string) {
    this.#root = real;
    this.#rootNames = [partsOf(real), partsOf(given)];
  }

  /** Throws a plain Error that tells the operator what is wrong with `path`. */
  static async open(path: string): Promise<RootFolder> {
    const given = resolve(path);
    const real = await realpath(given).catch((cause) => {
      throw new Error(`there is no directory ${given}`, { cause });
    });
    if (!(await stat(real)).isDirectory()) throw new Error(`${given} is not a directory`);
    await access(real, constants.R_OK | constants.X_OK).catch((cause) => {
      throw new Error(`${given} cannot be read by this user`, { cause });
    });
    return new RootFolder(given, real);
  }

  /** Throws the FolderError that making this directory would end with now, if its name is taken or it has no parent. */
  async checkFree(path: string): Promise<void> {
    const attempt = `cannot make ${quoted(path)}`;
    const { parent, name } = await this.#newPlace(path, attempt);
    if (await foundAt(join(parent, name), attempt)) {
      throw new FolderError("ALREADY_EXISTS", `${attempt}: that name is taken`);
    }
  }

  /**
   * Makes one directory, whose parent must exist, so that it outlives a crash of the machine. With `mayBeMade` an
   * earlier try may have made it: a directory that is there is as good as made. Where it throws a FolderError, this
   * try has made nothing.
   */
  async makeDirectory(path: string, { mayBeMade = false } = {}): Promise<void> {
    const attempt = `cannot make ${quoted(path)}`;
    const { parent, name } = await this.#newPlace(path, attempt);
    const place = join(parent, name);
    const failed = (error: unknown) => {
      throw folderErrorFrom(error, attempt);
    };
    // Opened first: a parent that cannot be synced is refused while there is nothing to sync.
    const entries = await open(parent, constants.O_RDONLY | constants.O_DIRECTORY).catch(failed);
    try {
      const isMade = mayBeMade && (await foundAt(place, attempt))?.isDirectory();
      // mkdir does not follow a link in the last place: it answers EEXIST.
      if (!isMade) await mkdir(place).catch(failed);
      await entries.sync();
    } finally {
      await entries.close();
    }
  }

  /** The entries sorted by name, in order of UTF-16 code units. A name that is not UTF-8 shows U+FFFD. */
  async listDirectory(path: string): Promise<Entry[]> {
    const attempt = `cannot list ${quoted(path)}`;
    const names = namesOf(path);
    try {
      const directory = await this.#follow([], names, attempt);
      const entries: Entry[] = [];
      for (const found of await readdir(this.#absolute(directory), { withFileTypes: true })) {
        entries.push({ name: found.name, isDirectory: await this.#isDirectory(directory, found, attempt) });
      }
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      throw folderErrorFrom(error, attempt);
    }
  }

  /** Where a new directory goes: its parent, an absolute path without links, and its name. */
  async #newPlace(path: string, attempt: string): Promise<{ parent: string; name: string }> {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) {
      throw new FolderError("ALREADY_EXISTS", `${attempt}: it is the root, which exists already`);
    }
    try {
      return { parent: this.#absolute(await this.#follow([], names, attempt)), name };
    } catch (error) {
      throw folderErrorFrom(error, attempt);
    }
  }

  async #isDirectory(parent: readonly string[], entry: Dirent, attempt: string): Promise<boolean> {
    if (!entry.isSymbolicLink()) return entry.isDirectory();
    try {
      const target = await this.#follow(parent, [entry.name], attempt);
      return (await lstat(this.#absolute(target))).isDirectory();
    } catch {
      return false;
    }
  }

  /**
   * Walks from `start`, a place without links, and gives a place without links, both as names below the root.
   * Everything but the last place is known to be a directory.
   */
  async #follow(start: readonly string[], names: readonly string[], attempt: string): Promise<string[]> {
    const place = [...start];
    const ahead = [...names].reverse();
    let links = 0;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      if (name === "..") {
        if (place.pop() === undefined) throw leadsOut(attempt);
        continue;
      }
      const here = this.#absolute([...place, name]);
      const found = await lstat(here);
      if (found.isSymbolicLink()) {
        links += 1;
        if (links > LINKS_FOLLOWED_MAX) {
          throw new FolderError("FAILED_PRECONDITION", `${attempt}: too many symbolic links`);
        }
        const target = await readlink(here);
        if (isAbsolute(target)) place.length = 0;
        ahead.push(...this.#partsWithin(target, attempt).reverse());
      } else if (ahead.length > 0 && !found.isDirectory()) {
        throw new FolderError("FAILED_PRECONDITION", `${attempt}: not a directory`);
      } else {
        place.push(name);
      }
    }
    return place;
  }

  /** The parts of a link's target; those of an absolute one count from the root, and it must start there. */
  #partsWithin(target: string, attempt: string): string[] {
    const parts = partsOf(target);
    if (!isAbsolute(target)) return parts;
    for (const root of this.#rootNames) {
      if (root.every((name, index) => parts[index] === name)) return parts.slice(root.length);
    }
    throw leadsOut(attempt);
  }

  #absolute(names: readonly string[]): string {
    return join(this.#root, ...names);
  }
}

/** What is at a place, links not followed; undefined for nothing. */
async function foundAt(place: string, attempt: string): Promise<Stats | undefined> {
  return lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw folderErrorFrom(error, attempt);
  });
}

function partsOf(path: string): string[] {
  return path.split(sep).filter((part) => part !== "" && part !== ".");
}

function leadsOut(attempt: string): FolderError {
  return new FolderError("PERMISSION_DENIED", `${attempt}: a symbolic link leads out of the root`);
}
