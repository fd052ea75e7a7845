import type { FolderLock, OpenMode, Storage, StoredFile } from "../../runtime/storage.js";

/** Sees what a program writes; may kill it there. */
export interface WriteWatch {
  /** These bytes are about to be written. */
  onWrite(bytes: Uint8Array, path: string): void;
  /** They are durable, and the program is about to know. False: it is dead. */
  onWritten(bytes: Uint8Array, path: string): boolean;
}

/** A storage whose writes somebody sees. */
export class WatchedStorage implements Storage {
  private readonly inner: Storage;
  private readonly watch: () => WriteWatch | undefined;

  constructor(inner: Storage, watch: () => WriteWatch | undefined) {
    this.inner = inner;
    this.watch = watch;
  }

  resolve(path: string): string {
    return this.inner.resolve(path);
  }

  within(folder: string, name: string): string {
    return this.inner.within(folder, name);
  }

  makeFolder(path: string): Promise<void> {
    return this.inner.makeFolder(path);
  }

  list(folder: string): Promise<string[]> {
    return this.inner.list(folder);
  }

  async open(path: string, how: OpenMode): Promise<StoredFile> {
    return new WatchedFile(await this.inner.open(path, how), path, this.watch);
  }

  rename(from: string, to: string): Promise<void> {
    return this.inner.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.inner.remove(path);
  }

  syncFolder(path: string): Promise<void> {
    return this.inner.syncFolder(path);
  }

  lock(folder: string): Promise<FolderLock> {
    return this.inner.lock(folder);
  }
}

class WatchedFile implements StoredFile {
  private readonly inner: StoredFile;
  private readonly path: string;
  private readonly watch: () => WriteWatch | undefined;

  constructor(inner: StoredFile, path: string, watch: () => WriteWatch | undefined) {
    this.inner = inner;
    this.path = path;
    this.watch = watch;
  }

  size(): Promise<number> {
    return this.inner.size();
  }

  read(into: Uint8Array, offset: number): Promise<number> {
    return this.inner.read(into, offset);
  }

  async write(bytes: Uint8Array, offset: number): Promise<number> {
    const watch = this.watch();
    if (watch === undefined) return this.inner.write(bytes, offset);
    const copy = bytes.slice();
    watch.onWrite(copy, this.path);
    const written = await this.inner.write(bytes, offset);
    return watch.onWritten(copy, this.path) ? written : new Promise(() => {});
  }

  sync(): Promise<void> {
    return this.inner.sync();
  }

  truncate(size: number): Promise<void> {
    return this.inner.truncate(size);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
