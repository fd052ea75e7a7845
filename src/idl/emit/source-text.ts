import {
  type DescEnum,
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescMessage,
  isFieldSet,
  ScalarType,
} from "@bufbuild/protobuf";
import {
  Edition,
  type FeatureSet,
  FeatureSetSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptions_JSType,
  FieldOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { defaultJsonName } from "../describe/json-name.js";
import { quote } from "./literals.js";

// What was declared, much as it was written in the `.proto` file. Custom options are left out.

/** `message my.package.Foo`, and on a line of its own which features are set there. */
export function typeDeclaration(desc: DescMessage | DescEnum): string {
  const features = featureOptions(desc.proto.options);
  if (features.length === 0) return desc.toString();
  return `${desc.toString()}\n@generated with option${features.length > 1 ? "s" : ""} ${features.join(", ")}`;
}

/** `repeated int32 sizes = 4 [packed = true]` */
export function fieldDeclaration(field: DescField | DescExtension): string {
  const parts = [...labels(field), typeText(field), field.name, "=", String(field.number)];
  const options = fieldOptions(field);
  if (options.length > 0) parts.push(`[${options.join(", ")}]`);
  return parts.join(" ");
}

/** `STATE_OLD = 3 [deprecated = true]` */
export function enumValueDeclaration({ name, number, deprecated }: DescEnumValue): string {
  return `${name} = ${number}${deprecated ? " [deprecated = true]" : ""}`;
}

/** `features.field_presence = IMPLICIT` for each feature that is set right there. */
export function featureOptions(options: { features?: FeatureSet } | undefined): string[] {
  const features = options?.features;
  if (features === undefined) return [];
  return FeatureSetSchema.fields.flatMap((field) => {
    if (field.fieldKind !== "enum" || !isFieldSet(features, field)) return [];
    const number = features[field.localName as keyof FeatureSet];
    const value = field.enum.values.find((candidate) => candidate.number === number);
    return value === undefined ? [] : `features.${field.name} = ${value.name}`;
  });
}

function labels(field: DescField | DescExtension): string[] {
  if (field.fieldKind === "map") return [];
  if (field.fieldKind === "list") return ["repeated"];
  const { edition } = field.kind === "extension" ? field.file : field.parent.file;
  const { label, proto3Optional } = field.proto;
  if (edition === Edition.EDITION_PROTO2) {
    if (label === FieldDescriptorProto_Label.REQUIRED) return ["required"];
    return label === FieldDescriptorProto_Label.OPTIONAL && field.oneof === undefined ? ["optional"] : [];
  }
  return edition === Edition.EDITION_PROTO3 && proto3Optional ? ["optional"] : [];
}

function typeText(field: DescField | DescExtension): string {
  const name = field.message?.typeName ?? field.enum?.typeName ?? scalarText(field.scalar!);
  return field.fieldKind === "map" ? `map<${scalarText(field.mapKey)}, ${name}>` : name;
}

function scalarText(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}

function fieldOptions(field: DescField | DescExtension): string[] {
  const { proto } = field;
  const { options } = proto;
  const texts: string[] = [];
  if (options !== undefined && isFieldSet(options, FieldOptionsSchema.field.packed)) {
    texts.push(`packed = ${options.packed}`);
  }
  if (isFieldSet(proto, FieldDescriptorProtoSchema.field.defaultValue)) {
    texts.push(`default = ${defaultText(proto)}`);
  }
  if (field.kind === "field" && field.jsonName !== defaultJsonName(field.name)) {
    texts.push(`json_name = ${quote(field.jsonName)}`);
  }
  if (options !== undefined && isFieldSet(options, FieldOptionsSchema.field.jstype)) {
    texts.push(`jstype = ${FieldOptions_JSType[options.jstype]}`);
  }
  if (options !== undefined && isFieldSet(options, FieldOptionsSchema.field.deprecated)) {
    texts.push(`deprecated = ${options.deprecated}`);
  }
  texts.push(...featureOptions(options));
  return texts;
}

/** In a descriptor, bytes are escaped already and strings are not. */
function defaultText({ type, defaultValue }: DescField["proto"]): string {
  switch (type) {
    case FieldDescriptorProto_Type.STRING:
      return quote(defaultValue);
    case FieldDescriptorProto_Type.BYTES:
      return `"${defaultValue}"`;
    default:
      return defaultValue;
  }
}
