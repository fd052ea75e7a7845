import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatAddress } from "./address.js";
import { nodeRuntime } from "./node.js";
import { PipeRecorder, turns } from "./pipe-recorder.test.util.js";
import type { AcceptedPipe, Address, Listener, Pipe, PipeError } from "./runtime.js";
import { UNIX_PATH_BYTES_MAX } from "./unix-path.js";

const runtime = nodeRuntime();
const LOOPBACK: Address = { kind: "tcp", host: "127.0.0.1", port: 0 };

let directory: string;
let path: string;
const opened: (Listener | Pipe)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "redoubt-"));
  path = join(directory, "d.sock");
});

afterEach(async () => {
  for (const one of opened.splice(0)) await ("close" in one ? one.close() : one.destroy());
  rmSync(directory, { recursive: true });
});

async function listen(address: Address, onPipe = (pipe: AcceptedPipe) => pipe.destroy()): Promise<Listener> {
  const listener = await runtime.listen(address, onPipe);
  opened.push(listener);
  return listener;
}

const listenUnix = () => listen({ kind: "unix", path });

async function failureToListen(address: Address): Promise<PipeError> {
  const listening = runtime.listen(address, () => {});
  await expect(listening).rejects.toMatchObject({ name: "PipeError" });
  return listening.catch((error) => error);
}

/** "open", or the code of the error. */
async function tryToConnect(address: Address): Promise<string> {
  const events = new PipeRecorder();
  const pipe = runtime.connect(address, events);
  await events.until(() => events.has("open") || events.has("close"));
  pipe.destroy();
  await events.untilClosed();
  return events.has("open") ? "open" : events.error!.code;
}

describe("TCP", () => {
  test("port 0 is replaced by the one that the system picked", async () => {
    const { address } = await listen(LOOPBACK);
    expect(address).toMatchObject({ kind: "tcp", host: "127.0.0.1" });
    expect((address as { port: number }).port).toBeGreaterThan(0);
    expect(await tryToConnect(address)).toBe("open");
  });

  test("a port in use is not shared", async () => {
    const { address } = await listen(LOOPBACK);
    const { code, message } = await failureToListen(address);
    expect(code).toBe("EADDRINUSE");
    expect(message).toBe(`listening on ${formatAddress(address)} failed: the address is in use (EADDRINUSE)`);
  });

  test("a host name is resolved", async () => {
    const { address } = await listen({ kind: "tcp", host: "localhost", port: 0 });
    expect((address as { host: string }).host).toMatch(/^(127\.0\.0\.1|::1)$/);
  });

  test.each([
    ["192.0.2.1", 0, "EADDRNOTAVAIL"],
    ["127.0.0.1", 70_000, "ERR_SOCKET_BAD_PORT"],
  ])("%s:%i is refused", async (host, port, code) => {
    const error = await failureToListen({ kind: "tcp", host, port });
    expect(error.code).toBe(code);
    expect(error.message).toContain(`listening on ${host}:${port} failed: `);
  });

  test("close resolves while accepted pipes live on", async () => {
    let accepted!: AcceptedPipe;
    const listener = await listen(LOOPBACK, (pipe) => {
      accepted = pipe;
      pipe.start(far);
    });
    const far = new PipeRecorder();
    const near = new PipeRecorder();
    const pipe = runtime.connect(listener.address, near);
    opened.push(pipe);
    pipe.write(new Uint8Array(1));
    await far.until((e) => e.has("data"));

    await listener.close();
    await listener.close();
    expect(await tryToConnect(listener.address)).toBe("ECONNREFUSED");

    accepted.write(new Uint8Array(3));
    await near.until(({ received }) => received.length === 3);
    accepted.destroy();
    await far.untilClosed();
  });
});

describe.skipIf(process.platform !== "linux")("an abstract name", () => {
  const address: Address = { kind: "unix-abstract", name: `redoubt-listen-${process.pid}` };

  test("is taken, refused to others, and free again", async () => {
    const listener = await listen(address);
    expect(listener.address).toEqual(address);
    expect(await tryToConnect(address)).toBe("open");
    expect((await failureToListen(address)).code).toBe("EADDRINUSE");
    await listener.close();
    expect(await tryToConnect(address)).toBe("ECONNREFUSED");
    await (await listen(address)).close();
  });

  test("has a bounded length, which is exact", async () => {
    const longest: Address = { kind: "unix-abstract", name: "n".repeat(106) };
    await listen(longest);
    expect(await tryToConnect(longest)).toBe("open");
    expect(await tryToConnect({ ...longest, name: "n".repeat(105) })).toBe("ECONNREFUSED");
    const { code, message } = await failureToListen({ ...longest, name: "n".repeat(107) });
    expect(code).toBe("ENAMETOOLONG");
    expect(message).toContain("108 bytes; a Unix socket's address may have at most 107");
  });
});

