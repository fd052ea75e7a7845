import type { InvalidCase } from "./invalid-case.test.util.js";

/** How messages, fields, reserved and extension ranges are written. */
export const MESSAGES: readonly InvalidCase[] = [
  {
    rule: "a message has a name",
    files: {
      "a.proto": `syntax = "proto3";
message { int32 a = 1; }
`,
    },
    errors: ["a.proto:2:9: expected the message's name, found `{`"],
    protoc: ["a.proto:2:9: Expected message name."],
  },
  {
    rule: "a message's name is an identifier",
    files: {
      "a.proto": `syntax = "proto3";
message 3d {}
`,
    },
    errors: ["a.proto:2:9: `3d` is not a number"],
    protoc: [
      "a.proto:2:10: Need space between number and identifier.",
      "a.proto:2:9: Expected message name.",
    ],
  },
  {
    rule: "a message's name has no dots",
    files: {
      "a.proto": `syntax = "proto3";
message a.B {}
`,
    },
    errors: [
      "a.proto:2:10: expected `{` after the message's name, found `.`; hint: the name has no dots: a package goes before it",
    ],
    protoc: ['a.proto:2:10: Expected "{".'],
  },
  {
    rule: "a message has a body",
    files: {
      "a.proto": `syntax = "proto3";
message M;
`,
    },
    errors: ["a.proto:2:10: expected `{` after the message's name, found `;`"],
    protoc: ['a.proto:2:10: Expected "{".'],
  },
  {
    rule: "a message is closed",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
`,
    },
    errors: ["a.proto:2:11: `{` is not closed; hint: add `}`"],
    protoc: ["a.proto:4:1: Reached end of input in message definition (missing '}')."],
  },
  {
    rule: "a nested message is closed",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  message N {
    int32 a = 1;
}
`,
    },
    errors: ["a.proto:2:11: `{` is not closed; hint: add `}`"],
    protoc: ["a.proto:6:1: Reached end of input in message definition (missing '}')."],
  },
  {
    rule: "a field has a name",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 = 1; }
`,
    },
    errors: ["a.proto:2:19: expected the field's name, found `=`"],
    protoc: ["a.proto:2:19: Expected field name."],
  },
  {
    rule: "a field's name is an identifier",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 "a" = 1; }
`,
    },
    errors: ['a.proto:2:19: expected the field\'s name, found `"a"`'],
    protoc: ["a.proto:2:19: Expected field name."],
  },
  {
    rule: "a field has a number",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a; }
`,
    },
    errors: [
      "a.proto:2:20: expected `=` and the field's number, found `;`; hint: give the field a number: `a = 1`",
    ],
    protoc: ["a.proto:2:20: Missing field number."],
  },
  {
    rule: "a field's number follows a `=`",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a 1; }
`,
    },
    errors: ["a.proto:2:21: expected `=` and the field's number, found `1`"],
    protoc: ["a.proto:2:21: Missing field number."],
  },
  {
    rule: "a field's number is there",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = ; }
`,
    },
    errors: ["a.proto:2:23: expected the field's number, found `;`; hint: give the field a number: `a = 1`"],
    protoc: ["a.proto:2:23: Expected field number."],
  },
  {
    rule: "a field's number is an integer",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1.5; }
`,
    },
    errors: ["a.proto:2:23: expected the field's number, found `1.5`"],
    protoc: ["a.proto:2:23: Expected field number."],
  },
  {
    rule: "a field's number is no string",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = "1"; }
`,
    },
    errors: ['a.proto:2:23: expected the field\'s number, found `"1"`'],
    protoc: ["a.proto:2:23: Expected field number."],
  },
  {
    rule: "a field's number is no name",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = one; }
`,
    },
    errors: ["a.proto:2:23: expected the field's number, found `one`"],
    protoc: ["a.proto:2:23: Expected field number."],
  },
  {
    rule: "a field's number has no sign",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = -1; }
