import { clone, create } from "@bufbuild/protobuf";
import {
  Edition,
  FieldOptions_FeatureSupportSchema,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_compiler_plugin,
  file_google_protobuf_cpp_features,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_go_features,
  file_google_protobuf_java_features,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { defineBuiltIn } from "./link.js";
import { REDOUBT_OPTIONS_PROTO } from "./redoubt-options.js";
import { createSymbolTable, type Definition } from "./symbols.js";

// The files that can be imported without being given: the well-known types, as protobuf-es has them, and our options.

const WELL_KNOWN: ReadonlyMap<string, FileDescriptorProto> = new Map(
  [
    file_google_protobuf_any,
    file_google_protobuf_api,
    file_google_protobuf_compiler_plugin,
    file_google_protobuf_cpp_features,
    file_google_protobuf_duration,
    file_google_protobuf_empty,
    file_google_protobuf_field_mask,
    file_google_protobuf_go_features,
    file_google_protobuf_java_features,
    file_google_protobuf_source_context,
    file_google_protobuf_struct,
    file_google_protobuf_timestamp,
    file_google_protobuf_type,
    file_google_protobuf_wrappers,
  ].map(({ proto }) => [proto.name, proto]),
);

const DESCRIPTOR = "google/protobuf/descriptor.proto";

/** The names of all built-in files. */
export const BUILT_IN_NAMES: readonly string[] = [...WELL_KNOWN.keys(), DESCRIPTOR, "redoubt/options.proto"];

export function builtInText(name: string): string | undefined {
  return name === "redoubt/options.proto" ? REDOUBT_OPTIONS_PROTO : undefined;
}

/** The descriptor of a well-known file, to be read only. It has no source info. */
export function builtInProto(name: string): FileDescriptorProto | undefined {
  return name === DESCRIPTOR ? descriptorProto() : WELL_KNOWN.get(name);
}

/** What `descriptor.proto` defines, for files that do not import it. */
export function builtInDefinition(fullName: string): Definition & { kind: "message" } {
  if (descriptorSymbols.definitions.size === 0) defineBuiltIn(descriptorProto(), [], descriptorSymbols);
  return descriptorSymbols.definitions.get(fullName) as Definition & { kind: "message" };
}

const descriptorSymbols = createSymbolTable();

/** Since which edition features are there; protobuf-es leaves this out of its descriptors. */
const INTRODUCED: readonly [edition: Edition, features: readonly string[]][] = [
  [
    Edition.EDITION_2023,
    [
      "field_presence",
      "enum_type",
      "repeated_field_encoding",
      "utf8_validation",
      "message_encoding",
      "json_format",
    ],
  ],
  [Edition.EDITION_2024, ["enforce_naming_style", "default_symbol_visibility"]],
];

let descriptor: FileDescriptorProto | undefined;

function descriptorProto(): FileDescriptorProto {
  if (descriptor !== undefined) return descriptor;
  const proto = clone(FileDescriptorProtoSchema, file_google_protobuf_descriptor.proto);
  const optionsOf = (message: string, name: string) => {
    const field = proto.messageType
      .find((each) => each.name === message)!
      .field.find((each) => each.name === name)!;
    field.options ??= create(FieldOptionsSchema);
    return field.options;
  };
  for (const [editionIntroduced, names] of INTRODUCED) {
    for (const name of names) {
      optionsOf("FeatureSet", name).featureSupport = create(FieldOptions_FeatureSupportSchema, {
        editionIntroduced,
      });
    }
  }
  optionsOf("FileOptions", "java_multiple_files").featureSupport = create(FieldOptions_FeatureSupportSchema, {
    editionIntroduced: Edition.EDITION_PROTO2,
    editionRemoved: Edition.EDITION_2024,
    removalError: "it is so by default; `features.(pb.java).nest_in_file_class = YES` on a type turns it off",
  });
  descriptor = proto;
  return proto;
}
