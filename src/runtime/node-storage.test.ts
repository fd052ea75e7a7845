import * as fs from "node:fs";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { nodeStorage, type StorageCalls } from "./node-storage.js";
import { openFile } from "./node-stored-file.js";
import type { StorageError, StoredFile } from "./storage.js";

const root = mkdtempSync(join(tmpdir(), "redoubt-storage-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let folders = 0;
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
});

const storage = nodeStorage();
const ascii = (text: string) => new TextEncoder().encode(text);
const path = (name: string) => join(folder, name);

async function textOf(file: StoredFile, length = 100): Promise<string> {
  const into = new Uint8Array(length);
  return Buffer.from(into.subarray(0, await file.read(into, 0))).toString();
}

/** What a promise is rejected with, as far as one acts on it or reads it. */
async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { name, fault, message } = error as StorageError;
    return `${name} ${fault}: ${message.replaceAll(folder, "…")}`;
  }
  throw new Error("it was not rejected");
}

type Failing = Partial<Record<keyof StorageCalls, string>>;

/** The real disk, where some operations fail with an error of Node's; notes each descriptor that is opened or closed. */
function failing(failures: Failing, open = new Set<number>()) {
  const calls: Record<string, unknown> = { ...fs };
  for (const [name, code] of Object.entries(failures)) {
    calls[name] = (...args: unknown[]) => {
      const done = args.at(-1) as (error: Error) => void;
      setImmediate(done, Object.assign(new Error(`${code}: as Node says it`), { code }));
    };
  }
  const opening = calls.open as typeof fs.open;
  calls.open = (path: string, flags: number, ...rest: unknown[]) => {
    const done = rest.pop() as (error: Error | null, fd: number) => void;
    const note = (error: Error | null, fd: number) => {
      if (error === null) open.add(fd);
      done(error, fd);
    };
    opening(path, flags, ...(rest as [number]), note);
  };
  const closing = calls.close as typeof fs.close;
  calls.close = (fd: number, done: (error: Error | null) => void) => {
    open.delete(fd);
    closing(fd, done);
  };
  return { storage: nodeStorage(calls as unknown as StorageCalls), open };
}

