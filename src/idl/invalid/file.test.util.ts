import type { InvalidCase } from "./invalid-case.test.util.js";

/** What stands at the top of a file: syntax, edition, package, imports, and which statements there are. */
export const FILE: readonly InvalidCase[] = [
  {
    rule: "the syntax is a known one",
    files: {
      "a.proto": `syntax = "proto4";
`,
    },
    errors: [
      'a.proto:1:10: syntax `proto4` is not known; hint: there are `proto2` and `proto3`, and editions: `edition = "2023";`',
    ],
    protoc: [
      'a.proto:1:10: Unrecognized syntax identifier "proto4".  This parser only recognizes "proto2" and "proto3".',
    ],
  },
  {
    rule: "the syntax is a string",
    files: {
      "a.proto": `syntax = proto3;
`,
    },
    errors: ['a.proto:1:10: expected a string after `syntax =`, found `proto3`; hint: write `"proto3"`'],
    protoc: ["a.proto:1:10: Expected syntax identifier."],
  },
  {
    rule: "the syntax has a `=`",
    files: {
      "a.proto": `syntax "proto3";
`,
    },
    errors: ['a.proto:1:8: expected `=` after `syntax`, found `"proto3"`'],
    protoc: ['a.proto:1:8: Expected "=".'],
  },
  {
    rule: "the syntax ends with `;`",
    files: {
      "a.proto": `syntax = "proto3"
message M {}
`,
    },
    errors: ["a.proto:1:18: expected `;` after the syntax"],
    protoc: ['a.proto:2:1: Expected ";".'],
  },
  {
    rule: "the edition is a known one",
    files: {
      "a.proto": `edition = "2022";
`,
    },
    errors: ["a.proto:1:11: edition `2022` is not known; hint: there are `2023` and `2024`"],
    protoc: ['a.proto:1:11: Unknown edition "2022".'],
  },
  {
    rule: "an edition is not a syntax",
    files: {
      "a.proto": `syntax = "2023";
`,
    },
    errors: ['a.proto:1:10: syntax `2023` is not known; hint: write `edition = "2023";`'],
    protoc: [
      'a.proto:1:10: Unrecognized syntax identifier "2023".  This parser only recognizes "proto2" and "proto3".',
    ],
  },
  {
    rule: "a syntax is not an edition",
    files: {
      "a.proto": `edition = "proto3";
`,
    },
    errors: ['a.proto:1:11: edition `proto3` is not known; hint: write `syntax = "proto3";`'],
    protoc: ['a.proto:1:11: Unknown edition "proto3".'],
  },
  {
    rule: "the edition is a string",
    files: {
      "a.proto": `edition = 2023;
`,
    },
    errors: ['a.proto:1:11: expected a string after `edition =`, found `2023`; hint: write `"2023"`'],
    protoc: ["a.proto:1:11: Expected syntax identifier."],
  },
  {
    rule: "the syntax stands before all else",
    files: {
      "a.proto": `package p;
syntax = "proto3";
`,
    },
    errors: ["a.proto:2:1: the syntax must stand first in the file"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "the edition stands before all else",
    files: {
      "a.proto": `package p;
edition = "2023";
`,
    },
    errors: ["a.proto:2:1: the edition must stand first in the file"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "there is one syntax",
    files: {
      "a.proto": `syntax = "proto3";
syntax = "proto3";
`,
    },
    errors: ["a.proto:2:1: the syntax is set twice"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "a file has a syntax or an edition, not both",
    files: {
      "a.proto": `syntax = "proto3";
edition = "2023";
`,
    },
    errors: ["a.proto:2:1: the file has a syntax already"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "there is one package",
    files: {
      "a.proto": `syntax = "proto3";
package a;
package b;
`,
    },
    errors: ["a.proto:3:1: the package is set twice; hint: the first is `a`"],
    protoc: ["a.proto:3:1: Multiple package definitions."],
  },
  {
    rule: "a package has a name",
    files: {
      "a.proto": `syntax = "proto3";
package ;
`,
    },
    errors: ["a.proto:2:9: expected the package's name, found `;`"],
    protoc: ["a.proto:2:9: Expected identifier."],
  },
  {
    rule: "a package does not start with a dot",
    files: {
      "a.proto": `syntax = "proto3";
package .a.b;
`,
    },
    errors: ["a.proto:2:9: expected the package's name, found `.`"],
    protoc: ["a.proto:2:9: Expected identifier."],
  },
  {
    rule: "a package does not end with a dot",
    files: {
      "a.proto": `syntax = "proto3";
package a.;
`,
    },
    errors: ["a.proto:2:11: expected a name after `.`, found `;`"],
    protoc: ["a.proto:2:11: Expected identifier."],
  },
  {
    rule: "a package is no string",
    files: {
      "a.proto": `syntax = "proto3";
package "a.b";
`,
    },
    errors: ['a.proto:2:9: expected the package\'s name, found `"a.b"`; hint: leave out the quotes'],
    protoc: ["a.proto:2:9: Expected identifier."],
  },
  {
    rule: "a package ends with `;`",
    files: {
      "a.proto": `syntax = "proto3";
package a message M {}
`,
    },
    errors: ["a.proto:2:11: expected `;` after the package, found `message`"],
    protoc: ['a.proto:2:11: Expected ";".'],
  },
  {
    rule: "an import is a string",
    files: {
      "a.proto": `syntax = "proto3";
import b.proto;
`,
    },
    errors: ['a.proto:2:8: expected the file to import as a string, found `b`; hint: write `"b.proto"`'],
    protoc: ["a.proto:2:8: Expected a string naming the file to import."],
  },
  {
    rule: "an import ends with `;`",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto" message M {}
`,
      "b.proto": `syntax = "proto3";
`,
    },
    errors: ["a.proto:2:18: expected `;` after the import, found `message`"],
    protoc: ['a.proto:2:18: Expected ";".'],
  },
  {
    rule: "an import is public, weak or option",
    files: {
      "a.proto": `syntax = "proto3";
import private "b.proto";
`,
      "b.proto": `syntax = "proto3";
`,
    },
    errors: [
      "a.proto:2:8: expected the file to import as a string, found `private`; hint: only `public`, `weak` and `option` may stand before it",
    ],
    protoc: ["a.proto:2:8: Expected a string naming the file to import."],
  },
  {
    rule: "a statement of the file begins with a known word",
    files: {
      "a.proto": `syntax = "proto3";
mesage M {}
`,
    },
    errors: ["a.proto:2:1: `mesage` starts no statement here; hint: did you mean `message`?"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "a field stands in a message",
    files: {
      "a.proto": `syntax = "proto3";
int32 a = 1;
`,
    },
    errors: ["a.proto:2:1: `int32` starts no statement here; hint: a field must stand in a message"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "an rpc stands in a service",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
rpc Get(M) returns (M);
`,
    },
    errors: ["a.proto:3:1: `rpc` starts no statement here; hint: an rpc must stand in a service"],
    protoc: ['a.proto:3:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "no bracket is closed that was not opened",
    files: {
      "a.proto": `syntax = "proto3";
message M {
}
}
`,
    },
    errors: ["a.proto:4:1: `}` has no `{` before it"],
    protoc: ['a.proto:4:1: Expected top-level statement (e.g. "message").', 'a.proto:4:1: Unmatched "}".'],
  },
  {
    rule: "a string is no statement",
    files: {
      "a.proto": `syntax = "proto3";
"message M {}"
`,
    },
    errors: ["a.proto:2:1: a string starts no statement here"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "a number is no statement",
    files: {
      "a.proto": `syntax = "proto3";
12;
`,
    },
    errors: ["a.proto:2:1: `12` starts no statement here"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "an edition is none of the internal ones",
    files: {
      "a.proto": `edition = "1_TEST_ONLY";
`,
    },
    errors: ["a.proto:1:11: edition `1_TEST_ONLY` is not known; hint: there are `2023` and `2024`"],
    protoc: ["a.proto:1:1: Edition 1_TEST_ONLY is earlier than the minimum supported edition PROTO2"],
  },
  {
    rule: "a package has 101 parts at most",
    files: {
      "a.proto": `syntax = "proto3";
package a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a;
`,
    },
    errors: ["a.proto:2:9: the package has more than 101 parts"],
    protoc: ["a.proto:2:1: Exceeds Maximum Package Depth"],
  },
  {
    rule: "a package has 511 characters at most",
    files: {
      "a.proto": `syntax = "proto3";
package aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;
`,
    },
    errors: ["a.proto:2:9: the package's name is longer than 511 characters"],
    protoc: ["a.proto:2:1: Package name is too long"],
    buf: "accepts",
  },
  {
    rule: "an import names a file",
    files: {
      "a.proto": `syntax = "proto3";
import "";
`,
    },
    errors: ["a.proto:2:8: the name of the file to import is empty"],
    protoc: [": File not found.", 'a.proto:2:1: Import "" was not found or had errors.'],
  },
  {
    rule: "a weakly imported file exists",
    files: {
      "a.proto": `syntax = "proto3";
import weak "b.proto";
`,
    },
    errors: ["a.proto:2:13: there is no file `b.proto`; hint: imports are relative to an include directory"],
    protoc: ["b.proto: File not found.", 'a.proto:2:1: Import "b.proto" was not found or had errors.'],
  },
];
