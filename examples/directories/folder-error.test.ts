import { describe, expect, it } from "vitest";
import { FolderError, folderErrorFrom } from "./folder-error.js";

function osError(code: string, errno: number): Error {
  return Object.assign(new Error(`${code}: text, mkdir '/srv/secret/a'`), { code, errno });
}

function translated(code: string, errno = -1): FolderError {
  const error = folderErrorFrom(osError(code, errno), 'cannot make "/a"');
  if (!(error instanceof FolderError)) throw new Error("not a FolderError");
  return error;
}

describe("an OS error becomes", () => {
  it.each([
    ["EEXIST", "ALREADY_EXISTS"],
    ["ENOENT", "NOT_FOUND"],
    ["EACCES", "PERMISSION_DENIED"],
    ["EPERM", "PERMISSION_DENIED"],
    ["ENOTDIR", "FAILED_PRECONDITION"],
    ["ELOOP", "FAILED_PRECONDITION"],
    ["EROFS", "FAILED_PRECONDITION"],
    ["ENAMETOOLONG", "INVALID_ARGUMENT"],
    ["EINVAL", "INVALID_ARGUMENT"],
    ["EILSEQ", "INVALID_ARGUMENT"],
    ["EMLINK", "FAILED_PRECONDITION"],
    ["ENOTSUP", "FAILED_PRECONDITION"],
    ["EOPNOTSUPP", "FAILED_PRECONDITION"],
    ["EIO", "UNKNOWN"],
    ["ENOSPC", "UNKNOWN"],
    ["ESOMETHINGNEW", "UNKNOWN"],
  ])("%s → %s", (code, kind) => {
    expect(translated(code).kind).toBe(kind);
  });
});

describe("its message", () => {
  it("says what was tried and why it failed", () => {
    expect(translated("EEXIST").message).toBe('cannot make "/a": that name is taken');
  });

  it("gives the OS's own words for an error it has no status for", () => {
    expect(translated("EIO", -5).message).toBe('cannot make "/a": OS returned error: EIO (i/o error)');
  });

  it("stands without a description when the number is unknown too", () => {
    expect(translated("ENEW", -99_999).message).toBe(
      'cannot make "/a": OS returned error: ENEW (no description)',
    );
  });

  it.each(["EEXIST", "EIO"])("never has the server's path (%s)", (code) => {
    expect(translated(code).message).not.toContain("secret");
  });

  it("keeps the OS error as its cause, for the server's own log", () => {
    expect(translated("EIO").cause).toMatchObject({ code: "EIO" });
  });
});

it.each([
  ["a bug", new TypeError("x is not a function")],
  ["a Node error without errno", Object.assign(new Error("no"), { code: "ERR_INVALID_ARG_TYPE" })],
  ["a thrown string", "oops"],
])("leaves %s as it is", (_, thrown) => {
  expect(folderErrorFrom(thrown, "cannot make")).toBe(thrown);
});
