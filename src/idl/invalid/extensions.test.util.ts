import type { InvalidCase } from "./invalid-case.test.util.js";

/** Extension ranges, their declarations, and message sets. */
export const EXTENSIONS: readonly InvalidCase[] = [
  {
    rule: "a declaration's number is in the range",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 3 full_name: ".a" type: "int32" }]; }
`,
    },
    errors: ["a.proto:2:32: extension number 3 is not in the range 4 to 9"],
    protoc: ["a.proto:2:24: Extension declaration number 3 is not in the extension range."],
  },
  {
    rule: "a declaration's number is declared once",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: "int32" }, declaration = { number: 4 full_name: ".b" type: "int32" }]; }
`,
    },
    errors: ["a.proto:2:91: extension number 4 is declared twice"],
    protoc: ["a.proto:2:24: Extension declaration number 4 is declared multiple times."],
    buf: "accepts",
  },
  {
    rule: "a declaration's name is declared once",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: "int32" }, declaration = { number: 5 full_name: ".a" type: "int32" }]; }
`,
    },
    errors: ["a.proto:2:91: extension `.a` is declared twice"],
    protoc: ['a.proto: Extension field name ".a" is declared multiple times.'],
    buf: "accepts",
  },
  {
    rule: "a declaration has a name with a dot in front",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: "a" type: "int32" }]; }
`,
    },
    errors: ["a.proto:2:32: `full_name` must start with a dot: `.a`"],
    protoc: ['a.proto: "a" must have a leading dot to indicate the fully-qualified scope.'],
  },
  {
    rule: "a declaration has a type with a dot in front",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: "N" }]; }
`,
    },
    errors: ["a.proto:2:32: `type` must be a scalar type or start with a dot: `.N`"],
    protoc: ['a.proto: "N" must have a leading dot to indicate the fully-qualified scope.'],
  },
  {
    rule: "a declaration has a name",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 type: "int32" }]; }
`,
    },
    errors: ["a.proto:2:32: the declaration of extension 4 needs both `full_name` and `type`"],
    protoc: ['a.proto: Extension declaration #4 should have both "full_name" and "type" set.'],
  },
  {
    rule: "a declaration has a type",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" }]; }
`,
    },
    errors: ["a.proto:2:32: the declaration of extension 4 needs both `full_name` and `type`"],
    protoc: ['a.proto: Extension declaration #4 should have both "full_name" and "type" set.'],
  },
  {
    rule: "a range with declarations is not unverified",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [verification = UNVERIFIED, declaration = { number: 4 full_name: ".a" type: "int32" }]; }
`,
    },
    errors: ["a.proto:2:32: a range with declarations cannot be `UNVERIFIED`"],
    protoc: ["a.proto: Cannot mark the extension range as UNVERIFIED when it has extension(s) declared."],
  },
  {
    rule: "an extension has the declared name",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: "int32" }]; }
extend M { optional int32 b = 4; }
`,
    },
    errors: ["a.proto:3:27: extension 4 of `M` is declared as `.a`, not `.b`"],
    protoc: ['a.proto:3:8: "M" extension field 4 is expected to have field name ".a", not ".b".'],
  },
  {
    rule: "an extension has the declared type",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: "int32" }]; }
extend M { optional string a = 4; }
`,
    },
    errors: ["a.proto:3:21: extension `.a` is declared as `int32`, not `string`"],
    protoc: ['a.proto:3:8: "M" extension field 4 is expected to be type "int32", not "string".'],
  },
  {
    rule: "an extension has the declared message type",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: ".N" }]; }
message N {}
extend M { optional M a = 4; }
`,
    },
    errors: ["a.proto:4:21: extension `.a` is declared as `.N`, not `.M`"],
    protoc: ['a.proto:4:8: "M" extension field 4 is expected to be type ".N", not ".M".'],
  },
  {
    rule: "an extension is repeated if declared so",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: "int32" repeated: true }]; }
extend M { optional int32 a = 4; }
`,
    },
    errors: ["a.proto:3:12: extension `.a` is declared as repeated"],
    protoc: ['a.proto:3:8: "M" extension field 4 is expected to be repeated.'],
  },
  {
    rule: "an extension is not repeated unless declared so",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: "int32" }]; }
