import { clearField, type Message, toBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { encodeBase64 } from "../../bytes/base64.js";
import { defaultJsonName } from "../describe/json-name.js";

/**
 * A descriptor as generated code carries it, in base64: without source info, without the names of what the file
 * imports, which its module knows from its own imports, and without JSON names that follow from the fields' names.
 */
export function embeddedDescriptor(file: FileDescriptorProto): string {
  const bare = copy(file);
  bare.dependency = [];
  bare.sourceCodeInfo = undefined;
  bare.messageType = file.messageType.map(withoutDefaultJsonNames);
  return encodeBase64(toBinary(FileDescriptorProtoSchema, bare));
}

function withoutDefaultJsonNames(message: DescriptorProto): DescriptorProto {
  const bare = copy(message);
  bare.field = message.field.map(withoutDefaultJsonName);
  bare.nestedType = message.nestedType.map(withoutDefaultJsonNames);
  return bare;
}

function withoutDefaultJsonName(field: FieldDescriptorProto): FieldDescriptorProto {
  if (field.jsonName !== defaultJsonName(field.name)) return field;
  const bare = copy(field);
  clearField(bare, FieldDescriptorProtoSchema.field.jsonName);
  return bare;
}

/** One level deep. What fields are set is told by own properties, their defaults by the prototype. */
function copy<T extends Message>(message: T): T {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message);
}
