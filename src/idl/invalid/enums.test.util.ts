import type { InvalidCase } from "./invalid-case.test.util.js";

/** How enums are written. */
export const ENUMS: readonly InvalidCase[] = [
  {
    rule: "an enum has a name",
    files: {
      "a.proto": `syntax = "proto3";
enum { A = 0; }
`,
    },
    errors: ["a.proto:2:6: expected the enum's name, found `{`"],
    protoc: ["a.proto:2:6: Expected enum name."],
  },
  {
    rule: "an enum has a body",
    files: {
      "a.proto": `syntax = "proto3";
enum E A = 0;
`,
    },
    errors: ["a.proto:2:8: expected `{` after the enum's name, found `A`"],
    protoc: ['a.proto:2:8: Expected "{".'],
  },
  {
    rule: "an enum is closed",
    files: {
      "a.proto": `syntax = "proto3";
enum E {
  A = 0;
`,
    },
    errors: ["a.proto:2:8: `{` is not closed; hint: add `}`"],
    protoc: ["a.proto:4:1: Reached end of input in enum definition (missing '}')."],
  },
  {
    rule: "an enum value has a number",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A; }
`,
    },
    errors: ["a.proto:2:11: expected `=` and the value's number, found `;`"],
    protoc: ["a.proto:2:11: Missing numeric value for enum constant."],
  },
  {
    rule: "an enum value's number is there",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = ; }
`,
    },
    errors: ["a.proto:2:14: expected the value's number, found `;`"],
    protoc: ["a.proto:2:14: Expected integer."],
  },
  {
    rule: "an enum value's number is an integer",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0.5; }
`,
    },
    errors: ["a.proto:2:14: expected the value's number, found `0.5`"],
    protoc: ["a.proto:2:14: Expected integer."],
  },
  {
    rule: "an enum value has no type",
    files: {
      "a.proto": `syntax = "proto3";
enum E { int32 A = 0; }
`,
    },
    errors: ["a.proto:2:16: expected `=` and the value's number, found `A`; hint: enum values have no type"],
    protoc: ["a.proto:2:16: Missing numeric value for enum constant."],
  },
  {
    rule: "an enum value ends with `;`",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0, B = 1; }
`,
    },
    errors: ["a.proto:2:15: expected `;` after the enum value, found `,`"],
    protoc: ['a.proto:2:15: Expected ";".'],
  },
  {
    rule: "an enum holds no messages",
    files: {
      "a.proto": `syntax = "proto3";
enum E {
  A = 0;
  message M {}
}
`,
    },
    errors: ["a.proto:4:3: a message cannot stand in an enum"],
    protoc: ["a.proto:4:11: Missing numeric value for enum constant."],
  },
  {
    rule: "an enum's reserved has numbers or names",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; reserved ; }
`,
    },
    errors: ["a.proto:2:26: expected enum numbers or names after `reserved`, found `;`"],
    protoc: ["a.proto:2:26: Expected enum value or number range."],
    buf: "accepts",
  },
  {
    rule: "an enum's reserved names are strings before editions",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; reserved B; }
`,
    },
    errors: [
      'a.proto:2:26: a reserved name must be a string; hint: write `"B"`: only editions have names without quotes here',
    ],
    protoc: ["a.proto:2:26: Reserved names must be string literals. (Only editions supports identifiers.)"],
  },
  {
    rule: "an enum's reserved names are identifiers in editions",
    files: {
      "a.proto": `edition = "2023";
enum E { A = 0; reserved "B"; }
`,
    },
    errors: ["a.proto:2:26: a reserved name has no quotes in editions; hint: write `B`"],
    protoc: ["a.proto:2:26: Reserved names must be identifiers in editions, not string literals."],
  },
];
