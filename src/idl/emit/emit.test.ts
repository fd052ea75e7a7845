import type { DescFile } from "@bufbuild/protobuf";
import {
  Edition,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
  FeatureSet_Utf8Validation,
  FieldOptions_JSType,
  type FileDescriptorProto,
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_compiler_plugin,
  file_google_protobuf_cpp_features,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_go_features,
  file_google_protobuf_java_features,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import {
  comments,
  enumeration,
  extension,
  field,
  file,
  mapEntry,
  message,
  method,
  REPEATED,
  REQUIRED,
} from "./descriptors.test.util.js";
import { emitted, expectAsReference } from "./reference.test.util.js";

const SCALARS =
  "double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes".split(
    " ",
  );

const WELL_KNOWN: readonly DescFile[] = [
  file_google_protobuf_any,
  file_google_protobuf_source_context,
  file_google_protobuf_type,
  file_google_protobuf_api,
  file_google_protobuf_descriptor,
  file_google_protobuf_compiler_plugin,
  file_google_protobuf_cpp_features,
  file_google_protobuf_go_features,
  file_google_protobuf_java_features,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
];

describe("modules are, byte for byte, those of protoc-gen-es", () => {
  it.each<[string, FileDescriptorProto]>([
    ["of an empty file", file("empty.proto", { syntax: "" })],
    [
      "of a file that is deprecated",
      file("old.proto", { options: { deprecated: true }, messageType: [message("A")] }),
    ],
    ["in a folder", file("a/b/c-d.e f.proto", { package: "x.y", messageType: [message("A")] })],
    [
      "with fields of every scalar type, and lists of them",
      file("a.proto", {
        messageType: [
          message(
            "A",
            SCALARS.map((type, i) => field(`the_${type}`, i + 1, type)),
          ),
          message(
            "B",
            SCALARS.map((type, i) => field(`all_${type}`, i + 1, type, { label: REPEATED })),
          ),
        ],
      }),
    ],
    [
      "with optional fields of proto3",
      file("a.proto", {
        messageType: [
          message(
            "A",
            [
              field("s", 1, "string", { proto3Optional: true, oneofIndex: 1 }),
              field("e", 2, "enum.E", { proto3Optional: true, oneofIndex: 2 }),
              field("a", 3, ".A", { proto3Optional: true, oneofIndex: 3 }),
              field("in_real", 4, "int32", { oneofIndex: 0 }),
            ],
            { oneofDecl: [{ name: "real" }, { name: "_s" }, { name: "_e" }, { name: "_a" }] },
          ),
        ],
        enumType: [enumeration("E", ["E_ZERO=0"])],
      }),
    ],
    [
      "with labels, defaults and groups of proto2",
      file("a.proto", {
        syntax: "proto2",
        package: "p",
        messageType: [
          message(
            "A",
            [
              field("must", 1, "int32", { label: REQUIRED }),
              field("may", 2, "sint64", { defaultValue: "-5" }),
              field("text", 3, "string", { defaultValue: 'a"b */ d' }),
              field("octets", 4, "bytes", { defaultValue: "\\001*/" }),
              field("number", 5, "double", { defaultValue: "inf" }),
              field("state", 6, "enum.p.E", { defaultValue: "E_TWO" }),
              field("group", 7, "group.p.A.Group"),
              field("groups", 8, "group.p.A.Groups", { label: REPEATED }),
              field("chosen", 9, "group.p.A.Chosen", { oneofIndex: 0 }),
            ],
            {
              nestedType: [message("Group", [field("a", 1, ".p.A")]), message("Groups"), message("Chosen")],
              oneofDecl: [{ name: "choice" }],
            },
          ),
        ],
        enumType: [enumeration("E", ["E_ONE=1", "E_TWO=2"])],
      }),
    ],
    [
      "with options of fields",
      file("a.proto", {
        messageType: [
          message("A", [
            field("packed", 1, "int32", { label: REPEATED, options: { packed: true } }),
            field("unpacked", 2, "int32", { label: REPEATED, options: { packed: false } }),
            field("text", 3, "int64", { options: { jstype: FieldOptions_JSType.JS_STRING } }),
            field("texts", 4, "uint64", {
              label: REPEATED,
              options: { jstype: FieldOptions_JSType.JS_STRING },
            }),
            field("number", 5, "fixed64", { options: { jstype: FieldOptions_JSType.JS_NUMBER } }),
            field("old", 6, "int32", { options: { deprecated: true }, jsonName: "ancient" }),
            field("blank", 8, "int32", { jsonName: "a b" }),
            field("digit", 9, "int32", { jsonName: "9" }),
            field("dollar", 10, "int32", { jsonName: "$d" }),
          ]),
        ],
      }),
    ],
    [
      "with names that objects have already",
      file("a.proto", {
        messageType: [
          message(
            "A",
            [
              field("constructor", 1, "int32"),
              field("to_string", 2, "int32"),
              field("to_json", 3, "int32"),
              field("toJSON", 4, "int32", { oneofIndex: 0 }),
              field("_a__b_1_c_", 5, "int32"),
              field("UpperCase", 6, "int32"),
              field("_12", 7, "int32"),
            ],
            { oneofDecl: [{ name: "value_of" }] },
          ),
        ],
        enumType: [enumeration("E", ["toString=0", "constructor=1"])],
        service: [{ name: "S", method: [method("ToString", ".A", ".A"), method("constructor", ".A", ".A")] }],
      }),
    ],
    [
      "with oneofs",
      file("a.proto", {
        package: "p",
        messageType: [
          message(
            "A",
            [
              field("before", 1, "int32"),
              field("x", 2, "bytes", { oneofIndex: 1 }),
              field("y", 3, ".p.A", { oneofIndex: 1, options: { deprecated: true } }),
              field("between", 4, "int32"),
              field("z", 5, "enum.p.A.E", { oneofIndex: 0 }),
            ],
            {
              oneofDecl: [{ name: "second_one" }, { name: "first_one" }],
              enumType: [enumeration("E", ["NONE=0"])],
              options: { deprecated: true },
            },
          ),
        ],
      }),
    ],
    [
      "with maps of every key, and values of every kind",
      file("a.proto", {
        messageType: [
          message(
            "Values",
            [
              field("doubles", 1, ".Values.DoublesEntry", { label: REPEATED }),
              field("messages", 2, ".Values.MessagesEntry", { label: REPEATED }),
              field("enums", 3, ".Values.EnumsEntry", { label: REPEATED }),
            ],
            {
              nestedType: [
                mapEntry("DoublesEntry", "string", "double"),
                message("Between"),
                mapEntry("MessagesEntry", "string", ".Values"),
                mapEntry("EnumsEntry", "string", "enum.E"),
                message("Behind", [], { enumType: [enumeration("E", ["E_ZERO=0"])] }),
              ],
            },
          ),
          ...SCALARS.filter((type) => !["double", "float", "bytes"].includes(type)).map((type) =>
            message(`By_${type}`, [field("m", 1, `.By_${type}.MEntry`, { label: REPEATED })], {
              nestedType: [mapEntry("MEntry", type, type)],
            }),
          ),
        ],
        enumType: [enumeration("E", ["E_ZERO=0"])],
      }),
    ],
    [
      "with enums",
      file("a.proto", {
        syntax: "proto2",
        enumType: [
          enumeration("ColorKind", ["COLOR_KIND_RED=1", "COLOR_KIND_GREEN=2", "color_kind_blue=-3"]),
          enumeration("Digit", ["DIGIT_1=1", "DIGIT_A=2"]),
          enumeration("Mixed", ["MIXED_A=0", "B=1"]),
          enumeration("Alias", ["ALIAS_A=0", "ALIAS_B=0"], {
            options: { allowAlias: true, deprecated: true },
          }),
          enumeration("Old", [], { value: [{ name: "OLD_A", number: 0, options: { deprecated: true } }] }),
        ],
      }),
    ],
    [
      "with services",
      file("a.proto", {
        package: "p",
        messageType: [message("A"), message("B")],
        service: [
          { name: "Empty" },
          {
            name: "All",
            options: { deprecated: true },
            method: [
              method("Unary", ".p.A", ".p.B"),
              method("fromServer", ".p.A", ".p.B", { serverStreaming: true }),
              method("From_Client", ".p.A", ".p.B", { clientStreaming: true }),
              method("_both", ".p.A", ".p.A", { serverStreaming: true, clientStreaming: true }),
              method("Old", ".p.A", ".p.B", { options: { deprecated: true } }),
            ],
          },
        ],
      }),
    ],
    [
      "with extensions",
      file("a.proto", {
        syntax: "proto2",
        package: "p",
        messageType: [
          message("Grouped"),
          message("A", [], {
            extensionRange: [{ start: 100, end: 200 }],
            extension: [
              extension("inner", 100, ".p.A", ".p.A"),
              extension("list", 101, "int64", ".p.A", { label: REPEATED }),
            ],
            nestedType: [message("B", [], { extension: [extension("inmost", 102, "bytes", ".p.A")] })],
          }),
        ],
        enumType: [enumeration("E", ["E_A=0"])],
        extension: [
          extension("outer", 103, "enum.p.E", ".p.A", { defaultValue: "E_A", options: { deprecated: true } }),
          extension("grouped", 104, "group.p.Grouped", ".p.A", { jsonName: "grouped" }),
        ],
      }),
    ],
    [
      "with features of edition 2023",
      file("a.proto", {
        syntax: "editions",
        edition: Edition.EDITION_2023,
        package: "p",
        options: {
          features: {
            fieldPresence: FeatureSet_FieldPresence.IMPLICIT,
            messageEncoding: FeatureSet_MessageEncoding.DELIMITED,
          },
        },
        messageType: [
          message(
            "A",
            [
              field("must", 1, "int32", {
                options: { features: { fieldPresence: FeatureSet_FieldPresence.LEGACY_REQUIRED } },
              }),
              field("list", 2, "int32", {
                label: REPEATED,
                options: {
                  features: {
                    repeatedFieldEncoding: FeatureSet_RepeatedFieldEncoding.EXPANDED,
                    utf8Validation: FeatureSet_Utf8Validation.NONE,
                  },
                },
              }),
              field("a", 3, "group.p.A"),
              field("plain", 4, "int32"),
            ],
            { options: { features: { fieldPresence: FeatureSet_FieldPresence.EXPLICIT } } },
          ),
        ],
        enumType: [
          enumeration("Closed", ["CLOSED_A=1"], {
            options: {
              features: {
                enumType: FeatureSet_EnumType.CLOSED,
                utf8Validation: FeatureSet_Utf8Validation.VERIFY,
              },
            },
          }),
        ],
      }),
    ],
    [
      "of edition 2024",
      file("a.proto", { syntax: "editions", edition: Edition.EDITION_2024, messageType: [message("A")] }),
    ],
    ["of the unstable edition", file("a.proto", { syntax: "editions", edition: Edition.EDITION_UNSTABLE })],
    [
      "whose names come out alike",
      file("a.proto", {
        messageType: [
          message("A", [field("b", 1, ".A.B"), field("c", 2, ".A_B")], { nestedType: [message("B")] }),
          message("A_B"),
          message("A_BSchema"),
          message("ASchema"),
          message("AJson"),
          message("AJson$"),
          message("file_a"),
        ],
      }),
    ],
    [
      "whose names are those that generated code imports",
      file("a.proto", {
        messageType: ["Message", "GenMessage", "GenFile", "fileDesc", "messageDesc", "JsonValue"].map(
          (name) => message(name, [field("f", 1, ".Message")]),
        ),
        service: [{ name: "GenService" }, { name: "serviceDesc" }],
        enumType: [enumeration("GenEnum", ["A=0"]), enumeration("UnknownEnum", ["B=0"])],
      }),
    ],
    [
      "whose names are words of the language",
      file("a.proto", {
        messageType:
          "delete class function interface string Object Uint8Array globalThis type of async Record"
            .split(" ")
            .map((name) =>
              message(name, [field(name, 1, `.${name}`)], { enumType: [enumeration("enum", ["if=0"])] }),
            ),
        enumType: [enumeration("enum", ["new=0"]), enumeration("let", ["void=0"])],
        service: [{ name: "static", method: [method("Delete", ".delete", ".delete")] }],
      }),
    ],
    [
      "with comments",
      file("a.proto", {
        package: "p",
        messageType: [
          message("A", [field("a", 1, "int32"), field("b", 2, "int32", { oneofIndex: 0 })], {
            oneofDecl: [{ name: "o" }],
            nestedType: [message("B"), mapEntry("MEntry", "string", "string"), message("C")],
            enumType: [enumeration("E", ["E_A=0"])],
          }),
        ],
        enumType: [enumeration("E", ["E_Z=0"])],
        service: [{ name: "S", method: [method("M", ".p.A", ".p.A")] }],
        sourceCodeInfo: comments({
          "": { leading: " Of no one.\n" },
          "12": {
            leading: " Of the syntax.\n",
            trailing: " Unseen.\n",
            detached: [" One.\n Two.\n", "\n*star\n"],
          },
          "2": { leading: "Of the package.\r\n second\r\n", detached: [" Apart.\n"] },
          "4.0": { leading: " Of A.\n\n   indented\n", trailing: " Behind A.\n", detached: [" Unseen.\n"] },
          "4.0.2.0": { trailing: " Only behind */ it /* and on.\n" },
          "4.0.2.1": { leading: "*\n * With stars\n", trailing: "" },
          "4.0.8.0": { leading: " Of o.\n" },
          "4.0.3.0": { leading: "" },
          "4.0.3.2": { leading: " \n" },
          "4.0.4.0": { leading: "\n\n" },
          "4.0.4.0.2.0": { leading: " ", trailing: "\n" },
          "5.0": { leading: " Of E.\n" },
          "5.0.2.0": { leading: " Of E_Z.\n", trailing: " ä €\u2028x\n" },
          "6.0": { leading: " Of S.\n" },
          "6.0.2.0": { leading: " Of M.\n" },
        }),
      }),
    ],
  ])("%s", (_, descriptor) => expectAsReference([descriptor]));

  it("with types of other files, aliased where names are the same", () => {
    expectAsReference([
      file("one/a.proto", { package: "one", messageType: [message("A"), message("B"), message("Same")] }),
      file("one/two/a.proto", {
        package: "two",
        messageType: [message("A")],
        enumType: [enumeration("Same", ["S=0"])],
      }),
      file("three.proto", { dependency: ["one/a.proto"], publicDependency: [0] }),
      file("one/here.proto", {
        package: "here",
        dependency: ["one/two/a.proto", "one/a.proto", "three.proto"],
        messageType: [
          message("A", [
            field("own", 1, ".here.A"),
            field("same", 2, ".one.Same"),
            field("two", 3, ".two.A"),
            field("same_two", 4, "enum.two.Same"),
            field("one", 5, ".one.A", { label: REPEATED }),
          ]),
        ],
        service: [{ name: "S", method: [method("M", ".one.A", ".two.A"), method("N", ".one.B", ".here.A")] }],
      }),
    ]);
  });

  it("with well-known types, from the package", () => {
    const [...wellKnown] = WELL_KNOWN.map(({ proto }) => proto);
    const wrappers = file_google_protobuf_wrappers.messages.map(({ typeName }) => `.${typeName}`);
    const others = "Any Duration Empty FieldMask ListValue Struct Timestamp Value".split(" ");
    const types = [...wrappers, ...others.map((name) => `.google.protobuf.${name}`)];
    const user = file("a.proto", {
      package: "p",
      dependency: wellKnown.map(({ name }) => name),
      messageType: [
        message(
          "One",
          types.map((type, i) => field(`f${i}`, i + 1, type)),
        ),
        message(
          "Many",
          types.map((type, i) => field(`f${i}`, i + 1, type, { label: REPEATED })),
        ),
        message(
          "Choice",
          types.map((type, i) => field(`f${i}`, i + 1, type, { oneofIndex: 0 })),
          {
            oneofDecl: [{ name: "choice" }],
          },
        ),
        message(
          "Map",
          types.map((type, i) =>
            field(`f${i}`, i + 1, `.p.Map.F${i}Entry`, { label: REPEATED, ...(type && {}) }),
          ),
          {
            nestedType: types.map((type, i) => mapEntry(`F${i}Entry`, "string", type)),
          },
        ),
        message("Null", [field("null", 1, "enum.google.protobuf.NullValue")]),
      ],
      extension: [
        extension("wrapped", 50000, ".google.protobuf.Int64Value", ".google.protobuf.FieldOptions"),
        extension("any", 50001, ".google.protobuf.Any", ".google.protobuf.FieldOptions"),
        extension("struct", 50002, ".google.protobuf.Struct", ".google.protobuf.MessageOptions"),
      ],
    });
    expectAsReference([...wellKnown, user], ["a.proto"]);
  });

  it("of the well-known types themselves", () => {
    expectAsReference(WELL_KNOWN.map(({ proto }) => proto));
  });
});

describe("emit", () => {
  it("writes the header it is given", () => {
    const modules = emitted([file("a.proto")], ["a.proto"], { header: "@generated by a test" });
    expect(modules["a_pb.ts"]).toMatch(/^\/\/ @generated by a test\n\/\/ @generated from file a\.proto /);
  });

  it("embeds the descriptor it is given, and documents the file's own", () => {
    const own = file("a.proto", {
      messageType: [message("A", [field("a", 1, "int32", { options: { deprecated: true } })])],
    });
    const bare = file("a.proto", { messageType: [message("A", [field("a", 1, "int32")])] });
    const header = "@generated";
    const [modules, bareModules] = [own, bare].map((descriptor) =>
      emitted([descriptor], ["a.proto"], { header, embedded: () => bare }),
    );
    const call = /fileDesc\(".*"\)/;
    expect(modules["a_pb.ts"].match(call)![0]).toBe(bareModules["a_pb.ts"].match(call)![0]);
    expect(modules["a_pb.ts"]).toContain("@deprecated");
  });
});
