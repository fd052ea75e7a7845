import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RootFolder } from "./root-folder.js";

/** Holds `root`, which is served, and `outside`, which must never be seen through it. */
let base: string;
let root: string;
let folder: RootFolder;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "root-folder-")));
  root = join(base, "root");
  await mkdir(root);
  await mkdir(join(base, "outside", "inner"), { recursive: true });
  folder = await RootFolder.open(root);
});

afterEach(async () => {
  await rm(base, { recursive: true });
});

function within(...names: string[]): string {
  return join(root, ...names);
}

async function expectRefused(work: Promise<unknown>, kind: string, message?: string): Promise<void> {
  await expect(work).rejects.toMatchObject({ name: "FolderError", kind, ...(message && { message }) });
}

describe("opening", () => {
  it("tells the operator that the directory is missing", async () => {
    await expect(RootFolder.open(join(base, "none"))).rejects.toThrow(`there is no directory ${base}/none`);
  });

  it("tells the operator that it is not a directory", async () => {
    await writeFile(within("file"), "");
    await expect(RootFolder.open(within("file"))).rejects.toThrow(`${root}/file is not a directory`);
  });
});

describe("making", () => {
  it.each(["x", "/x", "x/", "./x", "//x"])("%j makes x below the root", async (path) => {
    await folder.makeDirectory(path);
    expect(await readdir(root)).toEqual(["x"]);
  });

  it("makes one below another", async () => {
    await folder.makeDirectory("/größe");
    await folder.makeDirectory("größe/東京 🚀");
    expect(await readdir(within("größe"))).toEqual(["東京 🚀"]);
  });

  it("takes .. as text: a/../b is b, though a is missing", async () => {
    await folder.makeDirectory("a/../b");
    expect(await readdir(root)).toEqual(["b"]);
  });

  it("answers ALREADY_EXISTS for a directory", async () => {
    await mkdir(within("x"));
    await expectRefused(folder.makeDirectory("/x"), "ALREADY_EXISTS", 'cannot make "/x": that name is taken');
  });

  it("answers ALREADY_EXISTS for a file", async () => {
    await writeFile(within("x"), "");
    await expectRefused(folder.makeDirectory("x"), "ALREADY_EXISTS");
  });

  it.each(["", "/", ".", "a/.."])("answers ALREADY_EXISTS for the root itself: %j", async (path) => {
    await expectRefused(folder.makeDirectory(path), "ALREADY_EXISTS");
  });

  it("answers NOT_FOUND when the parent is missing, and makes nothing", async () => {
    await expectRefused(folder.makeDirectory("/a/b"), "NOT_FOUND", 'cannot make "/a/b": no such directory');
    expect(await readdir(root)).toEqual([]);
  });

  it("answers FAILED_PRECONDITION when the parent is a file", async () => {
    await writeFile(within("file"), "");
    await expectRefused(folder.makeDirectory("file/x"), "FAILED_PRECONDITION");
    await expectRefused(folder.makeDirectory("file/x/y"), "FAILED_PRECONDITION");
  });

  it("answers INVALID_ARGUMENT for a name longer than the file system takes", async () => {
    await expectRefused(folder.makeDirectory("x".repeat(256)), "INVALID_ARGUMENT");
    await expectRefused(folder.makeDirectory(`${"x".repeat(256)}/y`), "INVALID_ARGUMENT");
  });

  it.skipIf(process.getuid?.() === 0)(
    "answers PERMISSION_DENIED where the OS does (not as root: root may do anything)",
    async () => {
      await mkdir(within("locked"));
      await chmod(within("locked"), 0o500);
      await expectRefused(folder.makeDirectory("locked/x"), "PERMISSION_DENIED");
    },
  );
});

describe("making what an earlier try may have made", () => {
  it("is done where the directory is there", async () => {
    await mkdir(within("x"));
    await folder.makeDirectory("x", { mayBeMade: true });
    expect(await readdir(root)).toEqual(["x"]);
  });

  it("makes it where nothing is there", async () => {
    await folder.makeDirectory("x", { mayBeMade: true });
    expect(await readdir(root)).toEqual(["x"]);
  });

  it("takes no file for it, and no link to a directory", async () => {
    await writeFile(within("file"), "");
    await mkdir(within("a"));
    await symlink("a", within("link"));
    await expectRefused(folder.makeDirectory("file", { mayBeMade: true }), "ALREADY_EXISTS");
    await expectRefused(folder.makeDirectory("link", { mayBeMade: true }), "ALREADY_EXISTS");
  });
});

