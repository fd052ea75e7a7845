import { type DescMessage, getOption, type Message, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { compileSources, errorLines, registryOf } from "../compile.test.util.js";

const TYPES = `edition = "2023";
package t;
import "google/protobuf/any.proto";
import "google/protobuf/descriptor.proto";
message T {
  string s = 1 [features.field_presence = IMPLICIT];
  bytes b = 2 [features.field_presence = IMPLICIT];
  int32 i = 3 [features.field_presence = IMPLICIT];
  float f = 4;
  uint32 u = 5;
  repeated int32 r = 6;
  Near near = 7 [features.message_encoding = DELIMITED];
  Far far = 8 [features.message_encoding = DELIMITED];
  google.protobuf.Any any = 9;
  E e = 10;
  oneof choice { int32 x = 11; int32 y = 12; }
  map<string, int32> m = 13;
  reserved old;
  message Near { int32 a = 1; }
  message N { extend T { int32 inner = 101; } }
  extensions 100 to 200;
}
message Far { int32 a = 1; }
message OnFiles { int32 a = 1 [targets = TARGET_TYPE_FILE]; }
enum E { ZERO = 0; ONE = 1; }
extend T { int32 s = 100; }
message Two { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; int32 b = 2 [features.field_presence = LEGACY_REQUIRED]; }
extend google.protobuf.MessageOptions { T t = 50001; Two two = 50002; }
`;

/** The literal, as an option of a message, as JSON. */
function literal(text: string): unknown {
  const registry = registryOf({
    "t.proto": TYPES,
    "a.proto": `edition = "2023"; import "t.proto"; message M { option (t.t) = {${text}}; }`,
  });
  const extension = registry.getExtension("t.t")!;
  const value = getOption(registry.getMessage("M")!, extension) as Message;
  return toJson(extension.message as DescMessage, value, { registry });
}

function errorsOf(statements: string): string[] {
  const source = `edition = "2023"; import "t.proto";\nmessage M { ${statements} }`;
  return errorLines(compileSources({ "t.proto": TYPES, "a.proto": source }).diagnostics);
}

describe("a message literal", () => {
  it.each([
    ["strings of zeros are kept", String.raw`s: "\0" b: "\0\0\0\0"`, { s: "\0", b: "AAAAAA==" }],
    ["the empty ones are not, where presence is implicit", 's: "" b: "" i: 0', {}],
    ["an empty list is nothing", "r: []", {}],
    ["a list is packed", "r: [1, 2] r: 3", { r: [1, 2, 3] }],
    [
      "a float just above the largest is the largest",
      "f: 3.4028235677973366e38",
      { f: 3.4028234663852886e38 },
    ],
    ["a group is named by its type", "Near { a: 1 }", { near: { a: 1 } }],
    ["so is an extension, from around the message", "[s]: 5", { "[t.s]": 5 }],
    ["a name that was given up is passed over", "old: 5 i: 1", { i: 1 }],
    [
      "an Any is data: where its fields may be set is not asked",
      "any { [type.googleapis.com/t.OnFiles] { a: 1 } }",
      { any: { "@type": "type.googleapis.com/t.OnFiles", a: 1 } },
    ],
    ["an enum's value by number", "e: 1", { e: "ONE" }],
    ["a map", 'm { key: "a" value: 1 } m: [{ key: "b" }]', { m: { a: 1, b: 0 } }],
  ])("%s", (_, text, expected) => {
    expect(literal(text)).toEqual(expected);
  });

  it.each([
    ["u: -0", "2:33: `-0` is out of range for a `uint32` (it takes 0 to 4294967295)"],
    ["f: 0x10", "2:33: `f` must be a decimal number, not `0x10`"],
    ["i: 1.0", "2:33: `i` must be an integer, not `1.0`"],
    ["Far { a: 1 }", "2:30: `t.T` has no field `Far` (did you mean `far`?)"],
    ["[t.T.N.nope]: 1", "2:30: `t.T.N.nope` is not defined (import the file that defines it)"],
    ["x: 1 y: 2", "2:35: `y` and `x` are both of the oneof `choice`: set one of them"],
    ["e: 3000000000", "2:33: `t.E` has no value 3000000000"],
  ])("%s is wrong", (text, expected) => {
    expect(errorsOf(`option (t.t) = { ${text} };`)).toEqual([`a.proto:${expected}`]);
  });
});

describe("a message that is set field by field", () => {
  it("needs its required fields, too", () => {
    expect(errorsOf("option (t.two).a = 1;")).toEqual([
      "a.proto:2:20: `(t.two)` lacks the required field `b`",
    ]);
    expect(errorsOf("option (t.two).a = 1; option (t.two).b = 2;")).toEqual([]);
  });

  it("is not set deeper than readers go", () => {
    const depth = (count: number) => `option (self.a)${".x".repeat(count)}.i = 1;`;
    const types = `syntax = "proto2"; package self; import "google/protobuf/descriptor.proto";
      message X { optional X x = 1; optional int32 i = 2; }
      extend google.protobuf.MessageOptions { optional X a = 50000; }`;
    const errors = (count: number) =>
      errorLines(compileSources({ "a.proto": `${types}\nmessage M { ${depth(count)} }` }).diagnostics);
    expect(errors(99)).toEqual([]);
    expect(errors(100)).toEqual(["a.proto:4:20: the option's name has more than 101 parts"]);
  });
});

describe("hostile interfaces", () => {
  it("an options message of the run that is not protobuf's is told of, not believed", () => {
    const descriptor = `syntax = "proto2"; package google.protobuf; message FileOptions { optional string features = 50; }`;
    const source = 'edition = "2023"; import "google/protobuf/descriptor.proto"; option features = "xx";';
    const { diagnostics } = compileSources({
      "google/protobuf/descriptor.proto": descriptor,
      "a.proto": source,
    });
    expect(errorLines(diagnostics)).toContain(
      "a.proto:1:69: `google.protobuf.FileOptions` of this run is not as protobuf has it",
    );
  });

  it("an option of an extension of a message named like JavaScript's own", () => {
    const source = `syntax = "proto2"; message constructor { extensions 1 to 9; } extend constructor { optional int32 x = 1; }
message A { option (x) = 3; }`;
    expect(errorLines(compileSources({ "a.proto": source }).diagnostics)).toEqual([
      "a.proto:2:21: `x` extends `constructor`, not `google.protobuf.MessageOptions`",
    ]);
  });
});
