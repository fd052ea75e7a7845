import { type DescMessage, getOption, type Message, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { compileSources, errorLines, registryOf, type Sources } from "../compile.test.util.js";

const OPTIONS = `syntax = "proto2";
package opt;
import "google/protobuf/descriptor.proto";
enum Color { RED = 1; GREEN = 2; BLUE = -3; }
message Inner { optional int32 a = 1; optional Inner inner = 2; repeated string names = 3; extensions 100 to 200; }
message Limits { required int32 most = 1; }
extend Inner { optional string more = 100; }
extend google.protobuf.MessageOptions {
  optional int32 i32 = 50001; optional sint32 s32 = 50002; optional uint32 u32 = 50003; optional fixed32 f32 = 50004;
  optional sfixed32 sf32 = 50005; optional int64 i64 = 50006; optional sint64 s64 = 50007; optional uint64 u64 = 50008;
  optional fixed64 f64 = 50009; optional sfixed64 sf64 = 50010; optional float fl = 50011; optional double db = 50012;
  optional bool bo = 50013; optional string st = 50014; optional bytes by = 50015; optional Color co = 50016;
  optional Inner me = 50017; repeated int32 ri = 50018; repeated Inner rm = 50019; optional Limits li = 50020;
  repeated int32 pk = 50021 [packed = true]; optional group Gr = 50022 { optional int32 x = 1; }
}
`;

const NAMES = "i32 s32 u32 f32 sf32 i64 s64 u64 f64 sf64 fl db bo st by co me ri rm li pk gr".split(" ");

/** The options of a message as JSON, by name. */
function optionsOf(statements: string): Record<string, unknown> {
  const registry = registryOf({
    "opt.proto": OPTIONS,
    "a.proto": `syntax = "proto2"; package opt.a; import "opt.proto"; message M { ${statements} }`,
  });
  const message = registry.getMessage("opt.a.M")!;
  const set: Record<string, unknown> = {};
  for (const name of NAMES) {
    const extension = registry.getExtension(`opt.${name}`)!;
    const { $unknown } = message.proto.options ?? {};
    if (!$unknown?.some(({ no }) => no === extension.number)) continue;
    const value = getOption(message, extension);
    set[name] =
      extension.message === undefined
        ? value
        : Array.isArray(value)
          ? value.map((each) => toJson(extension.message as DescMessage, each as Message, { registry }))
          : toJson(extension.message, value as Message, { registry });
  }
  return set;
}

function errorsOf(statements: string, more: Sources = {}): string[] {
  const source = `syntax = "proto2"; package opt.a; import "opt.proto";\nmessage M { ${statements} }`;
  return errorLines(compileSources({ "opt.proto": OPTIONS, ...more, "a.proto": source }).diagnostics);
}

describe("a value", () => {
  it.each([
    ["(i32) = 2147483647", { i32: 2147483647 }],
    ["(i32) = -2147483648", { i32: -2147483648 }],
    ["(i32) = 0x10", { i32: 16 }],
    ["(i32) = 010", { i32: 8 }],
    ["(s32) = -1", { s32: -1 }],
    ["(u32) = 4294967295", { u32: 4294967295 }],
    ["(f32) = 4294967295", { f32: 4294967295 }],
    ["(sf32) = -2147483648", { sf32: -2147483648 }],
    ["(i64) = -9223372036854775808", { i64: -9223372036854775808n }],
    ["(s64) = -9223372036854775808", { s64: -9223372036854775808n }],
    ["(u64) = 18446744073709551615", { u64: 18446744073709551615n }],
    ["(f64) = 0xffffffffffffffff", { f64: 18446744073709551615n }],
    ["(sf64) = -1", { sf64: -1n }],
    ["(fl) = 1.5", { fl: 1.5 }],
    ["(fl) = 3", { fl: 3 }],
    ["(fl) = -inf", { fl: Number.NEGATIVE_INFINITY }],
    ["(fl) = 1e300", { fl: Number.POSITIVE_INFINITY }],
    ["(db) = -2.5e-3", { db: -0.0025 }],
    ["(db) = nan", { db: Number.NaN }],
    ["(bo) = true", { bo: true }],
    ["(bo) = false", { bo: false }],
    [`(st) = "a" 'b\\x63'`, { st: "abc" }],
    [`(by) = "\\377\\000"`, { by: Uint8Array.of(255, 0) }],
    ["(co) = GREEN", { co: 2 }],
    ["(co) = BLUE", { co: -3 }],
    ["(opt.i32) = 1", { i32: 1 }],
    ["(.opt.i32) = 1", { i32: 1 }],
    ["(gr).x = 7", { gr: { x: 7 } }],
    ["(gr) = { x: 7 }", { gr: { x: 7 } }],
  ])("option %s", (option, expected) => {
    expect(optionsOf(`option ${option};`)).toEqual(expected);
  });
});

describe("a message", () => {
  it.each([
    ["option (me) = { a: 1 };", { a: 1 }],
    [
      "option (me) = { a: 1, inner { a: 2; names: 'x' names: ['y', 'z'] } };",
      { a: 1, inner: { a: 2, names: ["x", "y", "z"] } },
    ],
    ["option (me) = { inner: < a: 3 > };", { inner: { a: 3 } }],
    ["option (me) = { [opt.more]: 'ext' };", { "[opt.more]": "ext" }],
    ["option (me) = { [more]: 'ext' };", { "[opt.more]": "ext" }],
    ["option (me) = { };", {}],
    [
      "option (me).a = 1; option (me).inner.a = 2; option (me).(more) = 'm';",
      { a: 1, inner: { a: 2 }, "[opt.more]": "m" },
    ],
    ["option (me).names = 'x'; option (me).names = 'y';", { names: ["x", "y"] }],
  ])("%s", (statements, expected) => {
    expect(optionsOf(statements)).toEqual({ me: expected });
  });

  it("of a repeated option is one element each time", () => {
    expect(
      optionsOf("option (rm) = { a: 1 }; option (ri) = 5; option (rm) = { a: 2 }; option (ri) = 6;"),
    ).toEqual({
      rm: [{ a: 1 }, { a: 2 }],
      ri: [5, 6],
    });
  });
});

describe("what is wrong is told where it stands", () => {
  it.each([
    ["option (nope) = 1;", "2:21: `nope` is not defined (import the file that defines it)"],
    ["option nope = 1;", "2:20: there is no message option `nope`"],
    ["option deprecate = true;", "2:20: there is no message option `deprecate` (did you mean `deprecated`?)"],
    [
      "option i32 = 1;",
      "2:20: there is no message option `i32` (an option of your own is written in parentheses: `(i32)`)",
    ],
    [
      "option opt.i32 = 1;",
      "2:20: there is no message option `opt` (an option of your own is written in parentheses: `(opt.i32)`)",
    ],
    ["option (Inner) = {};", "2:21: `Inner` is a message, not an extension"],
    ["option (more) = 'x';", "2:21: `more` extends `opt.Inner`, not `google.protobuf.MessageOptions`"],
    ["option (i32).a = 1;", "2:26: `(i32)` is of type `int32` and has no fields"],
    [
      "option (rm).a = 1;",
      "2:20: `(rm)` is repeated: its fields cannot be set one by one (write `(rm) = { a: … }`, once for each element)",
    ],
    ["option (me).b = 1;", "2:25: `opt.Inner` has no field `b`"],
    ["option (i32) = 1; option (i32) = 2;", "2:38: option `(i32)` is set twice"],
    ["option (me) = { a: 1 }; option (me).a = 2;", "2:44: option `(me).a` is set twice"],
    ["option (me).a = 2; option (me) = { };", "2:39: option `(me)` is set twice (parts of it are set above)"],
    ["option (i32) = 'x';", "2:28: `(i32)` must be an integer, not a string (leave out the quotes)"],
    ["option (u32) = -1;", "2:28: `-1` is out of range for a `uint32` (it takes 0 to 4294967295)"],
    ["option (bo) = 1;", "2:27: `(bo)` must be `true` or `false`, not `1`"],
    ["option (st) = x;", '2:27: `(st)` must be a string, not `x` (write `"x"`)'],
    ["option (fl) = x;", "2:27: `(fl)` must be a number, not `x`"],
    ["option (co) = GREN;", "2:27: `opt.Color` has no value `GREN` (did you mean `GREEN`?)"],
    ["option (co) = 1;", "2:27: `(co)` must be a value of `opt.Color`, not `1`"],
    ["option (me) = 1;", "2:27: `(me)` is a message (write `option (me) = { … };`, or `option (me).a = …;`)"],
    ["option (me) = { nam: 'x' };", "2:29: `opt.Inner` has no field `nam`"],
    ["option (me) = { a: 1 a: 2 };", "2:34: field `a` is set twice"],
    ["option (me) = { a: [1] };", "2:32: `a` is not repeated and takes one value, not a list"],
    ["option (me) = { [opt.i32]: 1 };", "2:29: `opt.i32` is not an extension of `opt.Inner`"],
    ["option (li) = { };", "2:27: `(li)` lacks the required field `most`"],
  ])("%s", (statements, expected) => {
    expect(errorsOf(statements)).toEqual([`a.proto:${expected}`]);
  });

  it("and all of it", () => {
    expect(errorsOf("option (nope) = 1; option (i32) = x; option (me) = { b: 1 c: 2 };")).toHaveLength(4);
  });
});

it("an option of a message that nobody imports is known by the built-in descriptor.proto", () => {
  const sources = {
    "a.proto": `syntax = "proto3"; option java_package = "x"; message M { option deprecated = true; }`,
  };
  const file = registryOf(sources).getFile("a.proto")!;
  expect(file.proto.options?.javaPackage).toBe("x");
  expect(file.messages[0].deprecated).toBe(true);
});
