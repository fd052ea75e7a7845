import type { ValidCase } from "./valid-case.test.util.js";

/** Options that look wrong and are not. */
export const OPTIONS: readonly ValidCase[] = [
  {
    what: "brackets over several lines",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1 [
    deprecated = true, // old
    json_name = "b"
  ];
}
`,
    },
  },
  {
    what: "an option set part by part",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; optional O o = 2; repeated int32 r = 3; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt).a = 1; option (opt).o.a = 2; option (opt).r = 1; option (opt).o.o.a = 3; option (opt).r = 2; }
`,
    },
  },
  {
    what: "both members of an option's oneof",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { oneof o { int32 a = 1; int32 b = 2; } }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt).a = 1; option (opt).b = 2; }
`,
    },
  },
  {
    what: "extension names with dots, blanks and a leading dot",
    files: {
      "a.proto": `syntax = "proto2";
package p.q;
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 a = 50000; optional O b = 50001; }
message O { extensions 1 to 9; extend O { optional int32 c = 1; } }
message M { option (.p.q.a) = 1; option ( q . b ) . (O.c) = 2; }
message N { option (a) = 3; }
`,
    },
  },
  {
    what: "an aggregate in all forms",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0; B = 1; }
message O { optional int32 i = 1; optional string s = 2; repeated int32 r = 3; optional O o = 4; repeated O os = 5; optional E e = 6; optional bool b = 7; optional double d = 8; optional float f = 9; optional bytes y = 10; map<string, int32> m = 11; optional group Gr = 12 { optional int32 x = 1; } extensions 100 to 199; extend O { optional int32 x = 100; optional O xo = 101; } }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M {
  option (opt) = {
    i: -1, s: "a" 'b'; r: [1, 2, 0x3] r: 4
    o { i: 010 }
  };
}
`,
    },
  },
  {
    what: "an aggregate with everything",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0; B = 1; }
message O { optional int32 i = 1; optional string s = 2; repeated int32 r = 3; optional O o = 4; repeated O os = 5; optional E e = 6; optional bool b = 7; optional double d = 8; optional float f = 9; optional bytes y = 10; map<string, int32> m = 11; optional group Gr = 12 { optional int32 x = 1; } extensions 100 to 199; extend O { optional int32 x = 100; optional O xo = 101; } }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M {
  option (opt) = {
    o: < i: 1 > os: [{ i: 1 }, < i: 2 >] os { } os: {}
    e: B b: true d: -inf f: nan y: "\\xff" m { key: "k" value: 1 } m: [{ key: "l" }]
    Gr { x: 1 } [O.x]: 5 [O.xo] { i: 6 }
  };
}
`,
    },
  },
  {
    what: "an aggregate's numbers and names in odd forms",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0; B = 1; }
message O { optional E e = 1; optional bool b = 2; optional bool c = 3; optional double d = 4; optional float f = 5; optional double g = 6; optional uint64 u = 7; optional double h = 8; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { e: 1 b: t c: 0 d: 1 f: 1.5e0 g: -nan u: 18446744073709551615 h: infinity }; }
`,
    },
  },
  {
    what: "an empty aggregate",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O {}
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = {}; }
`,
    },
  },
  {
    what: "an aggregate with an expanded Any",
    files: {
      "a.proto": `syntax = "proto3";
