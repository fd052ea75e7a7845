import type { InvalidCase } from "./invalid-case.test.util.js";

/** Features of editions. */
export const FEATURES: readonly InvalidCase[] = [
  {
    rule: "proto3 has no features",
    files: {
      "a.proto": `syntax = "proto3";
option features.field_presence = EXPLICIT;
`,
    },
    errors: [
      'a.proto:2:8: features can only be set in editions; hint: start the file with `edition = "2023";`',
    ],
    protoc: ["a.proto:1:1: Features are only valid under editions."],
  },
  {
    rule: "proto2 fields have no features",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 a = 1 [features.field_presence = IMPLICIT]; }
`,
    },
    errors: [
      'a.proto:2:35: features can only be set in editions; hint: start the file with `edition = "2023";`',
    ],
    protoc: ["a.proto:2:28: Features are only valid under editions."],
  },
  {
    rule: "a feature exists",
    files: {
      "a.proto": `edition = "2023";
option features.presence = IMPLICIT;
`,
    },
    errors: ["a.proto:2:17: there is no feature `presence`"],
    protoc: [
      'a.proto:2:8: Option "features.presence" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "a feature has a known value",
    files: {
      "a.proto": `edition = "2023";
option features.field_presence = SOMETIMES;
`,
    },
    errors: [
      "a.proto:2:34: `google.protobuf.FeatureSet.FieldPresence` has no value `SOMETIMES`; hint: it has `EXPLICIT`, `IMPLICIT` and `LEGACY_REQUIRED`",
    ],
    protoc: [
      'a.proto:2:34: Enum type "google.protobuf.FeatureSet.FieldPresence" has no value named "SOMETIMES" for option "google.protobuf.FeatureSet.field_presence".',
    ],
  },
  {
    rule: "a feature's value is not the unknown one",
    files: {
      "a.proto": `edition = "2023";
option features.field_presence = FIELD_PRESENCE_UNKNOWN;
`,
    },
    errors: ["a.proto:2:34: `FIELD_PRESENCE_UNKNOWN` is not a value to set"],
    protoc: [
      "a.proto:1:1: Feature field `field_presence` must resolve to a known value, found FIELD_PRESENCE_UNKNOWN",
    ],
  },
  {
    rule: "a feature is set once",
    files: {
      "a.proto": `edition = "2023";
option features.field_presence = IMPLICIT;
option features.field_presence = EXPLICIT;
`,
    },
    errors: ["a.proto:3:8: option `features.field_presence` is set twice"],
    protoc: ['a.proto:3:8: Option "features.field_presence" was already set.'],
  },
  {
    rule: "field presence is not for enums",
    files: {
      "a.proto": `edition = "2023";
enum E { option features.field_presence = IMPLICIT; A = 0; }
`,
    },
    errors: [
      "a.proto:2:17: `features.field_presence` cannot be set on an enum; hint: it is for files and fields",
    ],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.field_presence cannot be set on an entity of type `enum`.",
    ],
  },
  {
    rule: "field presence is not for messages",
    files: {
      "a.proto": `edition = "2023";
message M { option features.field_presence = IMPLICIT; }
`,
    },
    errors: [
      "a.proto:2:20: `features.field_presence` cannot be set on a message; hint: it is for files and fields",
    ],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.field_presence cannot be set on an entity of type `message`.",
    ],
  },
  {
    rule: "enum type is not for fields",
    files: {
      "a.proto": `edition = "2023";
enum E { A = 0; }
message M { E a = 1 [features.enum_type = CLOSED]; }
`,
    },
    errors: ["a.proto:3:22: `features.enum_type` cannot be set on a field; hint: it is for files and enums"],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.enum_type cannot be set on an entity of type `field`.",
    ],
  },
  {
    rule: "repeated field encoding is not for services",
    files: {
      "a.proto": `edition = "2023";
service S { option features.repeated_field_encoding = PACKED; }
`,
    },
    errors: [
      "a.proto:2:20: `features.repeated_field_encoding` cannot be set on a service; hint: it is for files and fields",
    ],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.repeated_field_encoding cannot be set on an entity of type `service`.",
    ],
    buf: "accepts",
  },
  {
    rule: "message encoding is not for oneofs",
    files: {
      "a.proto": `edition = "2023";
message M { oneof o { option features.message_encoding = DELIMITED; M a = 1; } }
`,
    },
    errors: [
      "a.proto:2:30: `features.message_encoding` cannot be set on a oneof; hint: it is for files and fields",
    ],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.message_encoding cannot be set on an entity of type `oneof`.",
    ],
  },
  {
    rule: "JSON format is not for fields",
    files: {
      "a.proto": `edition = "2023";
message M { int32 a = 1 [features.json_format = ALLOW]; }
`,
    },
    errors: [
      "a.proto:2:26: `features.json_format` cannot be set on a field; hint: it is for files, messages and enums",
    ],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.json_format cannot be set on an entity of type `field`.",
    ],
  },
  {
    rule: "UTF-8 validation is not for enum values",
    files: {
      "a.proto": `edition = "2023";
enum E { A = 0 [features.utf8_validation = NONE]; }
`,
    },
    errors: [
      "a.proto:2:17: `features.utf8_validation` cannot be set on an enum value; hint: it is for files and fields",
    ],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.utf8_validation cannot be set on an entity of type `enum entry`.",
    ],
  },
  {
    rule: "features are not set for extension ranges",
    files: {
      "a.proto": `edition = "2023";
message M { extensions 1 to 9 [features.field_presence = IMPLICIT]; }
`,
    },
    errors: [
      "a.proto:2:32: `features.field_presence` cannot be set on an extension range; hint: it is for files and fields",
    ],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.field_presence cannot be set on an entity of type `extension range`.",
    ],
    buf: "accepts",
  },
  {
    rule: "required is not the presence of a whole file",
    files: {
      "a.proto": `edition = "2023";
option features.field_presence = LEGACY_REQUIRED;
`,
    },
    errors: ["a.proto:2:8: a whole file cannot be `LEGACY_REQUIRED`; hint: set it on single fields"],
    protoc: ["a.proto:1:1: Required presence can't be specified by default."],
  },
  {
    rule: "a repeated field has no presence",
    files: {
      "a.proto": `edition = "2023";
message M { repeated int32 a = 1 [features.field_presence = IMPLICIT]; }
`,
    },
    errors: ["a.proto:2:35: a repeated field has no presence to set"],
    protoc: ["a.proto:2:28: Repeated fields can't specify field presence."],
  },
  {
    rule: "a map has no presence",
    files: {
      "a.proto": `edition = "2023";
message M { map<string, string> a = 1 [features.field_presence = IMPLICIT]; }
`,
    },
    errors: ["a.proto:2:40: a map has no presence to set"],
    protoc: ["a.proto:2:33: Repeated fields can't specify field presence."],
  },
  {
    rule: "a field in a oneof has its presence",
    files: {
      "a.proto": `edition = "2023";
message M { oneof o { int32 a = 1 [features.field_presence = IMPLICIT]; } }
`,
    },
    errors: ["a.proto:2:36: a field in a oneof has presence anyway"],
    protoc: ["a.proto:2:29: Oneof fields can't specify field presence."],
  },
  {
    rule: "an extension has its presence",
    files: {
      "a.proto": `edition = "2023";
message M { extensions 1 to 9; }
extend M { int32 a = 1 [features.field_presence = IMPLICIT]; }
`,
    },
    errors: ["a.proto:3:25: an extension has presence anyway"],
    protoc: ["a.proto:3:18: Extensions can't specify field presence."],
  },
  {
    rule: "an extension is not required",
    files: {
      "a.proto": `edition = "2023";
message M { extensions 1 to 9; }
extend M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }
`,
    },
    errors: ["a.proto:3:25: an extension cannot be required"],
    protoc: ["a.proto:3:18: Extensions can't be required."],
  },
  {
    rule: "a message field has presence",
    files: {
      "a.proto": `edition = "2023";
