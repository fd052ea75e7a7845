import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { compileSources, errorLines } from "../compile.test.util.js";
import { SUGGESTIONS_MAX } from "../text/diagnostics.js";
import { FILE_NAMES_LENGTH_MAX, FULL_NAME_LENGTH_MAX } from "./definitions.js";
import { linkTexts } from "./link.test.util.js";

function errors(text: string): string[] {
  return errorLines(compileSources({ "a.proto": text }).diagnostics);
}

describe("linking writes what is meant", () => {
  const { "a.proto": file } = linkTexts({
    "b.proto": 'syntax = "proto2"; package p.b; message Base { extensions 1 to 9; enum Kind { K = 0; } }',
    "a.proto": `syntax = "proto2"; package p.a; import "b.proto";
      message M {
        optional M self = 1;
        optional b.Base base = 2;
        repeated .p.b.Base.Kind kind = 3;
        optional group Item = 4 {}
        map<string, b.Base> map = 5;
        optional int32 number = 6;
        extend b.Base { optional Item inner = 1; }
      }
      extend b.Base { optional M outer = 2; }
      service S { rpc Get(M) returns (b.Base); }`,
  });
  const [message] = file.proto.messageType;

  it("into fields", () => {
    expect(message.field.map(({ name, type, typeName }) => `${name} ${Type[type]} ${typeName}`)).toEqual([
      "self MESSAGE .p.a.M",
      "base MESSAGE .p.b.Base",
      "kind ENUM .p.b.Base.Kind",
      "item GROUP .p.a.M.Item",
      "map MESSAGE .p.a.M.MapEntry",
      "number INT32 ",
    ]);
    const entry = message.nestedType.find(({ name }) => name === "MapEntry");
    expect(entry?.field.map(({ typeName }) => typeName)).toEqual(["", ".p.b.Base"]);
  });

  it("into extensions", () => {
    const extensions = [...message.extension, ...file.proto.extension];
    expect(extensions.map(({ extendee, typeName }) => [extendee, typeName])).toEqual([
      [".p.b.Base", ".p.a.M.Item"],
      [".p.b.Base", ".p.a.M"],
    ]);
    expect([...(file.symbols.extensions.get("p.b.Base")?.keys() ?? [])]).toEqual([1, 2]);
  });

  it("into methods", () => {
    const [{ inputType, outputType }] = file.proto.service[0].method;
    expect([inputType, outputType]).toEqual([".p.a.M", ".p.b.Base"]);
  });

  it("and notes which imports are used", () =>
    expect([...file.used].map(({ name }) => name)).toEqual(["b.proto"]));
});

describe("a name that is taken", () => {
  it.each([
    [
      "is told once, not for all that is in it",
      'syntax = "proto3";\nmessage M { int32 a = 1; message N {} }\nmessage M { int32 a = 1; message N {} N n = 2; }',
      ["a.proto:3:9: `M` is already defined on line 2"],
    ],
    [
      "is told at the one further down",
      'syntax = "proto3";\nmessage M {\n  enum a { A = 0; }\n  int32 a = 1;\n}',
      ["a.proto:4:9: `M.a` is already defined on line 3"],
    ],
    [
      "can be that of a oneof that `optional` brings along",
      'syntax = "proto3";\nmessage M {\n  optional int32 a = 1;\n  message _a {}\n}',
      ["a.proto:3:18: `optional` needs the name `M._a` for a oneof, which is already defined on line 4"],
    ],
    [
      "of one map is no error of its key and value",
      'syntax = "proto3";\nmessage M {\n  map<int32, M> a = 1;\n  map<int32, M> A = 2;\n  map<int32, M> b = 3;\n}',
      ["a.proto:4:17: the map needs the name `M.AEntry` for its entries, as does the map on line 3"],
    ],
    [
      "does not take the types of fields along",
      'syntax = "proto3";\nmessage E {}\nenum E { A = 0; }\nmessage M { E e = 1; }',
      ["a.proto:3:6: `E` is already defined on line 2"],
    ],
  ])("%s", (_, text, expected) => expect(errors(text).sort()).toEqual(expected));

  it("by an imported file does not make that file be missed", () => {
    const { diagnostics } = compileSources({
      "a.proto": 'syntax = "proto3";\nmessage M { message N {} }\nmessage O { M.N n = 1; }',
      "b.proto": 'syntax = "proto3";\nmessage M { message N {} }\nmessage P { M.N n = 1; }',
    });
    expect(errorLines(diagnostics)).toEqual(["b.proto:2:9: `M` is already defined in `a.proto`"]);
  });
});

