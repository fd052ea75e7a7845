import type { DescMessage } from "@bufbuild/protobuf";
import {
  DescriptorProto_ExtensionRangeSchema,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

// The field numbers of descriptor.proto's messages, which the paths of locations are made of.

export const FILE = fieldNumbers(FileDescriptorProtoSchema);
export const MESSAGE = fieldNumbers(DescriptorProtoSchema);
export const FIELD = fieldNumbers(FieldDescriptorProtoSchema);
export const ONEOF = fieldNumbers(OneofDescriptorProtoSchema);
export const RANGE = fieldNumbers(DescriptorProto_ExtensionRangeSchema);
export const ENUM = fieldNumbers(EnumDescriptorProtoSchema);
export const VALUE = fieldNumbers(EnumValueDescriptorProtoSchema);
export const SERVICE = fieldNumbers(ServiceDescriptorProtoSchema);
export const METHOD = fieldNumbers(MethodDescriptorProtoSchema);

type FieldNumbers<Desc extends DescMessage> = Readonly<Record<keyof Desc["field"], number>>;

function fieldNumbers<Desc extends DescMessage>(schema: Desc): FieldNumbers<Desc> {
  return Object.fromEntries(
    schema.fields.map(({ localName, number }) => [localName, number]),
  ) as FieldNumbers<Desc>;
}