message M { M a = 1 [features.field_presence = IMPLICIT]; }
`,
    },
    errors: ["a.proto:2:22: a message field cannot have implicit presence"],
    protoc: ["a.proto:2:15: Message fields can't specify implicit presence."],
  },
  {
    rule: "a field with implicit presence has an open enum",
    files: {
      "a.proto": `edition = "2023";
enum E { option features.enum_type = CLOSED; A = 0; }
message M { E a = 1 [features.field_presence = IMPLICIT]; }
`,
    },
    errors: ["a.proto:3:13: `E` is a closed enum: a field with implicit presence cannot use it"],
    protoc: ["a.proto:3:15: Implicit presence enum fields must always be open."],
  },
  {
    rule: "only repeated fields have a repeated encoding",
    files: {
      "a.proto": `edition = "2023";
message M { int32 a = 1 [features.repeated_field_encoding = PACKED]; }
`,
    },
    errors: ["a.proto:2:26: only repeated fields have a repeated field encoding"],
    protoc: [
      "a.proto:2:19: Only repeated fields can specify repeated field encoding.",
      "a.proto:2:19: Only repeated primitive fields can specify PACKED repeated field encoding.",
    ],
  },
  {
    rule: "strings are not packed",
    files: {
      "a.proto": `edition = "2023";
