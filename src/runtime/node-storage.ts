import * as fs from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  type FolderLock,
  type OpenMode,
  type Storage,
  StorageError,
  type StorageFault,
  type StoredFile,
} from "./storage.js";

/** The real disk. Files are raw descriptors: one is open until `close`, and never opened again behind the scenes. */
export function nodeStorage(): Storage {
  return {
    resolve: (path) => resolve(path),
    within: (folder, name) => join(folder, name),
    makeFolder,
    list: (folder) => told(`reading the folder ${folder}`, (done) => fs.readdir(folder, done)),
    open: async (path, how) => {
      const fd = await told<number>(`opening ${path}`, (done) => fs.open(path, flagsOf(how), 0o600, done));
      return new NodeFile(fd, path);
    },
    rename: (from, to) => told(`renaming ${from} to ${to}`, (done) => fs.rename(from, to, done)),
    remove: (path) => told(`removing ${path}`, (done) => fs.unlink(path, done)),
    syncFolder,
    lock: (folder) => lockFolder(folder),
  };
}

async function makeFolder(path: string): Promise<void> {
  const first = await told<string | undefined>(`making the folder ${path}`, (done) =>
    fs.mkdir(path, { recursive: true, mode: 0o700 }, done),
  );
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(path: string): Promise<void> {
  const fd = await told<number>(`opening the folder ${path}`, (done) => fs.open(path, "r", done));
  try {
    await told<void>(`syncing the folder ${path}`, (done) => fs.fsync(fd, done));
  } finally {
    fs.close(fd);
  }
}

async function lockFolder(folder: string): Promise<FolderLock> {
  throw new StorageError("unsupported", `locking ${folder}: not on this system`);
}

function flagsOf({ access, durable }: OpenMode): number {
  const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_DSYNC } = fs.constants;
  if (access === "read") return O_RDONLY;
  return O_RDWR | (access === "create" ? O_CREAT | O_EXCL : 0) | (durable === true ? O_DSYNC : 0);
}

class NodeFile implements StoredFile {
  private readonly fd: number;
  private readonly path: string;

  constructor(fd: number, path: string) {
    this.fd = fd;
    this.path = path;
  }

  async size(): Promise<number> {
    const { size } = await told<fs.Stats>(`looking at ${this.path}`, (done) => fs.fstat(this.fd, done));
    return size;
  }

  read(into: Uint8Array, offset: number): Promise<number> {
    return told(`reading ${this.path}`, (done) => fs.read(this.fd, into, 0, into.length, offset, done));
  }

  write(bytes: Uint8Array, offset: number): Promise<number> {
    return told(`writing ${this.path}`, (done) => fs.write(this.fd, bytes, 0, bytes.length, offset, done));
  }

  sync(): Promise<void> {
    return told(`syncing ${this.path}`, (done) => fs.fdatasync(this.fd, done));
  }

  truncate(size: number): Promise<void> {
    return told(`resizing ${this.path}`, (done) => fs.ftruncate(this.fd, size, done));
  }

  close(): Promise<void> {
    return told(`closing ${this.path}`, (done) => fs.close(this.fd, done));
  }
}

type Done<T> = (error: NodeJS.ErrnoException | null, result: T) => void;

/** What an operation of Node's gives; `doing` is for the error: "writing /a/b". */
function told<T>(doing: string, start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(new StorageError(faultOf(error.code), `${doing}: ${error.message}`, { cause: error }));
    });
  });
}

function faultOf(code: string | undefined): StorageFault {
  if (code === "ENOENT") return "missing";
  if (code === "EEXIST") return "exists";
  return code === "ENOSPC" || code === "EDQUOT" ? "full" : "other";
}
