import { type DescMessage, getOption, type Message, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { compileSources, errorLines, registryOf, type Sources } from "./compile.test.util.js";

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
    ["option (nope) = 1;", "2:20: the option `(nope)` is not defined (import the file that defines it)"],
    ["option nope = 1;", "2:20: there is no option `nope` for a message"],
    [
      "option deprecate = true;",
      "2:20: there is no option `deprecate` for a message (did you mean `deprecated`?)",
    ],
    [
      "option i32 = 1;",
      "2:20: there is no option `i32` for a message (extensions are written in parentheses: `(i32)`)",
    ],
    ["option (Inner) = {};", "2:20: `opt.Inner` is a message, not an option"],
    ["option (more) = 'x';", "2:20: `(more)` extends `opt.Inner`, not `google.protobuf.MessageOptions`"],
    ["option (i32).a = 1;", "2:26: `i32` is not a message: it has no fields to set"],
    [
      "option (rm).a = 1;",
      "2:25: `rm` is repeated: its fields cannot be set one by one (write the option once for each element, with all of it in `{ … }`)",
    ],
    ["option (me).b = 1;", "2:25: `opt.Inner` has no field `b`"],
    ["option (i32) = 1; option (i32) = 2;", "2:38: the option `(i32)` is set twice"],
    ["option (me) = { a: 1 }; option (me).a = 2;", "2:44: the option `(me).a` is set twice"],
    ["option (me).a = 2; option (me) = { };", "2:39: the option `(me)` is set twice"],
    ["option (i32) = 'x';", "2:28: `i32` takes a whole number, from -2147483648 to 2147483647"],
    ["option (u32) = -1;", "2:28: -1 is out of range for `u32`: it takes 0 to 4294967295"],
    ["option (bo) = 1;", "2:27: `bo` takes `true` or `false`"],
    ["option (st) = x;", "2:27: `st` takes a string, in quotes"],
    ["option (fl) = x;", "2:27: `fl` takes a number"],
    ["option (co) = GREN;", "2:27: `GREN` is not a value of the enum `opt.Color` (did you mean `GREEN`?)"],
    ["option (co) = 1;", "2:27: `co` takes the name of a value of the enum `opt.Color`"],
    [
      "option (me) = 1;",
      "2:27: `me` is a `opt.Inner`: it takes a message (write `{ … }` for all of it, or set one field of it with `.name = value`)",
    ],
    ["option (me) = { nam: 'x' };", "2:29: `opt.Inner` has no field `nam`"],
    ["option (me) = { a: 1 a: 2 };", "2:34: `a` is set twice"],
    ["option (me) = { a: [1] };", "2:32: `a` is not repeated: it takes one value, not a list"],
    ["option (me) = { [opt.i32]: 1 };", "2:29: `opt.i32` is not an extension of `opt.Inner`"],
    ["option (li) = { };", "2:27: required by `opt.Limits`, and missing: `most`"],
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
