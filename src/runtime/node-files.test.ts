import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nodeFiles, systemErrorText } from "./node-files.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "redoubt-files-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

mkdirSync(join(folder, "b/inner"), { recursive: true });
writeFileSync(join(folder, "c.txt"), "hello");
writeFileSync(join(folder, "a.txt"), "");
symlinkSync("c.txt", join(folder, "link-to-file"));
symlinkSync("b", join(folder, "link-to-folder"));
symlinkSync("nowhere", join(folder, "link-to-nothing"));
symlinkSync("circle", join(folder, "circle"));

const files = nodeFiles(folder);

describe("nodeFiles", () => {
  it.each([
    ["c.txt", "file"],
    [join(folder, "c.txt"), "file"],
    ["b", "folder"],
    ["link-to-file", "file"],
    ["link-to-folder", "folder"],
    ["link-to-nothing", undefined],
    ["circle", undefined],
    ["nope", undefined],
    ["c.txt/nope", undefined],
  ])("%s is a %s", (path, kind) => {
    expect(files.kindOf(path)).toBe(kind);
  });

  it.skipIf(process.platform === "win32")("a device is something else", () => {
    expect(files.kindOf("/dev/null")).toBe("other");
  });

  it("lists files and folders, without links to folders", () => {
    expect(files.list(".")).toEqual([
      { name: "a.txt", kind: "file" },
      { name: "b", kind: "folder" },
      { name: "c.txt", kind: "file" },
      { name: "link-to-file", kind: "file" },
    ]);
  });

  it("reads files", () => {
    expect(files.read("c.txt", 5)).toEqual(Buffer.from("hello"));
  });

  it.each<[path: string, bytesMax: number, fault: string, isMissing: boolean]>([
    ["nope", 5, "no such file or directory", true],
    ["c.txt/nope", 5, "part of the path is not a directory", true],
    ["b", 5, "is a directory", false],
    ["c.txt", 4, "5 bytes are more than the 4 that are read of such a file", false],
    ["circle", 5, "symbolic links lead in a circle", false],
  ])("says why %s cannot be read", (path, bytesMax, fault, isMissing) => {
    expect(files.read(path, bytesMax)).toEqual({ fault, isMissing });
  });

  it("says why a folder cannot be listed", () => {
    expect(files.list("nope")).toEqual({ fault: "no such file or directory", isMissing: true });
    expect(files.list("c.txt")).toMatchObject({ fault: "part of the path is not a directory" });
  });

  it("knows what is below what", () => {
    expect(files.below(folder, join(folder, "b", "inner"))).toBe("b/inner");
    expect(files.below(folder, folder)).toBe("");
    expect(files.below(join(folder, "b"), join(folder, "bc"))).toBeUndefined();
    expect(files.below(join(folder, "b"), folder)).toBeUndefined();
    expect(files.below(folder, join(folder, "..b"))).toBe("..b");
  });

  it("makes paths", () => {
    expect(files.resolve("b/../c.txt")).toBe(join(folder, "c.txt"));
    expect(files.within(folder, "b/inner")).toBe(join(folder, "b", "inner"));
  });
});

describe("systemErrorText", () => {
  it.each([
    [{ code: "ENOSPC", message: "x" }, "the disk is full"],
    [new Error("something else"), "something else"],
    ["just text", "just text"],
    [undefined, "undefined"],
  ])("%o: %s", (error, text) => {
    expect(systemErrorText(error)).toBe(text);
  });
});
