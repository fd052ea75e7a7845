import type { InvalidCase } from "./invalid-case.test.util.js";

/** What the value of an option may be. */
export const OPTION_VALUES: readonly InvalidCase[] = [
  {
    rule: "a bool option is true or false",
    files: {
      "a.proto": `syntax = "proto3";
option java_multiple_files = yes;
`,
    },
    errors: ["a.proto:2:30: `java_multiple_files` must be `true` or `false`, not `yes`"],
    protoc: [
      'a.proto:2:30: Value must be "true" or "false" for boolean option "google.protobuf.FileOptions.java_multiple_files".',
    ],
  },
  {
    rule: "a bool option is no number",
    files: {
      "a.proto": `syntax = "proto3";
option java_multiple_files = 1;
`,
    },
    errors: ["a.proto:2:30: `java_multiple_files` must be `true` or `false`, not `1`"],
    protoc: [
      'a.proto:2:30: Value must be identifier for boolean option "google.protobuf.FileOptions.java_multiple_files".',
    ],
  },
  {
    rule: "a bool option is no string",
    files: {
      "a.proto": `syntax = "proto3";
option java_multiple_files = "true";
`,
    },
    errors: [
      "a.proto:2:30: `java_multiple_files` must be `true` or `false`, not a string; hint: leave out the quotes",
    ],
    protoc: [
      'a.proto:2:30: Value must be identifier for boolean option "google.protobuf.FileOptions.java_multiple_files".',
    ],
  },
  {
    rule: "an enum option has a known value",
    files: {
      "a.proto": `syntax = "proto3";
option optimize_for = FAST;
`,
    },
    errors: [
      "a.proto:2:23: `google.protobuf.FileOptions.OptimizeMode` has no value `FAST`; hint: it has `SPEED`, `CODE_SIZE` and `LITE_RUNTIME`",
    ],
    protoc: [
      'a.proto:2:23: Enum type "google.protobuf.FileOptions.OptimizeMode" has no value named "FAST" for option "google.protobuf.FileOptions.optimize_for".',
    ],
  },
  {
    rule: "an enum option is no string",
    files: {
      "a.proto": `syntax = "proto3";
option optimize_for = "SPEED";
`,
    },
    errors: [
      "a.proto:2:23: `optimize_for` must be a value of `google.protobuf.FileOptions.OptimizeMode`, not a string; hint: leave out the quotes",
    ],
    protoc: [
      'a.proto:2:23: Value must be identifier for enum-valued option "google.protobuf.FileOptions.optimize_for".',
    ],
  },
  {
    rule: "an enum option is no number",
    files: {
      "a.proto": `syntax = "proto3";
option optimize_for = 1;
`,
    },
    errors: [
      "a.proto:2:23: `optimize_for` must be a value of `google.protobuf.FileOptions.OptimizeMode`, not `1`",
    ],
    protoc: [
      'a.proto:2:23: Value must be identifier for enum-valued option "google.protobuf.FileOptions.optimize_for".',
    ],
    buf: "accepts",
  },
  {
    rule: "an enum option's value is of that enum",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0; }
enum F { B = 0; }
extend google.protobuf.MessageOptions { optional E opt = 50000; }
message M { option (opt) = B; }
`,
    },
    errors: ["a.proto:6:28: `E` has no value `B`; hint: it has `A`"],
    protoc: [
      'a.proto:6:28: Enum type "E" has no value named "B" for option "opt". This appears to be a value from a sibling type.',
    ],
  },
  {
    rule: "a string option is in quotes",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = com;
`,
    },
    errors: ['a.proto:2:23: `java_package` must be a string, not `com`; hint: write `"com"`'],
    protoc: [
      'a.proto:2:23: Value must be quoted string for string option "google.protobuf.FileOptions.java_package".',
    ],
  },
  {
    rule: "a string option is no number",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = 1;
`,
    },
    errors: ['a.proto:2:23: `java_package` must be a string, not `1`; hint: write `"1"`'],
    protoc: [
      'a.proto:2:23: Value must be quoted string for string option "google.protobuf.FileOptions.java_package".',
    ],
  },
  {
    rule: "a bytes option is in quotes",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional bytes opt = 50000; }
message M { option (opt) = 1; }
`,
    },
    errors: ['a.proto:4:28: `(opt)` must be a string, not `1`; hint: write `"1"`'],
    protoc: ['a.proto:4:28: Value must be quoted string for string option "opt".'],
  },
  {
    rule: "an int32 option is a number",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 opt = 50000; }
message M { option (opt) = "1"; }
`,
    },
    errors: ["a.proto:4:28: `(opt)` must be an integer, not a string; hint: leave out the quotes"],
    protoc: ['a.proto:4:28: Value must be integer, from -2147483648 to 2147483647, for int32 option "opt".'],
  },
  {
    rule: "an int32 option has no fraction",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 opt = 50000; }
message M { option (opt) = 1.5; }
`,
    },
    errors: ["a.proto:4:28: `(opt)` must be an integer, not `1.5`"],
    protoc: ['a.proto:4:28: Value must be integer, from -2147483648 to 2147483647, for int32 option "opt".'],
  },
  {
    rule: "an int32 option is no name",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 opt = 50000; }
