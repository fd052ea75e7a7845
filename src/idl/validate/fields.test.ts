import { describe, expect, it } from "vitest";
import { FIELDS_MAX } from "./messages.js";
import { told } from "./validate.test.util.js";

describe("options of fields", () => {
  it.each([
    [
      "`lazy` is for messages that have a length",
      `syntax = "proto2"; message A {
  optional int32 a = 1 [lazy = false]; repeated A b = 2 [lazy = true]; map<int32, A> c = 3 [lazy = true];
  repeated group D = 4 [lazy = true] {}
  optional int32 e = 5 [unverified_lazy = true];
}`,
      ["3:25: only message fields can be lazy", "4:25: only message fields can be lazy"],
    ],
    [
      "`lazy` is not for delimited messages",
      `edition = "2023"; option features.message_encoding = DELIMITED;
message A {
  A a = 1 [lazy = true]; map<string, A> b = 2 [lazy = true];
}`,
      ["3:12: only message fields can be lazy"],
    ],
    [
      "`packed` may be false anywhere, and true for a group nowhere",
      `syntax = "proto2"; message A {
  repeated string a = 1 [packed = false]; optional int32 b = 2 [packed = false];
  repeated group C = 3 [packed = true] {}
  map<int32, int32> d = 4 [packed = true];
  repeated E e = 5 [packed = true]; enum E { X = 0; }
}`,
      [
        "3:25: a message cannot be packed: only numbers, bools and enums can",
        "4:28: a map cannot be packed: only numbers, bools and enums can",
      ],
    ],
    [
      "`packed` cannot be false in editions either",
      'edition = "2023"; message A {\n  repeated int32 a = 1 [packed = false];\n}',
      ["2:25: `packed` is not for editions"],
    ],
    [
      "`jstype` is for 64-bit integers, repeated or not",
      `syntax = "proto3"; message A {
  repeated sfixed64 a = 1 [jstype = JS_NUMBER]; string b = 2 [jstype = JS_NORMAL];
  map<int64, int64> c = 3 [jstype = JS_STRING];
}`,
      ["3:28: `jstype` is only for 64-bit integers, not for a message"],
    ],
    ["`ctype` was for all fields once", 'edition = "2023"; message A { int32 a = 1 [ctype = CORD]; }', []],
  ])("%s", (_, text, expected) => expect(told(text)).toEqual(expected));
});

describe("the fields of a message", () => {
  it.each([
    ["fields", (index: number) => `optional int32 f${index} = ${index + 20_000};`],
    ["fields in oneofs", (index: number) => `oneof o${index} { int32 f${index} = ${index + 20_000}; }`],
  ])("are bounded: %s", (_, field) => {
    const text = (count: number) =>
      `syntax = "proto2"; message A { ${Array.from({ length: count }, (_, i) => field(i)).join(" ")} }`;
    expect(told(text(FIELDS_MAX))).toEqual([]);
    expect(told(text(FIELDS_MAX + 1))).toEqual([
      "1:28: the message has 65536 fields: at most 65535 are allowed",
    ]);
  });
});

describe("closed enums", () => {
  const closed = 'syntax = "proto2"; enum E { X = 0; }';

  it("are not for proto3, whatever the field", () => {
    const text = `syntax = "proto3"; import "b.proto"; import "google/protobuf/descriptor.proto"; message A {
  repeated E a = 1;
  oneof o { E b = 2; }
  optional E c = 3;
  map<string, E> d = 4;
}
extend google.protobuf.FieldOptions { E e = 50000; }`;
    const says = "`E` is a closed enum: a proto3 message cannot use it";
    expect(told({ "b.proto": closed, "a.proto": text })).toEqual(
      ["2:12", "3:13", "4:12", "5:15", "7:39"].map((at) => `${at}: ${says}`),
    );
  });

  it("are not for implicit presence, but have it only where it shows", () => {
    const text = `edition = "2023"; import "b.proto"; option features.field_presence = IMPLICIT; message A {
  repeated E a = 1; oneof o { E b = 2; } E c = 3 [features.field_presence = EXPLICIT]; extensions 9;
  E d = 4;
  map<string, E> e = 5;
}
extend A { E f = 9; }`;
    const says = "`E` is a closed enum: a field with implicit presence cannot use it";
    expect(told({ "b.proto": closed, "a.proto": text })).toEqual([`3:3: ${says}`, `4:15: ${says}`]);
  });
});

describe("defaults", () => {
  it("are for fields that can say that they are not set", () =>
    expect(
      told(`edition = "2023"; option features.field_presence = IMPLICIT; message A {
  oneof o { int32 a = 1 [default = 1]; } int32 b = 2 [features.field_presence = EXPLICIT, default = 2]; extensions 9;
  int32 c = 3 [default = 3];
}
extend A { int32 d = 9 [default = 4]; }`),
    ).toEqual(["3:16: a field with implicit presence cannot have a default"]));

  it("of enums are names of their own values", () =>
    expect(
      told(`syntax = "proto2"; message A {
  optional B.E a = 1 [default = X];
  optional B.E b = 2 [default = Y];
  optional B.E c = 3 [default = 7];
}
message B { enum E { X = 0; } enum F { Y = 1; } }`),
    ).toEqual([
      "3:33: `B.E` has no value `Y`",
      "4:33: the default of an enum must be the name of a value, not `7`",
    ]));
});

describe("features of fields", () => {
  it.each([
    [
      "UTF-8 is checked in strings, also in those of maps",
      `edition = "2023"; message A {
  map<string, int32> a = 1 [features.utf8_validation = NONE]; map<int32, string> b = 2 [features.utf8_validation = NONE];
  map<int32, int32> c = 3 [features.utf8_validation = NONE];
}`,
      ["3:28: only string fields are validated as UTF-8"],
    ],
    [
      "messages in braces are read, too",
      `edition = "2023"; message A {
  A a = 1 [features = { field_presence: IMPLICIT }];
}`,
      ["2:12: a message field cannot have implicit presence"],
    ],
    [
      "expanded is what everything repeated can be",
      `edition = "2023"; message A {
  repeated string a = 1 [features.repeated_field_encoding = EXPANDED];
  map<string, A> b = 2 [features.repeated_field_encoding = EXPANDED];
  int32 c = 3 [features.repeated_field_encoding = EXPANDED];
}`,
      ["4:16: only repeated fields have a repeated field encoding"],
    ],
    [
      "presence is not what extensions choose",
      `edition = "2023"; message A { extensions 1 to 5; }
extend A { int32 a = 1 [features.field_presence = EXPLICIT]; }`,
      ["2:25: an extension has presence anyway"],
    ],
  ])("%s", (_, text, expected) => expect(told(text)).toEqual(expected));
});