describe("files", () => {
  it("are made, written, read, synced, cut and removed", async () => {
    const file = await storage.open(path("a"), { access: "create" });
    expect(await file.write(ascii("hello world"), 0)).toBe(11);
    expect(await file.write(ascii("HE"), 0)).toBe(2);
    await file.sync();
    expect(await textOf(file)).toBe("HEllo world");
    expect(await file.size()).toBe(11);
    await file.truncate(5);
    expect(await textOf(file)).toBe("HEllo");
    await file.truncate(7);
    expect(await textOf(file)).toBe("HEllo\0\0");
    await file.close();
    await storage.remove(path("a"));
    expect(existsSync(path("a"))).toBe(false);
  });

  it("are read from any place on, with nothing at the end", async () => {
    writeFileSync(path("a"), "0123456789");
    const file = await storage.open(path("a"), { access: "read" });
    const into = new Uint8Array(4);
    expect(await file.read(into, 8)).toBe(2);
    expect([...into]).toEqual([0x38, 0x39, 0, 0]);
    expect(await file.read(into, 10)).toBe(0);
    expect(await file.read(into, 5_000_000_000)).toBe(0);
    await file.close();
  });

  it("are written to beyond their end, and beyond 4 GiB", async () => {
    const file = await storage.open(path("a"), { access: "create" });
    await file.write(ascii("x"), 5_000_000_000);
    expect(await file.size()).toBe(5_000_000_001);
    await file.close();
  });

  it("write the part of a buffer that a view shows", async () => {
    const file = await storage.open(path("a"), { access: "create" });
    await file.write(ascii("0123456789").subarray(3, 6), 0);
    expect(await textOf(file)).toBe("345");
    await file.close();
  });

  it("are opened for writing as they are", async () => {
    writeFileSync(path("a"), "hello");
    const file = await storage.open(path("a"), { access: "write", durable: true });
    await file.write(ascii("J"), 0);
    expect(await textOf(file)).toBe("Jello");
    await file.close();
  });

  it.runIf(process.platform === "linux")("write through where they are to be durable", async () => {
    const [durable, other] = await Promise.all([
      storage.open(path("a"), { access: "create", durable: true }),
      storage.open(path("b"), { access: "create" }),
    ]);
    expect(flagsOf(path("a")) & fs.constants.O_DSYNC).toBe(fs.constants.O_DSYNC);
    expect(flagsOf(path("b")) & fs.constants.O_DSYNC).toBe(0);
    await Promise.all([durable.close(), other.close()]);
  });

  it("are synced after each write where writing through does not reach the disk", async () => {
    const steps: string[] = [];
    const fdatasync = (fd: number, done: (error: Error | null) => void) => {
      steps.push("sync");
      fs.fdatasync(fd, done);
    };
    const calls = { ...fs, fdatasync } as unknown as StorageCalls;
    const [durable, other] = await Promise.all([
      openFile(path("a"), { access: "create", durable: true }, calls, false),
      openFile(path("b"), { access: "create" }, calls, false),
    ]);
    await other.write(ascii("x"), 0);
    expect(steps).toEqual([]);
    expect(await durable.write(ascii("x"), 0)).toBe(1);
    expect(steps).toEqual(["sync"]);
    await Promise.all([durable.close(), other.close()]);
  });

  it("of a journal are nobody else's to read", async () => {
    await (await storage.open(path("a"), { access: "create" })).close();
    await storage.makeFolder(path("b"));
    expect(statSync(path("a")).mode & 0o077).toBe(0);
    expect(statSync(path("b")).mode & 0o077).toBe(0);
  });

  it("get another name, in place of what had it", async () => {
    writeFileSync(path("a"), "new");
    writeFileSync(path("b"), "old");
    await storage.rename(path("a"), path("b"));
    expect(await storage.list(folder)).toEqual(["b"]);
    expect(readFileSync(path("b"), "utf8")).toBe("new");
  });

  it("are closed once what is under way is done", async () => {
    const { open, storage } = failing({});
    const file = await storage.open(path("a"), { access: "create" });
    const steps: string[] = [];
    const writes = Array.from({ length: 10 }, (_, i) => file.write(new Uint8Array(100_000), i * 100_000));
    void Promise.all(writes).then(() => steps.push("written"));
    const closed = file.close().then(() => steps.push("closed"));
    expect(open.size).toBe(1);
    await closed;
    expect(steps).toEqual(["written", "closed"]);
    expect(statSync(path("a")).size).toBe(1_000_000);
  });

  it("may be closed twice, and do nothing afterwards", async () => {
    const file = await storage.open(path("a"), { access: "create" });
    await Promise.all([file.close(), file.close()]);
    expect(await errorOf(file.write(ascii("x"), 0))).toBe("StorageError other: writing …/a: it is closed");
    expect(await errorOf(file.read(new Uint8Array(1), 0))).toBe(
      "StorageError other: reading …/a: it is closed",
    );
    expect(await errorOf(file.size())).toBe("StorageError other: looking at …/a: it is closed");
  });

  it("that a signal interrupts are read again", async () => {
    writeFileSync(path("a"), "hello");
    let reads = 0;
    const read = (...args: Parameters<typeof fs.read>) => {
      const done = args.at(-1) as (error: Error | null, bytes: number) => void;
      if (reads++ === 0) setImmediate(done, Object.assign(new Error("EINTR"), { code: "EINTR" }), 0);
      else fs.read(...args);
    };
    const file = await nodeStorage({ ...fs, read } as unknown as StorageCalls).open(path("a"), {
      access: "read",
    });
    expect(await textOf(file)).toBe("hello");
    expect(reads).toBe(2);
    await file.close();
  });
});

