/**
 * Folders and files that are to survive the machine: for journals. Paths are the system's own. What goes wrong is a
 * rejection with a {@link StorageError}. Nothing here works on the event loop: all of it may take as long as a disk does.
 */
export interface Storage {
  /** The absolute path of `path`. */
  resolve(path: string): string;
  /** The path of what is called `name` in `folder`. */
  within(folder: string, name: string): string;
  /** Makes a folder and those above it that are missing; their names are durable once it resolves. Fine if it is there. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder, in no order. */
  list(folder: string): Promise<string[]>;
  /**
   * Opens a file. The name of one that is created is durable only after {@link syncFolder}.
   */
  open(path: string, how: OpenMode): Promise<StoredFile>;
  /** Gives a file another name in the same folder, in place of what has it; durable only after {@link syncFolder}. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; durable only after {@link syncFolder}. */
  remove(path: string): Promise<void>;
  /** Makes durable which names a folder holds. */
  syncFolder(path: string): Promise<void>;
  /**
   * Takes the one lock on a folder, which the system drops with this process, however it ends. The folder may have a file
   * called `lock` from then on, which stays.
   * @throws StorageError `locked` if somebody has it, `unsupported` where there is no such lock
   */
  lock(folder: string): Promise<FolderLock>;
}

/** How a file is opened. */
export interface OpenMode {
  /** `write` may read, too; so may `create`, which needs that there is no such file. */
  readonly access: "read" | "write" | "create";
  /** What a write has taken is durable once it resolves, without {@link StoredFile.sync}; false by default. */
  readonly durable?: boolean;
}

/** An open file: one descriptor. Operations on different ranges may be under way together. */
export interface StoredFile {
  size(): Promise<number>;
  /** Reads into `into` from `offset` on; resolves with how many bytes, fewer than asked at the end of the file or at any other time, and 0 only at the end. */
  read(into: Uint8Array, offset: number): Promise<number>;
  /** Writes at `offset`; resolves with how many bytes were taken, at least one and possibly fewer than given. The array belongs to the file until then. */
  write(bytes: Uint8Array, offset: number): Promise<number>;
  /** Makes durable what was written, and the size. After it has failed nobody knows what is on the disk (never try again). */
  sync(): Promise<void>;
  /** Cuts or extends with zeros. */
  truncate(size: number): Promise<void>;
  /** Closes it once all that is under way is done; afterwards everything is rejected. */
  close(): Promise<void>;
}

/** The one lock on a folder. */
export interface FolderLock {
  /** Lets others have it. */
  release(): Promise<void>;
}

/** What can go wrong, as far as somebody acts on it. */
export type StorageFault = "missing" | "exists" | "full" | "locked" | "unsupported" | "other";

/** Why the storage did not do what it was asked; the message says what, where and why, in words for an operator. */
export class StorageError extends Error {
  readonly fault: StorageFault;

  constructor(fault: StorageFault, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "StorageError";
    this.fault = fault;
  }
}
