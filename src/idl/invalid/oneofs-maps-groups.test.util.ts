import type { InvalidCase } from "./invalid-case.test.util.js";

/** How oneofs, maps and groups are written. */
export const ONEOFS_MAPS_GROUPS: readonly InvalidCase[] = [
  {
    rule: "a oneof has a name",
    files: {
      "a.proto": `syntax = "proto3";
message M { oneof { int32 a = 1; } }
`,
    },
    errors: ["a.proto:2:19: expected the oneof's name, found `{`"],
    protoc: ["a.proto:2:19: Expected oneof name."],
  },
  {
    rule: "a oneof has a body",
    files: {
      "a.proto": `syntax = "proto3";
message M { oneof a = 1; }
`,
    },
    errors: ["a.proto:2:21: expected `{` after the oneof's name, found `=`"],
    protoc: ['a.proto:2:21: Expected "{".'],
  },
  {
    rule: "a oneof is closed",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  oneof o {
    int32 a = 1;
}
`,
    },
    errors: ["a.proto:2:11: `{` is not closed; hint: add `}`"],
    protoc: ["a.proto:6:1: Reached end of input in message definition (missing '}')."],
  },
  {
    rule: "a field in a oneof has no label",
    files: {
      "a.proto": `syntax = "proto3";
message M { oneof o { repeated int32 a = 1; } }
`,
    },
    errors: [
      "a.proto:2:23: a field in a oneof has no label; hint: put the repeated field into a message of its own",
    ],
    protoc: ["a.proto:2:23: Fields in oneofs must not have labels (required / optional / repeated)."],
  },
  {
    rule: "a field in a oneof is not optional",
    files: {
      "a.proto": `syntax = "proto2";
message M { oneof o { optional int32 a = 1; } }
`,
    },
    errors: [
      "a.proto:2:23: a field in a oneof has no label; hint: leave out `optional`: it has presence anyway",
    ],
    protoc: ["a.proto:2:23: Fields in oneofs must not have labels (required / optional / repeated)."],
  },
  {
    rule: "a oneof holds no map",
    files: {
      "a.proto": `syntax = "proto3";
message M { oneof o { map<string, string> a = 1; } }
`,
    },
    errors: ["a.proto:2:23: a map cannot stand in a oneof; hint: put the map into a message of its own"],
    protoc: ["a.proto:2:26: Map fields are not allowed in oneofs."],
  },
  {
    rule: "a oneof holds no oneof",
    files: {
      "a.proto": `syntax = "proto3";
message M { oneof o { oneof p { int32 a = 1; } } }
`,
    },
    errors: ["a.proto:2:23: a oneof cannot stand in a oneof"],
    protoc: ["a.proto:2:31: Missing field number."],
  },
  {
    rule: "a map has a key type",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<> a = 1; }
`,
    },
    errors: ["a.proto:2:17: expected the map's key type, found `>`"],
    protoc: ["a.proto:2:17: Expected type name."],
  },
  {
    rule: "a map has a value type",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<string> a = 1; }
`,
    },
    errors: ["a.proto:2:23: expected `,` after the map's key type, found `>`"],
    protoc: ['a.proto:2:23: Expected ",".'],
  },
  {
    rule: "a map's types are followed by `>`",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<string, string a = 1; }
`,
    },
    errors: ["a.proto:2:32: expected `>` after the map's value type, found `a`"],
    protoc: ['a.proto:2:32: Expected ">".'],
  },
  {
    rule: "a map's value is no map",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<string, map<string, string>> a = 1; }
`,
    },
    errors: [
      "a.proto:2:28: expected `>` after the map's value type, found `<`; hint: put the inner map into a message of its own",
    ],
    protoc: ['a.proto:2:28: Expected ">".'],
  },
  {
    rule: "a map has no label",
    files: {
      "a.proto": `syntax = "proto3";
message M { repeated map<string, string> a = 1; }
`,
    },
    errors: [
      "a.proto:2:13: a map has no label; hint: leave out `repeated`: a map holds any number of entries",
    ],
    protoc: ["a.proto:2:25: Field labels (required/optional/repeated) are not allowed on map fields."],
  },
  {
    rule: "a map is no extension",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { map<string, string> a = 1; }
`,
    },
    errors: [
      "a.proto:3:12: a map cannot be an extension; hint: put the map into a message and extend with that",
    ],
    protoc: ["a.proto:3:15: Map fields are not allowed to be extensions."],
  },
  {
    rule: "a group's name starts with a capital letter",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional group item = 1 {} }
`,
    },
    errors: ["a.proto:2:28: the name of a group must start with a capital letter; hint: write `Item`"],
    protoc: ["a.proto:2:28: Group names must start with a capital letter."],
  },
  {
    rule: "a group has a body",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional group Item = 1; }
`,
    },
    errors: ["a.proto:2:36: expected `{` after the group, found `;`"],
    protoc: ["a.proto:2:36: Missing group body."],
  },
  {
    rule: "a group has a label",
    files: {
      "a.proto": `syntax = "proto2";
message M { group Item = 1 {} }
`,
    },
    errors: [
      "a.proto:2:13: the field `Item` has no label; hint: put `optional`, `required` or `repeated` before `group`",
    ],
    protoc: ['a.proto:2:13: Expected "required", "optional", or "repeated".'],
  },
  {
    rule: "a group has a number",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional group Item {} }
`,
    },
    errors: [
      "a.proto:2:33: expected `=` and the field's number, found `{`; hint: give the field a number: `Item = 1`",
    ],
    protoc: ["a.proto:2:33: Missing field number."],
  },
];