describe("folders", () => {
  it("are made with those above them, and each name is synced before the next is made", async () => {
    const steps: string[] = [];
    const names = new Map<number, string>();
    const noted: Partial<Record<keyof StorageCalls, unknown>> = {
      mkdir: (path: string, mode: number, done: (error: Error | null) => void) => {
        steps.push(`make ${path.slice(folder.length)}`);
        fs.mkdir(path, mode, done);
      },
      open: (path: string, flags: string, done: (error: Error | null, fd: number) => void) =>
        fs.open(path, flags, (error, fd) => {
          names.set(fd, path.slice(folder.length));
          done(error, fd);
        }),
      fsync: (fd: number, done: (error: Error | null) => void) => {
        steps.push(`sync ${names.get(fd)}`);
        fs.fsync(fd, done);
      },
    };
    const made = nodeStorage({ ...fs, ...noted } as unknown as StorageCalls);
    await made.makeFolder(join(folder, "a", "b"));
    const above = `sync ${""}`;
    expect(steps.slice(1)).toEqual(["make /a", above, "make /a/b", "sync /a"]);

    // One that is there may have been made by somebody who was interrupted.
    steps.length = 0;
    await made.makeFolder(join(folder, "a", "b"));
    expect(steps).toEqual(["sync /a"]);
  });

  it("that are there may stand in one that nobody may read", async () => {
    const { storage, open } = failing({ open: "EACCES" });
    await storage.makeFolder(folder);
    expect(open.size).toBe(0);
    expect(await errorOf(failing({ open: "EMFILE" }).storage.makeFolder(folder))).toMatch(
      /too many open files/,
    );
  });

  it("may be made by two at once", async () => {
    await Promise.all(Array.from({ length: 5 }, () => storage.makeFolder(join(folder, "a/b/c"))));
    expect(statSync(join(folder, "a/b/c")).isDirectory()).toBe(true);
  });

  it("are listed", async () => {
    writeFileSync(path("a"), "");
    mkdirSync(path("b"));
    expect((await storage.list(folder)).sort()).toEqual(["a", "b"]);
    await storage.syncFolder(folder);
  });

  it("have paths", () => {
    expect(storage.resolve(".")).toBe(process.cwd());
    expect(storage.resolve("/a/../b")).toBe(join("/", "b"));
    expect(storage.within("/a", "b")).toBe(join("/a", "b"));
  });
});

