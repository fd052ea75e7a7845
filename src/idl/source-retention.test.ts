import { create, createFileRegistry, toBinary } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  MessageOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { withoutSourceRetention } from "./source-retention.js";

const OPTIONS = `syntax = "proto2";
package t;
import "google/protobuf/descriptor.proto";

message O {
  optional int32 kept = 1;
  optional int32 gone = 2 [retention = RETENTION_SOURCE];
  optional O one = 3;
  repeated O many = 4;
  map<string, O> by = 5;
  oneof choice {
    O chosen = 6;
    int32 number = 7 [retention = RETENTION_SOURCE];
  }
  optional google.protobuf.MessageOptions options = 8;
}

extend google.protobuf.MessageOptions {
  optional string gone = 50001 [retention = RETENTION_SOURCE];
  optional O o = 50002;
  repeated O all = 50003;
  optional string kept = 50004;
  repeated int32 gone_too = 50005 [retention = RETENTION_SOURCE];
}
`;

/** The file with a message of this body, as compiled and as it is without what is for the source only. */
function strip(body: string) {
  const text = `${OPTIONS}message M { ${body} }`;
  const { files, diagnostics } = compile(["t.proto"], {
    read: (name) => (name === "t.proto" ? text : undefined),
  });
  expect(diagnostics).toEqual([]);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  const file = files.at(-1)!;
  return { file, stripped: withoutSourceRetention(file, registry) };
}

describe("withoutSourceRetention", () => {
  // What protoc 36.2 puts into a descriptor set for them.
  it.each<[what: string, body: string, options: string, paths: string[]]>([
    ["nothing", "", "none", []],
    [
      "what is kept",
      `option deprecated = true; option (kept) = "x";`,
      "1801a2b5180178",
      ["7", "7,3", "7", "7,50004"],
    ],
    [
      "options that are gone",
      `option (gone) = "x"; option (gone_too) = 1; option (gone_too) = 2;`,
      "none",
      [],
    ],
    ["one of two", `option (gone) = "x"; option (kept) = "y";`, "a2b5180179", ["7", "7", "7,50004"]],
    [
      "one beside one that is not custom",
      `option deprecated = true; option (gone) = "x";`,
      "1801",
      ["7", "7,3", "7"],
    ],
    [
      "options out of order",
      `option (kept) = "y"; option (o).kept = 1; option (o).one.kept = 2;`,
      "92b5180608011a020802a2b5180179",
      ["7", "7,50004", "7", "7,50002,1", "7", "7,50002,3,1"],
    ],
    [
      "fields of a custom option",
      "option (o) = { kept: 1 gone: 2 one { gone: 3 } };",
      "92b5180408011a00",
      ["7", "7,50002"],
    ],
    ["all fields of a custom option", "option (o).gone = 1;", "92b51800", ["7"]],
    [
      "fields in lists",
      "option (all) = { many { gone: 1 } many { kept: 2 } }; option (all) = { kept: 3 };",
      "9ab518062200220208029ab518020803",
      ["7", "7,50003,0", "7", "7,50003,1"],
    ],
    [
      "fields in maps",
      `option (o) = { by { key: "a" value { gone: 1 kept: 2 } } by { key: "b" value {} } };`,
      "92b518102a070a0161120208022a050a01621200",
      ["7", "7,50002"],
    ],
    [
      "fields in a oneof",
      "option (o) = { chosen { gone: 1 kept: 2 } };",
      "92b5180432020802",
      ["7", "7,50002"],
    ],
    ["a oneof's field itself", "option (o) = { number: 5 };", "92b51800", ["7", "7,50002"]],
    ["options within options", `option (o).options.(gone) = "x";`, "92b51800", ["7"]],
  ])("%s", (_, body, options, paths) => {
    const { file, stripped } = strip(body);
    const index = file.messageType.length - 1;
    const kept = stripped.messageType[index]!.options;
    const bytes = kept && Buffer.from(toBinary(MessageOptionsSchema, kept)).toString("hex");
    expect(bytes ?? "none").toBe(options);
    const isOption = ([field, at, part]: readonly number[]) => field === 4 && at === index && part === 7;
    const locations = stripped.sourceCodeInfo!.location.map(({ path }) => path).filter(isOption);
    expect(locations.map((path) => path.slice(2).join())).toEqual(paths);
  });

  it("takes the declarations out of extension ranges", () => {
    const { stripped } = strip(
      `extensions 100 [declaration = { number: 100 full_name: ".t.x" type: "int32" }];`,
    );
    expect(stripped.messageType.at(-1)!.extensionRange[0]!.options).toBeUndefined();
    expect(stripped.sourceCodeInfo!.location.map(({ path }) => path.join())).not.toContain("4,1,5,0,3");
  });

  it("changes nothing of the file it is given", () => {
    const { file } = strip(
      `option (gone) = "x"; option (o) = { gone: 1 one { gone: 2 } chosen { gone: 3 } };`,
    );
    const before = toBinary(FileDescriptorProtoSchema, file);
    const { file: again, stripped } = strip(
      `option (gone) = "x"; option (o) = { gone: 1 one { gone: 2 } chosen { gone: 3 } };`,
    );
    expect(toBinary(FileDescriptorProtoSchema, again)).toEqual(before);
    expect(toBinary(FileDescriptorProtoSchema, stripped)).not.toEqual(before);
  });
});
