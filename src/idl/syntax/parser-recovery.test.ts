import { describe, expect, it } from "vitest";
import { parsed } from "./parse.test.util.js";
import { treeText } from "./tree-text.test.util.js";

/** Checks what is told of a file, and what is read of it nevertheless. */
function check(text: string, errors: readonly string[], tree: string): void {
  const result = parsed(text);
  expect(result.errors).toEqual(errors);
  expect(treeText(result.tree)).toBe(tree === "" ? "(file)" : `(file ${tree})`);
}

describe("a missing `;`", () => {
  it("loses nothing at the end of a line", () => {
    check(
      `message A {
  int32 a = 1
  int32 b = 2 [deprecated = true] // behind
  oneof c { int32 d = 3 }
}
enum E { F = 0 }
import "b"
package c`,
      [
        "2:14: expected `;` after the field",
        "3:34: expected `;` after the field",
        "4:25: expected `;` after the field, found `}`",
        "6:16: expected `;` after the enum value, found `}`",
        "7:11: expected `;` after the import",
        "8:10: expected `;` after the package",
      ],
      "(message A (field int32 a 1) (field int32 b 2 (compactOptions (option deprecated true))) (oneof c (field int32 d 3)))" +
        ' (enum E (enumValue F 0)) (import "b") (package c)',
    );
  });

  it("loses what follows in the line", () => {
    check(
      "message A { int32 a = 1 int32 b = 2; int32 c = 3; }",
      ["1:25: expected `;` after the field, found `int32`"],
      "(message A (field int32 a 1) (field int32 c 3))",
    );
  });
});

describe("a statement that cannot be read", () => {
  it("ends with its `;`", () => {
    check(
      "message A { int32 a; int32 = 2; int32 c = 3; } message B { int32 d = x [y = 1]; int32 e = 5; }",
      [
        "1:20: expected `=` and the field's number, found `;`; hint: give the field a number: `a = 1`",
        "1:28: expected the field's name, found `=`",
        "1:70: expected the field's number, found `x`",
      ],
      "(message A (field int32 c 3)) (message B (field int32 e 5))",
    );
  });

  it("ends with its block", () => {
    check(
      "mesage A { int32 a = 1; message B {} } message C { servce D { rpc E(F) returns (G); }; int32 h = 1; }",
      [
        "1:1: `mesage` starts no statement here; hint: did you mean `message`?",
        "1:61: expected `=` and the field's number, found `{`; hint: give the field a number: `D = 1`",
      ],
      "(message C (field int32 h 1))",
    );
  });

  it("ends where the next one begins", () => {
    check(
      `message A {
  int32 a
  repeated int32 b = 2;
  int32 c =
  message D {}
}
option x =
message E {}`,
      [
        "3:3: expected `=` and the field's number, found `repeated`; hint: give the field a number: `a = 1`",
        "5:3: expected the field's number, found `message`",
        "8:9: expected `;` after the option, found `E`",
      ],
      "(message A (field repeated int32 b 2) (message D)) (option x message)",
    );
  });

  it("ends with the block around it", () => {
    check(
      "message A { int32 } message B { reserved 1, } enum C { D = } service E { rpc F } message G {}",
      [
        "1:19: expected the field's name, found `}`",
        "1:45: expected a field number, found `}`",
        "1:60: expected the value's number, found `}`",
        "1:80: expected `(` and the request's type, found `}`",
      ],
      "(message A) (message B) (enum C) (service E) (message G)",
    );
  });

  it("does not end within a message literal", () => {
    check(
      "option a = { b: c d; e: {} }; option f = { g = { h: 1 }; i: [1; 2] }; option j = 1;",
      ["1:20: expected `:` after `d`, found `;`", "1:46: expected `:` after `g`, found `=`"],
      "(option j 1)",
    );
  });
});

