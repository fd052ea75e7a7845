import fc from "fast-check";
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

  it.each([
    ["both small sigmas", "οδος", "οδοσ", "ΟΔΟΣ"],
    ["a sharp s", "straße", "STRASSE", "STRAẞE"],
    ["what is not seen", "ab", "a\u00adb", "a\u200db", "\ufeffab"],
    ["a ligature", "ﬁn", "fin", "FIN"],
    ["a letter without a dot", "ISTANBUL", "ıstanbul", "istanbul"],
    ["dots and blanks at the end, which FAT drops", "a", "a.", "a. ."],
    ["composed and decomposed letters", "\u1fb3", "\u03b1\u0345", "\u0391\u0399"],
  ])("is one for names that some file system takes for one: %s", (_, ...names) => {
    expect(new Set(names.map(newNameKey)).size).toBe(1);
  });

  it("is the same for a name in other letters, forms, and with what is not seen in it", () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
      .filter((text) => !/[/\0]/.test(text));
    fc.assert(
      fc.property(name, (name) => {
        const key = newNameKey(name);
        const others = [name.toUpperCase(), name.toLowerCase(), `${name}\u200d`, key];
        for (const form of ["NFC", "NFD", "NFKC", "NFKD"]) others.push(name.normalize(form));
        // Some forms of a name are another path.
        const names = others.filter((other) => !/[/\0]/.test(other) && !/^[. ]*$/.test(other));
        for (const other of names) expect(newNameKey(other)).toBe(key);
      }),
    );
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
