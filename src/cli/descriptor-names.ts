import type { DescriptorProto, FieldDescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { defaultJsonName } from "../idl/describe/json-name.js";

/**
 * Gives the fields of a file the names that they have in JSON, where the file says none: not everybody who hands out
 * descriptors writes them down, as protobuf in Python does not. Changes the file.
 */
export function completeJsonNames(file: FileDescriptorProto): FileDescriptorProto {
  completeFields(file.extension);
  const waiting = [...file.messageType];
  for (let message: DescriptorProto | undefined; (message = waiting.pop()) !== undefined; ) {
    completeFields(message.field);
    completeFields(message.extension);
    waiting.push(...message.nestedType);
  }
  return file;
}

function completeFields(fields: readonly FieldDescriptorProto[]): void {
  for (const field of fields) if (field.jsonName === "") field.jsonName = defaultJsonName(field.name);
}
