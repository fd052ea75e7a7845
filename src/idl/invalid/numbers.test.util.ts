import type { InvalidCase } from "./invalid-case.test.util.js";

/** Which numbers fields and enum values may have. */
export const NUMBERS: readonly InvalidCase[] = [
  {
    rule: "a field's number is not 0",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 0; }
`,
    },
    errors: ["a.proto:2:23: field number 0 is not allowed; hint: field numbers are 1 to 536870911"],
    protoc: [
      "a.proto:2:23: Field numbers must be positive integers.",
      "a.proto:2:23: Suggested field numbers for M: 1",
    ],
  },
  {
    rule: "a field's number is at most 536870911",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 536870912; }
`,
    },
    errors: ["a.proto:2:23: field number 536870912 is too large; hint: field numbers are 1 to 536870911"],
    protoc: [
      "a.proto:2:23: Field numbers cannot be greater than 536870911.",
      "a.proto:2:23: Suggested field numbers for M: 1",
    ],
  },
  {
    rule: "a field's number fits 32 bits",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 4294967297; }
`,
    },
    errors: ["a.proto:2:23: field number 4294967297 is too large; hint: field numbers are 1 to 536870911"],
    protoc: ["a.proto:2:23: Integer out of range."],
  },
  {
    rule: "a field's number fits 64 bits",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 18446744073709551617; }
`,
    },
    errors: [
      "a.proto:2:23: field number 18446744073709551617 is too large; hint: field numbers are 1 to 536870911",
    ],
    protoc: ["a.proto:2:23: Integer out of range."],
  },
  {
    rule: "two fields have two numbers",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
  int32 b = 1;
}
`,
    },
    errors: ["a.proto:4:13: field number 1 is used by `a` and `b`; hint: the next free one is 2"],
    protoc: [
      'a.proto:4:13: Field number 1 has already been used in "M" by field "a". Next available field number is 2.',
    ],
  },
  {
    rule: "a field in a oneof and another have two numbers",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
  oneof o { int32 b = 1; }
}
`,
    },
    errors: ["a.proto:4:23: field number 1 is used by `a` and `b`; hint: the next free one is 2"],
    protoc: [
      'a.proto:4:23: Field number 1 has already been used in "M" by field "a". Next available field number is 2.',
    ],
  },
  {
    rule: "a map field and another have two numbers",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
  map<string, string> b = 1;
}
`,
    },
    errors: ["a.proto:4:27: field number 1 is used by `a` and `b`; hint: the next free one is 2"],
    protoc: [
      'a.proto:4:27: Field number 1 has already been used in "M" by field "a". Next available field number is 2.',
    ],
  },
  {
    rule: "a group and another field have two numbers",
    files: {
      "a.proto": `syntax = "proto2";
message M {
  optional int32 a = 1;
  optional group B = 1 {}
}
`,
    },
    errors: ["a.proto:4:22: field number 1 is used by `a` and `b`; hint: the next free one is 2"],
    protoc: [
      'a.proto:4:22: Field number 1 has already been used in "M" by field "a". Next available field number is 2.',
    ],
  },
  {
    rule: "a field does not use a reserved number",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  reserved 3;
  int32 a = 3;
}
`,
    },
    errors: ["a.proto:4:13: field number 3 is reserved; hint: the next free one is 1"],
    protoc: [
      'a.proto:3:12: Field "a" uses reserved number 3.',
      "a.proto:3:12: Suggested field numbers for M: 1",
    ],
  },
  {
    rule: "a field does not use a number of a reserved range",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  reserved 1 to max;
  int32 a = 3;
}
`,
    },
    errors: ["a.proto:4:13: field number 3 is reserved"],
    protoc: [
      'a.proto:3:12: Field "a" uses reserved number 3.',
      "a.proto:3:12: Suggested field numbers for M:",
    ],
  },
  {
    rule: "a field does not use an extension's number",
    files: {
      "a.proto": `syntax = "proto2";
