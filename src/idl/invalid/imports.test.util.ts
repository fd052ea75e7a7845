import type { InvalidCase } from "./invalid-case.test.util.js";

/** Which files may be imported, and what lite files may do. */
export const IMPORTS: readonly InvalidCase[] = [
  {
    rule: "an imported file exists",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
`,
    },
    errors: ["a.proto:2:8: there is no file `b.proto`; hint: imports are relative to an include directory"],
    protoc: ["b.proto: File not found.", 'a.proto:2:1: Import "b.proto" was not found or had errors.'],
  },
  {
    rule: "an imported file exists where it is said to be",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
`,
      "dir/b.proto": `syntax = "proto3";
`,
    },
    errors: ["a.proto:2:8: there is no file `b.proto`; hint: imports are relative to an include directory"],
    protoc: ["b.proto: File not found.", 'a.proto:2:1: Import "b.proto" was not found or had errors.'],
  },
  {
    rule: "a file does not import itself",
    files: {
      "a.proto": `syntax = "proto3";
import "a.proto";
`,
    },
    errors: ["a.proto:2:8: the file imports itself"],
    protoc: ["a.proto:2:1: File recursively imports itself: a.proto -> a.proto"],
  },
  {
    rule: "two files do not import each other",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
`,
      "b.proto": `syntax = "proto3";
import "a.proto";
`,
    },
    errors: ["b.proto:2:8: `a.proto` imports itself: a.proto → b.proto → a.proto"],
    protoc: [
      "a.proto:2:1: File recursively imports itself: a.proto -> b.proto -> a.proto",
      'b.proto:2:1: Import "a.proto" was not found or had errors.',
      'a.proto:2:1: Import "b.proto" was not found or had errors.',
    ],
  },
  {
    rule: "three files do not import each other in a cycle",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
`,
      "b.proto": `syntax = "proto3";
import "c.proto";
`,
      "c.proto": `syntax = "proto3";
import "a.proto";
`,
    },
    errors: ["c.proto:2:8: `a.proto` imports itself: a.proto → b.proto → c.proto → a.proto"],
    protoc: [
      "a.proto:2:1: File recursively imports itself: a.proto -> b.proto -> c.proto -> a.proto",
      'c.proto:2:1: Import "a.proto" was not found or had errors.',
      'b.proto:2:1: Import "c.proto" was not found or had errors.',
      'a.proto:2:1: Import "b.proto" was not found or had errors.',
    ],
  },
  {
    rule: "a file is imported once",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
import "b.proto";
`,
      "b.proto": `syntax = "proto3";
`,
    },
    errors: ["a.proto:3:8: `b.proto` is imported twice"],
    protoc: ['a.proto:3:1: Import "b.proto" was listed twice.'],
  },
  {
    rule: "a file is imported once, publicly or not",
    files: {
      "a.proto": `syntax = "proto3";
import public "b.proto";
import "b.proto";
`,
      "b.proto": `syntax = "proto3";
`,
    },
    errors: ["a.proto:3:8: `b.proto` is imported twice"],
    protoc: ['a.proto:3:1: Import "b.proto" was listed twice.'],
  },
  {
    rule: "an import has no backslashes",
    files: {
      "a.proto": `syntax = "proto3";
import "dir\\\\b.proto";
`,
      "dir/b.proto": `syntax = "proto3";
`,
    },
    errors: ["a.proto:2:8: `dir\\b.proto` is not how files are named in imports; hint: write `dir/b.proto`"],
    protoc: [
      "dir\\b.proto: File not found.",
      'a.proto:2:1: Import "dir\\b.proto" was not found or had errors.',
    ],
  },
  {
    rule: "an import does not go up",
    files: {
      "a.proto": `syntax = "proto3";
import "../w/b.proto";
`,
      "b.proto": `syntax = "proto3";
`,
    },
    errors: [
      "a.proto:2:8: `../w/b.proto` is not how files are named in imports; hint: name it relative to an include directory",
    ],
    protoc: [
      '../w/b.proto: Backslashes, consecutive slashes, ".", or ".." are not allowed in the virtual path',
      'a.proto:2:1: Import "../w/b.proto" was not found or had errors.',
    ],
  },
  {
    rule: "an import does not start here",
    files: {
      "a.proto": `syntax = "proto3";
import "./b.proto";
`,
      "b.proto": `syntax = "proto3";
`,
    },
    errors: ["a.proto:2:8: `./b.proto` is not how files are named in imports; hint: write `b.proto`"],
    protoc: [
      './b.proto: Backslashes, consecutive slashes, ".", or ".." are not allowed in the virtual path',
      'a.proto:2:1: Import "./b.proto" was not found or had errors.',
    ],
  },
  {
    rule: "an import has no double slash",
    files: {
      "a.proto": `syntax = "proto3";
import "dir//b.proto";
`,
      "dir/b.proto": `syntax = "proto3";
`,
    },
    errors: ["a.proto:2:8: `dir//b.proto` is not how files are named in imports; hint: write `dir/b.proto`"],
    protoc: [
      'dir//b.proto: Backslashes, consecutive slashes, ".", or ".." are not allowed in the virtual path',
      'a.proto:2:1: Import "dir//b.proto" was not found or had errors.',
    ],
  },
  {
    rule: "an imported file is right itself",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
`,
      "b.proto": `syntax = "proto3";
message {}
`,
    },
    errors: ["b.proto:2:9: expected the message's name, found `{`"],
    protoc: [
      "b.proto:2:9: Expected message name.",
      'a.proto:2:1: Import "b.proto" was not found or had errors.',
    ],
  },
  {
    rule: "a publicly imported file exists",
    files: {
      "a.proto": `syntax = "proto3";
import public "b.proto";
`,
    },
    errors: ["a.proto:2:15: there is no file `b.proto`; hint: imports are relative to an include directory"],
    protoc: ["b.proto: File not found.", 'a.proto:2:1: Import "b.proto" was not found or had errors.'],
  },
  {
    rule: "a public import passes on no private one",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M { N n = 1; }
`,
      "b.proto": `syntax = "proto3";
import public "c.proto";
`,
      "c.proto": `syntax = "proto3";
import "d.proto";
`,
      "d.proto": `syntax = "proto3";
message N {}
`,
    },
    errors: [
      'a.proto:3:13: `N` is defined in `d.proto`, which is not imported; hint: add `import "d.proto";`',
    ],
    protoc: [
      'a.proto:3:13: "N" seems to be defined in "d.proto", which is not imported by "a.proto".  To use it here, please add the necessary import.',
    ],
  },
  {
    rule: "a file that is not lite imports no lite one",
    files: {
      "a.proto": `syntax = "proto2";
import "b.proto";
`,
      "b.proto": `syntax = "proto2";
option optimize_for = LITE_RUNTIME;
`,
    },
    errors: ["a.proto:2:8: `b.proto` is optimized for the lite runtime, and this file is not"],
    protoc: [
      'a.proto:2:1: Files that do not use optimize_for = LITE_RUNTIME cannot import files which do use this option.  This file is not lite, but it imports "b.proto" which is.',
    ],
  },
  {
    rule: "a lite file extends no message that is not lite",
    files: {
      "a.proto": `syntax = "proto2";
import "b.proto";
option optimize_for = LITE_RUNTIME;
extend M { optional int32 a = 1; }
`,
      "b.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
`,
    },
    errors: ["a.proto:4:8: a file for the lite runtime cannot extend `M`, which is not for it"],
    protoc: [
      "a.proto:4:8: Extensions to non-lite types can only be declared in non-lite files.  Note that you cannot extend a non-lite type to contain a lite type, but the reverse is allowed.",
    ],
    buf: "accepts",
  },
  {
    rule: "a lite file has no generic services",
    files: {
      "a.proto": `syntax = "proto2";
option optimize_for = LITE_RUNTIME;
option cc_generic_services = true;
service S {}
`,
    },
    errors: [
      "a.proto:4:9: a file for the lite runtime cannot have generic services; hint: set `cc_generic_services` and `java_generic_services` to false",
    ],
    protoc: [
      "a.proto:4:9: Files with optimize_for = LITE_RUNTIME cannot define services unless you set both options cc_generic_services and java_generic_services to false.",
    ],
    buf: "accepts",
  },
];
