import * as fs from "node:fs";
import { join } from "node:path";
import { loadChildProcess, loadOs } from "./node-builtins.js";
import { told } from "./node-storage-error.js";
import { type FolderLock, StorageError } from "./storage.js";

/**
 * The lock is the kernel's, on a file called `lock`: it belongs to the open file, whose one descriptor this process has
 * (Node opens with O_CLOEXEC, so that no child of it gets it), and goes with it. The file's text says who has it, for
 * people to read; nobody acts on it, and the file stays when the lock is released.
 */
export async function lockFolder(folder: string, system: LockingSystem = THIS_SYSTEM): Promise<FolderLock> {
  const path = join(folder, "lock");
  const fd = await openLocked(folder, path, system);
  // It is for people: a disk that is full of other things does not stop the journal that it belongs to.
  await writeHolder(fd).catch(() => {});
  HELD.add(folder);
  let released: Promise<void> | undefined;
  return {
    release() {
      HELD.delete(folder);
      released ??= told<void>(`closing ${path}`, (done) => fs.close(fd, done));
      return released;
    },
  };
}

/** Those that this process has locked: what a file says of process 1 on a host may be true of another container. */
const HELD = new Set<string>();

/** What the way to lock depends on. */
export interface LockingSystem {
  readonly platform: string;
  /** The program of util-linux, of busybox or of toybox. */
  readonly flock: string;
}

const THIS_SYSTEM: LockingSystem = { platform: process.platform, flock: "flock" };

/** The descriptor of the lock's file, which is locked. */
function openLocked(folder: string, path: string, system: LockingSystem): Promise<number> {
  switch (system.platform) {
    case "linux":
    case "android":
      return openThenLock(folder, path, system.flock);
    case "darwin":
    case "freebsd":
    case "openbsd":
    case "netbsd":
      return openWithLock(folder, path);
  }
  throw new StorageError(
    "unsupported",
    `locking ${folder}: on ${system.platform} Node has no lock that goes with its process; Linux, macOS and the BSDs have`,
  );
}

/** open(2) itself can take the lock; Node hands its flags on. */
async function openWithLock(folder: string, path: string): Promise<number> {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = fs.constants;
  const flags = O_RDWR | O_CREAT | O_NONBLOCK | O_EXLOCK;
  try {
    return await told<number>(`locking ${folder}`, (done) => fs.open(path, flags, FILE_MODE, done));
  } catch (error) {
    const { code } = (error as StorageError).cause as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EWOULDBLOCK") throw await lockedError(folder, path);
    if (code === "ENOTSUP" || code === "EOPNOTSUPP") throw noLocksError(folder, code);
    throw error;
  }
}

/** The same in <fcntl.h> of macOS and of the BSDs; Node has no name for it. */
const O_EXLOCK = 0x20;

const FILE_MODE = 0o600;

async function openThenLock(folder: string, path: string, program: string): Promise<number> {
  const { O_RDWR, O_CREAT } = fs.constants;
  const fd = await told<number>(`locking ${folder}: opening ${path}`, (done) =>
    fs.open(path, O_RDWR | O_CREAT, FILE_MODE, done),
  );
  try {
    for (let tries = 1; ; tries++) {
      const ending = await runFlock(fd, folder, program);
      if (ending.code === 0) return fd;
      const error = await flockError(ending, folder, path);
      if (error.fault !== "locked" || tries === TRIES_MAX) throw error;
      await pause(RETRY_MS);
    }
  } catch (error) {
    await new Promise<void>((resolve) => {
      fs.close(fd, () => resolve());
    });
    throw error;
  }
}

/**
 * A process that was killed while it locked is survived, for some milliseconds, by its `flock`, which has the open file too:
 * whoever starts in its place should not fail because of that.
 */
const TRIES_MAX = 4;

const RETRY_MS = 50;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface Ending {
  /** null: ended by a signal. */
  readonly code: number | null;
  readonly stderr: string;
}

