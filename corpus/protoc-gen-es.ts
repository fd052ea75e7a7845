import { createRequire } from "node:module";
import { join } from "node:path";
import { create, fromBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { RawFile } from "./descriptor-set.js";
import { REPOSITORY } from "./folders.js";

/** Where the plugin itself is, without the program around it. */
export const PLUGIN_MODULE = "@bufbuild/protoc-gen-es/dist/cjs/src/protoc-gen-es-plugin.js";

interface Plugin {
  run(request: CodeGeneratorRequest): CodeGeneratorResponse;
}

/**
 * The TypeScript that protoc-gen-es makes for files, by name of the module. `descriptors` are complete, imports first,
 * and as protoc gives them to plugins.
 */
export function referenceCode(
  names: readonly string[],
  descriptors: ReadonlyMap<string, RawFile>,
): ReadonlyMap<string, string> {
  const { protocGenEs } = createRequire(join(REPOSITORY, "package.json"))(PLUGIN_MODULE) as {
    protocGenEs: Plugin;
  };
  const request = create(CodeGeneratorRequestSchema, {
    fileToGenerate: [...names],
    parameter: "target=ts",
    protoFile: [...descriptors.values()].map(({ bytes }) => fromBinary(FileDescriptorProtoSchema, bytes)),
  });
  const { file, error } = protocGenEs.run(request);
  if (error !== "") throw new Error(error);
  return new Map(file.map(({ name, content }) => [name, content]));
}
