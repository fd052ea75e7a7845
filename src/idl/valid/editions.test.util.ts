import type { ValidCase } from "./valid-case.test.util.js";

/** What editions allow. */
export const EDITIONS: readonly ValidCase[] = [
  {
    what: "features everywhere",
    files: {
      "a.proto": `edition = "2023";
option features.field_presence = IMPLICIT;
option features.enum_type = OPEN;
option features.repeated_field_encoding = EXPANDED;
option features.utf8_validation = NONE;
option features.message_encoding = DELIMITED;
option features.json_format = LEGACY_BEST_EFFORT;
message M {
  option features.json_format = ALLOW;
  int32 a = 1 [features.field_presence = LEGACY_REQUIRED];
  int32 b = 2 [features.field_presence = EXPLICIT, default = 5];
  repeated int32 c = 3 [features.repeated_field_encoding = PACKED];
  string d = 4 [features.utf8_validation = VERIFY];
  M m = 5 [features.message_encoding = LENGTH_PREFIXED];
  M delimited = 6;
  repeated M ms = 7;
  map<string, M> by_name = 8;
  oneof o { int32 e = 9; M f = 10; }
}
enum E { option features.enum_type = CLOSED; A = 1; }
`,
    },
  },
  {
    what: "features as an aggregate",
    files: {
      "a.proto": `edition = "2023";
option features = { field_presence: IMPLICIT enum_type: CLOSED };
message M { int32 a = 1 [features = { field_presence: EXPLICIT }]; }
`,
    },
  },
  {
    what: "features of languages",
    files: {
      "a.proto": `edition = "2023";
import "google/protobuf/cpp_features.proto";
import "google/protobuf/java_features.proto";
import "google/protobuf/go_features.proto";
option features.(pb.cpp).string_type = STRING;
option features.(pb.java).utf8_validation = VERIFY;
option features.(pb.go).api_level = API_OPAQUE;
message M { string a = 1 [features.(pb.cpp).string_type = CORD]; }
`,
    },
  },
  {
    what: "a closed enum from proto2 in an edition",
    files: {
      "a.proto": `edition = "2023";
import "b.proto";
message M { E e = 1; repeated E es = 2; }
`,
      "b.proto": `syntax = "proto2";
enum E { A = 1; }
`,
    },
  },
  {
    what: "a proto3 file that uses an edition's open enum",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M { E e = 1; }
`,
      "b.proto": `edition = "2023";
enum E { A = 0; }
`,
    },
  },
  {
    what: "a delimited field that looks like a group, and ones that do not",
    files: {
      "a.proto": `edition = "2023";
message M {
  message Item { int32 a = 1; }
  Item item = 1 [features.message_encoding = DELIMITED];
  Item other = 2 [features.message_encoding = DELIMITED];
  extensions 10 to 20;
}
extend M { M.Item ext = 10 [features.message_encoding = DELIMITED]; }
`,
    },
  },
  {
    what: "reserved identifiers",
    files: {
      "a.proto": `edition = "2023";
message M { reserved a, b_c, message, max; reserved 5 to 9; }
enum E { A = 0; reserved B, to; }
`,
    },
  },
  {
    what: "a field called optional in an edition",
    files: {
      "a.proto": `edition = "2023";
message M { int32 optional = 1; int32 required = 2; int32 group = 3; }
`,
    },
  },
  {
    what: "symbols that are exported and local",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
message M { b.N n = 1; b.P.Q q = 2; L l = 3; }
local message L {}
`,
      "b.proto": `edition = "2024";
package b;
message N {}
message P { export message Q {} local enum R { R_UNSPECIFIED = 0; } }
export enum X { X_UNSPECIFIED = 0; }
`,
    },
  },
  {
    what: "a message called export and one called local",
    files: {
      "a.proto": `edition = "2024";
package a;
option features.enforce_naming_style = STYLE_LEGACY;
message export {}
message local {}
export message message {}
local enum enum { A = 0; }
message M { .a.export a = 1; .a.local b = 2; int32 export = 5; }
`,
    },
  },
  {
    what: "edition 2024 with option imports",
    files: {
      "a.proto": `edition = "2024";
package a;
import "b.proto";
import option "c.proto";
option (c.opt) = true;
message M { b.N n = 1; }
`,
      "b.proto": `edition = "2024";
package b;
message N {}
`,
      "c.proto": `edition = "2024";
package c;
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { bool opt = 50000; }
`,
    },
  },
  {
    what: "names in the style of edition 2024",
    files: {
      "a.proto": `edition = "2024";
package a.b_c.d1;
message MyMessage { int32 foo_bar = 1; int32 a1 = 2; int32 foo1_bar2 = 3; message HTTPServer {} oneof my_oneof { int32 x = 4; } enum Inner { INNER_UNSPECIFIED = 0; A1 = 1; } }
service MyService { rpc GetIt(MyMessage) returns (MyMessage); }
`,
    },
  },
  {
    what: "a naming style that is switched off for one message",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { option features.enforce_naming_style = STYLE_LEGACY; int32 fooBar = 1; }
enum e { option features.enforce_naming_style = STYLE_LEGACY; a = 0; }
`,
    },
  },
  {
    what: "STRICT visibility",
    files: {
      "a.proto": `edition = "2024";
package a;
option features.default_symbol_visibility = STRICT;
export message M { local message N {} message O {} N n = 1; }
message L {}
`,
    },
  },
  {
    what: "a local message around exported enums under STRICT",
    files: {
      "a.proto": `edition = "2024";
package a;
option features.default_symbol_visibility = STRICT;
local message M { export enum E { E_UNSPECIFIED = 0; } reserved 1 to max; }
`,
    },
  },
  {
    what: "a field of one's own feature",
    files: {
      "a.proto": `edition = "2023";
package a;
import "b.proto";
message M { int32 x = 1 [features.(b.mine).on = true]; }
`,
      "b.proto": `edition = "2023";
package b;
import "google/protobuf/descriptor.proto";
extend google.protobuf.FeatureSet { Mine mine = 9990; }
message Mine { bool on = 1 [targets = TARGET_TYPE_FIELD, retention = RETENTION_RUNTIME, feature_support.edition_introduced = EDITION_2023, edition_defaults = { edition: EDITION_LEGACY value: "false" }]; }
`,
    },
  },
];