/** Has `flock` lock the open file that `fd` and its descriptor 3 share; the lock stays when it is gone. */
function runFlock(fd: number, folder: string, program: string): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = loadChildProcess().spawn(program, ["-n", "-x", "3"], {
      stdio: ["ignore", "ignore", "pipe", fd],
      env: { ...process.env, LC_ALL: "C" },
      timeout: FLOCK_MS_MAX,
      killSignal: "SIGKILL",
    });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(0, STDERR_LENGTH_MAX);
    });
    child.once("error", (error: NodeJS.ErrnoException) => reject(noProgramError(error, folder, program)));
    child.once("close", (code) => resolve({ code, stderr: stderr.trim() }));
  });
}

/** It does not wait for anybody, but a network file system may. */
const FLOCK_MS_MAX = 10_000;

/** More than any of its messages; what comes behind is not shown. */
const STDERR_LENGTH_MAX = 500;

function noProgramError(error: NodeJS.ErrnoException, folder: string, program: string): StorageError {
  if (error.code !== "ENOENT")
    return new StorageError("other", `locking ${folder}: cannot run ${program}: ${error.message}`, {
      cause: error,
    });
  return new StorageError(
    "unsupported",
    `locking ${folder}: there is no program ${program}; install util-linux (apt-get, dnf or apk) or busybox, which have it`,
    { cause: error },
  );
}

/** `flock` exits with 1 and says nothing where somebody has the lock; where it cannot lock, it says why. */
async function flockError({ code, stderr }: Ending, folder: string, path: string): Promise<StorageError> {
  if (code === 1 && stderr === "") return await lockedError(folder, path);
  if (code === null)
    return new StorageError(
      "other",
      `locking ${folder}: flock was killed before it was done, or has taken more than ${FLOCK_MS_MAX / 1000} s`,
    );
  const why = stderr === "" ? `flock exited with ${code}` : stderr;
  if (NOT_SUPPORTED.test(why)) return noLocksError(folder, why);
  return new StorageError("other", `locking ${folder}: ${why}`);
}

/** ENOSYS, EOPNOTSUPP, ENOLCK and, of NFS, EBADF and EINVAL, as libc puts them. */
const NOT_SUPPORTED =
  /not implemented|not supported|no locks available|bad file descriptor|invalid argument/i;

function noLocksError(folder: string, why: string): StorageError {
  return new StorageError(
    "unsupported",
    `locking ${folder}: its file system has no locks (${why}); put it on a local disk`,
  );
}

async function lockedError(folder: string, path: string): Promise<StorageError> {
  if (HELD.has(folder))
    return new StorageError(
      "locked",
      `locking ${folder}: this process has it open already: close that first`,
    );
  const holder = await readHolder(path).catch(() => "");
  const who = holder === "" ? "another process" : holder;
  return new StorageError(
    "locked",
    `locking ${folder}: it is in use by ${who}; one at a time may use it, end that one first`,
  );
}

/** `process 123 on host`, on the first line. */
async function writeHolder(fd: number): Promise<void> {
  const text = Buffer.from(`process ${process.pid} on ${loadOs().hostname()}\n${NOTICE}`);
  await told<number>("writing", (done) => fs.write(fd, text, 0, text.length, 0, done));
  await told<void>("resizing", (done) => fs.ftruncate(fd, text.length, done));
}

const NOTICE =
  "had or has this folder open. The lock is the kernel's: removing this file does not release it,\n" +
  "but lets a second process write here, which ruins the journal.\n";

async function readHolder(path: string): Promise<string> {
  const file = await fs.promises.open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HOLDER_BYTES_MAX), 0, HOLDER_BYTES_MAX, 0);
    const [line] = buffer.toString("utf8", 0, bytesRead).split("\n");
    return /^process \d+ on [\w.-]+$/.test(line) ? line : "";
  } finally {
    await file.close();
  }
}

/** Longer than any host's name, which has at most 253 characters. */
const HOLDER_BYTES_MAX = 300;
