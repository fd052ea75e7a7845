import { posix } from "node:path";
import type { Asked, SimulatedDisk } from "./simulated-disk.test.util.js";
import type { DiskAction, DiskFault, DiskOperation } from "./simulated-faults.test.util.js";
import { type Pick, SimulatedFile } from "./simulated-file.test.util.js";
import type { Renaming } from "./simulated-names.test.util.js";
import { SECTOR_BYTES } from "./simulated-sectors.test.util.js";
import { type Entry, SimulatedFolder } from "./simulated-tree.test.util.js";
import {
  type FolderLock,
  type OpenMode,
  type Storage,
  StorageError,
  type StorageFault,
  type StoredFile,
} from "./storage.js";

/** A {@link SimulatedDisk} as one program has it, with the files and locks that it has open. */
export class SimulatedStorage implements Storage {
  isAlive = true;
  readonly underWay = new Set<number>();
  /** Files that were opened and not closed. */
  openFiles = 0;
  /** Told what this program asks for. */
  onOperation: ((operation: DiskOperation) => void) | undefined;
  /** Told what has failed of that. */
  onFault: ((operation: DiskOperation) => void) | undefined;
  private readonly disk: SimulatedDisk;

  constructor(disk: SimulatedDisk) {
    this.disk = disk;
  }

  /**
   * Ends the program: what it has asked for and not got yet has happened as far as `pick` says, its locks are free,
   * and nothing of it ever settles. What it has written is still in the cache.
   */
  kill(pick?: Pick): void {
    this.isAlive = false;
    this.disk.interrupt(this.underWay, pick);
    for (const [folder, holder] of this.disk.locks) if (holder === this) this.disk.locks.delete(folder);
  }

  resolve(path: string): string {
    return posix.resolve("/", path);
  }

  within(folder: string, name: string): string {
    return posix.join(folder, name);
  }

  /** As the real one: from the top down, each name durable before anything is made below it. */
  async makeFolder(path: string): Promise<void> {
    const entry = this.disk.tree.entry(path);
    if (entry instanceof SimulatedFile) throw new StorageError("exists", `${path} is a file`);
    const parent = posix.dirname(path);
    if (entry === undefined) {
      await this.makeFolder(parent);
      await this.makeOneFolder(path);
    }
    await this.syncFolder(parent);
  }

  private makeOneFolder(path: string): Promise<void> {
    return this.perform({ action: "make", path, kind: "folder" }, (id, fault) => {
      refuse(fault, path);
      const { names } = this.folder(posix.dirname(path));
      names.start(id, [[posix.basename(path), new SimulatedFolder()]]);
      return () => names.finish(id);
    });
  }

  list(path: string): Promise<string[]> {
    return this.perform({ action: "list", path, kind: "folder" }, (_, fault) => {
      refuse(fault, path);
      const { names } = this.folder(path);
      return () => [...names.names.keys()];
    });
  }

  open(path: string, { access, durable = false }: OpenMode): Promise<StoredFile> {
    const action = access === "create" ? "create" : "open";
    return this.perform({ action, path }, (id, fault) => {
      refuse(fault, path);
      const found = this.disk.tree.entry(path);
      const { names } = this.folder(posix.dirname(path));
      const file = access === "create" ? this.disk.newFile(path) : found;
      if (!(file instanceof SimulatedFile)) throw new StorageError("missing", `there is no file ${path}`);
      if (access === "create") {
        if (found !== undefined) throw new StorageError("exists", `${path} is there already`);
        if (this.disk.freeBytes === 0) throw full(path);
        names.start(id, [[posix.basename(path), file]]);
      }
      return () => {
        names.finish(id);
        this.openFiles++;
        return new OpenFile(this.disk, this, file, {
          isWritable: access !== "read",
          isDurable: durable,
        });
      };
    });
  }

  rename(from: string, to: string): Promise<void> {
    if (posix.dirname(from) !== posix.dirname(to)) throw new Error("a rename to another folder");
    return this.change("rename", from, (file) => {
      file.path = to;
      return [
        [posix.basename(from), undefined],
        [posix.basename(to), file],
      ];
    });
  }

  remove(path: string): Promise<void> {
    return this.change("remove", path, () => [[posix.basename(path), undefined]]);
  }

  syncFolder(path: string): Promise<void> {
    return this.perform({ action: "sync", path, kind: "folder" }, (_, { fails }) => {
      const { names } = this.folder(path);
      const mark = names.syncMark;
      return () => {
        if (fails !== undefined) throw failed(fails, `syncing ${path}`);
        names.synced(mark);
      };
    });
  }

  lock(path: string): Promise<FolderLock> {
    return this.perform({ action: "lock", path, kind: "folder" }, (_, fault) => {
      refuse(fault, path);
      this.folder(path);
      return () => {
        const { locks } = this.disk;
        if (locks.has(path)) throw new StorageError("locked", `somebody has the lock on ${path}`);
        locks.set(path, this);
        return { release: () => this.unlock(path) };
      };
    });
  }

