import * as fs from "node:fs";
import { dirname, join, resolve } from "node:path";
import { lockFolder } from "./node-folder-lock.js";
import { told } from "./node-storage-error.js";
import { type FileCalls, openFile } from "./node-stored-file.js";
import { type Storage, StorageError } from "./storage.js";

/** The functions of `node:fs` that are used, so that a test can let each of them fail. */
export type StorageCalls = FileCalls & Pick<typeof fs, "mkdir" | "readdir" | "rename" | "stat" | "unlink">;

/** The real disk. On Windows no journal is opened. */
export function nodeStorage(calls: StorageCalls = fs, platform: string = process.platform): Storage {
  return {
    resolve: (path) => resolve(path),
    within: (folder, name) => join(folder, name),
    async makeFolder(path) {
      checkSystem(`making the folder ${path}`, platform);
      await makeFolder(resolve(path), calls);
    },
    list: (folder) => told(`reading the folder ${folder}`, (done) => calls.readdir(folder, done)),
    open: (path, how) => openFile(path, how, calls),
    rename: (from, to) => told(`renaming ${from} to ${to}`, (done) => calls.rename(from, to, done)),
    remove: (path) => told(`removing ${path}`, (done) => calls.unlink(path, done)),
    async syncFolder(path) {
      checkSystem(`syncing the folder ${path}`, platform);
      await syncFolder(path, calls);
    },
    lock: (folder) => lockFolder(folder),
  };
}

function checkSystem(doing: string, platform: string): void {
  if (platform === "win32")
    throw new StorageError(
      "unsupported",
      `${doing}: Windows offers no way to make the names of files durable; Linux (WSL too), macOS and the BSDs do`,
    );
}

/**
 * From the top down, each name made durable before anything is made below it. So of folders that are there only the
 * lowest can be one whose maker was interrupted: its name is made durable, too.
 */
async function makeFolder(path: string, calls: StorageCalls): Promise<void> {
  const parent = dirname(path);
  if (await isFolder(path, calls)) {
    await syncFolder(parent, calls).catch(ignoreForbidden);
    return;
  }
  await makeFolder(parent, calls);
  await makeOneFolder(path, calls);
  await syncFolder(parent, calls);
}

/** Fine if somebody else has made it meanwhile. */
async function makeOneFolder(path: string, calls: StorageCalls): Promise<void> {
  try {
    await told<void>(`making the folder ${path}`, (done) => calls.mkdir(path, FOLDER_MODE, done));
  } catch (error) {
    if (!(error instanceof StorageError && error.fault === "exists")) throw error;
    if (!(await isFolder(path, calls))) throw error;
  }
}

/** Journals hold what others must not read. */
const FOLDER_MODE = 0o700;

async function isFolder(path: string, calls: StorageCalls): Promise<boolean> {
  try {
    const stats = await told<fs.Stats>(`looking at ${path}`, (done) => calls.stat(path, done));
    if (stats.isDirectory()) return true;
  } catch (error) {
    if (error instanceof StorageError && error.fault === "missing") return false;
    throw error;
  }
  throw new StorageError("exists", `making the folder ${path}: a file is in the way`);
}

/** Who may not read the folder above one that is there has not made it. */
function ignoreForbidden(error: unknown): void {
  const { code } = (error as StorageError).cause as NodeJS.ErrnoException;
  if (code !== "EACCES" && code !== "EPERM") throw error;
}

async function syncFolder(path: string, calls: StorageCalls): Promise<void> {
  const fd = await told<number>(`opening the folder ${path}`, (done) => calls.open(path, "r", done));
  try {
    await told<void>(`syncing the folder ${path}`, (done) => calls.fsync(fd, done));
  } catch (error) {
    throw namesAreNotDurable(path, error);
  } finally {
    // It was only read: closing it loses nothing.
    calls.close(fd, () => {});
  }
}

/** What file systems say that sync files but not folders. */
function namesAreNotDurable(path: string, error: unknown): unknown {
  const { code } = (error as StorageError).cause as NodeJS.ErrnoException;
  if (code !== "EINVAL") return error;
  const message = `syncing the folder ${path}: this file system cannot make the names of files durable (EINVAL)`;
  return new StorageError("unsupported", message, { cause: error });
}
