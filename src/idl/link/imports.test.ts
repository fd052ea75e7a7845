import { describe, expect, it } from "vitest";
import { Diagnostics } from "../text/diagnostics.js";
import { warnOfUnusedImports } from "./imports.js";
import { linkTexts } from "./link.test.util.js";

const EMPTY = {
  "b.proto": 'syntax = "proto3"; message B {}',
  "c.proto": 'syntax = "proto3"; import public "b.proto";',
};

function warnings(text: string): string[] {
  const { "a.proto": file } = linkTexts({ ...EMPTY, "a.proto": text });
  const diagnostics = new Diagnostics();
  warnOfUnusedImports(file, diagnostics);
  return diagnostics.all.map(
    ({ severity, line, column, message }) => `${severity} ${line}:${column} ${message}`,
  );
}

describe("an import", () => {
  it("that nothing is used of is worth a warning", () =>
    expect(warnings('syntax = "proto3";\nimport "b.proto";')).toEqual([
      "warning 2:8 nothing of `b.proto` is used",
    ]));

  it.each([
    ["that is used is not", 'import "b.proto"; message A { B b = 1; }'],
    ["that is public is not", 'import public "b.proto";'],
    ["of a file that imports publicly is not", 'import "c.proto";'],
  ])("%s", (_, text) => expect(warnings(`syntax = "proto3"; ${text}`)).toEqual([]));

  it("for options that none is used of is worth one, too", () =>
    expect(warnings('edition = "2024";\nimport option "b.proto";')).toEqual([
      "warning 2:15 nothing of `b.proto` is used",
    ]));
});
