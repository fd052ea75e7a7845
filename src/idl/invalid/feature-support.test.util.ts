import type { InvalidCase } from "./invalid-case.test.util.js";

/** Editions of options and of their values. */
export const FEATURE_SUPPORT: readonly InvalidCase[] = [
  {
    rule: "an option is removed after it is introduced",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_2024 edition_removed: EDITION_2023 removal_error: "x" }]; }
`,
    },
    errors: ["a.proto:3:66: `foo` is removed before it is introduced"],
    protoc: ["a.proto: foo was removed before it was introduced."],
    buf: "accepts",
  },
  {
    rule: "an option is deprecated after it is introduced",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_2024 edition_deprecated: EDITION_2023 deprecation_warning: "x" }]; }
`,
    },
    errors: ["a.proto:3:66: `foo` is deprecated before it is introduced"],
    protoc: ["a.proto: foo was deprecated before it was introduced."],
    buf: "accepts",
  },
  {
    rule: "an option is removed after it is deprecated",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_PROTO2 edition_deprecated: EDITION_2023 deprecation_warning: "x" edition_removed: EDITION_2023 removal_error: "x" }]; }
`,
    },
    errors: ["a.proto:3:66: `foo` is not deprecated before it is removed"],
    protoc: ["a.proto: foo was deprecated after it was removed."],
    buf: "accepts",
  },
  {
    rule: "a deprecated option has a warning",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_2023 edition_deprecated: EDITION_2024 }]; }
`,
    },
    errors: ["a.proto:3:66: `foo` is deprecated, but has no `deprecation_warning`"],
    protoc: ["a.proto: foo is deprecated but does not specify a deprecation warning."],
    buf: "accepts",
  },
  {
    rule: "a warning is for an option that is deprecated",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_2023 deprecation_warning: "x" }]; }
`,
    },
    errors: ["a.proto:3:66: `foo` has a `deprecation_warning`, but no `edition_deprecated`"],
    protoc: ["a.proto: foo specifies a deprecation warning but is not marked deprecated in any edition."],
    buf: "accepts",
  },
  {
    rule: "a removed option has an error",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_2023 edition_removed: EDITION_2024 }]; }
`,
    },
    errors: ["a.proto:3:66: `foo` is removed, but has no `removal_error`"],
    protoc: ["a.proto: foo has been removed but does not specify a removal error."],
    buf: "accepts",
  },
  {
    rule: "an error is for an option that is removed",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_2023 removal_error: "x" }]; }
`,
    },
    errors: ["a.proto:3:66: `foo` has a `removal_error`, but no `edition_removed`"],
    protoc: ["a.proto: foo specifies a removal error but is not marked removed in any edition."],
    buf: "accepts",
  },
  {
    rule: "a field of a message is removed after it is introduced",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message M { map<string, int32> a = 1 [feature_support = { edition_introduced: EDITION_2024 edition_removed: EDITION_2023 removal_error: "x" }]; }
`,
    },
    errors: ["a.proto:3:39: `a` is removed before it is introduced"],
    protoc: ["a.proto: M.a was removed before it was introduced."],
    buf: "accepts",
  },
  {
    rule: "an extension in a message is removed after it is introduced",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message M { extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_2024 edition_removed: EDITION_2023 removal_error: "x" }]; } }
`,
    },
    errors: ["a.proto:3:78: `foo` is removed before it is introduced"],
    protoc: ["a.proto: M.foo was removed before it was introduced."],
    buf: "accepts",
  },
  {
    rule: "an enum value is removed after it is introduced",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0 [feature_support = { edition_introduced: EDITION_2024 edition_removed: EDITION_2023 removal_error: "x" }]; }
message M { optional E e = 1; }
`,
    },
    errors: ["a.proto:3:17: `A` is removed before it is introduced"],
    protoc: ["a.proto: A was removed before it was introduced."],
    buf: "accepts",
  },
  {
    rule: "an enum value is introduced after its field",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0 [feature_support = { edition_introduced: EDITION_PROTO2 }]; }
message M { optional E e = 1 [feature_support = { edition_introduced: EDITION_2023 }]; }
`,
    },
    errors: ["a.proto:4:31: the value `A` is introduced in `EDITION_PROTO2`, before the field"],
    protoc: ["a.proto: value A was introduced before M.e was."],
    buf: "accepts",
  },
  {
    rule: "an enum value is removed before its field",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0 [feature_support = { edition_introduced: EDITION_2023 edition_removed: EDITION_2024 removal_error: "x" }]; }
message M { optional E e = 1 [feature_support = { edition_introduced: EDITION_PROTO2 edition_removed: EDITION_2023 removal_error: "x" }]; }
`,
    },
    errors: ["a.proto:4:31: the value `A` is removed in `EDITION_2024`, after the field"],
    protoc: ["a.proto: value A was removed after M.e was."],
    buf: "accepts",
  },
  {
    rule: "an enum value is deprecated before its field",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0 [feature_support = { edition_introduced: EDITION_2023 edition_deprecated: EDITION_2024 deprecation_warning: "x" }]; }
message M { optional E e = 1 [feature_support = { edition_introduced: EDITION_2023 edition_deprecated: EDITION_2023 deprecation_warning: "x" }]; }
`,
    },
    errors: ["a.proto:4:31: the value `A` is deprecated in `EDITION_2024`, after the field"],
    protoc: ["a.proto: value A was deprecated after M.e was."],
    buf: "accepts",
  },
  {
    rule: "an enum value without an introduction has that of its field",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0 [feature_support = { edition_deprecated: EDITION_2023 deprecation_warning: "x" }]; }
message M { optional E e = 1 [feature_support = { edition_introduced: EDITION_2024 }]; }
`,
    },
    errors: ["a.proto:4:31: the value `A` is deprecated before it is introduced"],
    protoc: ["a.proto: A was deprecated before it was introduced."],
    buf: "accepts",
  },
];
