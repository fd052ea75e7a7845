import { toJson } from "@bufbuild/protobuf";
import { type FileDescriptorProtoJson, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { described } from "../syntax/parse.test.util.js";
import { RANGE_OPTIONS_MAX } from "./describe-message.js";

/** The descriptor of a file without errors. */
function protoOf(text: string): FileDescriptorProtoJson {
  const { proto, errors } = described(text);
  expect(errors).toEqual([]);
  return toJson(FileDescriptorProtoSchema, proto);
}

/** The first message of a file, as protoc 36.2 describes it before names are resolved. */
function messageOf(text: string) {
  return protoOf(text).messageType![0];
}

const optional = "LABEL_OPTIONAL";
const repeated = "LABEL_REPEATED";

describe("files", () => {
  it.each<[text: string, expected: FileDescriptorProtoJson]>([
    ["", {}],
    ['syntax = "proto2";', {}],
    ['syntax = "proto3";', { syntax: "proto3" }],
    ['edition = "2023";', { syntax: "editions", edition: "EDITION_2023" }],
    ['edition = "2024";', { syntax: "editions", edition: "EDITION_2024" }],
    ["package a . b;", { package: "a.b" }],
    [
      'import "a"; import public "b"; import weak "c"; import public "d" "e";',
      { dependency: ["a", "b", "c", "de"], publicDependency: [1, 3], weakDependency: [2] },
    ],
    [
      'edition = "2024"; import "a"; import option "b";',
      { syntax: "editions", edition: "EDITION_2024", dependency: ["a"], optionDependency: ["b"] },
    ],
    [
      "; message A {} ; enum B {} service C {}",
      { messageType: [{ name: "A" }], enumType: [{ name: "B" }], service: [{ name: "C" }] },
    ],
  ])("%s", (text, expected) => expect(protoOf(text)).toEqual({ name: "a.proto", ...expected }));
});

describe("fields", () => {
  it.each([
    ["optional", "LABEL_OPTIONAL"],
    ["required", "LABEL_REQUIRED"],
    ["repeated", "LABEL_REPEATED"],
  ])("%s", (label, expected) => {
    expect(messageOf(`message A { ${label} int32 a_b = 5; }`)).toEqual({
      name: "A",
      field: [{ name: "a_b", number: 5, label: expected, type: "TYPE_INT32", jsonName: "aB" }],
    });
  });

  it.each([
    "double",
    "float",
    "int64",
    "uint64",
    "int32",
    "fixed64",
    "fixed32",
    "bool",
    "string",
    "bytes",
    "uint32",
    "sfixed32",
    "sfixed64",
    "sint32",
    "sint64",
  ])("of type %s", (type) => {
    const { field } = messageOf(`syntax = "proto3"; message A { ${type} a = 1; }`);
    expect(field).toEqual([
      { name: "a", number: 1, label: optional, type: `TYPE_${type.toUpperCase()}`, jsonName: "a" },
    ]);
  });

  it("of messages and enums, whose names are resolved later", () => {
    const { field } = messageOf('syntax = "proto3"; message A { .a . B b = 1; map c = 2; .int32 d = 3; }');
    expect(field!.map(({ type, typeName }) => [type, typeName])).toEqual([
      [undefined, ".a.B"],
      [undefined, "map"],
      [undefined, ".int32"],
    ]);
  });

  it("with a JSON name of their own", () => {
    const { field } = messageOf(`message A { optional int32 a_b = 1 [json_name = "x" 'y']; }`);
    expect(field).toMatchObject([{ jsonName: "xy" }]);
  });
});

describe("maps", () => {
  it("bring a message for their entries along", () => {
    expect(messageOf("message A { message B {} map<string, .c.D> e_f = 7; message G {} }")).toEqual({
      name: "A",
      field: [
        {
          name: "e_f",
          number: 7,
          label: repeated,
          type: "TYPE_MESSAGE",
          typeName: "EFEntry",
          jsonName: "eF",
        },
      ],
      nestedType: [
        { name: "B" },
        {
          name: "EFEntry",
          field: [
            { name: "key", number: 1, label: optional, type: "TYPE_STRING", jsonName: "key" },
            { name: "value", number: 2, label: optional, typeName: ".c.D", jsonName: "value" },
          ],
          options: { mapEntry: true },
        },
        { name: "G" },
      ],
    });
  });
});

describe("groups", () => {
  it("are a field and a message", () => {
    expect(
      messageOf("message A { message B {} repeated group Foo_Bar = 1 { optional int32 a = 1; } }"),
    ).toEqual({
      name: "A",
      field: [
        {
          name: "foo_bar",
          number: 1,
          label: repeated,
          type: "TYPE_GROUP",
          typeName: "Foo_Bar",
          jsonName: "fooBar",
        },
      ],
      nestedType: [
        { name: "B" },
        {
          name: "Foo_Bar",
          field: [{ name: "a", number: 1, label: optional, type: "TYPE_INT32", jsonName: "a" }],
        },
      ],
    });
  });

  it("stand where the oneof or the extend block stands that they are in", () => {
    const { messageType, extension } = protoOf(
      "message A { oneof o { group B = 1 {} } extend A { optional group C = 2 {} } } extend A { optional group D = 3 {} }",
    );
    expect(messageType).toMatchObject([
      {
        name: "A",
        field: [{ name: "b", typeName: "B", oneofIndex: 0 }],
        extension: [{ name: "c", typeName: "C", extendee: "A" }],
        nestedType: [{ name: "B" }, { name: "C" }],
      },
      { name: "D" },
    ]);
    expect(extension).toMatchObject([{ name: "d", typeName: "D", extendee: "A" }]);
  });
});

describe("oneofs", () => {
  it("are what fields refer to", () => {
    const message = messageOf(
      'syntax = "proto3"; message A { int32 a = 1; oneof b { int32 c = 2; } oneof d { int32 e = 3; } int32 f = 4; }',
    );
    expect(message.oneofDecl).toEqual([{ name: "b" }, { name: "d" }]);
    expect(message.field!.map(({ oneofIndex }) => oneofIndex)).toEqual([undefined, 0, 1, undefined]);
  });

  it("are made for `optional` in proto3, behind all others and with names of their own", () => {
    const message = messageOf(
      'syntax = "proto3"; message A { optional int32 a = 1; optional int32 _a = 2; string X_a = 3; oneof z { int32 q = 4; } optional A __b = 5; repeated int32 c = 6; }',
    );
    expect(message.oneofDecl!.map(({ name }) => name)).toEqual(["z", "XX_a", "XXX_a", "X__b"]);
    expect(message.field!.map(({ oneofIndex, proto3Optional }) => [oneofIndex, proto3Optional])).toEqual([
      [1, true],
      [2, true],
      [undefined, undefined],
      [0, undefined],
      [3, true],
      [undefined, undefined],
    ]);
  });

  it("are not made for extensions, nor in proto2", () => {
    const { extension } = protoOf('syntax = "proto3"; extend A { optional int32 a = 1; }');
    expect(extension).toMatchObject([{ proto3Optional: true }]);
    expect(extension![0]).not.toHaveProperty("oneofIndex");
    expect(messageOf("message A { optional int32 a = 1; }")).not.toHaveProperty("oneofDecl");
  });
});

describe("ranges", () => {
  it.each([
    [
      "extensions 1, 3 to 5, 7 to max;",
      {
        extensionRange: [
          { start: 1, end: 2 },
          { start: 3, end: 6 },
          { start: 7, end: 536870912 },
        ],
      },
    ],
    [
      "reserved 1, 3 to 5, 7 to max;",
      {
        reservedRange: [
          { start: 1, end: 2 },
          { start: 3, end: 6 },
          { start: 7, end: 536870912 },
        ],
      },
    ],
    ['reserved "a", "b" "c";', { reservedName: ["a", "bc"] }],
  ])("%s", (text, expected) =>
    expect(messageOf(`message A { ${text} }`)).toEqual({ name: "A", ...expected }),
  );

  it("of a message set end later", () => {
    const text = (option: string) => `message A { extensions 4 to max; ${option} reserved 3 to max; }`;
    expect(messageOf(text("option message_set_wire_format = true;"))).toMatchObject({
      extensionRange: [{ start: 4, end: 2147483647 }],
      reservedRange: [{ start: 3, end: 2147483647 }],
    });
    expect(messageOf(text("option message_set_wire_format = false;"))).toMatchObject({
      extensionRange: [{ end: 536870912 }],
    });
    expect(messageOf(text("option (message_set_wire_format) = true;"))).toMatchObject({
      extensionRange: [{ end: 536870912 }],
    });
  });

  it("of enums have their end in them", () => {
    const { enumType } = protoOf('enum A { B = -0x5; reserved -3, -2 to 3, 5 to max; reserved "C"; }');
    expect(enumType).toEqual([
      {
        name: "A",
        value: [{ name: "B", number: -5 }],
        reservedRange: [
          { start: -3, end: -3 },
          { start: -2, end: 3 },
          { start: 5, end: 2147483647 },
        ],
        reservedName: ["C"],
      },
    ]);
  });

  it("have names without quotes in editions", () => {
    expect(messageOf('edition = "2023"; message A { reserved b, max; }')).toEqual({
      name: "A",
      reservedName: ["b", "max"],
    });
  });
});

describe("services", () => {
  it("have methods", () => {
    const { service } = protoOf(
      "service A { rpc B(C) returns (.d.E); rpc F(stream G) returns (H) {} rpc I(J) returns (stream K); }",
    );
    expect(service).toEqual([
      {
        name: "A",
        method: [
          { name: "B", inputType: "C", outputType: ".d.E" },
          { name: "F", inputType: "G", outputType: "H", clientStreaming: true, options: {} },
          { name: "I", inputType: "J", outputType: "K", serverStreaming: true },
        ],
      },
    ]);
  });
});

describe("visibility", () => {
  it("is what was written", () => {
    const { messageType, enumType } = protoOf(
      'edition = "2024"; export message A { local enum B {} message C {} } local message D {} export enum E {}',
    );
    expect(messageType).toEqual([
      {
        name: "A",
        visibility: "VISIBILITY_EXPORT",
        enumType: [{ name: "B", visibility: "VISIBILITY_LOCAL" }],
        nestedType: [{ name: "C" }],
      },
      { name: "D", visibility: "VISIBILITY_LOCAL" },
    ]);
    expect(enumType).toEqual([{ name: "E", visibility: "VISIBILITY_EXPORT" }]);
  });
});

describe("options", () => {
  /** Whose options were written, where, and how many. */
  function optionsOf(text: string): string[] {
    const { options, errors } = described(text);
    expect(errors).toEqual([]);
    return options.map(
      ({ schema, scope, path, nodes }) =>
        `${schema.name} in ${scope || "the file"} at ${path.join(".")}: ${nodes.length}`,
    );
  }

  it("are listed for all that can have them", () => {
    const text = `package p; option a = 1; option b = 1;
      message A { option a = 1; optional int32 b = 1 [c = 1]; oneof d { option e = 1; int32 f = 2 [g = 1, h = 2]; }
        extensions 5, 7 to 8 [i = 1]; message B { enum C { option j = 1; D = 0 [k = 1]; } }
        extend A { optional int32 l = 5 [m = 1]; } repeated group E = 9 [n = 1] { option o = 1; } }
      extend A { optional int32 p = 7 [q = 1]; } service F { option r = 1; rpc G(A) returns (A) { option s = 1; } }`;
    expect(optionsOf(text)).toEqual([
      "FileOptions in p at : 2",
      "MessageOptions in p at 4.0: 1",
      "FieldOptions in p.A at 4.0.2.0: 1",
      "OneofOptions in p.A at 4.0.8.0: 1",
      "FieldOptions in p.A at 4.0.2.1: 2",
      "ExtensionRangeOptions in p at 4.0.5.0: 1",
      "ExtensionRangeOptions in p at 4.0.5.1: 1",
      "EnumOptions in p.A.B at 4.0.3.0.4.0: 1",
      "EnumValueOptions in p.A.B.C at 4.0.3.0.4.0.2.0: 1",
      "FieldOptions in p.A at 4.0.6.0: 1",
      "FieldOptions in p.A at 4.0.2.2: 1",
      "MessageOptions in p.A at 4.0.3.1: 1",
      "FieldOptions in p at 7.0: 1",
      "ServiceOptions in p at 6.0: 1",
      "MethodOptions in p.F at 6.0.2.0: 1",
    ]);
  });

  it("of a statement with many ranges are bounded", () => {
    const text = (count: number) => {
      const ranges = Array.from({ length: count }, (_, i) => i + 1).join();
      const options = "a = 1,".repeat(RANGE_OPTIONS_MAX / 1_000 - 1);
      return `message A { extensions ${ranges} [${options} a = 1]; }`;
    };
    expect(optionsOf(text(1_000)).length).toBe(1_000);
    const { options, errors } = described(text(1_001));
    expect(options).toEqual([]);
    expect(errors).toEqual([
      expect.stringContaining("100 options for each of 1001 ranges are too many; hint: 100000 in all"),
    ]);
  });

  it("have neither `default` nor `json_name` among them", () => {
    expect(optionsOf('message A { optional int32 a = 1 [default = 1, json_name = "b"]; }')).toEqual([]);
    expect(optionsOf("message A { optional int32 a = 1 [(default) = 1, (json_name) = 2, x = 3]; }")).toEqual([
      "FieldOptions in A at 4.0.2.0: 3",
    ]);
    expect(optionsOf("enum A { B = 0 [default = 1]; }")).toEqual(["EnumValueOptions in A at 5.0.2.0: 1"]);
  });

  it("give a map's features to its keys and values, too", () => {
    const text = `edition = "2023"; message A {
      map<string, string> b = 1 [features.utf8_validation = NONE, deprecated = true, features = {}, (features).c = 1]; }`;
    expect(optionsOf(text)).toEqual([
      "FieldOptions in A at 4.0.2.0: 4",
      "FieldOptions in A.BEntry at 4.0.3.0.2.0: 2",
      "FieldOptions in A.BEntry at 4.0.3.0.2.1: 2",
    ]);
  });
});

describe("nodes", () => {
  it("are known for each part that was written", () => {
    const { proto, nodes, extendBlocks } = described(
      'syntax = "proto3"; message A { optional int32 a = 1; map<int32, int32> b = 2; reserved 3; oneof c { A d = 4; } enum E { F = 0; reserved 2; } } extend A { A g = 5; } service H { rpc I(A) returns (A); }',
    );
    const [message] = proto.messageType;
    const kinds = [
      proto,
      message,
      ...message.field,
      ...message.reservedRange,
      ...message.oneofDecl,
      ...message.nestedType,
      ...message.enumType,
      ...message.enumType[0].value,
      ...message.enumType[0].reservedRange,
      ...proto.extension,
      ...proto.service,
      ...proto.service[0].method,
    ].map((part) => nodes.get(part)?.kind);
    expect(kinds).toEqual([
      "file",
      "message",
      ...["field", "map", "field"],
      "range",
      ...["oneof", undefined],
      undefined,
      "enum",
      "enumValue",
      "range",
      "field",
      "service",
      "rpc",
    ]);
    expect(extendBlocks.get(proto.extension[0])?.extendee.text).toBe("A");
  });
});
