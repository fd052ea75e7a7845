import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultJournalFolder, isWithin } from "./journal-folder.js";

let base: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "journal-folder-")));
  await mkdir(join(base, "root", "inner"), { recursive: true });
  await mkdir(join(base, "rootlike"));
  await symlink("root/inner", join(base, "link"));
});

afterAll(() => rm(base, { recursive: true }));

describe("without --journal", () => {
  const folderOf = (root: string, XDG_STATE_HOME?: string) =>
    defaultJournalFolder(join(base, root), { XDG_STATE_HOME });

  it("each root has a folder of its own, whatever it is called by", async () => {
    const folder = await folderOf("root/inner", "/state");
    expect(folder).toMatch(/^\/state\/redoubt-directories\/inner-[0-9a-f]{16}$/);
    expect(await folderOf("link", "/state")).toBe(folder);
    expect(await folderOf("root/../root/inner/", "/state")).toBe(folder);
    expect(await folderOf("root", "/state")).not.toBe(folder);
  });

  it.each([undefined, "", "relative"])(
    "it is in the user's folder where XDG_STATE_HOME is %j",
    async (given) => {
      expect(await folderOf("root", given)).toContain(
        join(homedir(), ".local", "state", "redoubt-directories"),
      );
    },
  );
});

describe("a journal within the root", () => {
  it.each([
    ["root", true],
    ["root/journal", true],
    ["root/inner/not/there", true],
    ["link/journal", true],
    ["root/..journal", true],
    ["rootlike", false],
    ["rootlike/journal", false],
    ["root/../journal", false],
    [".", false],
  ])("%s: %s", async (folder, expected) => {
    expect(await isWithin(join(base, "root"), join(base, folder))).toBe(expected);
  });

  it("is every one where the root is that of the machine", async () => {
    expect(await isWithin("/", base)).toBe(true);
  });
});