message M { option (opt) = one; }
`,
    },
    errors: ["a.proto:4:28: `(opt)` must be an integer, not `one`"],
    protoc: ['a.proto:4:28: Value must be integer, from -2147483648 to 2147483647, for int32 option "opt".'],
  },
  {
    rule: "an int32 option fits 32 bits",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 opt = 50000; }
message M { option (opt) = 2147483648; }
`,
    },
    errors: [
      "a.proto:4:28: `2147483648` is out of range for an `int32`; hint: it takes -2147483648 to 2147483647",
    ],
    protoc: ['a.proto:4:28: Value out of range, -2147483648 to 2147483647, for int32 option "opt".'],
  },
  {
    rule: "a uint32 option has no minus",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional uint32 opt = 50000; }
message M { option (opt) = -1; }
`,
    },
    errors: ["a.proto:4:28: `-1` is out of range for a `uint32`; hint: it takes 0 to 4294967295"],
    protoc: ['a.proto:4:28: Value must be integer, from 0 to 4294967295, for uint32 option "opt".'],
  },
  {
    rule: "a uint32 option fits 32 bits",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional fixed32 opt = 50000; }
message M { option (opt) = 4294967296; }
`,
    },
    errors: ["a.proto:4:28: `4294967296` is out of range for a `fixed32`; hint: it takes 0 to 4294967295"],
    protoc: ['a.proto:4:28: Value out of range, 0 to 4294967295, for uint32 option "opt".'],
  },
  {
    rule: "an int64 option fits 64 bits",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int64 opt = 50000; }
message M { option (opt) = 9223372036854775808; }
`,
    },
    errors: [
      "a.proto:4:28: `9223372036854775808` is out of range for an `int64`; hint: it takes -9223372036854775808 to 9223372036854775807",
    ],
    protoc: [
      'a.proto:4:28: Value out of range, -9223372036854775808 to 9223372036854775807, for int64 option "opt".',
    ],
  },
  {
    rule: "a uint64 option has no minus",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional uint64 opt = 50000; }
message M { option (opt) = -1; }
`,
    },
    errors: ["a.proto:4:28: `-1` is out of range for a `uint64`; hint: it takes 0 to 18446744073709551615"],
    protoc: ['a.proto:4:28: Value must be integer, from 0 to 18446744073709551615, for uint64 option "opt".'],
  },
  {
    rule: "a uint64 option fits 64 bits",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional uint64 opt = 50000; }
message M { option (opt) = 18446744073709551616; }
`,
    },
    errors: [
      "a.proto:4:28: `18446744073709551616` is out of range for a `uint64`; hint: it takes 0 to 18446744073709551615",
    ],
    protoc: ['a.proto:4:28: Value must be integer, from 0 to 18446744073709551615, for uint64 option "opt".'],
  },
  {
    rule: "a float option is a number",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional float opt = 50000; }
message M { option (opt) = "1"; }
`,
    },
    errors: ["a.proto:4:28: `(opt)` must be a number, not a string; hint: leave out the quotes"],
    protoc: ['a.proto:4:28: Value must be number for float option "opt".'],
  },
  {
    rule: "a double option is a number",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional double opt = 50000; }
message M { option (opt) = many; }
`,
    },
    errors: ["a.proto:4:28: `(opt)` must be a number, not `many`"],
    protoc: ['a.proto:4:28: Value must be number for double option "opt".'],
  },
  {
    rule: "a message option is in braces",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = 1; }
`,
    },
    errors: [
      "a.proto:5:28: `(opt)` is a message; hint: write `option (opt) = { … };`, or `option (opt).a = …;`",
    ],
    protoc: [
      'a.proto:5:28: Option "opt" is a message. To set the entire message, use syntax like "opt = { <proto text format> }". To set fields within it, use syntax like "opt.foo = value".',
    ],
  },
  {
    rule: "a scalar option is not in braces",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 opt = 50000; }
message M { option (opt) = { a: 1 }; }
`,
    },
    errors: ["a.proto:4:28: `(opt)` must be an integer, not a message"],
    protoc: ['a.proto:4:28: Value must be integer, from -2147483648 to 2147483647, for int32 option "opt".'],
  },
  {
    rule: "a string option is not in braces",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = { };
`,
    },
    errors: ["a.proto:2:23: `java_package` must be a string, not a message"],
    protoc: [
      'a.proto:2:23: Value must be quoted string for string option "google.protobuf.FileOptions.java_package".',
    ],
  },
  {
    rule: "an enum option is not in braces",
    files: {
      "a.proto": `syntax = "proto3";
option optimize_for = { };
`,
    },
    errors: [
      "a.proto:2:23: `optimize_for` must be a value of `google.protobuf.FileOptions.OptimizeMode`, not a message",
    ],
    protoc: [
      'a.proto:2:23: Value must be identifier for enum-valued option "google.protobuf.FileOptions.optimize_for".',
    ],
  },
];
