import type { InvalidCase } from "./invalid-case.test.util.js";

/** What may stand between the braces of an option's value. */
export const OPTION_LITERALS: readonly InvalidCase[] = [
  {
    rule: "a field in braces exists",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 size = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { sise: 1 }; }
`,
    },
    errors: ["a.proto:5:30: `O` has no field `sise`; hint: did you mean `size`?"],
    protoc: [
      'a.proto:5:28: Error while parsing option value for "opt": Message type "O" has no field named "sise".',
    ],
  },
  {
    rule: "an extension in braces exists",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { extensions 1 to 9; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { [no.such]: 1 }; }
`,
    },
    errors: ["a.proto:5:30: `no.such` is not defined; hint: import the file that defines it"],
    protoc: [
      'a.proto:5:28: Error while parsing option value for "opt": Extension "no.such" is not defined or is not an extension of "O".',
    ],
  },
  {
    rule: "a field in braces is set once",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: 1 a: 2 }; }
`,
    },
    errors: ["a.proto:5:35: field `a` is set twice"],
    protoc: [
      'a.proto:5:28: Error while parsing option value for "opt": Non-repeated field "a" is specified multiple times.',
    ],
  },
  {
    rule: "a oneof in braces is set once",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { oneof o { int32 a = 1; int32 b = 2; } }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: 1 b: 2 }; }
`,
    },
    errors: ["a.proto:5:35: `b` and `a` are both of the oneof `o`: set one of them"],
    protoc: [
      'a.proto:5:28: Error while parsing option value for "opt": Field "b" is specified along with field "a", another member of oneof "o".',
    ],
  },
  {
    rule: "a list in braces is for repeated fields",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: [1, 2] }; }
`,
    },
    errors: ["a.proto:5:33: `a` is not repeated and takes one value, not a list"],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Expected integer, got: ['],
  },
  {
    rule: "a number in braces fits its type",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: 3000000000 }; }
`,
    },
    errors: [
      "a.proto:5:33: `3000000000` is out of range for an `int32`; hint: it takes -2147483648 to 2147483647",
    ],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Integer out of range (3000000000)'],
  },
  {
    rule: "a string in braces is in quotes",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional string a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: b }; }
`,
    },
    errors: ['a.proto:5:33: `a` must be a string, not `b`; hint: write `"b"`'],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Expected string, got: b'],
  },
  {
    rule: "an enum in braces has a known value",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0; }
message O { optional E a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: B }; }
`,
    },
    errors: ["a.proto:6:33: `E` has no value `B`; hint: it has `A`"],
    protoc: [
      'a.proto:6:28: Error while parsing option value for "opt": Unknown enumeration value of "B" for field "a".',
    ],
  },
  {
    rule: "a bool in braces is true or false",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional bool a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: maybe }; }
`,
    },
    errors: ["a.proto:5:33: `a` must be `true` or `false`, not `maybe`"],
    protoc: [
      'a.proto:5:28: Error while parsing option value for "opt": Invalid value for boolean field "a". Value: "maybe".',
    ],
  },
  {
    rule: "a message in braces is in braces",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional O a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: 1 }; }
`,
    },
    errors: ["a.proto:5:33: `a` is a message; hint: write `a { … }`"],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Expected "{", found "1".'],
  },
  {
    rule: "an integer in braces has no fraction",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: 1.5 }; }
`,
    },
    errors: ["a.proto:5:33: `a` must be an integer, not `1.5`"],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Expected integer, got: 1.5'],
  },
  {
    rule: "an integer in braces is no string",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: "1" }; }
`,
    },
    errors: ["a.proto:5:33: `a` must be an integer, not a string; hint: leave out the quotes"],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Expected integer, got: "1"'],
  },
  {
    rule: "a scalar in braces is not in braces",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a { } }; }
`,
    },
    errors: ["a.proto:5:32: `a` must be an integer, not a message"],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Expected ":", found "{".'],
  },
  {
    rule: "an Any in braces is of a known type",
    files: {
      "a.proto": `syntax = "proto3";
import "google/protobuf/any.proto";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { google.protobuf.Any opt = 50000; }
message M { option (opt) = { [type.googleapis.com/no.Such] { } }; }
`,
    },
    errors: ["a.proto:5:30: `no.Such` is not defined"],
    protoc: [
      'a.proto:5:28: Error while parsing option value for "opt": Could not find type "type.googleapis.com/no.Such" stored in google.protobuf.Any.',
    ],
  },
  {
    rule: "an Any's URL has a known host",
    files: {
      "a.proto": `syntax = "proto3";
import "google/protobuf/any.proto";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { google.protobuf.Any opt = 50000; }
message M { option (opt) = { [example.com/M] { } }; }
`,
    },
    errors: ["a.proto:5:30: the type URL must start with `type.googleapis.com/` or `type.googleprod.com/`"],
    protoc: [
      'a.proto:5:28: Error while parsing option value for "opt": Could not find type "example.com/M" stored in google.protobuf.Any.',
    ],
  },
  {
    rule: "only an Any holds a type URL",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { [type.googleapis.com/M] { } }; }
`,
    },
    errors: ["a.proto:5:30: `O` is not `google.protobuf.Any` and holds no type URL"],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Extension name contains "/"'],
  },
  {
    rule: "only lists of messages stand without a colon",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { repeated int32 a = 1; repeated O o = 2; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { o [{}] a [1] }; }
`,
    },
    errors: [
      "a.proto:5:39: expected `:` after `a`, found `[`; hint: the colon can be left out only before messages and lists of them",
    ],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Expected ":", found "[".'],
  },
];