describe("what goes wrong", () => {
  it.each<[what: string, start: () => Promise<unknown>, error: string]>([
    [
      "nothing there to read",
      () => storage.open(path("a"), { access: "read" }),
      "missing: opening …/a: no such file or directory (ENOENT)",
    ],
    [
      "nothing there to write",
      () => storage.open(path("a"), { access: "write" }),
      "missing: opening …/a: no such file or directory (ENOENT)",
    ],
    [
      "something there already",
      () => storage.open(folder, { access: "create" }),
      "exists: creating …: a file is in the way (EEXIST)",
    ],
    [
      "a folder to be written",
      () => storage.open(folder, { access: "write" }),
      "other: opening …: is a directory (EISDIR)",
    ],
    [
      "no folder to list",
      () => storage.list(path("a")),
      "missing: reading the folder …/a: no such file or directory (ENOENT)",
    ],
    [
      "no folder to sync",
      () => storage.syncFolder(path("a")),
      "missing: opening the folder …/a: no such file or directory (ENOENT)",
    ],
    [
      "nothing to rename",
      () => storage.rename(path("a"), path("b")),
      "missing: renaming …/a to …/b: no such file or directory (ENOENT)",
    ],
    [
      "nothing to remove",
      () => storage.remove(path("a")),
      "missing: removing …/a: no such file or directory (ENOENT)",
    ],
  ])("%s", async (_what, start, error) => {
    expect(await errorOf(start())).toBe(`StorageError ${error}`);
  });

  it("a file where a folder is to be", async () => {
    writeFileSync(path("a"), "");
    expect(await errorOf(storage.makeFolder(path("a")))).toBe(
      "StorageError exists: making the folder …/a: a file is in the way",
    );
    expect(await errorOf(storage.makeFolder(path("a/b")))).toBe(
      "StorageError other: looking at …/a/b: part of the path is not a directory (ENOTDIR)",
    );
  });

  it("a file that was opened to be read is written", async () => {
    writeFileSync(path("a"), "");
    const file = await storage.open(path("a"), { access: "read" });
    expect(await errorOf(file.write(ascii("x"), 0))).toMatch(/^StorageError other: writing …\/a: EBADF/);
    await file.close();
  });

  it.runIf(existsSync("/dev/full"))("a disk that is full indeed", async () => {
    const file = await storage.open("/dev/full", { access: "write" });
    expect(await errorOf(file.write(ascii("x"), 0))).toBe(
      "StorageError full: writing /dev/full: the disk is full (ENOSPC)",
    );
    await file.close();
  });

  it.each<[code: string, expected: string]>([
    ["ENOSPC", "full: writing …/a: the disk is full (ENOSPC)"],
    ["EDQUOT", "full: writing …/a: the disk quota is used up (EDQUOT)"],
    ["EIO", "other: writing …/a: the disk reports an error (EIO)"],
    ["EROFS", "other: writing …/a: the file system is read-only (EROFS)"],
    ["EACCES", "other: writing …/a: permission denied (EACCES)"],
    ["EMFILE", "other: writing …/a: too many open files (EMFILE)"],
    ["ENFILE", "other: writing …/a: this machine has too many open files (ENFILE)"],
    ["EFBIG", "other: writing …/a: the file would be larger than is allowed (EFBIG)"],
    ["ESTALE", "other: writing …/a: the network file system has lost it (ESTALE)"],
    ["ENOTSUP", "unsupported: writing …/a: ENOTSUP: as Node says it"],
    ["EWHATEVER", "other: writing …/a: EWHATEVER: as Node says it"],
  ])("%s", async (code, expected) => {
    const file = await failing({ write: code }).storage.open(path("a"), { access: "create" });
    expect(await errorOf(file.write(ascii("x"), 0))).toBe(`StorageError ${expected}`);
    await file.close();
  });

  it.each<[call: keyof StorageCalls, act: (file: StoredFile) => Promise<unknown>, doing: string]>([
    ["read", (file) => file.read(new Uint8Array(1), 0), "reading"],
    ["fdatasync", (file) => file.sync(), "syncing"],
    ["ftruncate", (file) => file.truncate(1), "resizing"],
    ["fstat", (file) => file.size(), "looking at"],
    ["close", (file) => file.close(), "closing"],
  ])("%s fails", async (call, act, doing) => {
    const file = await failing({ [call]: "EIO" }).storage.open(path("a"), { access: "create" });
    const error = await errorOf(act(file));
    expect(error).toBe(`StorageError other: ${doing} …/a: the disk reports an error (EIO)`);
    await file.close().catch(() => {});
  });

  it("the system takes nothing of a write", async () => {
    const write = (...args: unknown[]) =>
      setImmediate(args.at(-1) as (...results: unknown[]) => void, null, 0);
    const file = await nodeStorage({ ...fs, write } as unknown as StorageCalls).open(path("a"), {
      access: "create",
    });
    expect(await errorOf(file.write(ascii("x"), 0))).toBe(
      "StorageError other: writing …/a: the system took nothing",
    );
    await file.close();
  });

  it.each(["EIO", "EINVAL"])("a folder's sync with %s, and its descriptor is closed", async (code) => {
    const { storage, open } = failing({ fsync: code });
    expect(await errorOf(storage.syncFolder(folder))).toBe(
      code === "EIO"
        ? "StorageError other: syncing the folder …: the disk reports an error (EIO)"
        : "StorageError unsupported: syncing the folder …: this file system cannot make the names of files durable (EINVAL)",
    );
    expect(open.size).toBe(0);
    expect(await errorOf(storage.makeFolder(join(folder, "a")))).toMatch(/syncing the folder/);
    expect(open.size).toBe(0);
  });

  it("says what it was", async () => {
    const error = await storage.list(path("a")).catch((error: StorageError) => error);
    expect(error).toMatchObject({ cause: { code: "ENOENT", syscall: "scandir" } });
  });
});

/** The flags with which this process has `path` open. */
function flagsOf(path: string): number {
  const fd = fs.readdirSync("/proc/self/fd").find((fd) => linkOf(fd) === path);
  const [, octal] = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")) ?? [];
  return Number.parseInt(octal, 8);
}

function linkOf(fd: string): string | undefined {
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

it("says of Windows that no journal can be there, and makes nothing", async () => {
  const windows = nodeStorage(fs, "win32");
  const unsupported = (doing: string) =>
    `StorageError unsupported: ${doing}: Windows offers no way to make the names of files durable; Linux (WSL too), macOS and the BSDs do`;
  expect(await errorOf(windows.makeFolder(path("new")))).toBe(unsupported("making the folder …/new"));
  expect(await errorOf(windows.makeFolder(folder))).toBe(unsupported("making the folder …"));
  expect(await errorOf(windows.syncFolder(folder))).toBe(unsupported("syncing the folder …"));
  expect(existsSync(path("new"))).toBe(false);
});
