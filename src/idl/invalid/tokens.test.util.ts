import type { InvalidCase } from "./invalid-case.test.util.js";

/** What cannot even be split into words. */
export const TOKENS: readonly InvalidCase[] = [
  {
    rule: "a string ends on its line",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "com.example;
`,
    },
    errors: ['a.proto:2:23: string is not closed; hint: add `"` before the end of the line'],
    protoc: [
      'a.proto:2:36: Multiline strings are not allowed. Did you miss a "?.',
      'a.proto:3:1: Expected ";".',
    ],
  },
  {
    rule: "a string ends before the file does",
    files: {
      "a.proto": `syntax = "proto3";
import 'b.proto`,
    },
    errors: ["a.proto:2:8: string is not closed; hint: add `'` before the end of the line"],
    protoc: ["a.proto:2:16: Unexpected end of string.", 'a.proto:2:16: Expected ";".'],
  },
  {
    rule: "a block comment is closed",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
/* no end
`,
    },
    errors: ["a.proto:3:1: comment is not closed; hint: add `*/`"],
    protoc: ["a.proto:4:1: End-of-file inside block comment.", "a.proto:3:1:   Comment started here."],
  },
  {
    rule: "block comments do not nest",
    files: {
      "a.proto": `syntax = "proto3";
/* a /* b */
message M {}
`,
    },
    errors: ["a.proto:2:6: `/*` inside a block comment: block comments do not nest"],
    protoc: ['a.proto:2:7: "/*" inside block comment.  Block comments cannot be nested.'],
    buf: "accepts",
  },
  {
    rule: "an escape is a known one",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "com\\q";
`,
    },
    errors: ["a.proto:2:27: `\\q` is not an escape; hint: write `\\\\` for a backslash"],
    protoc: ["a.proto:2:28: Invalid escape sequence in string literal."],
  },
  {
    rule: "a hexadecimal escape has digits",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "\\xyz";
`,
    },
    errors: ["a.proto:2:24: `\\x` needs one or two hexadecimal digits"],
    protoc: ["a.proto:2:26: Expected hex digits for escape sequence."],
  },
  {
    rule: "a short Unicode escape has four digits",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "\\u12";
`,
    },
    errors: ["a.proto:2:24: `\\u` needs four hexadecimal digits"],
    protoc: ["a.proto:2:28: Expected four hex digits for \\u escape sequence."],
  },
  {
    rule: "a long Unicode escape has eight digits",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "\\U0001F60";
`,
    },
    errors: ["a.proto:2:24: `\\U` needs eight hexadecimal digits, up to 0010ffff"],
    protoc: ["a.proto:2:33: Expected eight hex digits up to 10ffff for \\U escape sequence"],
  },
  {
    rule: "a Unicode escape is at most 10ffff",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "\\U10000000";
`,
    },
    errors: ["a.proto:2:24: `\\U` needs eight hexadecimal digits, up to 0010ffff"],
    protoc: ["a.proto:2:26: Expected eight hex digits up to 10ffff for \\U escape sequence"],
  },
  {
    rule: "a hexadecimal number has digits",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 0x; }
`,
    },
    errors: ["a.proto:2:23: `0x` needs hexadecimal digits"],
    protoc: ['a.proto:2:25: "0x" must be followed by hex digits.'],
  },
  {
    rule: "an octal number has octal digits",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 08; }
`,
    },
    errors: ["a.proto:2:23: `08` is not an octal number; hint: leave out the `0` in front"],
    protoc: [
      "a.proto:2:24: Numbers starting with leading zero must be in octal.",
      "a.proto:2:23: Integer out of range.",
    ],
  },
  {
    rule: "a number ends before a name begins",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1a; }
`,
    },
    errors: ["a.proto:2:23: `1a` is not a number"],
    protoc: ["a.proto:2:24: Need space between number and identifier.", 'a.proto:2:24: Expected ";".'],
  },
  {
    rule: "an exponent has digits",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional float a = 1 [default = 1e]; }
`,
    },
    errors: ["a.proto:2:45: `1e` has an exponent without digits"],
    protoc: ['a.proto:2:47: "e" must be followed by exponent.'],
  },
  {
    rule: "an exponent with a sign has digits",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional float a = 1 [default = 1e+]; }
`,
    },
    errors: ["a.proto:2:45: `1e+` has an exponent without digits"],
    protoc: ['a.proto:2:48: "e" must be followed by exponent.'],
  },
  {
    rule: "a number has one decimal point",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional float a = 1 [default = 1.2.3]; }
`,
    },
    errors: ["a.proto:2:45: `1.2.3` is not a number"],
    protoc: [
      "a.proto:2:48: Already saw decimal point or exponent; can't have another one.",
      'a.proto:2:48: Expected "]".',
    ],
  },
  {
    rule: "a hexadecimal number has no fraction",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional float a = 1 [default = 0x1.5]; }
`,
    },
    errors: ["a.proto:2:45: `0x1.5` is not a number"],
    protoc: ["a.proto:2:48: Hex and octal numbers must be integers.", 'a.proto:2:48: Expected "]".'],
  },
  {
    rule: "there are no control characters",
    files: {
      "a.proto": `syntax = "proto3";
message M { \u0001 int32 a = 1; }
`,
    },
    errors: ["a.proto:2:13: control character U+0001"],
    protoc: ["a.proto:2:13: Invalid control characters encountered in text."],
  },
  {
    rule: "names are of ASCII letters",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 größe = 1; }
`,
    },
    errors: [
      "a.proto:2:21: `öß` cannot be part of a name; hint: names are made of letters a to z, digits and `_`",
    ],
    protoc: [
      "a.proto:2:21: Interpreting non ascii codepoint 195.",
      "a.proto:2:21: Missing field number.",
      "a.proto:2:22: Interpreting non ascii codepoint 182.",
      "a.proto:2:23: Interpreting non ascii codepoint 195.",
      "a.proto:2:24: Interpreting non ascii codepoint 159.",
    ],
  },
  {
    rule: "there are no other characters between words",
    files: {
      "a.proto": `syntax = "proto3";
message M { → }
`,
    },
    errors: ["a.proto:2:13: `→` has no meaning here"],
    protoc: [
      "a.proto:2:13: Interpreting non ascii codepoint 226.",
      "a.proto:2:13: Expected type name.",
      "a.proto:2:14: Interpreting non ascii codepoint 134.",
      "a.proto:2:15: Interpreting non ascii codepoint 146.",
    ],
  },
  {
    rule: "a name does not run into a fraction",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 a = 1 [default = a.5]; }
`,
    },
    errors: ["a.proto:2:45: `a.5` is neither a name nor a number"],
    protoc: [
      "a.proto:2:45: Expected integer for field default value.",
      "a.proto:2:46: Need space between identifier and decimal point.",
    ],
  },
  {
    rule: "a sign the language has no use for",
    files: {
      "a.proto": `syntax = "proto3";
message M { # int32 a = 1; }
`,
    },
    errors: ["a.proto:2:13: `#` has no meaning here; hint: a comment starts with `//`"],
    protoc: ["a.proto:2:13: Expected type name."],
  },
];