  private unlock(path: string): Promise<void> {
    return this.perform({ action: "unlock", path, kind: "folder" }, () => () => {
      if (this.disk.locks.get(path) === this) this.disk.locks.delete(path);
    });
  }

  private change(
    action: DiskAction,
    path: string,
    renaming: (file: SimulatedFile) => Renaming<Entry>,
  ): Promise<void> {
    return this.perform({ action, path }, (id, fault) => {
      refuse(fault, path);
      const { names } = this.folder(posix.dirname(path));
      const file = names.names.get(posix.basename(path));
      if (!(file instanceof SimulatedFile)) throw new StorageError("missing", `there is no file ${path}`);
      names.start(id, renaming(file));
      return () => names.finish(id);
    });
  }

  private folder(path: string): SimulatedFolder {
    const entry = this.disk.tree.entry(path);
    if (!(entry instanceof SimulatedFolder)) throw new StorageError("missing", `there is no folder ${path}`);
    return entry;
  }

  private perform<T>(asked: Asked, begin: (id: number, fault: DiskFault) => () => T): Promise<T> {
    return this.disk.perform(this, asked, begin);
  }
}

interface OpenOptions {
  readonly isWritable: boolean;
  readonly isDurable: boolean;
}

class OpenFile implements StoredFile {
  private readonly disk: SimulatedDisk;
  private readonly storage: SimulatedStorage;
  private readonly file: SimulatedFile;
  private readonly options: OpenOptions;
  private isOpen = true;

  constructor(disk: SimulatedDisk, storage: SimulatedStorage, file: SimulatedFile, options: OpenOptions) {
    this.disk = disk;
    this.storage = storage;
    this.file = file;
    this.options = options;
  }

  size(): Promise<number> {
    return this.perform("size", 0, (_, fault) => {
      refuse(fault, this.file.path);
      return () => this.file.size;
    });
  }

  read(into: Uint8Array, offset: number): Promise<number> {
    const { length } = into;
    return this.perform("read", length, (_, fault) => {
      refuse(fault, this.file.path);
      return () => this.file.read(into.subarray(0, fault.bytesMax), offset);
    });
  }

  write(bytes: Uint8Array, offset: number): Promise<number> {
    if (bytes.length === 0) throw new Error("a write of nothing");
    return this.perform("write", bytes.length, (id, { fails, bytesMax = bytes.length }) => {
      this.checkWritable();
      if (fails === "full") throw full(this.file.path);
      const taken = bytes.slice(0, Math.min(bytesMax, this.bytesThatFit(bytes.length, offset)));
      this.file.startWrite(id, taken, offset);
      return () => {
        if (Buffer.compare(taken, bytes.subarray(0, taken.length)) !== 0)
          throw new Error("bytes changed while written");
        this.file.finish(id);
        if (this.options.isDurable) this.file.writeSynced(id, fails === undefined);
        if (fails !== undefined) throw failed(fails, `writing ${this.file.path}`);
        return taken.length;
      };
    });
  }

  sync(): Promise<void> {
    return this.perform("sync", 0, (_, { fails }) => {
      const mark = this.file.syncMark;
      return () => {
        if (fails === undefined) return this.file.synced(mark);
        this.file.syncFailed(mark);
        throw failed(fails, `syncing ${this.file.path}`);
      };
    });
  }

  truncate(size: number): Promise<void> {
    return this.perform("resize", 0, (id, fault) => {
      this.checkWritable();
      refuse(fault, this.file.path);
      this.file.startResize(id, size);
      return () => this.file.finish(id);
    });
  }

  close(): Promise<void> {
    return this.perform("close", 0, () => () => {
      this.isOpen = false;
      this.storage.openFiles--;
    });
  }

  /** How much of it the disk has room for; throws where that is nothing. */
  private bytesThatFit(length: number, offset: number): number {
    const { freeBytes } = this.disk;
    let fitting = length;
    while (fitting > 0 && this.file.bytesToAllocate(fitting, offset) > freeBytes)
      fitting = Math.floor((offset + fitting - 1) / SECTOR_BYTES) * SECTOR_BYTES - offset;
    if (fitting <= 0) throw full(this.file.path);
    return fitting;
  }

  private checkWritable(): void {
    if (!this.options.isWritable)
      throw new StorageError("other", `${this.file.path} is open for reading only`);
  }

  private perform<T>(
    action: DiskAction,
    bytes: number,
    begin: (id: number, fault: DiskFault) => () => T,
  ): Promise<T> {
    return this.disk.perform(this.storage, { action, path: this.file.path, bytes }, (id, fault) => {
      if (!this.isOpen) throw new Error(`${action} of ${this.file.path} after it was closed`);
      return begin(id, fault);
    });
  }
}

function refuse({ fails }: DiskFault, path: string): void {
  if (fails !== undefined) throw failed(fails, path);
}

function failed(fault: StorageFault, doing: string): StorageError {
  return new StorageError(fault, `${doing}: a simulated fault`);
}

function full(path: string): StorageError {
  return new StorageError("full", `${path}: no space is left on the device`);
}
