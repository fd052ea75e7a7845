import { type Case, edition2023, proto2 } from "./versions.test.util.js";

/** What breaks nothing. */
export const HARMLESS_CASES: readonly Case[] = [
  [
    "fields, methods, values, services and messages added",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; } enum E { X = 0; }",
    "service S { rpc A(Q) returns (R); rpc B(R) returns (N); } service T { rpc A(Q) returns (R); } message N {} message Q { int32 q = 1; N n = 2; map<string, N> m = 3; oneof o { int32 i = 4; } } message R { int32 r = 1; } enum E { X = 0; Y = 1; }",
    [],
  ],
  [
    "a field added to a oneof",
    "message M { oneof x { int32 a = 1; } }",
    "message M { oneof x { int32 a = 1; string b = 2; } }",
    [],
  ],
  [
    "order",
    "service S { rpc A(Q) returns (R); rpc B(Q) returns (R); } message Q { int32 a = 1; int32 b = 2; } message R {} enum E { X = 0; Y = 1; }",
    "enum E { X = 0; Y = 1; } message R {} message Q { int32 b = 2; int32 a = 1; } service S { rpc B(Q) returns (R); rpc A(Q) returns (R); }",
    [],
  ],
  ["comments and blanks", "message A { int32 a = 1; }", "// A\n\nmessage A {\n // a\n int32 a = 1; }", []],
  [
    "more reserved",
    "message M { int32 a = 1; }",
    'message M { int32 a = 1; reserved 2 to max; reserved "b"; }',
    [],
  ],
  [
    "more extensions",
    proto2("message M { extensions 100; }"),
    proto2("message M { extensions 100 to max; } extend M { optional int32 e = 100; }"),
    [],
  ],
  [
    "a message moved to another file of its package",
    { "a.proto": "message A { int32 x = 1; } message B { A a = 1; }" },
    { "a.proto": 'import "b.proto"; message B { A a = 1; }', "b.proto": "message A { int32 x = 1; }" },
    [],
  ],
  [
    "a file renamed",
    {
      "a.proto": "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    },
    {
      "b.proto": "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    },
    [],
  ],
  [
    "an enum moved to another package",
    { "a.proto": "message M { E e = 1; } enum E { X = 0; Y = 1; }" },
    {
      "a.proto": 'import "b.proto"; message M { b.E e = 1; }',
      "b.proto": "package b; enum E { X = 0; Y = 1; }",
    },
    [],
  ],
  [
    "an enum renamed",
    "message M { E e = 1; } enum E { X = 0; Y = 1; }",
    "message M { F e = 1; } enum F { X = 0; Y = 1; }",
    [],
  ],
  [
    "an enum removed with the field of its type",
    "message M { E e = 1; } enum E { X = 0; Y = 1; }",
    'message M { reserved 1; reserved "e"; }',
    [],
  ],
  [
    "options for source code",
    "message A { int64 a = 1; string b = 2; }",
    'option java_package = "x"; option optimize_for = SPEED; message A { option deprecated = true; int64 a = 1 [jstype = JS_STRING, deprecated = true]; string b = 2 [ctype = CORD]; }',
    [],
  ],
  [
    "from proto3 to an edition that says the same",
    "message M { int32 a = 1; optional int32 b = 2; string c = 3; repeated int32 d = 4; M e = 5; }",
    edition2023(
      "option features.field_presence = IMPLICIT; message M { int32 a = 1; int32 b = 2 [features.field_presence = EXPLICIT]; string c = 3; repeated int32 d = 4; M e = 5; }",
    ),
    [],
  ],
  [
    "from proto2 to an edition that says the same",
    proto2(
      "message M { required int32 a = 1; optional E b = 2 [default = Y]; optional string c = 3; repeated int32 d = 4; optional group G = 5 {} enum E { X = 1; Y = 2; } }",
    ),
    edition2023(
      "option features.enum_type = CLOSED; option features.utf8_validation = NONE; option features.repeated_field_encoding = EXPANDED; message M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; E b = 2 [default = Y]; string c = 3; repeated int32 d = 4; G g = 5 [features.message_encoding = DELIMITED]; message G {} enum E { X = 1; Y = 2; } }",
    ),
    [],
  ],
  [
    "an import that is needed no more",
    'import "google/protobuf/timestamp.proto"; message M { google.protobuf.Timestamp a = 1; }',
    'message M { reserved 1; reserved "a"; }',
    [],
  ],
  [
    "custom options",
    proto2(
      'import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { optional int32 o = 50000; } message M { optional int32 a = 1 [(o) = 5]; }',
    ),
    proto2("message M { optional int32 a = 1; }"),
    [],
  ],
  [
    "a nested type moved along",
    "message A { message In { int32 x = 1; } In i = 1; } message B { A.In i = 1; }",
    "message A { message In { int32 x = 1; } In i = 1; } message B { A.In i = 1; int32 j = 2; }",
    [],
  ],
];