`,
    },
    errors: ["a.proto:2:23: expected the field's number, found `-`; hint: field numbers are 1 to 536870911"],
    protoc: ["a.proto:2:23: Expected field number."],
  },
  {
    rule: "a field ends with `;`",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1
}
`,
    },
    errors: ["a.proto:3:14: expected `;` after the field"],
    protoc: ['a.proto:4:1: Expected ";".'],
  },
  {
    rule: "a field ends with `;` before the next one",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1
  int32 b = 2;
}
`,
    },
    errors: ["a.proto:3:14: expected `;` after the field"],
    protoc: ['a.proto:4:3: Expected ";".'],
  },
  {
    rule: "a field has a type",
    files: {
      "a.proto": `syntax = "proto3";
message M { a = 1; }
`,
    },
    errors: ["a.proto:2:13: the field `a` has no type; hint: write `string a = 1;`, say"],
    protoc: ["a.proto:2:15: Expected field name."],
  },
  {
    rule: "a proto2 field has a label",
    files: {
      "a.proto": `syntax = "proto2";
message M { int32 a = 1; }
`,
    },
    errors: [
      "a.proto:2:13: the field `a` has no label; hint: put `optional`, `required` or `repeated` before the type",
    ],
    protoc: ['a.proto:2:13: Expected "required", "optional", or "repeated".'],
  },
  {
    rule: "a field has one label",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional repeated int32 a = 1; }
`,
    },
    errors: ["a.proto:2:22: expected the field's type, found `repeated`; hint: a field has one label"],
    protoc: ["a.proto:2:37: Missing field number."],
  },
  {
    rule: "a type does not end with a dot",
    files: {
      "a.proto": `syntax = "proto3";
message M { foo.bar. = 1; }
`,
    },
    errors: ["a.proto:2:22: expected a name after `.`, found `=`"],
    protoc: ["a.proto:2:22: Expected identifier."],
  },
  {
    rule: "a type has no parts that are numbers",
    files: {
      "a.proto": `syntax = "proto3";
message M { foo.1 a = 1; }
`,
    },
    errors: ["a.proto:2:13: `foo.1` is neither a name nor a number"],
    protoc: [
      "a.proto:2:16: Need space between identifier and decimal point.",
      "a.proto:2:16: Expected field name.",
    ],
  },
  {
    rule: "a service's statements do not stand in a message",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  rpc Get(M) returns (M);
}
`,
    },
    errors: ["a.proto:3:3: an rpc must stand in a service"],
    protoc: ["a.proto:3:10: Missing field number."],
  },
  {
    rule: "an import does not stand in a message",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  import "b.proto";
}
`,
    },
    errors: ["a.proto:3:3: an import must stand at the top of the file"],
    protoc: ["a.proto:3:10: Expected field name."],
  },
  {
    rule: "an extend block says what it extends",
    files: {
      "a.proto": `syntax = "proto2";
extend { optional int32 a = 1; }
`,
    },
    errors: ["a.proto:2:8: expected the message to extend, found `{`"],
    protoc: ["a.proto:2:8: Expected type name."],
  },
  {
    rule: "an extend block has a body",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M;
`,
    },
    errors: ["a.proto:3:9: expected `{` after the message to extend, found `;`"],
    protoc: ['a.proto:3:9: Expected "{".'],
  },
  {
    rule: "an extend block is closed",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M {
  optional int32 a = 1;
`,
    },
    errors: ["a.proto:3:10: `{` is not closed; hint: add `}`"],
    protoc: ["a.proto:5:1: Reached end of input in extend definition (missing '}')."],
  },
  {
    rule: "an extend block extends a message",
    files: {
      "a.proto": `syntax = "proto2";
extend int32 { optional int32 a = 1; }
`,
    },
    errors: ["a.proto:2:8: an extend block needs a message, not an `int32`"],
    protoc: ["a.proto:2:8: Expected message type."],
  },
  {
    rule: "reserved has numbers or names",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved ; }
`,
    },
    errors: ["a.proto:2:22: expected field numbers or names after `reserved`, found `;`"],
    protoc: ["a.proto:2:22: Expected field name or number range."],
    buf: "accepts",
  },
  {
    rule: "reserved numbers and names stand apart",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved 1, "a"; }
`,
    },
    errors: [
      'a.proto:2:25: expected a field number, found `"a"`; hint: write numbers and names in two `reserved` statements',
    ],
    protoc: ["a.proto:2:25: Expected field number range."],
  },
  {
    rule: "reserved names and numbers stand apart",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved "a", 1; }