describe.skipIf(process.platform === "win32")("a Unix socket's file", () => {
  /** What a server leaves that was killed: renamed, its file escapes the clean-up. */
  async function leaveStaleSocket(): Promise<void> {
    const server = net.createServer().listen(`${path}-first`);
    await new Promise((resolve) => server.once("listening", resolve));
    renameSync(`${path}-first`, path);
    await new Promise((resolve) => server.close(resolve));
    expect(lstatSync(path).isSocket()).toBe(true);
  }

  test("is the only one in its directory while the server lives, and gone after close", async () => {
    const listener = await listenUnix();
    expect(listener.address).toEqual({ kind: "unix", path });
    expect(readdirSync(directory)).toEqual(["d.sock"]);
    expect(await tryToConnect(listener.address)).toBe("open");
    await listener.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("may be given relative to the working directory of the time", async () => {
    const before = process.cwd();
    try {
      process.chdir(directory);
      const listener = await listen({ kind: "unix", path: "d.sock" });
      process.chdir(before);
      await listener.close();
      expect(readdirSync(directory)).toEqual([]);
    } finally {
      process.chdir(before);
    }
  });

  test("is replaced when nobody listens on it", async () => {
    await leaveStaleSocket();
    const { address } = await listenUnix();
    expect(await tryToConnect(address)).toBe("open");
    expect(readdirSync(directory)).toEqual(["d.sock"]);
  });

  test("is not replaced while somebody does", async () => {
    const { address } = await listenUnix();
    const { ino } = lstatSync(path);
    const { code, message } = await failureToListen(address);
    expect(code).toBe("EADDRINUSE");
    expect(message).toBe(`listening on unix:${path} failed: another server listens there (EADDRINUSE)`);
    expect(lstatSync(path).ino).toBe(ino);
    expect(readdirSync(directory)).toEqual(["d.sock"]);
    expect(await tryToConnect(address)).toBe("open");
  });

  test.each([
    ["file", () => writeFileSync(path, "precious")],
    ["directory", () => mkdirSync(path)],
    ["symbolic link", () => symlinkSync("elsewhere", path)],
  ])("is never made in place of a %s", async (_, make) => {
    make();
    const { ino } = lstatSync(path);
    const { code, message } = await failureToListen({ kind: "unix", path });
    expect(code).toBe("EADDRINUSE");
    expect(message).toContain("the file is there and is not a socket");
    expect(lstatSync(path).ino).toBe(ino);
    expect(readdirSync(directory)).toEqual(["d.sock"]);
  });

  test("goes to exactly one of many that start together over a stale one", async () => {
    for (let round = 0; round < 10; round++) {
      await leaveStaleSocket();
      const starts = await Promise.allSettled(Array.from({ length: 8 }, () => listenUnix()));
      const winners = starts.filter(({ status }) => status === "fulfilled");
      expect(winners.length).toBe(1);
      expect(await tryToConnect({ kind: "unix", path })).toBe("open");
      expect(readdirSync(directory)).toEqual(["d.sock"]);
      await (winners[0] as PromiseFulfilledResult<Listener>).value.close();
      expect(existsSync(path)).toBe(false);
    }
  });

  test("stays at close if it is no longer ours", async () => {
    const first = await listenUnix();
    rmSync(path);
    const second = await listenUnix();
    await first.close();
    await first.close();
    expect(await tryToConnect(second.address)).toBe("open");
  });

  test("that somebody else has deleted is not missed at close", async () => {
    const listener = await listenUnix();
    rmSync(path);
    await listener.close();
  });

  test("may have a very short name at the end of a very long path", async () => {
    const parent = directory + "/".padEnd(UNIX_PATH_BYTES_MAX - directory.length - 5, "p");
    mkdirSync(parent);
    const { address } = await listen({ kind: "unix", path: join(parent, "s.io") });
    expect(await tryToConnect(address)).toBe("open");
  });

  test("needs a directory", async () => {
    const missing = await failureToListen({ kind: "unix", path: join(directory, "no", "d.sock") });
    expect(missing.code).toBe("ENOENT");
    expect(missing.message).toContain("no such file or directory (ENOENT)");
    writeFileSync(join(directory, "file"), "");
    const file = await failureToListen({ kind: "unix", path: join(directory, "file", "d.sock") });
    expect(file.code).toBe("ENOTDIR");
  });

  test("has a bounded length", async () => {
    const longest = path + "x".repeat(UNIX_PATH_BYTES_MAX - path.length);
    const { address } = await listen({ kind: "unix", path: longest });
    expect(await tryToConnect(address)).toBe("open");
    const { code, message } = await failureToListen({ kind: "unix", path: `${longest}x` });
    expect(code).toBe("ENAMETOOLONG");
    expect(message).toContain(`a Unix socket's address may have at most ${UNIX_PATH_BYTES_MAX}`);
  });
});

describe("too many open files", () => {
  const canLimit = process.platform === "linux" && existsSync("/usr/bin/prlimit");

  test.skipIf(!canLimit)("cost at most the connection and one warning, never the listener", async () => {
    let acceptedCount = 0;
    const listener = await listen(LOOPBACK, (pipe) => {
      acceptedCount++;
      pipe.destroy();
    });
    const warnings: Error[] = [];
    const keep = (warning: Error) => void warnings.push(warning);
    process.on("warning", keep);
    const files: number[] = [];
    const limitBefore = openFilesLimit();
    try {
      limitOpenFiles(readdirSync("/proc/self/fd").length + 50);
      fillUp(files);
      for (let i = 0; i < 2; i++) {
        closeSync(files.pop()!);
        const events = new PipeRecorder();
        const pipe = runtime.connect(listener.address, events);
        await events.until((e) => e.has("end") || e.has("close"));
        pipe.destroy();
        await events.untilClosed();
        fillUp(files);
      }
      expect(acceptedCount).toBe(0);
    } finally {
      for (const file of files) closeSync(file);
      limitOpenFiles(limitBefore);
      process.off("warning", keep);
    }
    expect(await tryToConnect(listener.address)).toBe("open");
    while (acceptedCount === 0) await turns(1);
    expect(warnings.length).toBeLessThanOrEqual(1);
    for (const { message } of warnings)
      expect(message).toContain("this process has too many open files (EMFILE)");
  });

  function fillUp(files: number[]): void {
    try {
      for (;;) files.push(openSync("/dev/null", "r"));
    } catch (error) {
      expect(error).toMatchObject({ code: "EMFILE" });
    }
  }

  function openFilesLimit(): number {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files\s+(\d+)/m.exec(limits)![1]);
  }

  function limitOpenFiles(count: number): void {
    execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${count}:`]);
  }
});
