import { describe, expect, it } from "vitest";
import { parsed } from "./parse.test.util.js";
import { LITERAL_DEPTH_MAX } from "./parse-literal.js";
import { MESSAGE_DEPTH_MAX } from "./parse-message.js";
import { treeText } from "./tree-text.test.util.js";

/** Checks what is read, without the parentheses of the file. */
function check(text: string, expected: string): void {
  const { tree, errors } = parsed(text);
  expect(errors).toEqual([]);
  expect(treeText(tree)).toBe(expected === "" ? "(file)" : `(file ${expected})`);
}

describe("files", () => {
  it.each([
    ["", ""],
    ["// nothing", ""],
    ["; ;", "; ;"],
    ['syntax = "proto3";', '(syntax syntax "proto3")'],
    [`syntax = "pro" 'to2';`, '(syntax syntax "proto2")'],
    ['edition = "2023";', '(syntax edition "2023")'],
    ["package a;", "(package a)"],
    ["package a . /* x */ b\n.c;", "(package a.b.c)"],
    ["package package;", "(package package)"],
    ['import "a.proto";', '(import "a.proto")'],
    [`import public "a" '.proto';`, '(import public "a.proto")'],
    ['import weak "a";', '(import weak "a")'],
    ['import option "a";', '(import option "a")'],
    ["message A {} enum B {} service C {}", "(message A) (enum B) (service C)"],
    ["export message A {} local enum B {}", "(message export A) (enum local B)"],
  ])("%s", check);
});

describe("messages", () => {
  it.each([
    ["", ""],
    [";;", "; ;"],
    ["int32 a = 1;", "(field int32 a 1)"],
    ["optional int32 a = 1;", "(field optional int32 a 1)"],
    ["required .a.b.C a = 0x1f;", "(field required .a.b.C a 31)"],
    ["repeated a . b . C a = 017;", "(field repeated a.b.C a 15)"],
    ["int32 a = 2147483647;", "(field int32 a 2147483647)"],
    ["int32 a = 1 [deprecated = true];", "(field int32 a 1 (compactOptions (option deprecated true)))"],
    ["map<string, .a.B> m = 1;", "(map string .a.B m 1)"],
    [
      "repeated map < int32 , int32 > m = 1 [x = 1];",
      "(map repeated int32 int32 m 1 (compactOptions (option x 1)))",
    ],
    ["map m = 1;", "(field map m 1)"],
    ["group G = 1 { int32 a = 1; }", "(group G 1 (field int32 a 1))"],
    ["repeated group G = 1 [x = 1] {}", "(group repeated G 1 (compactOptions (option x 1)))"],
    ["message B { message C {} } enum D {}", "(message B (message C)) (enum D)"],
    ["export message B {} local enum C {}", "(message export B) (enum local C)"],
    ["extend B { int32 a = 1; group G = 2 {} }", "(extend B (field int32 a 1) (group G 2))"],
    ["extend .a.B { map<int32, int32> m = 1; }", "(extend .a.B (map int32 int32 m 1))"],
    [
      "oneof o { int32 a = 1; group G = 2 {} option x = 1; }",
      "(oneof o (field int32 a 1) (group G 2) (option x 1))",
    ],
    ["oneof o { repeated B b = 1; }", "(oneof o (field repeated B b 1))"],
    ["oneof o {}", "(oneof o)"],
    ["option (a).b = 1;", "(option (a).b 1)"],
    ["extensions 1;", "(extensions (range 1))"],
    ["extensions 1, 3 to 5, 7 to max;", "(extensions (range 1) (range 3 5) (range 7 max))"],
    ["extensions 1 [x = 1, y = 2];", "(extensions (range 1) (compactOptions (option x 1) (option y 2)))"],
    ["reserved 1, 3 to 5, 7 to max;", "(reserved (range 1) (range 3 5) (range 7 max))"],
    [`reserved "a", 'b' "c";`, '(reserved "a" "bc")'],
    ["reserved a, max, to;", "(reserved a max to)"],
  ])("%s", (body, expected) => {
    check(`message A { ${body} }`, expected === "" ? "(message A)" : `(message A ${expected})`);
  });
});

