import { describe, expect, it } from "vitest";
import { linkTexts } from "./link.test.util.js";
import { lookUp } from "./symbols.js";

const PROTO3 = 'syntax = "proto3";';

describe("a name is looked up", () => {
  const { "a.proto": file } = linkTexts({
    "a.proto": `${PROTO3} package p.q;
      message A {
        message B { message A {} enum E { X = 0; } oneof o { int32 f = 1; } }
        message q {}
        int32 C = 1;
      }
      message C {}
      service S { rpc M(A) returns (A); }
      enum F { Y = 0; }`,
  });

  it.each([
    ["p.q", "A", "message p.q.A"],
    ["p.q.A", "B", "message p.q.A.B"],
    ["p.q.A.B", "A", "message p.q.A.B.A"],
    ["p.q.A.B.A", "A", "message p.q.A.B.A"],
    ["p.q.A", "A.B", "message p.q.A.B"],
    ["p.q.A.B", "A.B", undefined],
    ["p.q.A", "q", "message p.q.A.q"],
    ["p.q.A", "q.A", undefined],
    ["p.q", "q.A", "message p.q.A"],
    ["p.q.A", "p.q.A", "message p.q.A"],
    ["p.q.A", ".p.q.A.B", "message p.q.A.B"],
    ["p.q.A", ".A", undefined],
    ["p.q.A.B", "X", "enum value p.q.A.B.X"],
    ["p.q.A", "B.X", "enum value p.q.A.B.X"],
    ["p.q.A", "B.E", "enum p.q.A.B.E"],
    ["p.q.A", "B.E.X", undefined],
    ["p.q.A", "B.o", "oneof p.q.A.B.o"],
    ["p.q.A", "C", "field p.q.A.C"],
    ["p.q", "S.M", "method p.q.S.M"],
    ["p.q", "Y", "enum value p.q.Y"],
    ["", "p", "package p"],
    ["p.q", "q", "package p.q"],
    ["", "A", undefined],
    ["p.q", "", undefined],
  ])("in %s: %s", (scope, name, expected) => {
    const found = lookUp(file, scope, name);
    expect(found && `${found.kind} ${found.fullName}`).toBe(expected);
  });

  it("past what is no type, if a type is wanted", () => {
    expect(lookUp(file, "p.q.A", "C", "type")?.kind).toBe("message");
    expect(lookUp(file, "p.q.A", "B.o", "type")?.kind).toBe("oneof");
  });
});

describe("a file sees", () => {
  const files = linkTexts({
    "deep.proto": `${PROTO3} package deep; message Deep {}`,
    "public.proto": `${PROTO3} package shown; import "deep.proto"; message Public {}`,
    "middle.proto": `${PROTO3} import public "public.proto"; message Middle {}`,
    "option.proto": `${PROTO3} package opt; message Opt {}`,
    "main.proto":
      'edition = "2024"; package shown; import "middle.proto"; import option "option.proto"; message Main {}',
    "other.proto": `${PROTO3} package other; message Other {}`,
  });
  const seen = (name: string, wanted: "any" | "option" = "any") =>
    lookUp(files["main.proto"], "", name, wanted) !== undefined;

  it("itself, its imports, and what those import publicly", () => {
    expect(["shown.Main", "Middle", "shown.Public"].map((name) => seen(name))).toEqual([true, true, true]);
    expect(["deep.Deep", "other.Other", "opt.Opt"].map((name) => seen(name))).toEqual([false, false, false]);
  });

  it("for options also what it imports for them", () => {
    expect(["opt.Opt", "Middle"].map((name) => seen(name, "option"))).toEqual([true, true]);
    expect(["deep.Deep", "other.Other"].map((name) => seen(name, "option"))).toEqual([false, false]);
  });

  it("the packages of these", () => {
    expect(["shown", "opt"].map((name) => seen(name))).toEqual([true, true]);
    expect(["deep", "other"].map((name) => seen(name))).toEqual([false, false]);
  });
});
