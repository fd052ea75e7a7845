import type { InvalidCase } from "./invalid-case.test.util.js";

/** What a field's default value may be. */
export const DEFAULTS: readonly InvalidCase[] = [
  {
    rule: "an integer's default is a number",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional int32 a = 1 [default = "1"]; }
`,
    },
    errors: [
      "a.proto:3:45: the default of an `int32` must be an integer, not a string; hint: leave out the quotes",
    ],
    protoc: ["a.proto:3:45: Expected integer for field default value."],
  },
  {
    rule: "an integer's default has no fraction",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional int32 a = 1 [default = 1.5]; }
`,
    },
    errors: ["a.proto:3:45: the default of an `int32` must be an integer, not `1.5`"],
    protoc: ["a.proto:3:45: Expected integer for field default value."],
  },
  {
    rule: "an integer's default is no name",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional int64 a = 1 [default = one]; }
`,
    },
    errors: ["a.proto:3:45: the default of an `int64` must be an integer, not `one`"],
    protoc: ["a.proto:3:45: Expected integer for field default value."],
  },
  {
    rule: "an int32's default fits 32 bits",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional int32 a = 1 [default = 2147483648]; }
`,
    },
    errors: [
      "a.proto:3:45: `2147483648` is out of range for an `int32`; hint: it takes -2147483648 to 2147483647",
    ],
    protoc: ["a.proto:3:45: Integer out of range."],
  },
  {
    rule: "a negative int32's default fits 32 bits",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional sint32 a = 1 [default = -2147483649]; }
`,
    },
    errors: [
      "a.proto:3:46: `-2147483649` is out of range for a `sint32`; hint: it takes -2147483648 to 2147483647",
    ],
    protoc: ["a.proto:3:47: Integer out of range."],
  },
  {
    rule: "a uint32's default fits 32 bits",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional uint32 a = 1 [default = 4294967296]; }
`,
    },
    errors: ["a.proto:3:46: `4294967296` is out of range for a `uint32`; hint: it takes 0 to 4294967295"],
    protoc: ["a.proto:3:46: Integer out of range."],
  },
  {
    rule: "an int64's default fits 64 bits",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional sfixed64 a = 1 [default = 9223372036854775808]; }
`,
    },
    errors: [
      "a.proto:3:48: `9223372036854775808` is out of range for an `sfixed64`; hint: it takes -9223372036854775808 to 9223372036854775807",
    ],
    protoc: ["a.proto:3:48: Integer out of range."],
  },
  {
    rule: "a uint64's default fits 64 bits",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional uint64 a = 1 [default = 18446744073709551616]; }
`,
    },
    errors: [
      "a.proto:3:46: `18446744073709551616` is out of range for a `uint64`; hint: it takes 0 to 18446744073709551615",
    ],
    protoc: ["a.proto:3:46: Integer out of range."],
  },
  {
    rule: "an unsigned default has no minus",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional uint32 a = 1 [default = -1]; }
`,
    },
    errors: ["a.proto:3:46: `-1` is out of range for a `uint32`; hint: it takes 0 to 4294967295"],
    protoc: ["a.proto:3:47: Unsigned field can't have negative default value."],
  },
  {
    rule: "an unsigned 64-bit default has no minus",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional fixed64 a = 1 [default = -1]; }
`,
    },
    errors: ["a.proto:3:47: `-1` is out of range for a `fixed64`; hint: it takes 0 to 18446744073709551615"],
    protoc: ["a.proto:3:48: Unsigned field can't have negative default value."],
  },
  {
    rule: "a float's default is a number",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional float a = 1 [default = "1"]; }
`,
    },
    errors: [
      "a.proto:3:45: the default of a `float` must be a number, not a string; hint: leave out the quotes",
    ],
    protoc: ["a.proto:3:45: Expected number."],
  },
  {
    rule: "a double's default is no name but inf and nan",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional double a = 1 [default = infinity]; }
`,
    },
    errors: ["a.proto:3:46: the default of a `double` must be a number, `inf` or `nan`, not `infinity`"],
    protoc: ["a.proto:3:46: Expected number."],
  },
  {
    rule: "a bool's default is true or false",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional bool a = 1 [default = 1]; }
