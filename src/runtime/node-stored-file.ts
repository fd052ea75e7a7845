import * as fs from "node:fs";
import { type Done, told } from "./node-storage-error.js";
import { type OpenMode, StorageError, type StoredFile } from "./storage.js";

/** The functions of `node:fs` that are used, so that a test can let each of them fail. */
export type FileCalls = Pick<
  typeof fs,
  "open" | "close" | "read" | "write" | "fdatasync" | "fsync" | "fstat" | "ftruncate"
>;

/**
 * Whether a write to a descriptor with `O_DSYNC` has reached the disk when it returns. On macOS it may still be in
 * the drive's cache, which only libuv's sync (F_FULLFSYNC) empties; Windows has no such flag.
 */
const WRITES_THROUGH = process.platform !== "darwin" && fs.constants.O_DSYNC !== undefined;

export async function openFile(
  path: string,
  how: OpenMode,
  calls: FileCalls,
  writesThrough = WRITES_THROUGH,
): Promise<StoredFile> {
  const doing = how.access === "create" ? "creating" : "opening";
  const fd = await told<number>(`${doing} ${path}`, (done) =>
    calls.open(path, flagsOf(how, writesThrough), FILE_MODE, done),
  );
  return new NodeFile(fd, path, how.durable === true && !writesThrough, calls);
}

/** Journals hold what others must not read. */
const FILE_MODE = 0o600;

function flagsOf({ access, durable }: OpenMode, writesThrough: boolean): number {
  const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_DSYNC } = fs.constants;
  if (access === "read") return O_RDONLY;
  const create = access === "create" ? O_CREAT | O_EXCL : 0;
  return O_RDWR | create | (durable === true && writesThrough ? O_DSYNC : 0);
}

/** One raw descriptor, open until `close`, and never opened again behind the scenes. */
class NodeFile implements StoredFile {
  private readonly fd: number;
  private readonly path: string;
  /** What is written has to be synced to be durable, and is to be durable. */
  private readonly syncsWrites: boolean;
  private readonly calls: FileCalls;
  private underWay = 0;
  private closed: Promise<void> | undefined;
  private whenIdle: (() => void) | undefined;

  constructor(fd: number, path: string, syncsWrites: boolean, calls: FileCalls) {
    this.fd = fd;
    this.path = path;
    this.syncsWrites = syncsWrites;
    this.calls = calls;
  }

  async size(): Promise<number> {
    const { size } = await this.act<fs.Stats>("looking at", (done) => this.calls.fstat(this.fd, done));
    return size;
  }

  read(into: Uint8Array, offset: number): Promise<number> {
    return this.act("reading", (done) => {
      // Of all that this class does, reading alone is not begun again by libuv when a signal interrupts it.
      const read: Done<number> = (error, bytes) => {
        if (error?.code === "EINTR") this.calls.read(this.fd, into, 0, into.length, offset, read);
        else done(error, bytes);
      };
      this.calls.read(this.fd, into, 0, into.length, offset, read);
    });
  }

  async write(bytes: Uint8Array, offset: number): Promise<number> {
    const taken = await this.act<number>("writing", (done) =>
      this.calls.write(this.fd, bytes, 0, bytes.length, offset, done),
    );
    if (taken === 0 && bytes.length > 0)
      throw new StorageError("other", `writing ${this.path}: the system took nothing`);
    if (this.syncsWrites) await this.sync();
    return taken;
  }

  sync(): Promise<void> {
    return this.act("syncing", (done) => this.calls.fdatasync(this.fd, done));
  }

  truncate(size: number): Promise<void> {
    return this.act("resizing", (done) => this.calls.ftruncate(this.fd, size, done));
  }

  close(): Promise<void> {
    this.closed ??= this.closeOnceIdle();
    return this.closed;
  }

  /** The number of a descriptor that is closed too early may be another file's by the time an operation uses it. */
  private async closeOnceIdle(): Promise<void> {
    if (this.underWay > 0)
      await new Promise<void>((resolve) => {
        this.whenIdle = resolve;
      });
    await told<void>(`closing ${this.path}`, (done) => this.calls.close(this.fd, done));
  }

  private act<T>(doing: string, start: (done: Done<T>) => void): Promise<T> {
    if (this.closed !== undefined)
      return Promise.reject(new StorageError("other", `${doing} ${this.path}: it is closed`));
    this.underWay++;
    return told<T>(`${doing} ${this.path}`, (done) =>
      start((error, result) => {
        this.underWay--;
        if (this.underWay === 0) this.whenIdle?.();
        done(error, result);
      }),
    );
  }
}
