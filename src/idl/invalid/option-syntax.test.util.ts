import type { InvalidCase } from "./invalid-case.test.util.js";

/** How options are written. */
export const OPTION_SYNTAX: readonly InvalidCase[] = [
  {
    rule: "an option has a name",
    files: {
      "a.proto": `syntax = "proto3";
option = true;
`,
    },
    errors: ["a.proto:2:8: expected the option's name, found `=`"],
    protoc: ["a.proto:2:8: Expected identifier."],
  },
  {
    rule: "an option has a `=`",
    files: {
      "a.proto": `syntax = "proto3";
option java_package "com.example";
`,
    },
    errors: ['a.proto:2:21: expected `=` after the option\'s name, found `"com.example"`'],
    protoc: ['a.proto:2:21: Expected "=".'],
  },
  {
    rule: "an option has a value",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = ;
`,
    },
    errors: ["a.proto:2:23: expected the option's value, found `;`"],
    protoc: ["a.proto:2:23: Expected option value."],
  },
  {
    rule: "an option ends with `;`",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "com.example" message M {}
`,
    },
    errors: ["a.proto:2:37: expected `;` after the option, found `message`"],
    protoc: ['a.proto:2:37: Expected ";".'],
  },
  {
    rule: "an extension's name in an option is closed",
    files: {
      "a.proto": `syntax = "proto3";
option (foo.bar = 1;
`,
    },
    errors: ["a.proto:2:17: expected `)` after the extension's name, found `=`"],
    protoc: ['a.proto:2:17: Expected ")".'],
  },
  {
    rule: "an extension's name in an option is not empty",
    files: {
      "a.proto": `syntax = "proto3";
option () = 1;
`,
    },
    errors: ["a.proto:2:9: expected the extension's name, found `)`"],
    protoc: ["a.proto: Uninterpreted option is missing name or value."],
  },
  {
    rule: "an option's name does not end with a dot",
    files: {
      "a.proto": `syntax = "proto3";
option foo. = 1;
`,
    },
    errors: ["a.proto:2:13: expected a name after `.`, found `=`"],
    protoc: ["a.proto:2:13: Expected identifier."],
  },
  {
    rule: "an option's name is no string",
    files: {
      "a.proto": `syntax = "proto3";
option "java_package" = "com.example";
`,
    },
    errors: ['a.proto:2:8: expected the option\'s name, found `"java_package"`'],
    protoc: ["a.proto:2:8: Expected identifier."],
  },
  {
    rule: "a minus stands before a number",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = -"x";
`,
    },
    errors: ['a.proto:2:24: expected a number after `-`, found `"x"`'],
    protoc: ["a.proto:2:24: Invalid '-' symbol before string."],
  },
  {
    rule: "no name but inf and nan has a minus",
    files: {
      "a.proto": `syntax = "proto3";
option optimize_for = -SPEED;
`,
    },
    errors: ["a.proto:2:24: expected a number after `-`, found `SPEED`"],
    protoc: ["a.proto:2:29: Identifier after '-' symbol must be inf or nan."],
  },
  {
    rule: "brackets hold an option",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 []; }
`,
    },
    errors: ["a.proto:2:26: expected the option's name, found `]`; hint: leave out the brackets"],
    protoc: ["a.proto:2:26: Expected identifier."],
  },
  {
    rule: "brackets are closed",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [deprecated = true; }
`,
    },
    errors: ["a.proto:2:43: expected `,` or `]` after the option, found `;`"],
    protoc: ['a.proto:2:43: Expected "]".'],
  },
  {
    rule: "options in brackets have commas between",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [deprecated = true json_name = "b"]; }
`,
    },
    errors: ["a.proto:2:44: expected `,` or `]` after the option, found `json_name`"],
    protoc: ['a.proto:2:44: Expected "]".'],
  },
  {
    rule: "no comma stands behind the last option",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [deprecated = true, ]; }
