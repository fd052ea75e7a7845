import { create, createFileRegistry, toBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  MessageOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { compileSources } from "../compile.test.util.js";
import { withoutSourceRetention } from "../source-retention.js";

const OPTIONS = `syntax = "proto3";
import "google/protobuf/descriptor.proto";
message V {
  double d = 1;
  float f = 2;
  map<string, int32> by_name = 3;
  map<int32, V> by_number = 4;
}
extend google.protobuf.MessageOptions { V v = 50001; double d = 50002; float f = 50003; repeated int32 r = 50004; }
`;

/** The options of the file's last message. */
function optionBytes({ messageType }: FileDescriptorProto): string {
  return Buffer.from(toBinary(MessageOptionsSchema, messageType.at(-1)!.options!)).toString("hex");
}

describe("options as bytes", () => {
  // As protoc 36.2 writes them: with --retain_options, and without where that differs.
  it.each<[what: string, body: string, compiled: string, stripped?: string]>([
    [
      "a NaN with a sign, in braces",
      "option (v) = { d: -nan f: -nan };",
      "8ab5180e09000000000000f8ff150000c0ff",
    ],
    ["a NaN with a sign", "option (d) = -nan; option (f) = -nan;", "91b518000000000000f87f9db5180000c07f"],
    [
      "zeros with a sign, in braces",
      "option (v) = { d: -0 f: -0.0 };",
      "8ab5180e0900000000000000801500000080",
    ],
    ["zeros with a sign", "option (d) = -0; option (f) = -0.0;", "91b51800000000000000009db51800000080"],
    [
      "map entries without a key or a value",
      `option (v) = { by_name { } by_name { key: "k" } by_number { value { } } };`,
      "8ab518131a040a0010001a050a016b1000220408001200",
    ],
    [
      "map entries with zeros, in their order",
      `option (v).by_name = { key: "b" value: 0 }; option (v).by_name = { key: "a" value: 0 };`,
      "8ab518071a050a016210008ab518071a050a01611000",
      "8ab5180e1a050a016210001a050a01611000",
    ],
    ["a repeated option", "option (r) = 1; option (r) = 2;", "a0b51801a0b51802", "a2b518020102"],
  ])("%s", (_, body, compiled, stripped = compiled) => {
    const { files, diagnostics } = compileSources({ "a.proto": `${OPTIONS}message M { ${body} }` });
    expect(diagnostics).toEqual([]);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
    const file = files.at(-1)!;
    expect(optionBytes(file)).toBe(compiled);
    expect(optionBytes(withoutSourceRetention(file, registry))).toBe(stripped);
  });
});
