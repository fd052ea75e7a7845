import { type ChildProcess, fork, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "./node-folder-lock.js";
import type { StorageError } from "./storage.js";

const root = mkdtempSync(join(tmpdir(), "redoubt-lock-"));
const program = join(root, "holder.mjs");
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let folders = 0;
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
});

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that locks the folder of its argument, then runs `sleeper` beside it if asked to. */
const HOLDER = `
import { spawn } from "node:child_process";
import { lockFolder } from "SOURCE";
const [folder, sleeps] = process.argv.slice(2);
lockFolder(folder).then(
  () => {
    if (sleeps === undefined) return process.send("locked");
    const child = spawn("sleep", ["600"], { stdio: "ignore", detached: true });
    child.once("spawn", () => process.send(child.pid));
  },
  (error) => process.send(error.message),
);
process.on("disconnect", () => process.exit());
`;

beforeAll(async () => {
  const source = fileURLToPath(new URL("./node-folder-lock.ts", import.meta.url));
  const input = join(root, "holder.ts");
  writeFileSync(input, HOLDER.replace("SOURCE", source));
  const bundle = await rolldown({
    input,
    platform: "node",
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    tsconfig: false,
    logLevel: "silent",
  });
  await bundle.write({ file: program, format: "esm" });
  await bundle.close();
});

/** Starts a holder; gives the process, and what it has said. */
async function hold(...more: string[]): Promise<{ child: ChildProcess; said: unknown }> {
  const child = fork(program, [folder, ...more]);
  children.push(child);
  return { child, said: await new Promise((resolve) => child.once("message", resolve)) };
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { name, fault, message } = error as StorageError;
    return `${name} ${fault}: ${message.replaceAll(folder, "…").replaceAll(root, "")}`;
  }
  throw new Error("it was not rejected");
}

const IN_USE = "one at a time may use it, end that one first";

describe.skipIf(process.platform === "win32")("a folder's lock", () => {
  it("is for one, until it is released", async () => {
    const lock = await lockFolder(folder);
    expect(await errorOf(lockFolder(folder))).toBe(
      "StorageError locked: locking …: this process has it open already: close that first",
    );
    await Promise.all([lock.release(), lock.release()]);
    await (await lockFolder(folder)).release();
  });

  it("is won by one of several", async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(folder)));
    const locks = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0].release();
  });

  it("holds against other processes, and says who has it", async () => {
    const lock = await lockFolder(folder);
    const { said } = await hold();
    expect(said).toBe(
      `locking ${folder}: it is in use by process ${process.pid} on ${hostname()}; ${IN_USE}`,
    );
    await lock.release();
    expect((await hold()).said).toBe("locked");
  });

  it("goes with a process that is killed", async () => {
    const { child, said } = await hold();
    expect(said).toBe("locked");
    expect(await errorOf(lockFolder(folder))).toBe(
      `StorageError locked: locking …: it is in use by process ${child.pid} on ${hostname()}; ${IN_USE}`,
    );
    await kill(child);
    await (await lockFolder(folder)).release();
  });

  it("goes with a process whose child lives on", async () => {
    const { child, said } = await hold("sleeps");
    const sleeper = said as number;
    try {
      await kill(child);
      expect(process.kill(sleeper, 0)).toBe(true);
      await (await lockFolder(folder)).release();
    } finally {
      process.kill(sleeper, "SIGKILL");
    }
  });

  it("is not held by children of this process, and not named by an empty file", async () => {
    writeFileSync(join(folder, "lock"), "");
    const lock = await lockFolder(folder);
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    children.push(child);
    await new Promise((resolve) => child.once("spawn", resolve));
    if (process.platform === "linux") expect(openFilesOf(child.pid!)).not.toContain(join(folder, "lock"));
    writeFileSync(join(folder, "lock"), "what somebody else\nhas written");
    const { said } = await hold();
    expect(said).toBe(`locking ${folder}: it is in use by another process; ${IN_USE}`);
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it("leaves a file that says what it is", async () => {
    writeFileSync(join(folder, "lock"), "x".repeat(10_000));
    await (await lockFolder(folder)).release();
    expect(readFileSync(join(folder, "lock"), "utf8")).toBe(
      `process ${process.pid} on ${hostname()}\n` +
        "had or has this folder open. The lock is the kernel's: removing this file does not release it,\n" +
        "but lets a second process write here, which ruins the journal.\n",
    );
    expect(await errorOf(lockFolder(join(folder, "missing")))).toMatch(
      /^StorageError missing: locking …\/missing.*no such file or directory \(ENOENT\)$/,
    );
  });
});

