import { describe, expect, it } from "vitest";
import { namesOf, newNameKey, quoted } from "./request-path.js";

describe("names of a path", () => {
  it.each([
    ["", []],
    ["/", []],
    [".", []],
    ["///", []],
    ["x", ["x"]],
    ["/x", ["x"]],
    ["x/", ["x"]],
    ["//x//y/", ["x", "y"]],
    ["./x/./y", ["x", "y"]],
    ["a/../b", ["b"]],
    ["/a/b/../../c", ["c"]],
    ["a/..", []],
    ["...", ["..."]],
    ["..a/b..", ["..a", "b.."]],
    ["größe/東京/🚀", ["größe", "東京", "🚀"]],
    ["a\\..\\b", ["a\\..\\b"]],
    ["C:", ["C:"]],
  ])("%j → %j", (path, names) => {
    expect(namesOf(path, "/")).toEqual(names);
  });
});

describe("refused as INVALID_ARGUMENT", () => {
  it.each(["..", "/..", "../x", "a/../..", "a/../../a", "../root/x"])("above the root: %j", (path) => {
    expect(() => namesOf(path, "/")).toThrow(
      expect.objectContaining({
        kind: "INVALID_ARGUMENT",
        message: expect.stringContaining("above the root"),
      }),
    );
  });

  it.each(["\0", "a\0b", "a/\0/b"])("a NUL byte: %j", (path) => {
    expect(() => namesOf(path, "/")).toThrow(
      expect.objectContaining({ kind: "INVALID_ARGUMENT", message: expect.stringContaining("NUL") }),
    );
  });

  it.each(["a\\..\\..\\b", "C:", "a/b:stream"])("a drive or folder of Windows, on Windows: %j", (path) => {
    expect(() => namesOf(path, "\\")).toThrow(expect.objectContaining({ kind: "INVALID_ARGUMENT" }));
  });
});

describe("the key of a new name", () => {
  it.each([
    ["/a/x", "x"],
    ["x", "x"],
    ["/link/to/a/./x/", "x"],
    ["b/../X", "x"],
    ["A\u030a", "å"],
    ["\u212b", "å"],
    ["", ""],
    ["/", ""],
    ["..", ""],
    ["a\0b", ""],
  ])("%j → %j", (path, key) => {
    expect(newNameKey(path)).toBe(key);
  });
});

describe("a quoted path", () => {
  it("escapes control characters", () => {
    expect(quoted("a\n\u001b[31m")).toBe('"a\\n\\u001b[31m"');
  });

  it("keeps what people write", () => {
    expect(quoted("/größe/東京")).toBe('"/größe/東京"');
  });

  it("is whole up to 200 characters and cut beyond", () => {
    expect(quoted("x".repeat(200))).toBe(`"${"x".repeat(200)}"`);
    expect(quoted("x".repeat(201))).toBe(`"${"x".repeat(200)}…"`);
  });
});