extend M { repeated int32 a = 4; }
`,
    },
    errors: ["a.proto:3:12: extension `.a` is not declared as repeated"],
    protoc: ['a.proto:3:8: "M" extension field 4 is expected to be optional.'],
  },
  {
    rule: "an extension does not use a number reserved by a declaration",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 reserved: true }]; }
extend M { optional int32 a = 4; }
`,
    },
    errors: ["a.proto:3:31: extension number 4 of `M` is reserved"],
    protoc: [
      "a.proto:3:8: Cannot use number 4 for extension field a, as it is reserved in the extension declarations for message M.",
    ],
  },
  {
    rule: "an extension of a range with declarations is declared",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" type: "int32" }]; }
extend M { optional int32 b = 5; }
`,
    },
    errors: ["a.proto:3:31: extension number 5 of `M` is not declared"],
    protoc: [
      "a.proto:3:8: Missing extension declaration for field b with number 5 in extendee message M. An extension range must declare for all extension fields if its verification state is DECLARATION or there's any declaration in the range already. Otherwise, consider splitting up the range.",
    ],
    buf: "accepts",
  },
  {
    rule: "an extension of a range that demands declarations is declared",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [verification = DECLARATION]; }
extend M { optional int32 b = 5; }
`,
    },
    errors: ["a.proto:3:31: extension number 5 of `M` is not declared"],
    protoc: [
      "a.proto:3:8: Missing extension declaration for field b with number 5 in extendee message M. An extension range must declare for all extension fields if its verification state is DECLARATION or there's any declaration in the range already. Otherwise, consider splitting up the range.",
    ],
  },
  {
    rule: "a reserved declaration has both name and type or none",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a" reserved: true }]; }
`,
    },
    errors: ["a.proto:2:32: the declaration of extension 4 needs both `full_name` and `type`"],
    protoc: ['a.proto: Extension declaration #4 should have both "full_name" and "type" set.'],
  },
  {
    rule: "an extension is not required in proto2",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { required int32 a = 1; }
`,
    },
    errors: ["a.proto:3:12: an extension cannot be required"],
    protoc: ["a.proto:3:21: The extension a cannot be required."],
  },
  {
    rule: "a oneof does not stand in an extend block",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { oneof o { int32 a = 1; } }
`,
    },
    errors: ["a.proto:3:12: a oneof cannot stand in an extend block"],
    protoc: [
      'a.proto:3:12: Expected "required", "optional", or "repeated".',
      "a.proto:3:20: Missing field number.",
    ],
  },
  {
    rule: "an extend block is not empty",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { }
`,
    },
    errors: ["a.proto:3:10: an extend block needs at least one field"],
    protoc: [
      'a.proto:3:12: Expected "required", "optional", or "repeated".',
      "a.proto:3:12: Expected type name.",
    ],
  },
  {
    rule: "a message set has no fields",
    files: {
      "a.proto": `syntax = "proto2";
message M { option message_set_wire_format = true; extensions 4 to max; optional int32 a = 1; }
`,
    },
    errors: ["a.proto:2:88: a message set cannot have fields, only extensions"],
    protoc: ["a.proto:2:88: MessageSets cannot have fields, only extensions."],
  },
  {
    rule: "a message set's extensions are messages",
    files: {
      "a.proto": `syntax = "proto2";
message M { option message_set_wire_format = true; extensions 4 to max; }
extend M { optional int32 a = 4; }
`,
    },
    errors: ["a.proto:3:21: an extension of a message set must be an optional message"],
    protoc: ["a.proto:3:21: Extensions of MessageSets must be optional messages."],
  },
  {
    rule: "a message set's extensions are not repeated",
    files: {
      "a.proto": `syntax = "proto2";
message M { option message_set_wire_format = true; extensions 4 to max; }
extend M { repeated M a = 4; }
`,
    },
    errors: ["a.proto:3:12: an extension of a message set must be an optional message"],
    protoc: ["a.proto:3:21: Extensions of MessageSets must be optional messages."],
  },
  {
    rule: "proto3 has no message sets",
    files: {
      "a.proto": `syntax = "proto3";
message M { option message_set_wire_format = true; }
`,
    },
    errors: ["a.proto:2:20: proto3 has no message sets"],
    protoc: ["a.proto:2:9: MessageSet is not supported in proto3."],
  },
];
