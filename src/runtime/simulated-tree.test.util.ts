import { posix } from "node:path";
import { type Pick, SimulatedFile } from "./simulated-file.test.util.js";
import type { DiskImage } from "./simulated-image.test.util.js";
import { SimulatedNames } from "./simulated-names.test.util.js";

export class SimulatedFolder {
  readonly names: SimulatedNames<Entry>;

  constructor(names: SimulatedNames<Entry> = new SimulatedNames()) {
    this.names = names;
  }
}

export type Entry = SimulatedFile | SimulatedFolder;

/** All folders and files of a disk. */
export class SimulatedTree {
  readonly root: SimulatedFolder;

  constructor(root: SimulatedFolder = new SimulatedFolder()) {
    this.root = root;
  }

  static of(image: DiskImage): SimulatedTree {
    const folderAt = (path: string): SimulatedFolder => {
      const names = new Map<string, Entry>();
      for (const folder of image.folders)
        if (folder !== "/" && posix.dirname(folder) === path)
          names.set(posix.basename(folder), folderAt(folder));
      for (const [file, content] of image.files)
        if (posix.dirname(file) === path)
          names.set(posix.basename(file), new SimulatedFile(file, image.table, content));
      return new SimulatedFolder(new SimulatedNames(names));
    };
    return new SimulatedTree(folderAt("/"));
  }

  copy(): SimulatedTree {
    const copies = new Map<Entry, Entry>();
    const copyOf = (entry: Entry): Entry => {
      let copy = copies.get(entry);
      if (copy === undefined) {
        copy = entry instanceof SimulatedFile ? entry.copy() : new SimulatedFolder(entry.names.copy(copyOf));
        copies.set(entry, copy);
      }
      return copy;
    };
    return new SimulatedTree(copyOf(this.root) as SimulatedFolder);
  }

  entry(path: string): Entry | undefined {
    let entry: Entry | undefined = this.root;
    for (const name of path.split("/").filter((name) => name !== ""))
      entry = entry instanceof SimulatedFolder ? entry.names.names.get(name) : undefined;
    return entry;
  }

  /** The folders and files that the system sees. */
  *entries(folder: SimulatedFolder = this.root): Generator<Entry> {
    yield folder;
    for (const entry of folder.names.names.values())
      if (entry instanceof SimulatedFolder) yield* this.entries(entry);
      else yield entry;
  }

  get allocatedBytes(): number {
    let bytes = 0;
    for (const entry of this.entries()) if (entry instanceof SimulatedFile) bytes += entry.allocatedBytes;
    return bytes;
  }

  /** The operations that were under way are over, as far as they came. */
  interrupt(ids: Iterable<number>, pick: Pick): void {
    for (const id of ids)
      for (const entry of this.entries())
        (entry instanceof SimulatedFile ? entry : entry.names).interrupt(id, pick);
  }

  evict(pick: Pick): void {
    for (const entry of this.entries()) if (entry instanceof SimulatedFile) entry.evict(pick);
  }
}
