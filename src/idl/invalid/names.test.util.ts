import type { InvalidCase } from "./invalid-case.test.util.js";

/** What may have which name. */
export const NAMES: readonly InvalidCase[] = [
  {
    rule: "two messages of a scope have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
message M {}
`,
    },
    errors: ["a.proto:3:9: `M` is already defined on line 2"],
    protoc: ['a.proto:3:9: "M" is already defined.'],
  },
  {
    rule: "a message and an enum have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
enum M { A = 0; }
`,
    },
    errors: ["a.proto:3:6: `M` is already defined on line 2"],
    protoc: ['a.proto:3:6: "M" is already defined.'],
  },
  {
    rule: "a message and a service have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service M {}
`,
    },
    errors: ["a.proto:3:9: `M` is already defined on line 2"],
    protoc: ['a.proto:3:9: "M" is already defined.'],
  },
  {
    rule: "two services have two names",
    files: {
      "a.proto": `syntax = "proto3";
service S {}
service S {}
`,
    },
    errors: ["a.proto:3:9: `S` is already defined on line 2"],
    protoc: ['a.proto:3:9: "S" is already defined.'],
  },
  {
    rule: "two enums have two names",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; }
enum E { B = 0; }
`,
    },
    errors: ["a.proto:3:6: `E` is already defined on line 2"],
    protoc: ['a.proto:3:6: "E" is already defined.'],
  },
  {
    rule: "two nested messages have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  message N {}
  message N {}
}
`,
    },
    errors: ["a.proto:4:11: `M.N` is already defined on line 3"],
    protoc: ['a.proto:4:11: "N" is already defined in "M".'],
  },
  {
    rule: "two fields have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
  int32 a = 2;
}
`,
    },
    errors: ["a.proto:4:9: `M.a` is already defined on line 3"],
    protoc: ['a.proto:4:9: "a" is already defined in "M".'],
  },
  {
    rule: "a field and a oneof have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
  oneof a { int32 b = 2; }
}
`,
    },
    errors: ["a.proto:4:9: `M.a` is already defined on line 3"],
    protoc: ['a.proto:3:9: "a" is already defined in "M".'],
  },
  {
    rule: "two oneofs have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  oneof o { int32 a = 1; }
  oneof o { int32 b = 2; }
}
`,
    },
    errors: ["a.proto:4:9: `M.o` is already defined on line 3"],
    protoc: ['a.proto: "o" is already defined in "M".'],
  },
  {
    rule: "a field in a oneof and another field have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  oneof o { int32 a = 1; }
  int32 a = 2;
}
`,
    },
    errors: ["a.proto:4:9: `M.a` is already defined on line 3"],
    protoc: ['a.proto:4:9: "a" is already defined in "M".'],
  },
  {
    rule: "a field and a nested message have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  message a {}
  int32 a = 1;
}
`,
    },
    errors: ["a.proto:4:9: `M.a` is already defined on line 3"],
    protoc: ['a.proto:3:11: "a" is already defined in "M".'],
  },
  {
    rule: "a field and a nested enum have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  enum a { A = 0; }
  int32 a = 1;
}
`,
    },
    errors: ["a.proto:4:9: `M.a` is already defined on line 3"],
    protoc: ['a.proto:3:8: "a" is already defined in "M".'],
  },
  {
    rule: "a group's field and another field have two names",
    files: {
      "a.proto": `syntax = "proto2";
message M {
  optional int32 item = 1;
  optional group Item = 2 {}
}
`,
    },
    errors: [
      "a.proto:4:18: `M.item` is already defined on line 3; hint: a group makes a field of its name in lower case",
    ],
    protoc: ['a.proto:4:18: "item" is already defined in "M".'],
  },
  {
    rule: "two values of an enum have two names",
    files: {
      "a.proto": `syntax = "proto3";
