import { describe, expect, it } from "vitest";
import { told } from "./validate.test.util.js";

describe("declared extensions", () => {
  const range = (declarations: string) =>
    `syntax = "proto2"; enum E { X = 0; } message A {\nextensions 4 to 9 [${declarations}];\n}\n`;

  it.each([
    [
      "can be enums",
      'declaration = { number: 4 full_name: ".a" type: ".E" }',
      "extend A { optional E a = 4; }",
      [],
    ],
    [
      "can be groups",
      'declaration = { number: 4 full_name: ".g" type: ".G" }',
      "extend A { optional group G = 4 {} }",
      [],
    ],
    ["can be missing where none is", "verification = DECLARATION", "", []],
    [
      "without number are not in the range",
      'declaration = { full_name: ".a" type: "int32" }',
      "",
      ["2:20: extension number 0 is not in the range 4 to 9"],
    ],
    ["may be reserved without a name", "declaration = { number: 4 reserved: true }", "", []],
    [
      "have names of letters",
      'declaration = { number: 4 full_name: ".a-b" type: ".A..b" }',
      "",
      ["2:20: `.A..b` cannot be the name of a type", "2:20: `.a-b` cannot be the name of an extension"],
    ],
    [
      "may have a name that starts with a digit",
      'declaration = { number: 4 full_name: ".1b" type: "enum" }',
      "",
      [],
    ],
    [
      "are not `group`s by that name",
      'declaration = { number: 4 full_name: ".g" type: "group" }',
      "",
      ["2:20: `type` must be a scalar type or start with a dot: `.group`"],
    ],
  ])("%s", (_, declarations, extend, expected) =>
    expect(told(range(declarations) + extend)).toEqual(expected),
  );

  it("of several ranges at once are in none of the others", () =>
    expect(
      told(
        'syntax = "proto2"; message A {\nextensions 1 to 5, 7 to 9 [declaration = { number: 2 full_name: ".a" type: ".A" }];\n}',
      ),
    ).toEqual([
      "2:28: extension `.a` is declared twice",
      "2:28: extension number 2 is not in the range 7 to 9",
    ]));
});

describe("extensions of message sets", () => {
  it("are messages that have a length", () =>
    expect(
      told(`edition = "2023"; message A { option message_set_wire_format = true; extensions 4 to max; }
extend A { A a = 4; }
extend A { A b = 5 [features.message_encoding = DELIMITED]; }`),
    ).toEqual(["3:12: an extension of a message set must be an optional message"]));
});

describe("what proto3 extends", () => {
  it("is options of all kinds, but nothing else of descriptor.proto", () => {
    const extend = (name: string) => `extend google.protobuf.${name} { int32 x${name} = 50000; }\n`;
    const kinds = [
      "File",
      "Message",
      "Field",
      "Oneof",
      "ExtensionRange",
      "Enum",
      "EnumValue",
      "Service",
      "Method",
    ];
    const text = kinds.map((kind) => extend(`${kind}Options`)).join("");
    const header = 'syntax = "proto3"; import "google/protobuf/descriptor.proto";\n';
    expect(told(header + text)).toEqual([]);
    expect(told(`${header}extend google.protobuf.FeatureSet { int32 x = 9995; }`)).toEqual([
      "2:8: proto3 can extend only options, such as `google.protobuf.FieldOptions`",
    ]);
  });
});
