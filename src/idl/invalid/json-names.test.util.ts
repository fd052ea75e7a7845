import type { InvalidCase } from "./invalid-case.test.util.js";

/** JSON names and reserved names. */
export const JSON_NAMES: readonly InvalidCase[] = [
  {
    rule: "two fields have two JSON names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 foo_bar = 1;
  int32 fooBar = 2;
}
`,
    },
    errors: [
      "a.proto:4:9: `foo_bar` and `fooBar` have the same JSON name `fooBar`; hint: rename one of them, or give it a `json_name`",
    ],
    protoc: [
      'a.proto:4:9: The default JSON name of field "fooBar" ("fooBar") conflicts with the default JSON name of field "foo_bar".',
    ],
  },
  {
    rule: "a field's own JSON name and another's default one differ",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
  int32 b = 2 [json_name = "a"];
}
`,
    },
    errors: [
      "a.proto:4:9: `a` and `b` have the same JSON name `a`; hint: rename one of them, or give it a `json_name`",
    ],
    protoc: [
      'a.proto:4:9: The custom JSON name of field "b" ("a") conflicts with the default JSON name of field "a".',
    ],
  },
  {
    rule: "two fields' own JSON names differ",
    files: {
      "a.proto": `syntax = "proto2";
message M {
  optional int32 a = 1 [json_name = "x"];
  optional int32 b = 2 [json_name = "x"];
}
`,
    },
    errors: [
      "a.proto:4:18: `a` and `b` have the same JSON name `x`; hint: rename one of them, or give it a `json_name`",
    ],
    protoc: [
      'a.proto:4:18: The custom JSON name of field "b" ("x") conflicts with the custom JSON name of field "a".',
    ],
  },
  {
    rule: "a JSON name is not in brackets",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [json_name = "[a]"]; }
`,
    },
    errors: ["a.proto:2:38: a JSON name cannot be in square brackets: JSON writes extensions so"],
    protoc: [
      "a.proto:2:19: The custom JSON name of field \"a\" (\"[a]\") is invalid: JSON names may not start with '[' and end with ']'.",
    ],
    buf: "accepts",
  },
  {
    rule: "a JSON name has no NUL",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [json_name = "a\\0b"]; }
`,
    },
    errors: ["a.proto:2:38: a JSON name cannot have a NUL character in it"],
    protoc: ["a.proto:2:26: json_name cannot have embedded null characters."],
    buf: "accepts",
  },
  {
    rule: "an extension has no JSON name of its own",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { optional int32 a = 1 [json_name = "b"]; }
`,
    },
    errors: ["a.proto:3:34: an extension cannot have a `json_name`: its JSON name is `[a]`"],
    protoc: ["a.proto:3:34: option json_name is not allowed on extension fields."],
  },
  {
    rule: "a JSON name is a string",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [json_name = b]; }
`,
    },
    errors: ['a.proto:2:38: `json_name` must be a string, not `b`; hint: write `"b"`'],
    protoc: ["a.proto:2:38: Expected string for JSON name."],
  },
  {
    rule: "a JSON name is set once",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [json_name = "b", json_name = "c"]; }
`,
    },
    errors: ["a.proto:2:43: option `json_name` is set twice"],
    protoc: ['a.proto:2:43: Already set option "json_name".'],
  },
  {
    rule: "two enum values have two JSON names",
    files: {
      "a.proto": `syntax = "proto3";
enum Color {
  COLOR_RED = 0;
  RED = 1;
}
`,
    },
    errors: [
      "a.proto:4:3: `COLOR_RED` and `RED` are the same name once the enum's name and underscores are left out; hint: rename one of them",
    ],
    protoc: [
      "a.proto:4:3: Enum name RED has the same name as COLOR_RED if you ignore case and strip out the enum name prefix (if any). (If you are using allow_alias, please assign the same number to each enum value name.)",
    ],
  },
  {
    rule: "a reserved name is not used by a field",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  reserved "a";
  int32 a = 1;
}
`,
    },
    errors: ["a.proto:4:9: the field name `a` is reserved"],
    protoc: ['a.proto:4:9: Field name "a" is reserved.'],
  },
  {
    rule: "a reserved name is not used by a field in editions",
    files: {
      "a.proto": `edition = "2023";
message M {
  reserved a;
  oneof o { int32 a = 1; }
}
`,
    },
    errors: ["a.proto:4:19: the field name `a` is reserved"],
    protoc: ['a.proto:4:19: Field name "a" is reserved.'],
  },
  {
    rule: "a field name is reserved once",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved "a", "a"; }
`,
    },
    errors: ["a.proto:2:27: the name `a` is reserved twice"],
    protoc: ['a.proto:2:9: Field name "a" is reserved multiple times.'],
  },
  {
    rule: "a reserved name is not used by an enum value",
    files: {
      "a.proto": `syntax = "proto3";
enum E {
  reserved "B";
  A = 0;
  B = 1;
}
`,
    },
    errors: ["a.proto:5:3: the value name `B` is reserved"],
    protoc: ['a.proto:5:3: Enum value "B" is reserved.'],
  },
  {
    rule: "an enum value's name is reserved once",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; reserved "B", "B"; }
`,
    },
    errors: ["a.proto:2:31: the name `B` is reserved twice"],
    protoc: ['a.proto:2:6: Enum value "B" is reserved multiple times.'],
  },
];