import "google/protobuf/any.proto";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { google.protobuf.Any opt = 50000; }
message A { int32 x = 1; string s = 2; }
message M { option (opt) = { [type.googleapis.com/A] { x: 1 s: "t" } }; }
`,
    },
  },
  {
    what: "repeated options",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { repeated string tags = 50000; }
message M { optional int32 a = 1 [(tags) = "a", deprecated = false, (tags) = "b"]; }
`,
    },
  },
  {
    what: "numbers for options of all types",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions {
  optional double d = 50001; optional float f = 50002; optional int64 i64 = 50003; optional uint64 u64 = 50004; optional sint32 s32 = 50005; optional sint64 s64 = 50006; optional fixed32 f32 = 50007; optional fixed64 f64 = 50008; optional sfixed32 sf32 = 50009; optional sfixed64 sf64 = 50010; optional bool b = 50011; optional bytes y = 50012;
}
message M {
  option (d) = -inf; option (f) = 1; option (i64) = -9223372036854775808; option (u64) = 18446744073709551615; option (s32) = -1; option (s64) = -2; option (f32) = 4294967295; option (f64) = 0xff; option (sf32) = -010; option (sf64) = -3; option (b) = false; option (y) = "\\0\\xff";
}
message N { option (d) = nan; option (f) = -1.5e3; }
message O { option (d) = 1e400; option (f) = -nan; option (b) = true; }
`,
    },
  },
  {
    what: "options that have no effect",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 b = 2 [ctype = CORD]; optional string c = 3 [jstype = JS_NORMAL]; optional int32 d = 4 [weak = true]; repeated string f = 6 [packed = false]; optional int32 g = 7 [packed = false, lazy = false]; }
`,
    },
  },
  {
    what: "options on enum values, extension ranges, oneofs and rpcs",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.EnumValueOptions { optional int32 ev = 50000; }
extend google.protobuf.ExtensionRangeOptions { optional int32 er = 50000; }
extend google.protobuf.OneofOptions { optional int32 oo = 50000; }
extend google.protobuf.MethodOptions { optional int32 mo = 50000; }
extend google.protobuf.ServiceOptions { optional int32 so = 50000; }
extend google.protobuf.EnumOptions { optional int32 eo = 50000; }
extend google.protobuf.FileOptions { optional int32 fo = 50000; }
option (fo) = 1;
enum E { option (eo) = 2; A = 0 [(ev) = 3, deprecated = true]; }
message M { extensions 1 to 5, 7 [(er) = 4]; oneof o { option (oo) = 5; int32 a = 10; } }
service S { option (so) = 6; rpc R(M) returns (M) { option (mo) = 7; } }
`,
    },
  },
  {
    what: "options with retention and targets",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { optional int32 src = 50000 [retention = RETENTION_SOURCE, targets = TARGET_TYPE_FIELD]; }
message M { optional int32 a = 1 [(src) = 5, debug_redact = true]; }
`,
    },
  },
  {
    what: "an option whose file is imported publicly by an import",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
option (c.opt) = true;
`,
      "b.proto": `syntax = "proto3";
import public "c.proto";
`,
      "c.proto": `syntax = "proto3";
package c;
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional bool opt = 50000; }
`,
    },
  },
  {
    what: "a string option of bytes that are no UTF-8",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "\\xff";
`,
    },
  },
  {
    what: "all options of a file",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "a"; option java_outer_classname = "B"; option java_multiple_files = true; option java_generate_equals_and_hash = true; option java_string_check_utf8 = false; option optimize_for = CODE_SIZE; option go_package = "g"; option cc_generic_services = true; option java_generic_services = false; option py_generic_services = true; option deprecated = true; option cc_enable_arenas = false; option objc_class_prefix = "O"; option csharp_namespace = "C"; option swift_prefix = "S"; option php_class_prefix = "P"; option php_namespace = "N"; option php_metadata_namespace = "Q"; option ruby_package = "R";
`,
    },
  },
  {
    what: "an enum option on a value of the enum's scope",
    files: {
      "a.proto": `syntax = "proto2";
package p;
import "google/protobuf/descriptor.proto";
message X { enum E { A = 0; B = 1; } }
extend google.protobuf.MessageOptions { optional X.E opt = 50000; }
message M { option (opt) = B; }
`,
    },
  },
  {
    what: "the option of a message, named like a message in it",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 foo = 50000; }
message M { message foo {} option (foo) = 3; }
`,
    },
  },
  {
    what: "the option of an extension range, named like a field beside it",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.ExtensionRangeOptions { optional int32 foo = 50000; }
message M { extensions 4 [(foo) = 3]; optional int32 foo = 1; }
`,
    },
  },
  {
    what: "the option of a service, named like an rpc in it",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.ServiceOptions { optional int32 foo = 50000; }
message M {}
service S { option (foo) = 3; rpc foo(M) returns (M); }
`,
    },
  },
  {
    what: "options of what is in a message, extended in it",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message M {
  extend google.protobuf.FieldOptions { optional int32 of_field = 50000; }
  extend google.protobuf.OneofOptions { optional int32 of_oneof = 50000; }
  extend google.protobuf.EnumOptions { optional int32 of_enum = 50000; }
  extend google.protobuf.EnumValueOptions { optional int32 of_value = 50000; }
  extend google.protobuf.MessageOptions { optional int32 of_message = 50000; }
  optional int32 a = 1 [(of_field) = 1];
  oneof o { option (of_oneof) = 1; int32 b = 2; }
  enum E { option (of_enum) = 1; X = 0 [(of_value) = 1]; }
  message N { option (of_message) = 1; }
}
`,
    },
  },
  {
    what: "a feature_support without the edition of the introduction",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_removed: EDITION_2024 removal_error: "x" }]; }
`,
    },
  },
  {
    what: "an option that is removed in the edition that introduces it",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 foo = 50000 [feature_support = { edition_introduced: EDITION_2024 edition_removed: EDITION_2024 }]; }
`,
    },
  },
  {
    what: "values of an enum within the editions of the field",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
enum E { A = 0 [feature_support = { edition_introduced: EDITION_2023 }]; B = 1 [feature_support = { edition_introduced: EDITION_2024 deprecation_warning: "x" edition_deprecated: EDITION_2024 }]; C = 2; }
message M { optional E e = 1 [feature_support = { edition_introduced: EDITION_2023 edition_removed: EDITION_99999_TEST_ONLY removal_error: "x" }]; optional E f = 2; }
`,
    },
  },
];
