import type { ValidCase } from "./valid-case.test.util.js";

/** Messages, fields, enums and services that look wrong and are not. */
export const DECLARATIONS: readonly ValidCase[] = [
  {
    what: "no syntax: proto2",
    files: {
      "a.proto": `message M { optional int32 a = 1; required int32 b = 2; }
`,
    },
  },
  {
    what: "a message that holds itself",
    files: {
      "a.proto": `syntax = "proto3";
message M { M m = 1; repeated M ms = 2; map<string, M> by_name = 3; }
`,
    },
  },
  {
    what: "messages that are used before they are defined",
    files: {
      "a.proto": `syntax = "proto3";
message A { B b = 1; C.D d = 2; }
message B { A a = 1; }
message C { message D {} }
`,
    },
  },
  {
    what: "an inner type that hides an outer one",
    files: {
      "a.proto": `syntax = "proto3";
message A {}
message M { message A { int32 x = 1; } A a = 1; .A b = 2; M.A c = 3; }
`,
    },
  },
  {
    what: "a field that does not hide a type of its name",
    files: {
      "a.proto": `syntax = "proto3";
message Foo {}
message M { Foo Foo = 1; .Foo b = 2; }
`,
    },
  },
  {
    what: "a field with the name of its message",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 M = 1; }
`,
    },
  },
  {
    what: "a type found through the package's parts",
    files: {
      "a.proto": `syntax = "proto3";
package x.y.z;
import "b.proto";
message M { B a = 1; y.B b = 2; x.y.B c = 3; .x.y.B d = 4; }
`,
      "b.proto": `syntax = "proto3";
package x.y;
message B {}
`,
    },
  },
  {
    what: "a first part that only a package has is passed over",
    files: {
      "a.proto": `syntax = "proto3";
package x.y;
import "b.proto";
message M { x.B a = 1; }
`,
      "b.proto": `syntax = "proto3";
package x;
message B {}
`,
    },
  },
  {
    what: "a package and a message of another package with the same name",
    files: {
      "a.proto": `syntax = "proto3";
package p.q;
import "b.proto";
message q { b.M m = 1; }
`,
      "b.proto": `syntax = "proto3";
package b;
message M {}
`,
    },
  },
  {
    what: "a public import of a public import",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M { D d = 1; C c = 2; }
`,
      "b.proto": `syntax = "proto3";
import public "c.proto";
`,
      "c.proto": `syntax = "proto3";
import public "d.proto";
message C {}
`,
      "d.proto": `syntax = "proto3";
message D {}
`,
    },
  },
  {
    what: "a weak import",
    files: {
      "a.proto": `syntax = "proto3";
import weak "b.proto";
message M { N n = 1; }
`,
      "b.proto": `syntax = "proto3";
message N {}
`,
    },
  },
  {
    what: "an import that is not used",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M {}
`,
      "b.proto": `syntax = "proto3";
message N {}
`,
    },
  },
  {
    what: "the largest field number",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 536870911; int32 b = 18999; int32 c = 20000; }
`,
    },
  },
  {
    what: "reserved numbers up to the largest",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved 1 to 5, 7, 100 to max; reserved "a", "b"; int32 c = 6; }
`,
    },
  },
  {
    what: "protobuf's own numbers in ranges",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 19000 to 19999; reserved 20000 to 20001; optional int32 a = 1; }
`,
    },
  },
  {
    what: "reserved names that are no names",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved "a b", "1", ""; }
`,
    },
  },
  {
    what: "reserved names in strings in a row",
    files: {
      "a.proto": `syntax = "proto3";
message M { reserved "a" "b", 'c'; }
`,
    },
  },
  {
    what: "an enum's reserved numbers, negative ones too",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; reserved -10 to -5, 3, 5 to max; reserved "B"; }
`,
    },
  },
  {
    what: "an enum's whole range",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = -2147483648; B = 2147483647; C = -0; reserved -2147483647 to -1; }
`,
    },
  },
  {
    what: "an enum with aliases",
    files: {
      "a.proto": `syntax = "proto3";
enum E { option allow_alias = true; A = 0; B = 0; C = 1; D = 1; }
`,
    },
  },
  {
    what: "aliases whose names are the same but for the prefix",
    files: {
      "a.proto": `syntax = "proto3";
enum Color { option allow_alias = true; COLOR_RED = 0; RED = 0; red = 0; }
`,
    },
  },
  {
    what: "a proto2 enum that does not start at 0",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 5; B = 1; }
message M { optional E e = 1; }
`,
    },
  },
  {
    what: "values of enums in two messages with one name",
    files: {
      "a.proto": `syntax = "proto3";
message M { enum E { A = 0; } }
message N { enum E { A = 0; } }
`,
    },
  },
  {
    what: "optional fields in proto3",
    files: {
      "a.proto": `syntax = "proto3";
message M { optional int32 a = 1; optional M m = 2; int32 b = 3; optional string c = 4; }
`,
    },
  },
  {
    what: "an optional field beside a oneof of its would-be name",
    files: {
      "a.proto": `syntax = "proto3";
message M { optional int32 a = 1; oneof _a { int32 b = 2; } optional int32 c_ = 3; int32 X_a = 4; }
`,
    },
  },
  {
    what: "optional fields beside a field and a message of their would-be names",
    files: {
      "a.proto": `syntax = "proto3";
message M { optional int32 a = 1; int32 _a = 2; message _b {} optional int32 c = 3; }
`,
    },
  },
  {
    what: "groups",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional group Result = 1 { optional int32 a = 1; } repeated group Item = 2 [deprecated = true] { required string b = 1; enum E { A = 1; } } oneof o { group InOneof = 3 { optional int32 c = 1; } } }
