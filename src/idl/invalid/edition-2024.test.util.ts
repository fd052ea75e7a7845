import type { InvalidCase } from "./invalid-case.test.util.js";

/** Visibility and option imports. */
export const EDITION_2024: readonly InvalidCase[] = [
  {
    rule: "a local message is not used from another file",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
message M { b.N n = 1; }
`,
      "b.proto": `edition = "2024";
package b;
local message N {}
`,
    },
    errors: ["a.proto:4:13: `b.N` is local to `b.proto`"],
    protoc: [
      'a.proto:4:13: Symbol "b.N", defined in "b.proto"  is not visible from "a.proto". It is explicitly marked \'local\' and cannot be accessed outside its own file',
    ],
  },
  {
    rule: "a nested message is local unless exported",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
message M { b.N.O n = 1; }
`,
      "b.proto": `edition = "2024";
package b;
message N { message O {} }
`,
    },
    errors: ["a.proto:4:13: `b.N.O` is local to `b.proto`; hint: write `export message O` there"],
    protoc: [
      'a.proto:4:13: Symbol "b.N.O", defined in "b.proto"  is not visible from "a.proto". It defaulted to local from file-level \'option features.default_symbol_visibility = \'EXPORT_TOP_LEVEL\'; and cannot be accessed outside its own file',
    ],
  },
  {
    rule: "a local enum is not used from another file",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
message M { b.N n = 1; }
`,
      "b.proto": `edition = "2024";
package b;
local enum N { N_UNSPECIFIED = 0; }
`,
    },
    errors: ["a.proto:4:13: `b.N` is local to `b.proto`"],
    protoc: [
      'a.proto:4:13: Symbol "b.N", defined in "b.proto"  is not visible from "a.proto". It is explicitly marked \'local\' and cannot be accessed outside its own file',
    ],
  },
  {
    rule: "a local message is not extended from another file",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
extend b.N { int32 x = 1; }
`,
      "b.proto": `edition = "2024";
package b;
local message N { extensions 1 to 9; }
`,
    },
    errors: ["a.proto:4:8: `b.N` is local to `b.proto`"],
    protoc: [
      'a.proto:4:8: Symbol "b.N", defined in "b.proto" target of extend is not visible from "a.proto". It is explicitly marked \'local\' and cannot be accessed outside its own file',
    ],
  },
  {
    rule: "a local message is not returned by an rpc of another file",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
message M {}
service S { rpc Get(M) returns (b.N); }
`,
      "b.proto": `edition = "2024";
package b;
local message N {}
`,
    },
    errors: ["a.proto:5:33: `b.N` is local to `b.proto`"],
    protoc: [
      'a.proto:5:33: Symbol "b.N", defined in "b.proto"  is not visible from "a.proto". It is explicitly marked \'local\' and cannot be accessed outside its own file',
    ],
  },
  {
    rule: "a file's default visibility is respected",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
message M { b.N n = 1; }
`,
      "b.proto": `edition = "2024";
package b;
option features.default_symbol_visibility = LOCAL_ALL;
message N {}
`,
    },
    errors: ["a.proto:4:13: `b.N` is local to `b.proto`; hint: write `export message N` there"],
    protoc: [
      'a.proto:4:13: Symbol "b.N", defined in "b.proto"  is not visible from "a.proto". It defaulted to local from file-level \'option features.default_symbol_visibility = \'LOCAL_ALL\'; and cannot be accessed outside its own file',
    ],
  },
  {
    rule: "a message is not exported from a local place",
    files: {
      "a.proto": `edition = "2024";
package a;
option features.default_symbol_visibility = STRICT;
message M { export message N {} }
`,
    },
    errors: [
      "a.proto:4:13: a nested message cannot be exported under `STRICT` visibility; hint: move it to the top of the file",
    ],
    protoc: [
      'a.proto: "a.M.N" is a nested message and cannot be `export` with STRICT default_symbol_visibility. It must be moved to top-level, ideally in its own file in order to be `export`.',
    ],
  },
  {
    rule: "services have no visibility",
    files: {
      "a.proto": `edition = "2024";
export service S {}
`,
    },
    errors: ["a.proto:2:1: only messages and enums can be `export`"],
    protoc: ["a.proto:2:8: 'local' and 'export' visibility modifiers are valid only on 'message' and 'enum'"],
  },
  {
    rule: "extend blocks have no visibility",
    files: {
      "a.proto": `edition = "2024";
import "google/protobuf/descriptor.proto";
local extend google.protobuf.FileOptions { int32 x = 50000; }
`,
    },
    errors: ["a.proto:3:1: only messages and enums can be `local`"],
    protoc: ["a.proto:3:7: 'local' and 'export' visibility modifiers are valid only on 'message' and 'enum'"],
  },
  {
    rule: "edition 2023 has no visibility",
    files: {
      "a.proto": `edition = "2023";
export message M {}
`,
    },
    errors: ["a.proto:2:1: `export` is new in edition 2024"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "proto3 has no visibility",
    files: {
      "a.proto": `syntax = "proto3";
local message M {}
`,
    },
    errors: ["a.proto:2:1: `local` is new in edition 2024"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "option imports are not for edition 2023",
    files: {
      "a.proto": `edition = "2023";
import option "b.proto";
`,
      "b.proto": `edition = "2023";
`,
    },
    errors: ["a.proto:2:8: `import option` is new in edition 2024"],
    protoc: ["a.proto:2:8: option import is not supported before edition 2024."],
  },
  {
    rule: "option imports are not for proto3",
    files: {
      "a.proto": `syntax = "proto3";
import option "b.proto";
`,
      "b.proto": `syntax = "proto3";
`,
    },
    errors: ["a.proto:2:8: `import option` is new in edition 2024"],
    protoc: ["a.proto:2:8: option import is not supported before edition 2024."],
  },
  {
    rule: "weak imports are not for edition 2024",
    files: {
      "a.proto": `edition = "2024";
import weak "b.proto";
`,
      "b.proto": `edition = "2024";
`,
    },
    errors: ["a.proto:2:8: `import weak` was removed in edition 2024; hint: use `import option`"],
    protoc: [
      "a.proto:2:8: weak import is not supported in edition 2024 and above. Consider using option import instead.",
    ],
  },
  {
    rule: "imports stand before option imports",
    files: {
      "a.proto": `edition = "2024";
import option "b.proto";
import "c.proto";
`,
      "b.proto": `edition = "2024";
`,
      "c.proto": `edition = "2024";
`,
    },
    errors: ["a.proto:3:1: imports must stand before option imports"],
    protoc: ["a.proto:3:8: imports should precede any option imports to ensure proto files can roundtrip."],
  },
  {
    rule: "an option import brings no types",
    files: {
      "a.proto": `edition = "2024";
package a;
import option "b.proto";
message M { b.N n = 1; }
`,
      "b.proto": `edition = "2024";
package b;
message N {}
`,
    },
    errors: [
      'a.proto:4:13: `b.N` is defined in `b.proto`, which is imported only for its options; hint: write `import "b.proto";`',
    ],
    protoc: [
      'a.proto:4:13: "b.N" seems to be defined in "b.proto", which is not imported by "a.proto".  To use it here, please add the necessary import.',
    ],
  },
  {
    rule: "an option import brings no message to extend",
    files: {
      "a.proto": `edition = "2024";
package a;
import option "b.proto";
extend b.N { int32 x = 1; }
`,
      "b.proto": `edition = "2024";
package b;
message N { extensions 1 to 9; }
`,
    },
    errors: [
      'a.proto:4:8: `b.N` is defined in `b.proto`, which is imported only for its options; hint: write `import "b.proto";`',
    ],
    protoc: [
      'a.proto:4:8: "b.N" seems to be defined in "b.proto", which is not imported by "a.proto".  To use it here, please add the necessary import.',
    ],
  },
  {
    rule: "a file is not imported both ways",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
import option "b.proto";
`,
      "b.proto": `edition = "2024";
package b;
`,
    },
    errors: ["a.proto:4:15: `b.proto` is imported twice"],
    protoc: ['a.proto:4:1: Import "b.proto" was listed twice.'],
  },
  {
    rule: "edition 2024 exports are not in proto2",
    files: {
      "a.proto": `syntax = "proto2";
export enum E { A = 0; }
`,
    },
    errors: ["a.proto:2:1: `export` is new in edition 2024"],
    protoc: ['a.proto:2:1: Expected top-level statement (e.g. "message").'],
  },
  {
    rule: "a nested enum is local unless exported",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
message M { b.N.O n = 1; }
`,
      "b.proto": `edition = "2024";
package b;
message N { enum O { O_UNSPECIFIED = 0; } }
`,
    },
    errors: ["a.proto:4:13: `b.N.O` is local to `b.proto`; hint: write `export enum O` there"],
    protoc: [
      'a.proto:4:13: Symbol "b.N.O", defined in "b.proto"  is not visible from "a.proto". It defaulted to local from file-level \'option features.default_symbol_visibility = \'EXPORT_TOP_LEVEL\'; and cannot be accessed outside its own file',
    ],
  },
  {
    rule: "a nested rpc type is local unless exported",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
message M {}
service S { rpc Get(b.N.O) returns (M); }
`,
      "b.proto": `edition = "2024";
package b;
message N { message O {} }
`,
    },
    errors: ["a.proto:5:21: `b.N.O` is local to `b.proto`; hint: write `export message O` there"],
    protoc: [
      'a.proto:5:21: Symbol "b.N.O", defined in "b.proto"  is not visible from "a.proto". It defaulted to local from file-level \'option features.default_symbol_visibility = \'EXPORT_TOP_LEVEL\'; and cannot be accessed outside its own file',
    ],
  },
  {
    rule: "a nested enum is not exported under STRICT",
    files: {
      "a.proto": `edition = "2024";
package a;
option features.default_symbol_visibility = STRICT;
message M { export enum E { E_UNSPECIFIED = 0; } }
`,
    },
    errors: [
      "a.proto:4:13: a nested enum cannot be exported under `STRICT` visibility; hint: move it to the top of the file",
    ],
    protoc: [
      'a.proto: "a.M.E" is a nested enum and cannot be marked `export` with STRICT default_symbol_visibility. It must be moved to top-level, ideally in its own file in order to be `export`. For C++ namespacing of enums in a messages use: `local message <OuterNamespace> { export enum a.M.E {...} reserved 1 to max; }`',
    ],
  },
];