message M { repeated string a = 1 [features.repeated_field_encoding = PACKED]; }
`,
    },
    errors: ["a.proto:2:36: a `string` cannot be packed: only numbers, bools and enums can"],
    protoc: ["a.proto:2:29: Only repeated primitive fields can specify PACKED repeated field encoding."],
  },
  {
    rule: "messages are not packed",
    files: {
      "a.proto": `edition = "2023";
message M { repeated M a = 1 [features.repeated_field_encoding = PACKED]; }
`,
    },
    errors: ["a.proto:2:31: a message cannot be packed: only numbers, bools and enums can"],
    protoc: ["a.proto:2:24: Only repeated primitive fields can specify PACKED repeated field encoding."],
  },
  {
    rule: "only strings are validated as UTF-8",
    files: {
      "a.proto": `edition = "2023";
message M { bytes a = 1 [features.utf8_validation = NONE]; }
`,
    },
    errors: ["a.proto:2:26: only string fields are validated as UTF-8"],
    protoc: ["a.proto:2:19: Only string fields can specify utf8 validation."],
  },
  {
    rule: "only messages have a message encoding",
    files: {
      "a.proto": `edition = "2023";
message M { int32 a = 1 [features.message_encoding = DELIMITED]; }
`,
    },
    errors: ["a.proto:2:26: only message fields have a message encoding"],
    protoc: ["a.proto:2:19: Only message fields can specify message encoding."],
  },
  {
    rule: "a map has no message encoding",
    files: {
      "a.proto": `edition = "2023";
message M { map<string, M> a = 1 [features.message_encoding = DELIMITED]; }
`,
    },
    errors: ["a.proto:2:35: a map has no message encoding to set"],
    protoc: ["a.proto:2:28: Only message fields can specify message encoding."],
  },
  {
    rule: "naming style is not for edition 2023",
    files: {
      "a.proto": `edition = "2023";
option features.enforce_naming_style = STYLE2024;
`,
    },
    errors: ["a.proto:2:8: `features.enforce_naming_style` is new in edition 2024"],
    protoc: [
      "a.proto: google.protobuf.FeatureSet.enforce_naming_style wasn't introduced until edition 2024 and can't be used in edition 2023",
    ],
  },
  {
    rule: "symbol visibility is not for edition 2023",
    files: {
      "a.proto": `edition = "2023";
option features.default_symbol_visibility = EXPORT_ALL;
`,
    },
    errors: ["a.proto:2:8: `features.default_symbol_visibility` is new in edition 2024"],
    protoc: [
      "a.proto: google.protobuf.FeatureSet.default_symbol_visibility wasn't introduced until edition 2024 and can't be used in edition 2023",
    ],
  },
  {
    rule: "a feature of one's own is not used where it is defined",
    files: {
      "a.proto": `edition = "2023";
package p;
import "google/protobuf/descriptor.proto";
extend google.protobuf.FeatureSet { F f = 9990; }
message F { bool on = 1 [targets = TARGET_TYPE_FILE, retention = RETENTION_RUNTIME, feature_support.edition_introduced = EDITION_2023, edition_defaults = { edition: EDITION_LEGACY value: "false" }]; }
option features.(f).on = true;
`,
    },
    errors: ["a.proto:6:8: the feature `(f)` cannot be used in the file that defines it"],
    protoc: ["a.proto:6:8: Feature \"features.(f)\" can't be used in the same file it's defined in."],
  },
  {
    rule: "enum type is not for messages",
    files: {
      "a.proto": `edition = "2023";
message M { option features.enum_type = CLOSED; }
`,
    },
    errors: [
      "a.proto:2:20: `features.enum_type` cannot be set on a message; hint: it is for files and enums",
    ],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.enum_type cannot be set on an entity of type `message`.",
    ],
  },
  {
    rule: "a language's feature is imported",
    files: {
      "a.proto": `edition = "2023";
option features.(pb.cpp).string_type = STRING;
`,
    },
    errors: [
      'a.proto:2:18: `pb.cpp` is not defined; hint: add `import "google/protobuf/cpp_features.proto";`',
    ],
    protoc: [
      'a.proto:2:8: Option "features.(pb.cpp)" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "a C++ feature is not on what it is not for",
    files: {
      "a.proto": `edition = "2023";
