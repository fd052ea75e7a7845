import { sep } from "node:path";
import { FolderError } from "./folder-error.js";

/** Of a caller's path, this much is repeated in a message, so that an error fits in the trailers. */
const QUOTED_LENGTH_MAX = 200;

/**
 * Splits a caller's path into the names that lead to it from the root; none for the root itself.
 *
 * `/x` and `x` are the same. `.` and empty parts are dropped. `..` is taken as text, before any link is
 * looked at: `a/../b` is `b`, whether or not `a` exists. A path that climbs above the root is refused, even if
 * it comes back. `separator` is that of the server's file system; where it is `\`, names with a character that
 * would change drive or folder there are refused.
 */
export function namesOf(path: string, separator: string = sep): string[] {
  if (path.includes("\0")) throw invalid(path, "it has a NUL byte");
  const names: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (names.pop() === undefined) throw invalid(path, "it leads above the root");
    } else if (separator === "\\" && /[\\:]/.test(part)) {
      throw invalid(path, "names cannot contain \\ or : on this server");
    } else {
      names.push(part);
    }
  }
  return names;
}

/**
 * The same for every two paths that may name one new directory, even by way of links: these are followed everywhere but
 * in the last place, so its name decides. Folded further than file systems do that take "A" and "a" for one name, or
 * "ß" and "ss", drop what is not seen, or dots at the end: names that have one key for nothing wait, and no more. The empty
 * text for the root, and for a path that is not allowed.
 */
export function newNameKey(path: string): string {
  try {
    return folded(namesOf(path).pop() ?? "");
  } catch {
    return "";
  }
}

function folded(name: string): string {
  const letters = name.normalize("NFKD").replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "");
  // By way of upper case, where "ß" is "SS" and both small sigmas are one.
  return letters
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKC")
    .replace(/[. ]+$/, "");
}

/** The path as the caller gave it, as a JSON string: control characters escaped, its end cut if it is long. */
export function quoted(path: string): string {
  const shown = path.length > QUOTED_LENGTH_MAX ? `${path.slice(0, QUOTED_LENGTH_MAX)}…` : path;
  return JSON.stringify(shown);
}

function invalid(path: string, reason: string): FolderError {
  return new FolderError("INVALID_ARGUMENT", `the path ${quoted(path)} is not allowed: ${reason}`);
}
