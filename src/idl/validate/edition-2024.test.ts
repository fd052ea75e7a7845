import { describe, expect, it } from "vitest";
import { told } from "./validate.test.util.js";

describe("STRICT visibility", () => {
  const strict = 'edition = "2024"; package a; option features.default_symbol_visibility = STRICT;\n';

  it.each([
    [
      "lets enums be exported from a message that only gives them a scope",
      "message A { export enum E { E_A = 0; } reserved 1 to max; }",
      [],
    ],
    [
      "with all numbers reserved",
      "local message A { export enum E { E_A = 0; } reserved 1 to 536870911; }",
      [],
    ],
    [
      "in one range",
      "message A { export enum E { E_A = 0; } reserved 1 to 5, 6 to max; }",
      ["2:13: a nested enum cannot be exported under `STRICT` visibility"],
    ],
    [
      "that is not exported",
      "export message A { export enum E { E_A = 0; } reserved 1 to max; }",
      ["2:20: a nested enum cannot be exported under `STRICT` visibility"],
    ],
    [
      "nor nested",
      "message A { message B { export enum E { E_A = 0; } reserved 1 to max; } }",
      ["2:25: a nested enum cannot be exported under `STRICT` visibility"],
    ],
    [
      "but not messages",
      "message A { export message B {} reserved 1 to max; }",
      ["2:13: a nested message cannot be exported under `STRICT` visibility"],
    ],
    ["and is silent about what is local", "message A { local message B {} enum E { E_A = 0; } }", []],
  ])("%s", (_, text, expected) => expect(told(strict + text)).toEqual(expected));

  it("is not asked for by LOCAL_ALL", () =>
    expect(
      told(
        'edition = "2024"; package a; option features.default_symbol_visibility = LOCAL_ALL; message A { export message B {} }',
      ),
    ).toEqual([]));
});

describe("visibility", () => {
  const exported =
    'edition = "2024"; package b; local message A { export message B {} export enum E { E_A = 0; } }';

  it("of what is exported is not that of what it is in", () =>
    expect(
      told({
        "b.proto": exported,
        "a.proto": 'syntax = "proto3"; import "b.proto"; message M { b.A.B b = 1; b.A.E e = 2; }',
      }),
    ).toEqual([]));

  it("holds for files of all kinds", () =>
    expect(
      told({
        "b.proto": exported,
        "a.proto": 'syntax = "proto3"; import "b.proto"; message M {\n  map<string, b.A> m = 1;\n}',
      }),
    ).toEqual(["2:15: `b.A` is local to `b.proto`"]));
});

describe("names", () => {
  const edition = 'edition = "2024"; package a;\n';

  it.each([
    [
      "message FOO { int32 foo1_bar = 1; int32 a_b_c = 2; int32 f1 = 3; oneof a1 { int32 b1 = 4; } reserved fooBar; }",
    ],
    ["enum A1 { A1_UNSPECIFIED = 0; A2 = 2; A1_B2 = 8; }"],
    [
      "message foo_bar { option features.enforce_naming_style = STYLE_LEGACY; int32 fooBar = 1; message x_y {} }",
    ],
    ["message A { int32 fooBar = 1 [features.enforce_naming_style = STYLE_LEGACY]; }"],
  ])("%s are fine", (text) => expect(told(edition + text)).toEqual([]));

  it.each(["a.c1.v1beta1.d_e", "a._b"])("package %s is fine", (name) =>
    expect(told(`edition = "2024"; package ${name};`)).toEqual([]),
  );

  it.each(["a_.b", "a.b_", "a.__b"])("package %s is not", (name) =>
    expect(told(`edition = "2024"; package ${name};`)[0]).toContain(
      "each underscore is followed by a letter",
    ),
  );

  it("are checked at the file's features", () =>
    expect(
      told('edition = "2024"; package A; option features.enforce_naming_style = STYLE_LEGACY; message a {}'),
    ).toEqual([]));
});