import "google/protobuf/cpp_features.proto";
message M { option features.(pb.cpp).string_type = CORD; }
`,
    },
    errors: [
      "a.proto:3:20: `features.(pb.cpp).string_type` cannot be set on a message; hint: it is for files and fields",
    ],
    protoc: ["a.proto: Option pb.CppFeatures.string_type cannot be set on an entity of type `message`."],
  },
  {
    rule: "a Java feature is not used before its edition",
    files: {
      "a.proto": `edition = "2023";
import "google/protobuf/java_features.proto";
message M { option features.(pb.java).nest_in_file_class = YES; }
`,
    },
    errors: ["a.proto:3:20: `features.(pb.java).nest_in_file_class` is new in edition 2024"],
    protoc: [
      "a.proto:3:9: pb.JavaFeatures.nest_in_file_class wasn't introduced until edition 2024 and can't be used in edition 2023",
    ],
  },
  {
    rule: "features in braces are for what they are set on",
    files: {
      "a.proto": `edition = "2023";
message M { option features = { field_presence: IMPLICIT }; }
`,
    },
    errors: ["a.proto:2:33: `field_presence` cannot be set on a message; hint: it is for files and fields"],
    protoc: [
      "a.proto: Option google.protobuf.FeatureSet.field_presence cannot be set on an entity of type `message`.",
    ],
  },
  {
    rule: "features in braces have known values",
    files: {
      "a.proto": `edition = "2023";
option features = { field_presence: SOMETIMES };
`,
    },
    errors: [
      "a.proto:2:37: `google.protobuf.FeatureSet.FieldPresence` has no value `SOMETIMES`; hint: it has `EXPLICIT`, `IMPLICIT` and `LEGACY_REQUIRED`",
    ],
    protoc: [
      'a.proto:2:19: Error while parsing option value for "features": Unknown enumeration value of "SOMETIMES" for field "field_presence".',
    ],
  },
  {
    rule: "a feature is no number",
    files: {
      "a.proto": `edition = "2023";
option features.field_presence = 1;
`,
    },
    errors: [
      "a.proto:2:34: `features.field_presence` must be a value of `google.protobuf.FeatureSet.FieldPresence`, not `1`",
    ],
    protoc: [
      'a.proto:2:34: Value must be identifier for enum-valued option "google.protobuf.FeatureSet.field_presence".',
    ],
    buf: "accepts",
  },
  {
    rule: "features are a message",
    files: {
      "a.proto": `edition = "2023";
option features = EXPLICIT;
`,
    },
    errors: [
      "a.proto:2:19: `features` is a message; hint: write `option features = { … };`, or `option features.field_presence = …;`",
    ],
    protoc: [
      'a.proto:2:19: Option "google.protobuf.FileOptions.features" is a message. To set the entire message, use syntax like "features = { <proto text format> }". To set fields within it, use syntax like "features.foo = value".',
    ],
  },
  {
    rule: "closed enums are not implicit by a file's default",
    files: {
      "a.proto": `edition = "2023";
option features.field_presence = IMPLICIT;
enum E { option features.enum_type = CLOSED; A = 0; }
message M { E a = 1; }
`,
    },
    errors: [
      "a.proto:4:13: `E` is a closed enum: a field with implicit presence cannot use it; hint: give the field `[features.field_presence = EXPLICIT]`",
    ],
    protoc: ["a.proto:4:15: Implicit presence enum fields must always be open."],
  },
  {
    rule: "a default is not implicit by a file's default",
    files: {
      "a.proto": `edition = "2023";
option features.field_presence = IMPLICIT;
message M { int32 a = 1 [default = 1]; }
`,
    },
    errors: [
      "a.proto:3:26: a field with implicit presence cannot have a default; hint: give the field `[features.field_presence = EXPLICIT]`",
    ],
    protoc: ["a.proto:3:19: Implicit presence fields can't specify defaults."],
    buf: "accepts",
  },
  {
    rule: "an imported closed enum is not implicit",
    files: {
      "a.proto": `edition = "2023";
import "b.proto";
message M { E a = 1 [features.field_presence = IMPLICIT]; }
`,
      "b.proto": `syntax = "proto2";
enum E { A = 0; }
`,
    },
    errors: ["a.proto:3:13: `E` is a closed enum: a field with implicit presence cannot use it"],
    protoc: ["a.proto:3:15: Implicit presence enum fields must always be open."],
  },
];