describe("words that are keywords elsewhere", () => {
  it.each([
    ["optional message message = 1;", "(field optional message message 1)"],
    [".message a = 1;", "(field .message a 1)"],
    ["message message {}", "(message message)"],
    ["repeated repeated a = 1;", "(field repeated repeated a 1)"],
    ["optional optional optional = 1;", "(field optional optional optional 1)"],
    ["string group = 1;", "(field string group 1)"],
    ["string string = 1;", "(field string string 1)"],
    ["stream rpc = 1;", "(field stream rpc 1)"],
    [
      "rpc a = 1; import b = 2; package c = 3; service d = 4;",
      "(field rpc a 1) (field import b 2) (field package c 3) (field service d 4)",
    ],
    ["syntax syntax = 1;", "(field syntax syntax 1)"],
    ["export a = 1; local b = 2;", "(field export a 1) (field local b 2)"],
    ["export message = 1; local enum = 2;", "(field export message 1) (field local enum 2)"],
    ["local.message a = 1;", "(field local.message a 1)"],
    ["to to = 1; max max = 2;", "(field to to 1) (field max max 2)"],
    ["oneof oneof { oneof a = 1; message b = 2; }", "(oneof oneof (field oneof a 1) (field message b 2))"],
    [
      "enum enum { message = 0; enum = 1; extend = 2; rpc = 3; }",
      "(enum enum (enumValue message 0) (enumValue enum 1) (enumValue extend 2) (enumValue rpc 3))",
    ],
    ["repeated map<int32, int32> map = 1;", "(map repeated int32 int32 map 1)"],
    ["int32 inf = 1 [default = inf];", "(field int32 inf 1 (compactOptions (option default inf)))"],
  ])("%s", (body, expected) => check(`message A { ${body} }`, `(message A ${expected})`));
});

describe("enums", () => {
  it.each([
    ["A = 0;", "(enumValue A 0)"],
    [
      "A = -0; B = - 1; C = -2147483648; D = 0x7fffffff;",
      "(enumValue A -0) (enumValue B -1) (enumValue C -2147483648) (enumValue D 2147483647)",
    ],
    ["A = 0 [deprecated = true];", "(enumValue A 0 (compactOptions (option deprecated true)))"],
    ["; option allow_alias = true; ;", "; (option allow_alias true) ;"],
    ["reserved -5, -3 to -1, 1 to max;", "(reserved (range -5) (range -3 -1) (range 1 max))"],
    [`reserved "A"; reserved B;`, '(reserved "A") (reserved B)'],
  ])("%s", (body, expected) => check(`enum E { ${body} }`, `(enum E ${expected})`));
});

describe("services", () => {
  it.each([
    ["rpc A(B) returns (C);", "(rpc A B C)"],
    ["rpc A(stream B) returns (stream .c.D);", "(rpc A stream B stream .c.D)"],
    ["rpc A(.stream) returns (stream stream);", "(rpc A .stream stream stream)"],
    ["rpc A(B) returns (C) {} ;", "(rpc A B C) ;"],
    ["rpc A(B) returns (C) { ; option x = 1; }", "(rpc A B C ; (option x 1))"],
    ["option x = 1; ;", "(option x 1) ;"],
    ["rpc rpc(rpc) returns (returns);", "(rpc rpc rpc returns)"],
  ])("%s", (body, expected) => check(`service S { ${body} }`, `(service S ${expected})`));
});