describe("a name", () => {
  it("is free where nothing is there", async () => {
    await mkdir(within("a"));
    await folder.checkFree("a/x");
    expect(await readdir(within("a"))).toEqual([]);
  });

  it("is taken by anything, also by a link to nothing", async () => {
    await mkdir(within("directory"));
    await writeFile(within("file"), "");
    await symlink("missing", within("link"));
    for (const name of ["directory", "file", "link", "/"]) {
      await expectRefused(folder.checkFree(name), "ALREADY_EXISTS");
    }
    await expectRefused(folder.checkFree("file"), "ALREADY_EXISTS", 'cannot make "file": that name is taken');
  });

  it("needs a parent", async () => {
    await writeFile(within("file"), "");
    await expectRefused(folder.checkFree("a/x"), "NOT_FOUND");
    await expectRefused(folder.checkFree("file/x"), "FAILED_PRECONDITION");
    await expectRefused(folder.checkFree("../x"), "INVALID_ARGUMENT");
  });
});

describe("listing", () => {
  it.each(["", "/", ".", "x/.."])("%j lists the root", async (path) => {
    await mkdir(within("x"));
    expect(await folder.listDirectory(path)).toEqual([{ name: "x", isDirectory: true }]);
  });

  it("lists nothing for an empty directory", async () => {
    expect(await folder.listDirectory("/")).toEqual([]);
  });

  it("sorts by name and tells directories from files", async () => {
    for (const name of ["b", "B", "é", "a", "10", "9"]) await mkdir(within(name));
    await writeFile(within("c"), "");
    expect(await folder.listDirectory("")).toEqual([
      { name: "10", isDirectory: true },
      { name: "9", isDirectory: true },
      { name: "B", isDirectory: true },
      { name: "a", isDirectory: true },
      { name: "b", isDirectory: true },
      { name: "c", isDirectory: false },
      { name: "é", isDirectory: true },
    ]);
  });

  it("lists only the directory asked for", async () => {
    await mkdir(within("a", "b", "c"), { recursive: true });
    expect(await folder.listDirectory("/a")).toEqual([{ name: "b", isDirectory: true }]);
  });

  it("answers NOT_FOUND for a missing one", async () => {
    await expectRefused(folder.listDirectory("/x"), "NOT_FOUND", 'cannot list "/x": no such directory');
    await expectRefused(folder.listDirectory("/x/y"), "NOT_FOUND");
  });

  it("answers FAILED_PRECONDITION for a file", async () => {
    await writeFile(within("file"), "");
    await expectRefused(
      folder.listDirectory("file"),
      "FAILED_PRECONDITION",
      'cannot list "file": not a directory',
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    "answers PERMISSION_DENIED where the OS does (not as root: root may do anything)",
    async () => {
      await mkdir(within("locked"));
      await chmod(within("locked"), 0o300);
      await expectRefused(folder.listDirectory("locked"), "PERMISSION_DENIED");
    },
  );
});

describe("a path that is not allowed", () => {
  it.each(["..", "/..", "../x", "../outside", "../root/x", "a/../../outside/x", "a\0b"])(
    "%j is INVALID_ARGUMENT, and nothing is made",
    async (path) => {
      await expectRefused(folder.makeDirectory(path), "INVALID_ARGUMENT");
      await expectRefused(folder.listDirectory(path), "INVALID_ARGUMENT");
      expect(await readdir(base)).toEqual(["outside", "root"]);
      expect(await readdir(root)).toEqual([]);
    },
  );
});

describe("a link that leads out", () => {
  /** Every link here is `leak`, and leads out of the root in its own way. */
  const LEAKS: readonly (readonly [string, () => string])[] = [
    ["absolute", () => join(base, "outside")],
    ["absolute, dangling", () => join(base, "missing")],
    ["relative", () => "../outside"],
    ["relative, dangling", () => "../missing/deep"],
    ["to the parent of the root", () => ".."],
    ["to the root of the machine", () => "/"],
    ["to a neighbour that begins like the root", () => `${root}-neighbour`],
    ["out and back in", () => "../root"],
    ["through the root's own name", () => `${root}/../outside`],
  ];

  it.each(LEAKS)("is refused: %s", async (_, target) => {
    await symlink(target(), within("leak"));
    const message = "a symbolic link leads out of the root";
    await expectRefused(folder.listDirectory("leak"), "PERMISSION_DENIED", `cannot list "leak": ${message}`);
    await expectRefused(folder.listDirectory("/leak/inner"), "PERMISSION_DENIED");
    await expectRefused(
      folder.makeDirectory("leak/new"),
      "PERMISSION_DENIED",
      `cannot make "leak/new": ${message}`,
    );
    await expectRefused(folder.makeDirectory("leak/inner/new"), "PERMISSION_DENIED");
    expect(await readdir(join(base, "outside"))).toEqual(["inner"]);
    expect(await readdir(join(base, "outside", "inner"))).toEqual([]);
  });

  it.each(LEAKS)("is refused at the end of a chain: %s", async (_, target) => {
    await mkdir(within("deep"));
    await symlink(target().replace(/^\.\./, "../.."), within("deep", "leak"));
    await symlink("deep/leak", within("second"));
    await symlink(within("second"), within("first"));
    await expectRefused(folder.listDirectory("first"), "PERMISSION_DENIED");
    await expectRefused(folder.makeDirectory("first/new"), "PERMISSION_DENIED");
    expect(await readdir(join(base, "outside"))).toEqual(["inner"]);
  });

  it.each(LEAKS)("takes its name: %s", async (_, target) => {
    await symlink(target(), within("leak"));
    await expectRefused(folder.makeDirectory("leak"), "ALREADY_EXISTS");
    expect(await readdir(base)).toEqual(["outside", "root"]);
  });

  it.each(LEAKS)("is listed, but not as a directory: %s", async (_, target) => {
    await symlink(target(), within("leak"));
    expect(await folder.listDirectory("/")).toEqual([{ name: "leak", isDirectory: false }]);
  });

  it("does not tell whether something is there outside", async () => {
    await symlink("../outside", within("present"));
    await symlink("../missing", within("absent"));
    const messageOf = async (path: string) => {
      const error = await folder.listDirectory(path).catch((caught: Error) => caught);
      return error instanceof Error ? error.message.replace(path, "…") : "listed";
    };
    expect(await messageOf("present")).toBe(await messageOf("absent"));
    expect(await messageOf("present/inner")).toBe(await messageOf("absent/inner"));
  });
});

describe("a link that stays inside", () => {
  beforeEach(async () => {
    await mkdir(within("a", "b"), { recursive: true });
    await writeFile(within("a", "file"), "");
  });

  it.each([
    ["relative", () => "a"],
    ["absolute", () => within("a")],
    ["with .. that stays inside", () => "a/b/.."],
    ["untidy", () => ".//a/./"],
  ])("is followed: %s", async (_, target) => {
    await symlink(target(), within("link"));
    await folder.makeDirectory("link/made");
    expect(await readdir(within("a"))).toEqual(["b", "file", "made"]);
    expect(await folder.listDirectory("link")).toEqual([
      { name: "b", isDirectory: true },
      { name: "file", isDirectory: false },
      { name: "made", isDirectory: true },
    ]);
  });

  it("is followed in the middle of a path, from where it stands", async () => {
    await symlink("../a", within("a", "up"));
    await folder.makeDirectory("a/up/up/b/made");
    expect(await readdir(within("a", "b"))).toEqual(["made"]);
  });

  it("leads to the root itself", async () => {
    await symlink(root, within("a", "top"));
    await folder.makeDirectory("a/top/made");
    expect(await readdir(root)).toEqual(["a", "made"]);
  });

  it("is listed as what it leads to", async () => {
    await symlink("a/b", within("to-directory"));
    await symlink("to-directory", within("to-link"));
    await symlink("a/file", within("to-file"));
    await symlink("missing", within("to-nothing"));
    expect(await folder.listDirectory("/")).toEqual([
      { name: "a", isDirectory: true },
      { name: "to-directory", isDirectory: true },
      { name: "to-file", isDirectory: false },
      { name: "to-link", isDirectory: true },
      { name: "to-nothing", isDirectory: false },
    ]);
  });

  it("but to nothing is NOT_FOUND, and its name is taken", async () => {
    await symlink("missing", within("link"));
    await expectRefused(folder.listDirectory("link"), "NOT_FOUND");
    await expectRefused(folder.makeDirectory("link/x"), "NOT_FOUND");
    await expectRefused(folder.makeDirectory("link"), "ALREADY_EXISTS");
    expect(await readdir(root)).toEqual(["a", "link"]);
  });

  it("through a file is FAILED_PRECONDITION", async () => {
    await symlink("a/file/..", within("link"));
    await expectRefused(folder.listDirectory("link"), "FAILED_PRECONDITION");
  });

  it("is followed 40 times, and no more", async () => {
    await symlink("a", within("link1"));
    for (let n = 2; n <= 41; n++) await symlink(`link${n - 1}`, within(`link${n}`));
    await folder.makeDirectory("link40/made");
    await expectRefused(folder.listDirectory("link41"), "FAILED_PRECONDITION");
  });

  it("to itself is FAILED_PRECONDITION", async () => {
    await symlink("loop", within("loop"));
    await expectRefused(folder.listDirectory("loop"), "FAILED_PRECONDITION");
    await expectRefused(folder.makeDirectory("loop/x"), "FAILED_PRECONDITION");
    expect(await folder.listDirectory("/")).toContainEqual({ name: "loop", isDirectory: false });
  });
});

describe("a root that is itself a link", () => {
  it("serves where it leads, and takes absolute links by either name", async () => {
    await symlink(root, join(base, "alias"));
    const aliased = await RootFolder.open(join(base, "alias"));
    await mkdir(within("a"));
    await symlink(join(base, "alias", "a"), within("by-alias"));
    await symlink(within("a"), within("by-name"));
    await aliased.makeDirectory("by-alias/one");
    await aliased.makeDirectory("by-name/two");
    expect(await readdir(within("a"))).toEqual(["one", "two"]);
  });
});

it("never shows the server's own path", async () => {
  await mkdir(within("x"));
  await writeFile(within("file"), "");
  for (const path of ["x", "missing/y", "file/y", "..", "z".repeat(300)]) {
    const error = await folder.makeDirectory(path).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).not.toContain(base);
  }
});