`,
    },
  },
  {
    what: "a group in an extend block",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { optional group Ext = 1 { optional int32 a = 1; } }
message N { extend M { repeated group Ext = 2 {} } }
`,
    },
  },
  {
    what: "a oneof with all sorts of fields",
    files: {
      "a.proto": `syntax = "proto2";
message M { oneof o { option (x) = 5; int32 a = 1; M m = 2; group G = 3 {} bytes b = 4 [deprecated = true]; } }
import "google/protobuf/descriptor.proto";
extend google.protobuf.OneofOptions { optional int32 x = 50000; }
`,
    },
  },
  {
    what: "maps of all keys",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; }
message M {
  map<int32, M> my_map0 = 1;
  map<int64, E> my_map1 = 2;
  map<uint32, M> my_map2 = 3;
  map<uint64, E> my_map3 = 4;
  map<sint32, M> my_map4 = 5;
  map<sint64, E> my_map5 = 6;
  map<fixed32, M> my_map6 = 7;
  map<fixed64, E> my_map7 = 8;
  map<sfixed32, M> my_map8 = 9;
  map<sfixed64, E> my_map9 = 10;
  map<bool, M> my_map10 = 11;
  map<string, E> my_map11 = 12;
}
`,
    },
  },
  {
    what: "a field of a type called map",
    files: {
      "a.proto": `syntax = "proto3";
message map {}
message M { .map a = 1; map<string, .map> b = 2; }
`,
    },
  },
  {
    what: "a map with blanks and options",
    files: {
      "a.proto": `syntax = "proto3";
message M { map < string , /* of */ bytes > a = 1 [ deprecated = true , json_name = "x" ] ; }
`,
    },
  },
  {
    what: "JSON names",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a_b = 1; int32 A_c = 2; int32 a__d = 3; int32 _e = 4; int32 f_ = 5; int32 g_1 = 6; int32 h = 7 [json_name = ""]; int32 i = 8 [json_name = "@type"]; int32 URL = 9; }
`,
    },
  },
  {
    what: "two fields with one JSON name in proto2",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 foo_bar = 1; optional int32 fooBar = 2; }
`,
    },
  },
  {
    what: "JSON names that conflict where it is allowed",
    files: {
      "a.proto": `syntax = "proto3";
message M { option deprecated_legacy_json_field_conflicts = true; int32 foo_bar = 1; int32 fooBar = 2; }
`,
    },
  },
  {
    what: "services without rpcs, and rpcs with options",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service Empty {}
service S { option deprecated = true; rpc A(M) returns (M) { option deprecated = true; option idempotency_level = NO_SIDE_EFFECTS; } rpc B(.M) returns (stream M) { } }
`,
    },
  },
  {
    what: "31 levels of messages",
    files: {
      "a.proto": `syntax = "proto3";
message M0 { message M1 { message M2 { message M3 { message M4 { message M5 { message M6 { message M7 { message M8 { message M9 { message M10 { message M11 { message M12 { message M13 { message M14 { message M15 { message M16 { message M17 { message M18 { message M19 { message M20 { message M21 { message M22 { message M23 { message M24 { message M25 { message M26 { message M27 { message M28 { message M29 { message M30 { int32 a = 1; }}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}
`,
    },
  },
  {
    what: "extensions in messages and between each other",
    files: {
      "a.proto": `syntax = "proto2";
package p;
message M { extensions 1 to 100, 200, 300 to max; extend M { optional int32 a = 1; repeated string b = 2; } }
extend .p.M { optional M c = 3; optional E d = 4 [default = B]; }
enum E { A = 0; B = 1; }
`,
    },
  },
  {
    what: "the same extension number in two unrelated files",
    files: {
      "a.proto": `syntax = "proto2";
import "b.proto";
extend M { optional int32 b = 1; }
`,
      "b.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { optional int32 a = 1; }
`,
    },
  },
  {
    what: "an extension of options in proto3, with and without a label",
    files: {
      "a.proto": `syntax = "proto3";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { int32 a = 50001; optional string b = 50002; repeated int32 c = 50003; }
message M { option (a) = 1; option (b) = "x"; option (c) = 1; option (c) = 2; }
`,
    },
  },
  {
    what: "message sets",
    files: {
      "a.proto": `syntax = "proto2";
message S { option message_set_wire_format = true; extensions 4 to max; }
message M { extend S { optional M ext = 2147483646; } optional int32 a = 1; }
`,
    },
  },
  {
    what: "declared extensions",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [verification = DECLARATION, declaration = { number: 4 full_name: ".p.a" type: "int32" }, declaration = { number: 5 reserved: true }, declaration = { number: 6 full_name: ".p.b" type: ".M" repeated: true }]; }
`,
    },
  },
  {
    what: "a declaration's name that is none",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 4 to 9 [declaration = { number: 4 full_name: ".a.1b" type: "int32" }]; }
`,
    },
  },
  {
    what: "lite files",
    files: {
      "a.proto": `syntax = "proto2";
import "b.proto";
option optimize_for = LITE_RUNTIME;
message M { optional N n = 1; }
`,
      "b.proto": `syntax = "proto2";
option optimize_for = LITE_RUNTIME;
message N {}
`,
    },
  },
];