describe("options", () => {
  it.each([
    ["a = 1", "a 1"],
    ["a.b.c = 1", "a.b.c 1"],
    ["(a) = 1", "(a) 1"],
    ["(.a . b).c.(d.e) = 1", "(.a.b).c.(d.e) 1"],
    ["option = 1", "option 1"],
    ["a = true", "a true"],
    ["a = -1", "a -1"],
    ["a = - 1", "a -1"],
    ["a = -inf", "a -inf"],
    ["a = nan", "a nan"],
    ["a = -1.5e3", "a -1500"],
    ["a = 18446744073709551615", "a 18446744073709551615"],
    ["a = 18446744073709551616", "a 18446744073709552000"],
    ["a = -1e999", "a -Infinity"],
    [String.raw`a = "b\n" 'c'`, String.raw`a "b\nc"`],
    ["a = {}", "a (message-literal)"],
    ["a = { b: 1 }", "a (message-literal (literalField b 1))"],
    [
      "a = { b: 1, c: 2; d: 3 e: 4 }",
      "a (message-literal (literalField b 1) (literalField c 2) (literalField d 3) (literalField e 4))",
    ],
    [
      "a = { b {} c: {} d <> e: < f: 1 > }",
      "a (message-literal (literalField b (message-literal)) (literalField c (message-literal)) (literalField d (message-literal)) (literalField e (message-literal (literalField f 1))))",
    ],
    [
      "a = { b: [] c: [1, -2] d [{}, <>] }",
      "a (message-literal (literalField b (list)) (literalField c (list 1 -2)) (literalField d (list (message-literal) (message-literal))))",
    ],
    [
      "a = { b: -Infinity c: NAN d: -.5 }",
      "a (message-literal (literalField b -Infinity) (literalField c NAN) (literalField d -0.5))",
    ],
    ['a = { b: "x" "y" }', 'a (message-literal (literalField b "xy"))'],
    [
      "a = { [b.c]: 1 [d] {} }",
      "a (message-literal (literalField [extension b.c] 1) (literalField [extension d] (message-literal)))",
    ],
    [
      "a = { [type.googleapis.com/b.C] { d: 1 } }",
      "a (message-literal (literalField [any type.googleapis.com/b.C] (message-literal (literalField d 1))))",
    ],
  ])("%s", (option, expected) => {
    check(`option ${option};`, `(option ${expected})`);
    check(
      `enum E { A = 0 [x = 1, ${option}]; }`,
      `(enum E (enumValue A 0 (compactOptions (option x 1) (option ${expected}))))`,
    );
  });

  it("keep the bytes of strings", () => {
    const { tree } = parsed(String.raw`option a = "\xff" 'é';`);
    expect(tree.elements[0]).toMatchObject({
      value: { bytes: Uint8Array.of(0xff, 0xc3, 0xa9), text: "\ufffdé" },
    });
  });

  it("keep large integers", () => {
    const { tree } = parsed("option a = -9007199254740993;");
    expect(tree.elements[0]).toMatchObject({ value: { isNegative: true, magnitude: 9007199254740993n } });
  });
});

describe("nesting", () => {
  const messages = (depth: number) => `${"message A {".repeat(depth)}${"}".repeat(depth)}`;
  const groups = (depth: number) =>
    `message A { ${"oneof o { group G = 1 {".repeat(depth)}${"}}".repeat(depth)} }`;
  const extensions = (depth: number) => `${"extend A { group G = 1 {".repeat(depth)}${"}}".repeat(depth)}`;
  const tooDeep = [
    expect.stringMatching(/^1:\d+: messages are nested too deep; hint: 31 levels are allowed$/),
  ];

  it("of messages has an end", () => {
    expect(parsed(messages(MESSAGE_DEPTH_MAX)).errors).toEqual([]);
    expect(parsed(messages(MESSAGE_DEPTH_MAX + 1)).errors).toEqual(tooDeep);
    expect(parsed(messages(100_000)).errors).toEqual(tooDeep);
  });

  it("of groups has an end", () => {
    expect(parsed(groups(MESSAGE_DEPTH_MAX - 1)).errors).toEqual([]);
    expect(parsed(groups(MESSAGE_DEPTH_MAX)).errors).toEqual(tooDeep);
    expect(parsed(extensions(MESSAGE_DEPTH_MAX)).errors).toEqual([]);
    expect(parsed(extensions(MESSAGE_DEPTH_MAX + 1)).errors).toEqual(tooDeep);
  });

  it("of message literals has an end", () => {
    const literal = (depth: number) => `option a = ${"{ b ".repeat(depth - 1)}{}${"}".repeat(depth - 1)};`;
    const list = (depth: number) => `option a = ${"{ b: [".repeat(depth - 1)}{}${"]}".repeat(depth - 1)};`;
    const angles = (depth: number) => `option a = { ${"b <".repeat(depth - 1)}${">".repeat(depth - 1)} };`;
    for (const text of [literal, list, angles]) {
      expect(parsed(text(LITERAL_DEPTH_MAX)).errors).toEqual([]);
      expect(parsed(text(LITERAL_DEPTH_MAX + 1)).errors).toHaveLength(1);
      expect(parsed(text(100_000)).errors).toEqual([
        expect.stringMatching(/^1:\d+: messages are nested too deep; hint: 100 levels are allowed$/),
      ]);
    }
  });
});