`,
    },
    errors: ["a.proto:2:45: expected the option's name, found `]`; hint: leave out the `,` in front"],
    protoc: ["a.proto:2:45: Expected identifier."],
  },
  {
    rule: "an option in brackets has a value",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [deprecated]; }
`,
    },
    errors: [
      "a.proto:2:36: expected `=` after the option's name, found `]`; hint: write `deprecated = true`",
    ],
    protoc: ['a.proto:2:36: Expected "=".'],
  },
  {
    rule: "option is not said in brackets",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [option deprecated = true]; }
`,
    },
    errors: [
      "a.proto:2:33: expected `=` after the option's name, found `deprecated`; hint: leave out `option` between brackets",
    ],
    protoc: ['a.proto:2:33: Expected "=".'],
  },
  {
    rule: "a braced value is closed",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional M opt = 50000; }
message M { option (opt) = { a: 1; optional int32 a = 1; }
`,
    },
    errors: [
      "a.proto:4:11: `{` is not closed; hint: add `}`",
      "a.proto:4:45: expected `:` after `optional`, found `int32`",
    ],
    protoc: [
      'a.proto:5:1: Expected ";".',
      "a.proto:5:1: Reached end of input in message definition (missing '}').",
    ],
  },
  {
    rule: "a value in braces has a field name",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional M opt = 50000; }
message M { optional int32 a = 1; option (opt) = { : 1 }; }
`,
    },
    errors: ["a.proto:4:52: expected a field's name or `}`, found `:`"],
    protoc: ['a.proto:4:50: Error while parsing option value for "opt": Expected identifier, got: :'],
  },
  {
    rule: "a scalar in braces has a colon",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional M opt = 50000; }
message M { optional int32 a = 1; option (opt) = { a 1 }; }
`,
    },
    errors: ["a.proto:4:54: expected `:` after `a`, found `1`"],
    protoc: ['a.proto:4:50: Error while parsing option value for "opt": Expected ":", found "1".'],
  },
  {
    rule: "a field in braces has a value",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional M opt = 50000; }
message M { optional int32 a = 1; option (opt) = { a: }; }
`,
    },
    errors: ["a.proto:4:55: expected a value after `a:`, found `}`"],
    protoc: ['a.proto:4:50: Error while parsing option value for "opt": Expected integer, got:'],
  },
  {
    rule: "an extension's name in braces is closed",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional M opt = 50000; }
message M { optional int32 a = 1; option (opt) = { [foo.bar: 1 }; }
`,
    },
    errors: ["a.proto:4:60: expected `]` after the extension's name, found `:`"],
    protoc: ['a.proto:4:50: Error while parsing option value for "opt": Expected "]", found ":".'],
  },
  {
    rule: "a list in braces is closed",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional M opt = 50000; }
message M { repeated int32 a = 1; option (opt) = { a: [1, 2 }; }
`,
    },
    errors: ["a.proto:4:61: expected `,` or `]` after the value, found `}`"],
    protoc: ['a.proto:4:50: Error while parsing option value for "opt": Expected ",", found "".'],
  },
  {
    rule: "a list in braces does not end with a comma",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional M opt = 50000; }
message M { repeated int32 a = 1; option (opt) = { a: [1, ] }; }
`,
    },
    errors: ["a.proto:4:59: expected a value, found `]`"],
    protoc: ['a.proto:4:50: Error while parsing option value for "opt": Expected integer, got: ]'],
  },
  {
    rule: "a brace is closed by its like",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional M opt = 50000; }
message M { optional M a = 1; option (opt) = { a < } }; }
`,
    },
    errors: [
      "a.proto:4:52: expected a field's name or `>`, found `}`",
      "a.proto:4:57: `}` has no `{` before it",
    ],
    protoc: [
      'a.proto:4:54: Expected ";".',
      'a.proto:4:57: Expected top-level statement (e.g. "message").',
      'a.proto:4:57: Unmatched "}".',
    ],
  },
];