`,
    },
    errors: [
      "a.proto:2:27: expected a field name, found `1`; hint: write numbers and names in two `reserved` statements",
    ],
    protoc: ["a.proto:2:27: Expected field name string literal."],
  },
  {
    rule: "reserved names are strings before editions",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved a; }
`,
    },
    errors: [
      'a.proto:2:22: a reserved name must be a string; hint: write `"a"`: only editions have names without quotes here',
    ],
    protoc: ["a.proto:2:22: Reserved names must be string literals. (Only editions supports identifiers.)"],
  },
  {
    rule: "reserved names are identifiers in editions",
    files: {
      "a.proto": `edition = "2023";
message M { reserved "a"; }
`,
    },
    errors: ["a.proto:2:22: a reserved name has no quotes in editions; hint: write `a`"],
    protoc: ["a.proto:2:22: Reserved names must be identifiers in editions, not string literals."],
  },
  {
    rule: "a reserved range has an end",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved 1 to ; }
`,
    },
    errors: ["a.proto:2:27: expected the range's last number or `max`, found `;`"],
    protoc: ["a.proto:2:27: Expected integer."],
  },
  {
    rule: "reserved ends with `;`",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved 1 2; }
`,
    },
    errors: ["a.proto:2:24: expected `,` or `;` after the reserved numbers, found `2`"],
    protoc: ['a.proto:2:24: Expected ";".'],
  },
  {
    rule: "extensions has numbers",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions ; }
`,
    },
    errors: ["a.proto:2:24: expected field numbers after `extensions`, found `;`"],
    protoc: ["a.proto:2:24: Expected field number range."],
    buf: "accepts",
  },
  {
    rule: "extensions has no names",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions "a"; }
`,
    },
    errors: ['a.proto:2:24: expected a field number, found `"a"`'],
    protoc: ["a.proto:2:24: Expected field number range."],
  },
  {
    rule: "an extension range has an end",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to ; }
`,
    },
    errors: ["a.proto:2:29: expected the range's last number or `max`, found `;`"],
    protoc: ["a.proto:2:29: Expected integer."],
  },
  {
    rule: "an extension range does not start with max",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions max; }
`,
    },
    errors: [
      "a.proto:2:24: expected a field number, found `max`; hint: `max` is the end of a range: `1000 to max`",
    ],
    protoc: ["a.proto:2:24: Expected field number range."],
    buf: "accepts",
  },
  {
    rule: "messages nest 31 deep at most",
    files: {
      "a.proto": `syntax = "proto3";
message M0 { message M1 { message M2 { message M3 { message M4 { message M5 { message M6 { message M7 { message M8 { message M9 { message M10 { message M11 { message M12 { message M13 { message M14 { message M15 { message M16 { message M17 { message M18 { message M19 { message M20 { message M21 { message M22 { message M23 { message M24 { message M25 { message M26 { message M27 { message M28 { message M29 { message M30 { message M31 { message M32 {} }}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}
`,
    },
    errors: ["a.proto:2:433: messages are nested too deep; hint: 31 levels are allowed"],
    protoc: [
      "a.proto:2:425: Reached maximum recursion limit for nested messages.",
      "a.proto:3:1: Reached end of input in message definition (missing '}').",
      "a.proto:3:1: Reached end of input in message definition (missing '}').",
    ],
    buf: "accepts",
  },
  {
    rule: "a reserved name in editions has no dots",
    files: {
      "a.proto": `edition = "2023";
message M { reserved a.b; }
`,
    },
    errors: ["a.proto:2:23: expected `,` or `;` after the reserved names, found `.`"],
    protoc: ['a.proto:2:23: Expected ";".'],
  },
  {
    rule: "a message's option has a name",
    files: {
      "a.proto": `syntax = "proto3";
message M { option; }
`,
    },
    errors: ["a.proto:2:19: expected the option's name, found `;`"],
    protoc: ["a.proto:2:19: Expected identifier."],
  },
  {
    rule: "a label stands before a type",
    files: {
      "a.proto": `syntax = "proto3";
message M { repeated = 1; }
`,
    },
    errors: ["a.proto:2:22: expected the field's type, found `=`"],
    protoc: ["a.proto:2:22: Expected type name."],
  },
];
