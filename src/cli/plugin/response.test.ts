import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  Edition,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Diagnostics } from "../../idl/text/diagnostics.js";
import { outputsOf } from "./response.js";

type Response = MessageInitShape<typeof CodeGeneratorResponseSchema>;

const { PROTO3_OPTIONAL, SUPPORTS_EDITIONS } = CodeGeneratorResponse_Feature;

/** What plugins called p1, p2, … make with these answers: each output as `name: content`, and the errors. */
function combine(
  answers: readonly Response[],
  file: MessageInitShape<typeof FileDescriptorProtoSchema> = {},
) {
  const diagnostics = new Diagnostics();
  const outputs = outputsOf(
    answers.map((answer, index) => ({
      plugin: `p${index + 1}`,
      response: create(CodeGeneratorResponseSchema, answer),
    })),
    [create(FileDescriptorProtoSchema, { name: "a.proto", syntax: "proto3", ...file })],
    diagnostics,
  );
  return {
    outputs: outputs.map(({ name, content }) => `${name}: ${content}`),
    errors: diagnostics.all.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)),
  };
}

describe("files", () => {
  it.each<[what: string, answers: Response[], outputs: string[]]>([
    [
      "one plugin",
      [
        {
          file: [
            { name: "a", content: "1" },
            { name: "b", content: "2" },
          ],
        },
      ],
      ["a: 1", "b: 2"],
    ],
    [
      "two plugins",
      [{ file: [{ name: "a", content: "1" }] }, { file: [{ name: "b", content: "2" }] }],
      ["a: 1", "b: 2"],
    ],
    [
      "pieces",
      [{ file: [{ name: "a", content: "1" }, { content: "2" }, { content: "3" }, { name: "b" }] }],
      ["a: 123", "b: "],
    ],
    ["a plugin that makes nothing", [{}], []],
  ])("of %s", (_, answers, outputs) => {
    expect(combine(answers)).toEqual({ outputs, errors: [] });
  });

  it.each<[what: string, answers: Response[], error: string]>([
    ["an error of its own", [{ error: "a.proto: no such option" }], "p1: a.proto: no such option"],
    ["a first file without a name", [{ file: [{ content: "1" }] }], "p1: its first file has no name"],
    [
      "the same name twice",
      [{ file: [{ name: "a" }, { name: "a" }] }],
      "p1: made `a`, which there is already",
    ],
    [
      "another's name",
      [{ file: [{ name: "a" }] }, { file: [{ name: "a" }] }],
      "p2: made `a`, which there is already",
    ],
  ])("of a plugin with %s", (_, answers, error) => {
    expect(combine(answers).errors).toEqual([error]);
  });
});

describe("insertion points", () => {
  const insertInto = (text: string, ...inserted: readonly string[]) =>
    combine([
      { file: [{ name: "a", content: text }] },
      { file: inserted.map((content) => ({ name: "a", insertionPoint: "here", content })) },
    ]);

  it.each<[what: string, text: string, inserted: string[], result: string]>([
    [
      "before its line",
      "x\n// @@protoc_insertion_point(here)\ny\n",
      ["1\n"],
      "x\n1\n// @@protoc_insertion_point(here)\ny\n",
    ],
    [
      "in the order given",
      "// @@protoc_insertion_point(here)\n",
      ["1\n", "2\n"],
      "1\n2\n// @@protoc_insertion_point(here)\n",
    ],
    [
      "with a line end",
      "// @@protoc_insertion_point(here)\n",
      ["1"],
      "1\n// @@protoc_insertion_point(here)\n",
    ],
    [
      "as far in",
      "{\n \t// @@protoc_insertion_point(here)\n}\n",
      ["1\n\n2\n"],
      "{\n \t1\n \t\n \t2\n \t// @@protoc_insertion_point(here)\n}\n",
    ],
    [
      "within a line",
      "f(a /* @@protoc_insertion_point(here) */)",
      [", b"],
      "f(a , b\n/* @@protoc_insertion_point(here) */)",
    ],
    [
      "what looks like a pattern",
      "// @@protoc_insertion_point(here)\n",
      ["$&$1\n"],
      "$&$1\n// @@protoc_insertion_point(here)\n",
    ],
  ])("%s", (_, text, inserted, result) => {
    expect(insertInto(text, ...inserted)).toEqual({ outputs: [`a: ${result}`], errors: [] });
  });

  it("take what the same plugin has made", () => {
    const file = [
      { name: "a", content: "// @@protoc_insertion_point(here)\n" },
      { name: "a", insertionPoint: "here", content: "1\n" },
    ];
    expect(combine([{ file }]).outputs).toEqual(["a: 1\n// @@protoc_insertion_point(here)\n"]);
  });

  it("have to be there", () => {
    expect(insertInto("// @@protoc_insertion_point(there)\n", "1").errors).toEqual([
      "p2: `a` has no insertion point `here`",
    ]);
    expect(combine([{ file: [{ name: "b", insertionPoint: "here" }] }]).errors).toEqual([
      "p1: inserts into `b`, which there is not",
    ]);
  });
});

describe("what a plugin supports", () => {
  const OPTIONAL = { messageType: [{ nestedType: [{ field: [{ proto3Optional: true }] }] }] };
  const EDITION = { syntax: "editions", edition: Edition.EDITION_2023 };
  const KNOWS_2023 = { minimumEdition: Edition.EDITION_PROTO2, maximumEdition: Edition.EDITION_2023 };

  it.each<
    [what: string, file: MessageInitShape<typeof FileDescriptorProtoSchema>, answer: Response, error?: string]
  >([
    ["proto3", {}, {}],
    ["`optional`, said", OPTIONAL, { supportedFeatures: BigInt(PROTO3_OPTIONAL) }],
    [
      "`optional`, not said",
      OPTIONAL,
      { supportedFeatures: BigInt(SUPPORTS_EDITIONS) },
      "`optional` in proto3",
    ],
    ["editions, said", EDITION, { supportedFeatures: BigInt(SUPPORTS_EDITIONS), ...KNOWS_2023 }],
    ["editions, not said", EDITION, { supportedFeatures: BigInt(PROTO3_OPTIONAL) }, "editions"],
    [
      "too old an edition",
      EDITION,
      {
        supportedFeatures: BigInt(SUPPORTS_EDITIONS),
        minimumEdition: Edition.EDITION_2024,
        maximumEdition: Edition.EDITION_2024,
      },
      "editions before 2024",
    ],
    [
      "too new an edition",
      { syntax: "editions", edition: Edition.EDITION_2024 },
      { supportedFeatures: BigInt(SUPPORTS_EDITIONS), ...KNOWS_2023 },
      "editions after 2023",
    ],
  ])("%s", (_, file, answer, error) => {
    const errors = error === undefined ? [] : [`a.proto: p1 does not support ${error}`];
    expect(combine([answer], file).errors).toEqual(errors);
  });
});
