import { create, createFileRegistry } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  type Version,
} from "@bufbuild/protobuf/wkt";
import { withoutSourceRetention } from "./source-retention.js";

/** What plugins are told of the compiler: the release of protoc that this one follows, and that it is not protoc. */
const COMPILER_VERSION = { major: 7, minor: 36, patch: 2, suffix: "redoubt" } satisfies Partial<Version>;

/**
 * What a plugin of protoc is sent. `files` are the files to generate and all that they import, imports first, with
 * source info; `names` are those to generate, which come without source-retention options as well as with them;
 * `parameter` is empty where there is none.
 */
export function pluginRequest(
  names: readonly string[],
  files: readonly FileDescriptorProto[],
  parameter: string,
): CodeGeneratorRequest {
  const asked = new Set(names);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  return create(CodeGeneratorRequestSchema, {
    fileToGenerate: [...names],
    ...(parameter !== "" && { parameter }),
    protoFile: files.map((file) => (asked.has(file.name) ? withoutSourceRetention(file, registry) : file)),
    sourceFileDescriptors: files.filter(({ name }) => asked.has(name)),
    compilerVersion: COMPILER_VERSION,
  });
}
