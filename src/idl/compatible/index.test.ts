import { create, createFileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { CALL_CASES } from "./call-cases.test.util.js";
import { compatible, type InterfaceVersion } from "./compatible.js";
import { ENUM_CASES } from "./enum-cases.test.util.js";
import { FIELD_CASES } from "./field-cases.test.util.js";
import { HARMLESS_CASES } from "./harmless-cases.test.util.js";
import { MESSAGE_CASES } from "./message-cases.test.util.js";
import { NAME_CASES } from "./name-cases.test.util.js";
import { RULES } from "./rules.js";
import { TYPE_CASES } from "./type-cases.test.util.js";
import { type Case, check, type Texts, version } from "./versions.test.util.js";

const TABLES: Readonly<Record<string, readonly Case[]>> = {
  fields: FIELD_CASES,
  types: TYPE_CASES,
  messages: MESSAGE_CASES,
  enums: ENUM_CASES,
  calls: CALL_CASES,
  names: NAME_CASES,
  harmless: HARMLESS_CASES,
};

describe.each(Object.entries(TABLES))("compatible: %s", (_, cases) => {
  it.each(cases)("%s", (_, older, newer, findings) => check(older, newer, findings));
});

describe("compatible", () => {
  const cases = Object.values(TABLES).flat();

  it("finds nothing between a version and itself", () => {
    for (const [, older, newer] of cases) {
      check(older, older, []);
      check(newer, newer, []);
    }
  });

  it("has a case for each rule", () => {
    const shown = new Set(cases.flatMap(([, , , findings]) => findings.map((each) => each.split(",")[0])));
    expect(Object.keys(RULES).filter((rule) => !shown.has(rule))).toEqual([]);
  });
});

describe("compatible: places", () => {
  it("of what changed, in both versions, in the order of the older one", () => {
    const older =
      "\nmessage B {\n  int32 b = 1;\n}\nmessage A {\n  int32 a = 1;\n}\nenum E {\n  Z = 0;\n  Y = 1;\n}";
    const newer =
      "\n\nenum E {\n  Z = 0;\n  X = 1;\n}\nmessage A {\n    string a = 1;\n}\nmessage B {\n  sint32 b = 1;\n}";
    expect(places(older, newer)).toEqual([
      "field-type-changed a.proto:3:3 a.proto:11:3",
      "field-type-changed a.proto:6:3 a.proto:8:5",
      "enum-value-renamed a.proto:10:3 a.proto:5:3",
    ]);
  });

  it("of what was removed: what it was in, in the newer version", () => {
    const older = "\nmessage A {\n  int32 a = 1;\n  message N {}\n}\nservice S {\n  rpc M(A) returns (A);\n}";
    const newer = "\nmessage A {\n}\n\nservice S {\n}";
    expect(places(older, newer)).toEqual([
      "field-removed a.proto:3:3 a.proto:2:1",
      "message-removed a.proto:4:3 -",
      "method-removed a.proto:7:3 a.proto:5:1",
    ]);
  });

  it("of a new required field, of a oneof, of a package, of an extension", () => {
    const older =
      'syntax = "proto2";\npackage a;\nmessage A {\n  oneof o {\n    int32 a = 1;\n    int32 b = 2;\n  }\n}';
    const newer =
      'syntax = "proto2";\n\npackage b;\nmessage A {\n  optional int32 a = 1;\n  optional int32 b = 2;\n  required int32 c = 3;\n}';
    expect(places(older, newer)).toEqual([
      "package-changed a.proto:2:1 a.proto:3:1",
      "oneof-left a.proto:4:3 a.proto:5:3",
      "field-required - a.proto:7:3",
    ]);
    const extension = (type: string) =>
      `syntax = "proto2"; package a; message M {\n  extensions 9;\n  extend M {\n    optional ${type} e = 9;\n  }\n}`;
    expect(places(extension("int32"), extension("sint32"))).toEqual([
      "field-type-changed a.proto:4:5 a.proto:4:5",
    ]);
  });

  it("are files where there is no source info", () => {
    const [older, newer] = ["int32", "sint32"].map((type) =>
      withoutPlaces(version(`message A { ${type} a = 1; }`)),
    );
    expect(compatible(older, newer).map(({ older, newer }) => [older, newer])).toEqual([
      [
        { path: "a.proto", line: 0, column: 0 },
        { path: "a.proto", line: 0, column: 0 },
      ],
    ]);
  });
});

function places(older: Texts, newer: Texts): string[] {
  return compatible(version(older), version(newer)).map(({ rule, older, newer }) => {
    const shown = [older, newer].map((place) => place && `${place.path}:${place.line}:${place.column}`);
    return `${rule} ${shown.map((place) => place ?? "-").join(" ")}`;
  });
}

function withoutPlaces({ registry, isImported }: InterfaceVersion): InterfaceVersion {
  const file = [...registry.files].map(({ proto }) => ({ ...proto, sourceCodeInfo: undefined }));
  return { registry: createFileRegistry(create(FileDescriptorSetSchema, { file })), isImported };
}

describe("compatible: what is only imported", () => {
  const user = (type: string) => `import "lib.proto"; message M { ${type} l = 1; }`;
  const library = (field: string) => `package lib; message Used { ${field} } message Unused { ${field} }`;
  const imported = (texts: Texts): InterfaceVersion => ({
    ...version(texts),
    isImported: (name) => name === "lib.proto",
  });

  it("counts as far as it is used", () => {
    const older = imported({ "a.proto": user("lib.Used"), "lib.proto": library("int32 x = 1;") });
    const newer = imported({ "a.proto": user("lib.Used"), "lib.proto": library("string x = 1;") });
    expect(compatible(older, newer).map(({ message }) => message.slice(0, 29))).toEqual([
      "field 1 `x` of `lib.Used` cha",
    ]);
  });

  it("may be imported no more", () => {
    const older = imported({ "a.proto": user("lib.Used"), "lib.proto": library("int32 x = 1;") });
    const newer = imported({ "a.proto": 'message M { reserved 1; reserved "l"; }' });
    expect(compatible(older, newer)).toEqual([]);
  });
});