`,
    },
    errors: ["a.proto:3:44: the default of a `bool` must be `true` or `false`, not `1`"],
    protoc: ['a.proto:3:44: Expected "true" or "false".'],
  },
  {
    rule: "a bool's default is no other name",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional bool a = 1 [default = True]; }
`,
    },
    errors: ["a.proto:3:44: the default of a `bool` must be `true` or `false`, not `True`"],
    protoc: ['a.proto:3:44: Expected "true" or "false".'],
  },
  {
    rule: "a string's default is in quotes",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional string a = 1 [default = abc]; }
`,
    },
    errors: ['a.proto:3:46: the default of a `string` must be a string, not `abc`; hint: write `"abc"`'],
    protoc: ["a.proto:3:46: Expected string for field default value."],
  },
  {
    rule: "bytes' default is in quotes",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional bytes a = 1 [default = 5]; }
`,
    },
    errors: ['a.proto:3:45: the default of `bytes` must be a string, not `5`; hint: write `"5"`'],
    protoc: ["a.proto:3:45: Expected string."],
  },
  {
    rule: "an enum's default is one of its values",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional E a = 1 [default = C]; }
`,
    },
    errors: ["a.proto:3:41: `E` has no value `C`; hint: it has `A` and `B`"],
    protoc: ['a.proto:3:41: Enum type "E" has no value named "C".'],
  },
  {
    rule: "an enum's default is no number",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional E a = 1 [default = 1]; }
`,
    },
    errors: ["a.proto:3:41: the default of an enum must be the name of a value, not `1`; hint: write `B`"],
    protoc: ["a.proto:3:41: Default value for an enum field must be an identifier."],
    buf: "accepts",
  },
  {
    rule: "an enum's default is not in quotes",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional E a = 1 [default = "A"]; }
`,
    },
    errors: [
      "a.proto:3:41: the default of an enum must be the name of a value, not a string; hint: leave out the quotes",
    ],
    protoc: ["a.proto:3:41: Default value for an enum field must be an identifier."],
  },
  {
    rule: "a message has no default",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional M a = 1 [default = "x"]; }
`,
    },
    errors: ["a.proto:3:41: a message field cannot have a default"],
    protoc: ["a.proto:3:41: Messages can't have default values."],
  },
  {
    rule: "a message has no default in braces",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; B = 1; }
message M { optional M a = 1 [default = {}]; }
`,
    },
    errors: ["a.proto:3:31: a message field cannot have a default"],
    protoc: [
      'a.proto:3:42: Expected "]".',
      'a.proto:3:43: Expected top-level statement (e.g. "message").',
      'a.proto:3:46: Unmatched "}".',
    ],
  },
  {
    rule: "a group has no default",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional group Item = 1 [default = 1] {} }
`,
    },
    errors: ["a.proto:2:38: a group cannot have a default"],
    protoc: ["a.proto:2:48: Messages can't have default values."],
  },
  {
    rule: "a repeated field has no default",
    files: {
      "a.proto": `syntax = "proto2";
message M { repeated int32 a = 1 [default = 1]; }
`,
    },
    errors: ["a.proto:2:35: a repeated field cannot have a default"],
    protoc: ["a.proto:2:45: Repeated fields can't have default values."],
  },
  {
    rule: "a map has no default",
    files: {
      "a.proto": `syntax = "proto2";
message M { map<string, string> a = 1 [default = "x"]; }
`,
    },
    errors: ["a.proto:2:40: a map cannot have a default"],
    protoc: [
      "a.proto:2:50: Repeated fields can't have default values.",
      "a.proto:2:50: Messages can't have default values.",
    ],
  },
  {
    rule: "a proto3 field has no default",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [default = 1]; }
`,
    },
    errors: ["a.proto:2:26: proto3 fields cannot have a default"],
    protoc: ["a.proto:2:36: Explicit default values are not allowed in proto3."],
  },
  {
    rule: "a default is set once",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 a = 1 [default = 1, default = 2]; }
`,
    },
    errors: ["a.proto:2:48: option `default` is set twice"],
    protoc: ['a.proto:2:48: Already set option "default".'],
  },
  {
    rule: "a default has a value",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 a = 1 [default = ]; }
`,
    },
    errors: ["a.proto:2:45: expected the option's value, found `]`"],
    protoc: ["a.proto:2:45: Expected integer for field default value."],
  },
  {
    rule: "a field without presence has no default",
    files: {
      "a.proto": `edition = "2023";
message M { int32 a = 1 [features.field_presence = IMPLICIT, default = 1]; }
`,
    },
    errors: ["a.proto:2:62: a field with implicit presence cannot have a default"],
    protoc: ["a.proto:2:19: Implicit presence fields can't specify defaults."],
    buf: "accepts",
  },
];
