import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { comments, field, file, message } from "./descriptors.test.util.js";
import { emitted, referenceFor, referenceHeader } from "./reference.test.util.js";

describe("modules differ from those of protoc-gen-es on purpose", () => {
  it.each<[string, FileDescriptorProto, [ours: string, theirs: string][]]>([
    [
      "where a type's name cannot be declared",
      file("a.proto", {
        messageType: "any as await infer keyof never readonly symbol undefined unique unknown"
          .split(" ")
          .map((name) => message(name)),
      }),
      "any as await infer keyof never readonly symbol undefined unique unknown".split(" ").flatMap((name) => [
        [`export type ${name}$ = `, `export type ${name} = `],
        [`GenMessage<${name}$>`, `GenMessage<${name}>`],
      ]),
    ],
    [
      "where a constant's name cannot be declared",
      file("a.proto", { service: ["arguments", "await", "eval"].map((name) => ({ name })) }),
      ["arguments", "await", "eval"].map((name) => [`const ${name}$:`, `const ${name}:`]),
    ],
    [
      "where a property's name needs quotes",
      file("a.proto", {
        messageType: [
          message("A", [field("_", 1, "int32"), field("_1a", 2, "int32"), field("_01", 3, "int32")]),
        ],
      }),
      [
        [`  "": number;`, "  : number;"],
        [`  "1a": number;`, "  1a: number;"],
        [`  "01": number;`, "  01: number;"],
      ],
    ],
    [
      "where a doc comment would not say what was declared",
      file("a.proto", {
        syntax: "proto2",
        messageType: [
          message("A", [
            field("a", 1, "string", { defaultValue: 'a"b"c\n\\' }),
            field("b", 2, "bytes", { defaultValue: '\\001\\"' }),
            field("c", 3, "int32", { options: { deprecated: false } }),
            field("d", 4, "int32", { jsonName: 'a"b' }),
          ]),
        ],
      }),
      [
        [`a = 1 [default = "a\\"b\\"c\\n\\\\"];`, `a = 1 [default = "a\\"b"c\n   * \\"];`],
        [`b = 2 [default = "\\001\\""];`, `b = 2 [default = "\\001\\\\""];`],
        ["c = 3 [deprecated = false];", "c = 3 [deprecated = true];"],
        [`d = 4 [json_name = "a\\"b"];`, `d = 4 [json_name = "a"b"];`],
      ],
    ],
    [
      "where a line comment would end early",
      file("a.proto", { sourceCodeInfo: comments({ "12": { leading: " a\rb\u2028c\u2029d\r\n" } }) }),
      [["// a\n//b\n//c\n//d\r\n", "// a\rb\u2028c\u2029d\r\n"]],
    ],
  ])("%s", (_, descriptor, differences) => {
    const [[, theirs]] = Object.entries(referenceFor([descriptor], ["a.proto"]));
    const [[, ours]] = Object.entries(emitted([descriptor], ["a.proto"], { header: referenceHeader() }));
    expect(ours).not.toBe(theirs);
    const undone = differences.reduce((text, [our, their]) => text.replace(our, their), ours);
    expect(undone).toBe(theirs);
  });
});
