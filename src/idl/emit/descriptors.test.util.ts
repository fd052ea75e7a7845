import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type MethodDescriptorProto,
  MethodDescriptorProtoSchema,
  type SourceCodeInfo,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";

// Descriptors as protoc writes them, in few words.

export const { REPEATED, REQUIRED } = FieldDescriptorProto_Label;

export function file(
  name: string,
  init: MessageInitShape<typeof FileDescriptorProtoSchema> = {},
): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, { syntax: "proto3", ...init, name });
}

export function message(
  name: string,
  field: FieldDescriptorProto[] = [],
  init: MessageInitShape<typeof DescriptorProtoSchema> = {},
): DescriptorProto {
  return create(DescriptorProtoSchema, { ...init, name, field });
}

/** `type` is a scalar's keyword, or the name of a type with a kind in front of its dot: `.a.B`, `enum.a.E`, `group.a.G`. */
export function field(
  name: string,
  number: number,
  type: string,
  init: MessageInitShape<typeof FieldDescriptorProtoSchema> = {},
): FieldDescriptorProto {
  const [kind] = type.split(".");
  return create(FieldDescriptorProtoSchema, {
    label: FieldDescriptorProto_Label.OPTIONAL,
    jsonName: protoCamelCase(name),
    ...init,
    name,
    number,
    type: FieldDescriptorProto_Type[
      (kind === "" ? "message" : kind).toUpperCase() as keyof typeof FieldDescriptorProto_Type
    ],
    ...(type.includes(".") && { typeName: type.slice(kind.length) }),
  });
}

export function extension(
  name: string,
  number: number,
  type: string,
  extendee: string,
  init: MessageInitShape<typeof FieldDescriptorProtoSchema> = {},
): FieldDescriptorProto {
  return field(name, number, type, { ...init, extendee });
}

/** What `map<key, value>` in a message makes besides the field, which is repeated and of this type. */
export function mapEntry(name: string, key: string, value: string): DescriptorProto {
  return message(name, [field("key", 1, key), field("value", 2, value)], { options: { mapEntry: true } });
}

/** `values` are `NAME=number`. */
export function enumeration(
  name: string,
  values: string[],
  init: MessageInitShape<typeof EnumDescriptorProtoSchema> = {},
): EnumDescriptorProto {
  const value = values.map((text) => {
    const [valueName, number] = text.split("=");
    return { name: valueName, number: Number(number) };
  });
  return create(EnumDescriptorProtoSchema, { value, ...init, name });
}

export function method(
  name: string,
  inputType: string,
  outputType: string,
  init: MessageInitShape<typeof MethodDescriptorProtoSchema> = {},
): MethodDescriptorProto {
  return create(MethodDescriptorProtoSchema, { ...init, name, inputType, outputType });
}

/** Comments by path: `{ "4.0": { leading: " About the first message.\n" } }`. */
export function comments(
  byPath: Record<string, { leading?: string; trailing?: string; detached?: string[] }>,
): SourceCodeInfo {
  return create(SourceCodeInfoSchema, {
    location: Object.entries(byPath).map(([path, { leading, trailing, detached = [] }]) => ({
      path: path === "" ? [] : path.split(".").map(Number),
      span: [0, 0, 0],
      leadingComments: leading,
      trailingComments: trailing,
      leadingDetachedComments: detached,
    })),
  });
}
