import { describe, expect, it } from "vitest";
import { compile } from "../compile.js";
import type { Diagnostic } from "../text/diagnostics.js";
import { INVALID } from "./cases.test.util.js";
import type { InvalidCase } from "./invalid-case.test.util.js";

const ALL = Object.values(INVALID).flat();

for (const [theme, cases] of Object.entries(INVALID)) {
  describe(theme, () => {
    it.each(cases.map((invalid) => [invalid.rule, invalid] as const))("%s", (_, { files, errors }) => {
      const { diagnostics, hasErrors } = compile(["a.proto"], { read: (name) => files[name] });
      expect(hasErrors).toBe(true);
      expect(diagnostics.filter(isError).sort(byPlace).map(sayIt)).toEqual(errors);
    });
  });
}

describe("the table", () => {
  it("has at least 200 files", () => expect(ALL.length).toBeGreaterThanOrEqual(200));

  it("has a rule of its own for each file", () => {
    expect(new Set(ALL.map(({ rule }) => rule)).size).toBe(ALL.length);
    expect(new Set(ALL.map(({ files }) => JSON.stringify(files))).size).toBe(ALL.length);
  });

  it("has what protoc says of each file", () => {
    expect(ALL.filter(({ protoc }: InvalidCase) => protoc.join("") === "")).toEqual([]);
  });
});

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column;
}

function sayIt({ path, line, column, message, hint }: Diagnostic): string {
  return `${path}:${line}:${column}: ${message}${hint === undefined ? "" : `; hint: ${hint}`}`;
}