message M {
  extensions 100 to 199;
  optional int32 a = 150;
}
`,
    },
    errors: [
      "a.proto:4:22: field number 150 is in the extension range 100 to 199; hint: the next free one is 1",
    ],
    protoc: [
      'a.proto:3:14: Extension range 100 to 199 includes field "a" (150).',
      "a.proto:3:14: Suggested field numbers for M: 1",
    ],
  },
  {
    rule: "a reserved range has no number twice",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved 1 to 5, 3; }
`,
    },
    errors: ["a.proto:2:30: 3 is in the reserved range 1 to 5 already"],
    protoc: ["a.proto:2:22: Reserved range 3 to 3 overlaps with already-defined range 1 to 5."],
  },
  {
    rule: "two reserved ranges do not overlap",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  reserved 10 to 20;
  reserved 5 to 10;
}
`,
    },
    errors: ["a.proto:4:12: the reserved range 5 to 10 overlaps with 10 to 20"],
    protoc: ["a.proto:3:12: Reserved range 5 to 10 overlaps with already-defined range 10 to 20."],
  },
  {
    rule: "a reserved range goes up",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved 5 to 4; }
`,
    },
    errors: ["a.proto:2:22: the range 5 to 4 ends before it starts"],
    protoc: ["a.proto:2:22: Reserved range end number must be greater than start number."],
  },
  {
    rule: "a reserved range does not start at 0",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved 0 to 4; }
`,
    },
    errors: ["a.proto:2:22: field number 0 is not allowed; hint: field numbers are 1 to 536870911"],
    protoc: [
      "a.proto:2:22: Reserved numbers must be positive integers.",
      "a.proto:2:22: Suggested field numbers for M: 5, 6, 7",
    ],
  },
  {
    rule: "a reserved number fits 32 bits",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved 4294967296; }
`,
    },
    errors: ["a.proto:2:22: field number 4294967296 is too large; hint: field numbers are 1 to 536870911"],
    protoc: ["a.proto:2:22: Integer out of range."],
  },
  {
    rule: "two extension ranges do not overlap",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 5, 5 to 9; }
`,
    },
    errors: ["a.proto:2:32: the extension range 5 to 9 overlaps with 1 to 5"],
    protoc: ["a.proto:2:24: Extension range 5 to 9 overlaps with already-defined range 1 to 5."],
  },
  {
    rule: "extension ranges and reserved ranges do not overlap",
    files: {
      "a.proto": `syntax = "proto2";
message M {
  reserved 1 to 5;
  extensions 5 to 9;
}
`,
    },
    errors: ["a.proto:4:14: the extension range 5 to 9 overlaps with the reserved range 1 to 5"],
    protoc: ["a.proto:4:14: Extension range 5 to 9 overlaps with reserved range 1 to 5."],
  },
  {
    rule: "an extension range goes up",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 9 to 5; }
`,
    },
    errors: ["a.proto:2:24: the range 9 to 5 ends before it starts"],
    protoc: ["a.proto:2:24: Extension range end number must be greater than start number."],
  },
  {
    rule: "an extension range does not start at 0",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 0 to 5; }
`,
    },
    errors: ["a.proto:2:24: field number 0 is not allowed; hint: field numbers are 1 to 536870911"],
    protoc: [
      "a.proto:2:24: Extension numbers must be positive integers.",
      "a.proto:2:24: Suggested field numbers for M: 6, 7, 8",
    ],
  },
  {
    rule: "an extension range ends at 536870911",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 536870912; }
`,
    },
    errors: ["a.proto:2:29: field number 536870912 is too large; hint: field numbers are 1 to 536870911"],
    protoc: ["a.proto: Extension numbers cannot be greater than 536870911."],
  },
  {
    rule: "an extension's number is in a range of the message",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 100 to 199; }
extend M { optional int32 a = 5; }
`,
    },
    errors: ["a.proto:3:31: `M` has no extension range with 5 in it; hint: it has 100 to 199"],
    protoc: ['a.proto:3:31: "M" does not declare 5 as an extension number.'],
  },
  {
    rule: "an extension's number is above 0",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { optional int32 a = 0; }
`,
    },
    errors: ["a.proto:3:31: field number 0 is not allowed; hint: field numbers are 1 to 536870911"],
    protoc: [
      "a.proto:3:31: Field numbers must be positive integers.",
      'a.proto:3:31: "M" does not declare 0 as an extension number.',
    ],
  },
  {
    rule: "two extensions of a message have two numbers",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { optional int32 a = 1; }
extend M { optional int32 b = 1; }
`,
    },
    errors: ["a.proto:4:31: extension number 1 of `M` is used by `a` and `b`"],
    protoc: ['a.proto:4:31: Extension number 1 has already been used in "M" by extension "a".'],
  },
  {
    rule: "two values of an enum have two numbers",
    files: {
      "a.proto": `syntax = "proto3";
enum E {
  A = 0;
  B = 0;
}
`,
    },
    errors: [
      "a.proto:4:7: `A` and `B` have the same number 0; hint: if that is what you want: `option allow_alias = true;`",
    ],
    protoc: [
      'a.proto:4:7: "B" uses the same enum value as "A". If this is intended, set \'option allow_alias = true;\' to the enum definition. The next available enum value is 1.',
    ],
  },
  {
    rule: "an enum value fits 32 bits",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; B = 2147483648; }
`,
    },
    errors: [
      "a.proto:2:21: `2147483648` is out of range for an enum value; hint: it takes -2147483648 to 2147483647",
    ],
    protoc: ["a.proto:2:21: Integer out of range."],
  },
  {
    rule: "a negative enum value fits 32 bits",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; B = -2147483649; }