enum E {
  A = 0;
  A = 1;
}
`,
    },
    errors: ["a.proto:4:3: `A` is already defined on line 3"],
    protoc: ['a.proto:4:3: "A" is already defined.'],
  },
  {
    rule: "values of two enums of a scope have two names",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; }
enum F { A = 0; }
`,
    },
    errors: [
      "a.proto:3:10: `A` is already defined on line 2; hint: the values of an enum are in the scope around it: put its name in front, as in `F_A`",
    ],
    protoc: [
      'a.proto:3:10: "A" is already defined.',
      'a.proto:3:10: Note that enum values use C++ scoping rules, meaning that enum values are siblings of their type, not children of it.  Therefore, "A" must be unique within the global scope, not just within "F".',
    ],
  },
  {
    rule: "an enum value and a message have two names",
    files: {
      "a.proto": `syntax = "proto3";
message A {}
enum E { A = 0; }
`,
    },
    errors: [
      "a.proto:3:10: `A` is already defined on line 2; hint: the values of an enum are in the scope around it: put its name in front, as in `E_A`",
    ],
    protoc: [
      'a.proto:3:10: "A" is already defined.',
      'a.proto:3:10: Note that enum values use C++ scoping rules, meaning that enum values are siblings of their type, not children of it.  Therefore, "A" must be unique within the global scope, not just within "E".',
    ],
  },
  {
    rule: "an enum does not have the name of its value",
    files: {
      "a.proto": `syntax = "proto3";
enum E { E = 0; }
`,
    },
    errors: [
      "a.proto:2:10: `E` is already defined on line 2; hint: the values of an enum are in the scope around it: put its name in front, as in `E_E`",
    ],
    protoc: ['a.proto:2:6: "E" is already defined.'],
  },
  {
    rule: "a nested enum's value and a field have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
  enum E { a = 0; }
}
`,
    },
    errors: [
      "a.proto:4:12: `M.a` is already defined on line 3; hint: the values of an enum are in the scope around it: put its name in front, as in `E_a`",
    ],
    protoc: [
      'a.proto:4:12: "a" is already defined in "M".',
      'a.proto:4:12: Note that enum values use C++ scoping rules, meaning that enum values are siblings of their type, not children of it.  Therefore, "a" must be unique within "M", not just within "E".',
    ],
  },
  {
    rule: "two rpcs have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S {
  rpc Get(M) returns (M);
  rpc Get(M) returns (M);
}
`,
    },
    errors: ["a.proto:5:7: `S.Get` is already defined on line 4"],
    protoc: ['a.proto:5:7: "Get" is already defined in "S".'],
  },
  {
    rule: "two extensions of a scope have two names",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M {
  optional int32 a = 1;
  optional int32 a = 2;
}
`,
    },
    errors: ["a.proto:5:18: `a` is already defined on line 4"],
    protoc: ['a.proto:5:18: "a" is already defined.'],
  },
  {
    rule: "an extension and a message have two names",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { optional int32 M = 1; }
`,
    },
    errors: ["a.proto:3:27: `M` is already defined on line 2"],
    protoc: ['a.proto:3:27: "M" is already defined.'],
  },
  {
    rule: "an extension and a field of the message around have two names",
    files: {
      "a.proto": `syntax = "proto2";
message M {
  extensions 1 to 9;
  optional int32 a = 10;
  extend M { optional int32 a = 1; }
}
`,
    },
    errors: ["a.proto:5:29: `M.a` is already defined on line 4"],
    protoc: ['a.proto:5:29: "a" is already defined in "M".'],
  },
  {
    rule: "a message does not have the name of a package",
    files: {
      "a.proto": `syntax = "proto3";
package p;
import "b.proto";
message q {}
`,
      "b.proto": `syntax = "proto3";
package p.q;
`,
    },
    errors: ["a.proto:4:9: `p.q` is already defined in `b.proto`, as a package"],
    protoc: ['a.proto:4:9: "p.q" is already defined in file "b.proto".'],
  },
  {
    rule: "a package does not have the name of a message",
    files: {
      "a.proto": `syntax = "proto3";
package p.q;
import "b.proto";
`,
      "b.proto": `syntax = "proto3";
package p;
message q {}
`,
    },
    errors: ["a.proto:2:9: `p.q` is already defined in `b.proto`, as a message"],
    protoc: ['a.proto:2:1: "p.q" is already defined (as something other than a package) in file "b.proto".'],
  },
  {
    rule: "a message and one of an imported file have two names",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M {}
`,
      "b.proto": `syntax = "proto3";
message M {}
`,
    },
    errors: ["a.proto:3:9: `M` is already defined in `b.proto`"],
    protoc: ['a.proto:3:9: "M" is already defined in file "b.proto".'],
  },
  {
    rule: "a message and one of an indirectly imported file have two names",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M {}
`,
      "b.proto": `syntax = "proto3";
import "c.proto";
`,
      "c.proto": `syntax = "proto3";
message M {}
`,
    },
    errors: ["a.proto:3:9: `M` is already defined in `c.proto`"],
    protoc: ['a.proto:3:9: "M" is already defined in file "c.proto".'],
  },
  {
    rule: "an enum value and one of an imported file have two names",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
enum E { A = 0; }
`,
      "b.proto": `syntax = "proto3";
enum F { A = 0; }
`,
    },
    errors: [
      "a.proto:3:10: `A` is already defined in `b.proto`; hint: the values of an enum are in the scope around it: put its name in front, as in `E_A`",
    ],
    protoc: [
      'a.proto:3:10: "A" is already defined in file "b.proto".',
      'a.proto:3:10: Note that enum values use C++ scoping rules, meaning that enum values are siblings of their type, not children of it.  Therefore, "A" must be unique within the global scope, not just within "E".',
    ],
  },
  {
    rule: "a map's entry and a nested message have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  message ItemsEntry {}
  map<string, string> items = 1;
}
`,
    },
    errors: [
      "a.proto:4:23: the map needs the name `M.ItemsEntry` for its entries, which is already defined on line 3",
    ],
    protoc: [
      'a.proto: "ItemsEntry" is already defined in "M".',
      "a.proto:2:9: Expanded map entry type ItemsEntry conflicts with an existing nested message type.",
    ],
  },
  {
    rule: "two maps' entries have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  map<string, string> items = 1;
  map<string, string> Items = 2;
}
`,
    },
    errors: [
      "a.proto:4:23: the map needs the name `M.ItemsEntry` for its entries, as does the map on line 3",
    ],
    protoc: [
      'a.proto: "key" is already defined in "M.ItemsEntry".',
      'a.proto: "value" is already defined in "M.ItemsEntry".',
      'a.proto: "ItemsEntry" is already defined in "M".',
      "a.proto:2:9: Expanded map entry type ItemsEntry conflicts with an existing nested message type.",
    ],
  },
  {
    rule: "a map's entry and a field have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 ItemsEntry = 2;
  map<string, string> items = 1;
}
`,
    },
    errors: [
      "a.proto:4:23: the map needs the name `M.ItemsEntry` for its entries, which is already defined on line 3",
    ],
    protoc: [
      'a.proto: "ItemsEntry" is already defined in "M".',
      'a.proto:4:3: "ItemsEntry" is not defined.',
      "a.proto:2:9: Expanded map entry type ItemsEntry conflicts with an existing field.",
    ],
  },
  {
    rule: "a map's entry and a nested enum have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  enum ItemsEntry { A = 0; }
  map<string, string> items = 1;
}
`,
    },
    errors: [
      "a.proto:4:23: the map needs the name `M.ItemsEntry` for its entries, which is already defined on line 3",
    ],
    protoc: [
      'a.proto: "ItemsEntry" is already defined in "M".',
      "a.proto:2:9: Expanded map entry type ItemsEntry conflicts with an existing enum type.",
    ],
  },
  {
    rule: "a map's entry and a oneof have two names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  oneof ItemsEntry { int32 a = 2; }
  map<string, string> items = 1;
}
`,
    },
    errors: [
      "a.proto:4:23: the map needs the name `M.ItemsEntry` for its entries, which is already defined on line 3",
    ],
    protoc: [
      'a.proto: "ItemsEntry" is already defined in "M".',
      'a.proto:4:3: "ItemsEntry" is not defined.',
      "a.proto:2:9: Expanded map entry type ItemsEntry conflicts with an existing oneof type.",
    ],
  },
];
