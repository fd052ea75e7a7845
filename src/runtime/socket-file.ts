import { type BigIntStats, linkSync, lstatSync, renameSync, statSync, unlinkSync } from "node:fs";
import * as net from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import { PipeError } from "./runtime.js";

/*
 * A Unix socket's file outlives a server that crashes, and must be replaced by the next one; a live server's never.
 *
 * A new server binds under a draft name and hard-links the socket to its real one: a link is made only where nothing
 * is, so of two that start together one fails. What is there already is tried by connecting. Refused means that
 * nobody listens, which is certain because no socket gets its real name before it listens. Such a file is renamed
 * aside (of two servers one gets it), looked at again, and only then deleted; if meanwhile the other server had put
 * its own file there, it is put back. The price: tools like `ss` show the draft name, which the kernel remembers.
 */

/** The file of a listening socket. */
export interface SocketFile {
  /** Deletes the file if it is still this one. Never throws. */
  remove(): void;
}

/** Throws the system's error if the directory of `path` does not exist: binding would call it "permission denied". */
export function checkDirectory(path: string): void {
  statSync(`${dirname(path)}/`);
}

/** An unused name beside `path`, no longer than that (or than four bytes): the system allows about a hundred bytes. */
export function draftPath(path: string): string {
  const random = Math.floor(Math.random() * 36 ** 6);
  const digitCount = Math.max(3, basename(path).length - 1);
  const name = random.toString(36).padStart(6, "0").slice(0, digitCount);
  return join(dirname(path), `.${name}`);
}

/**
 * Gives the listening socket at `draft` the name `path`; the draft name is gone afterwards.
 *
 * @throws PipeError EADDRINUSE if another server listens on `path`, or something other than a socket is there;
 * the system's errors.
 */
export async function publishSocket(draft: string, path: string): Promise<SocketFile> {
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (renameUnlessExists(draft, path)) return ownFile(path);
      const present = look(path);
      if (present === undefined) continue;
      if (!present.isSocket()) throw inUse(path, "the file is there and is not a socket");
      if (await isAlive(path)) throw inUse(path, "another server listens there");
      removeStale(path, present);
    }
    throw inUse(path, "other servers keep taking it");
  } finally {
    ignoringErrors(() => unlinkSync(draft));
  }
}

/** Each further attempt means that yet another server came or went in between. */
const ATTEMPTS_MAX = 10;

function inUse(path: string, reason: string): PipeError {
  return new PipeError("EADDRINUSE", `listening on unix:${path} failed: ${reason} (EADDRINUSE)`);
}

function ownFile(givenPath: string): SocketFile {
  const path = resolve(givenPath);
  const own = look(path);
  return {
    remove: () =>
      ignoringErrors(() => {
        if (isSame(look(path), own)) unlinkSync(path);
      }),
  };
}

/** A peer that cannot be asked counts as alive. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => resolve(!NOBODY_LISTENS.has(codeOf(error))));
  });
}

const NOBODY_LISTENS: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOENT"]);

/** Deletes `path` if it still is the file that was found `stale`. A file that cannot be put back stays aside. */
function removeStale(path: string, stale: BigIntStats): void {
  if (!isSame(look(path), stale)) return;
  const aside = draftPath(path);
  if (!succeedsUnless("ENOENT", () => renameSync(path, aside))) return;
  if (isSame(look(aside), stale)) unlinkSync(aside);
  else renameUnlessExists(aside, path);
}

function look(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** While a file exists, or its socket listens, no other has its number. */
function isSame(a: BigIntStats | undefined, b: BigIntStats | undefined): boolean {
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

/** Where the file system has no hard links for sockets, another server may slip in between the look and the renaming. */
function renameUnlessExists(from: string, to: string): boolean {
  try {
    if (!succeedsUnless("EEXIST", () => linkSync(from, to))) return false;
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    if (look(to) !== undefined) return false;
    renameSync(from, to);
    return true;
  }
  unlinkSync(from);
  return true;
}

const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

function succeedsUnless(code: string, action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (codeOf(error) === code) return false;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

function ignoringErrors(action: () => void): void {
  try {
    action();
  } catch {}
}