`,
    },
    errors: [
      "a.proto:2:21: `-2147483649` is out of range for an enum value; hint: it takes -2147483648 to 2147483647",
    ],
    protoc: ["a.proto:2:22: Integer out of range."],
  },
  {
    rule: "an enum has a value",
    files: {
      "a.proto": `syntax = "proto3";
enum E {}
`,
    },
    errors: ["a.proto:2:6: an enum needs at least one value; hint: start with `E_UNSPECIFIED = 0;`"],
    protoc: ["a.proto:2:6: Enums must contain at least one value."],
  },
  {
    rule: "a proto3 enum starts at 0",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 1; }
`,
    },
    errors: [
      "a.proto:2:14: the first value of an open enum must be 0; hint: put `E_UNSPECIFIED = 0;` in front",
    ],
    protoc: ["a.proto:2:14: The first enum value must be zero for open enums."],
  },
  {
    rule: "an open enum starts at 0 in editions",
    files: {
      "a.proto": `edition = "2023";
enum E { A = 1; }
`,
    },
    errors: [
      "a.proto:2:14: the first value of an open enum must be 0; hint: put `E_UNSPECIFIED = 0;` in front",
    ],
    protoc: ["a.proto:2:14: The first enum value must be zero for open enums."],
  },
  {
    rule: "an enum value does not use a reserved number",
    files: {
      "a.proto": `syntax = "proto3";
enum E {
  reserved 2;
  A = 0;
  B = 2;
}
`,
    },
    errors: ["a.proto:5:7: enum number 2 is reserved"],
    protoc: ['a.proto:3:12: Enum value "B" uses reserved number 2.'],
  },
  {
    rule: "an enum value does not use a number of a reserved range",
    files: {
      "a.proto": `syntax = "proto3";
enum E {
  reserved -5 to -1;
  A = 0;
  B = -3;
}
`,
    },
    errors: ["a.proto:5:7: enum number -3 is reserved"],
    protoc: ['a.proto:3:12: Enum value "B" uses reserved number -3.'],
  },
  {
    rule: "an enum's reserved range goes up",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; reserved 5 to 4; }
`,
    },
    errors: ["a.proto:2:26: the range 5 to 4 ends before it starts"],
    protoc: ["a.proto:2:26: Reserved range end number must be greater than start number."],
  },
  {
    rule: "an enum's reserved ranges do not overlap",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; reserved 1 to 5, 5 to 9; }
`,
    },
    errors: ["a.proto:2:34: the reserved range 5 to 9 overlaps with 1 to 5"],
    protoc: ["a.proto:2:26: Reserved range 5 to 9 overlaps with already-defined range 1 to 5."],
  },
  {
    rule: "an enum's reserved number fits 32 bits",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; reserved 2147483648; }
`,
    },
    errors: [
      "a.proto:2:26: `2147483648` is out of range for an enum value; hint: it takes -2147483648 to 2147483647",
    ],
    protoc: ["a.proto:2:26: Integer out of range."],
  },
  {
    rule: "a field's number is not one of protobuf's own",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 19000; }
`,
    },
    errors: ["a.proto:2:23: field numbers 19000 to 19999 are protobuf's own"],
    protoc: [
      "a.proto: Field numbers 19000 through 19999 are reserved for the protocol buffer library implementation.",
    ],
  },
  {
    rule: "an extension's number is not one of protobuf's own",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to max; }
extend M { optional int32 a = 19999; }
`,
    },
    errors: ["a.proto:3:31: field numbers 19000 to 19999 are protobuf's own"],
    protoc: [
      "a.proto: Field numbers 19000 through 19999 are reserved for the protocol buffer library implementation.",
    ],
  },
];