describe.runIf(process.platform === "linux")("the program flock", () => {
  /** One that does something else. */
  function impostor(script: string): string {
    const path = join(folder, "flock");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it.each([
    [
      "echo 'flock: 3: Function not implemented' >&2; exit 65",
      "unsupported: locking …: its file system has no locks (flock: 3: Function not implemented); put it on a local disk",
    ],
    [
      "echo 'flock: No locks available' >&2; exit 1",
      "unsupported: locking …: its file system has no locks (flock: No locks available); put it on a local disk",
    ],
    ["echo 'flock: 3: Input/output error' >&2; exit 65", "other: locking …: flock: 3: Input/output error"],
    ["exit 3", "other: locking …: flock exited with 3"],
    ["kill -KILL $$", "other: locking …: flock was killed before it was done, or has taken more than 10 s"],
    ["exit 1", `locked: locking …: it is in use by another process; ${IN_USE}`],
    ["head -c 100000 /dev/zero | tr '\\0' x >&2; exit 3", `other: locking …: ${"x".repeat(500)}`],
  ])("that does %j", async (script, expected) => {
    const flock = impostor(script);
    expect(await errorOf(lockFolder(folder, { platform: "linux", flock }))).toBe(`StorageError ${expected}`);
    expect(openFilesOf(process.pid)).not.toContain(join(folder, "lock"));
  });

  it("is asked in a way that util-linux, busybox and toybox know", async () => {
    const flock = impostor(
      `echo "arguments $@" > ${folder}/arguments; readlink /proc/$$/fd/3 >> ${folder}/arguments`,
    );
    await (await lockFolder(folder, { platform: "linux", flock })).release();
    expect(readFileSync(join(folder, "arguments"), "utf8")).toBe(
      `arguments -n -x 3\n${join(folder, "lock")}\n`,
    );
  });

  it("of a process that was killed may hold the lock a little longer", async () => {
    const flock = impostor(`test -e ${folder}/tried || { touch ${folder}/tried; exit 1; }`);
    await (await lockFolder(folder, { platform: "linux", flock })).release();
    expect(existsSync(join(folder, "tried"))).toBe(true);
  });

  it("is missing", async () => {
    expect(await errorOf(lockFolder(folder, { platform: "linux", flock: "no-such-flock" }))).toBe(
      "StorageError unsupported: locking …: there is no program no-such-flock; " +
        "install util-linux (apt-get, dnf or apk) or busybox, which have it",
    );
    expect(openFilesOf(process.pid)).not.toContain(join(folder, "lock"));
  });

  it("may not be run", async () => {
    const flock = join(folder, "flock");
    writeFileSync(flock, "");
    expect(await errorOf(lockFolder(folder, { platform: "linux", flock }))).toMatch(
      /^StorageError other: locking …: cannot run …\/flock: spawn .* EACCES$/,
    );
  });
});

it.each(["win32", "sunos", "aix"])("there is no lock on %s", async (platform) => {
  expect(await errorOf(lockFolder(folder, { platform, flock: "flock" }))).toBe(
    `StorageError unsupported: locking …: on ${platform} Node has no lock that goes with its process; Linux, macOS and the BSDs have`,
  );
  expect(existsSync(join(folder, "lock"))).toBe(false);
});

/** The paths of the files that a process has open. */
function openFilesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
