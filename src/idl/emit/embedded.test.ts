import { create, createFileRegistry, type DescFile, equals } from "@bufbuild/protobuf";
import { embedFileDesc, fileDesc } from "@bufbuild/protobuf/codegenv2";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_compiler_plugin,
  file_google_protobuf_descriptor,
  file_google_protobuf_struct,
  MessageOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { comments, extension, field, file, mapEntry, message, REPEATED } from "./descriptors.test.util.js";
import { embeddedDescriptor } from "./embedded.js";

const IMPORTED = file("b.proto", {
  messageType: [message("B", [], { extensionRange: [{ start: 9, end: 99 }] })],
});

const USER = file("a.proto", {
  dependency: ["b.proto"],
  publicDependency: [0],
  messageType: [
    message(
      "A",
      [field("plain_name", 1, "int32"), field("other_name", 2, "int32", { jsonName: "plainName2" })],
      {
        nestedType: [
          mapEntry("MEntry", "string", "bytes"),
          message("C", [field("the_map", 1, ".A.MEntry", { label: REPEATED })]),
        ],
        options: Object.assign(create(MessageOptionsSchema), {
          $unknown: [{ no: 50000, wireType: 0, data: new Uint8Array([1]) }],
        }),
      },
    ),
  ],
  extension: [extension("ext_name", 10, "int32", ".B")],
  sourceCodeInfo: comments({ "4.0": { leading: " Of A.\n" } }),
});

describe("embeddedDescriptor", () => {
  it.each<[string, FileDescriptorProto]>([
    ["a user's file", USER],
    ...[
      file_google_protobuf_descriptor,
      file_google_protobuf_compiler_plugin,
      file_google_protobuf_struct,
    ].map(({ proto }): [string, FileDescriptorProto] => [proto.name, proto]),
  ])("writes what protobuf-es writes of %s, and leaves it as it was", (_, descriptor) => {
    const before = structuredClone(descriptor);
    expect(embeddedDescriptor(descriptor)).toBe(embedFileDesc(descriptor).base64());
    expect(structuredClone(descriptor)).toEqual(before);
  });

  it("lets the module have the file again", () => {
    const imported = registered(IMPORTED).getFile("b.proto")!;
    const original = registered(IMPORTED, USER).getFile("a.proto")!;
    const restored = fileDesc(embeddedDescriptor(USER), [imported]);
    expect(restored.messages[0].fields.map(({ jsonName }) => jsonName)).toEqual(["plainName", "plainName2"]);
    expect(equals(FileDescriptorProtoSchema, restored.proto, withoutSourceInfo(original))).toBe(true);
  });
});

function registered(...files: FileDescriptorProto[]) {
  return createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
}

function withoutSourceInfo({ proto }: DescFile): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, { ...proto, sourceCodeInfo: undefined });
}