describe("two extensions with one number", () => {
  const base = 'syntax = "proto2"; message M { extensions 1 to 9; } extend M { optional int32 a = 1; }';

  it("are worth a warning in two files", () => {
    const { diagnostics } = compileSources({
      "b.proto": base,
      "a.proto": 'syntax = "proto2";\nimport "b.proto";\nextend M { optional int32 b = 1; }',
    });
    expect(diagnostics.map(({ severity, line, message }) => [severity, line, message])).toEqual([
      ["warning", 3, "extension number 1 of `M` is used by `a` of b.proto and `b`"],
    ]);
  });
});

it("an extension of ranges that are the wrong way round has no hint of numbers", () => {
  const [first] = errors(
    `syntax = "proto2";\nmessage M { extensions 9 to 1; }\nextend M { optional int32 a = 5; }`,
  ).filter((text) => text.startsWith("a.proto:3:"));
  expect(first).toBe("a.proto:3:31: `M` has no extension range with 5 in it");
});

describe("hostile files", () => {
  it("get no more than so many suggestions", () => {
    const fields = Array.from({ length: 200 }, (_, i) => `Persom a${i} = ${i + 1};`).join("\n");
    const found = errors(`syntax = "proto3";\nmessage Person {}\nmessage M {\n${fields}\n}`);
    expect(found.length).toBe(200);
    expect(found.filter((text) => text.includes("Person")).length).toBe(SUGGESTIONS_MAX);
  });

  it.each([
    ["message", ""],
    ["message", "int32 a = 1; int32 b = 2;"],
    ["enum", "A = 0; B = 1;"],
    ["service", "rpc A(M) returns (M); rpc B(M) returns (M);"],
  ])("have no names longer than so much: %s %s", (kind, body) => {
    const text = (length: number) =>
      `syntax = "proto3"; message M {} ${kind} ${"X".repeat(length)} { ${body} }`;
    expect(compileSources({ "a.proto": text(FULL_NAME_LENGTH_MAX - 2) }).hasErrors).toBe(false);
    expect(errors(text(FULL_NAME_LENGTH_MAX + 1))).toEqual([
      expect.stringContaining(`the full name is longer than ${FULL_NAME_LENGTH_MAX} characters`),
    ]);
  });

  it("have no more names than fit into memory", () => {
    const text = (count: number) => {
      const fields = Array.from({ length: count }, (_, i) => `int32 f${i + 10_000} = ${i + 20_000};`);
      return `syntax = "proto3"; message ${"X".repeat(16_000)} { ${fields.join("\n")} }`;
    };
    const most = Math.floor(FILE_NAMES_LENGTH_MAX / 16_007) - 1;
    expect(compileSources({ "a.proto": text(most) }).hasErrors).toBe(false);
    expect(errors(text(most + 100))).toEqual([
      expect.stringContaining(
        `the names of the file are longer than ${FILE_NAMES_LENGTH_MAX} characters in all`,
      ),
    ]);
  });

  it("with long chains of public imports are linked", () => {
    const sources: Record<string, string> = { "f0.proto": 'syntax = "proto3"; message M {}' };
    for (let i = 1; i < 500; i++)
      sources[`f${i}.proto`] =
        `syntax = "proto3"; import public "f${i - 1}.proto"; message M${i} { M m = 1; }`;
    expect(compileSources(sources).diagnostics).toEqual([]);
  });
});
