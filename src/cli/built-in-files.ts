import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compile } from "../idl/compile.js";
import { BUILT_IN_NAMES } from "../idl/link/built-in.js";

/** The file that everybody has by this name, such as `google/protobuf/any.proto`, with what it imports; none where there is none. */
export function builtInFiles(name: string): readonly FileDescriptorProto[] {
  return BUILT_IN_NAMES.includes(name) ? compile([name], { read: () => undefined }).files : [];
}
