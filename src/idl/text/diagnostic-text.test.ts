import { describe, expect, it } from "vitest";
import { countText, diagnosticText, inReadingOrder } from "./diagnostic-text.js";
import type { Diagnostic } from "./diagnostics.js";

const ERROR: Diagnostic = {
  severity: "error",
  path: "a.proto",
  line: 3,
  column: 5,
  message: "`Foo` is not defined",
};

/** What is shown of the line `text` with its part from `start` to `end` (columns from 1, exclusive) underlined. */
function excerpt(text: string, start: number, end: number): string[] {
  const shown = diagnosticText({ ...ERROR, excerpt: { text, start, end } });
  return shown.split("\n").slice(1);
}

describe("diagnosticText", () => {
  it.each<[what: string, diagnostic: Diagnostic, text: string]>([
    ["an error", ERROR, "a.proto:3:5: `Foo` is not defined"],
    ["a warning", { ...ERROR, severity: "warning" }, "a.proto:3:5: warning: `Foo` is not defined"],
    [
      "a hint",
      { ...ERROR, hint: "did you mean `Fo`?" },
      "a.proto:3:5: `Foo` is not defined\n  hint: did you mean `Fo`?",
    ],
    ["a file as a whole", { ...ERROR, line: 0, column: 0 }, "a.proto: `Foo` is not defined"],
    ["a line as a whole", { ...ERROR, column: 0 }, "a.proto:3: `Foo` is not defined"],
    ["no file", { ...ERROR, path: "", line: 0, column: 0 }, "`Foo` is not defined"],
    [
      "a name that commands terminals",
      { ...ERROR, path: "\x1b[2Ja.proto" },
      "\uFFFD[2Ja.proto:3:5: `Foo` is not defined",
    ],
  ])("shows %s", (_, diagnostic, text) => {
    expect(diagnosticText(diagnostic)).toBe(text);
  });

  it("paints each part as it is told", () => {
    const diagnostic = { ...ERROR, hint: "rename it", excerpt: { text: "Foo a = 1;", start: 1, end: 4 } };
    expect(diagnosticText(diagnostic, (part, text) => `<${part} ${text}>`)).toBe(
      "<place a.proto:3:5:> <error `Foo` is not defined>\n  Foo a = 1;\n  <caret ^^^>\n  <hint hint:> rename it",
    );
  });
});

describe("the excerpt", () => {
  it.each<[what: string, text: string, start: number, end: number, line: string, carets: string]>([
    ["a name", "  Foo a = 1;", 3, 6, "    Foo a = 1;", "    ^^^"],
    ["the end of a line", "Foo a", 6, 7, "  Foo a", "       ^"],
    ["an empty line", "", 1, 2, "", "  ^"],
    ["tabs", "\tFoo\ta", 6, 7, "      Foo    a", "             ^"],
    ["characters of two columns", "string 名前 = 1x;", 13, 15, "  string 名前 = 1x;", "                ^^"],
    ["a surrogate pair", 'string a = "😀"; x', 18, 19, '  string a = "😀"; x', "                   ^"],
    ["marks that take no column", "e\u0301 x", 4, 5, "  e\u0301 x", "    ^"],
    ["control characters", "\x1b[31mFoo", 6, 9, "  \uFFFD[31mFoo", "       ^^^"],
    ["characters that turn the text around", "a\u202Eb c", 5, 6, "  a\uFFFDb c", "      ^"],
  ])("shows %s", (_, text, start, end, line, carets) => {
    expect(excerpt(text, start, end)).toEqual([line, carets]);
  });

  it.each([
    ["in front", `Foo ${"x".repeat(500)}`, 1, 4],
    ["in the middle", `${"x".repeat(500)} Foo ${"y".repeat(500)}`, 502, 505],
    ["at the end", `${"x".repeat(500)} Foo`, 502, 505],
    ["among characters of two code units", `${"😀".repeat(250)} Foo${"😀".repeat(250)}`, 502, 505],
  ])("cuts long lines, with what is wrong %s", (_, text, start, end) => {
    const [line, carets] = excerpt(text, start, end);
    expect(line!.length).toBeLessThan(200);
    expect(() => encodeURIComponent(line!), "a surrogate alone").not.toThrow();
    const before = Array.from(line!.slice(0, line!.indexOf("Foo")), (c) => (c === "😀" ? 2 : 1));
    expect(carets).toBe(`${" ".repeat(before.reduce<number>((sum, n) => sum + n, 0))}^^^`);
  });

  it("does not underline beyond what it shows", () => {
    const [line, carets] = excerpt(`Foo ${"x".repeat(500)}`, 1, 500);
    expect(carets!.length).toBeLessThanOrEqual(line!.length);
  });
});

describe("countText", () => {
  const warning: Diagnostic = { ...ERROR, severity: "warning" };

  it.each<[text: string, diagnostics: Diagnostic[]]>([
    ["", []],
    ["1 error in 1 file", [ERROR]],
    ["2 errors in 1 file", [ERROR, ERROR]],
    ["1 error, 1 warning in 2 files", [ERROR, { ...warning, path: "b.proto" }]],
    ["2 warnings in 1 file", [warning, warning]],
    ["1 error", [{ ...ERROR, path: "" }]],
  ])("says %o", (text, diagnostics) => {
    expect(countText(diagnostics)).toBe(text);
  });
});

describe("inReadingOrder", () => {
  it("keeps the files in their order, and puts what is about them in the order of lines", () => {
    const at = (path: string, line: number, column: number) => ({ ...ERROR, path, line, column });
    const found = [at("b", 2, 1), at("a", 1, 1), at("b", 1, 9), at("b", 1, 2), at("b", 0, 0)];
    expect(inReadingOrder(found).map(({ path, line, column }) => `${path}:${line}:${column}`)).toEqual([
      "b:0:0",
      "b:1:2",
      "b:1:9",
      "b:2:1",
      "a:1:1",
    ]);
    expect(found[0]).toEqual(at("b", 2, 1));
  });
});