describe("options between brackets that cannot be read", () => {
  it("leave the rest of the statement", () => {
    check(
      "enum A { B = 0 [c = 1, d, e = 2]; F = 1 [g = [1, [2]]]; H = 2 [i = {j 1}]; K = 3 [l = 1; M = 4 [n }",
      [
        "1:25: expected `=` after the option's name, found `,`; hint: write `d = true`",
        "1:46: expected the option's value, found `[`; hint: to set several values, give the option several times",
        "1:71: expected `:` after `j`, found `1`",
        "1:88: expected `,` or `]` after the option, found `;`",
        "1:99: expected `=` after the option's name, found `}`",
      ],
      "(enum A (enumValue B 0 (compactOptions (option c 1))) (enumValue F 1 (compactOptions))" +
        " (enumValue H 2 (compactOptions)) (enumValue K 3 (compactOptions (option l 1))) (enumValue M 4 (compactOptions)))",
    );
  });
});

describe("a brace that is missing", () => {
  it("is told once, at the outermost block that is open", () => {
    check(
      "message A { message B { int32 c = 1; } enum D { E = 0; ",
      ["1:47: `{` is not closed; hint: add `}`"],
      "(message A (message B (field int32 c 1)) (enum D (enumValue E 0)))",
    );
  });

  it("is taken for granted in front of a line", () => {
    check(
      "message A\n  int32 b = 1;\n}\nmessage C {}",
      ["2:3: expected `{` after the message's name, found `int32`"],
      "(message A (field int32 b 1)) (message C)",
    );
  });

  it("loses nothing if there is one too many", () => {
    check(
      "message A {} } } message B {}",
      ["1:14: `}` has no `{` before it", "1:16: `}` has no `{` before it"],
      "(message A) (message B)",
    );
  });
});

describe("what the lexer has told", () => {
  it.each([
    [
      "message A { int32 größe = 1; int32 b = 2; }",
      "1:21: `öß` cannot be part of a name",
      "(message A (field int32 b 2))",
    ],
    [
      "message A { int32 a = 08; int32 b = 2; }",
      "1:23: `08` is not an octal number",
      "(message A (field int32 b 2))",
    ],
    [
      "message A { int32 a = 1 @; int32 b = 2; }",
      "1:25: `@` has no meaning here",
      "(message A (field int32 a 1) (field int32 b 2))",
    ],
    ['import "a;\nmessage A {}', "1:8: string is not closed", "(message A)"],
    ['option a = "b\\q";', "1:14: `\\q` is not an escape", '(option a "b")'],
    ["message A { # a field\n int32 a = 1; }", "1:13: `#` has no meaning here", "(message A)"],
    ["message A { /* }", "1:13: comment is not closed", "(message A)"],
    ["→ message A {}", "1:1: `→` has no meaning here", ""],
    [
      "enum A { B = 0 [c = 1x]; D = 1; }",
      "1:21: `1x` is not a number",
      "(enum A (enumValue B 0 (compactOptions)) (enumValue D 1))",
    ],
  ])("%j is not told again", (text, error, tree) => {
    check(text, [expect.stringContaining(error)], tree);
  });
});

describe("many errors", () => {
  it("end the search", () => {
    expect(parsed("a;".repeat(100_000)).errors).toHaveLength(1_000);
    expect(parsed(`message A { ${"int32 a; int32 b = 1; ".repeat(100_000)} }`).errors).toHaveLength(1_000);
    expect(parsed("@;".repeat(100_000)).errors).toHaveLength(1_000);
  });

  it("take no time that grows with the square of the file", () => {
    const n = 200_000;
    parsed("{".repeat(n));
    parsed("}".repeat(n));
    parsed("message A {".repeat(n));
    parsed("option a = {".repeat(n));
    parsed(`option a = ${"{b<".repeat(n)}`);
    parsed(`message A { ${"int32 a = 1;".repeat(n)} int32 b; }`);
    parsed(`message A { ${"oneof a { int32 b = 1; ".repeat(n)}`);
    parsed(`enum A { B = 0 ${"[a = {".repeat(n)}`);
    parsed(`package ${"a.".repeat(n)}`);
    parsed(`option a = ${'"" '.repeat(n)};`);
    parsed(`option a = ${"1".repeat(n)};`);
    parsed("/*".repeat(n));
    parsed("/**/".repeat(n));
    parsed(`"${"\\".repeat(n)}`);
  });
});
