import type { ValidCase } from "./valid-case.test.util.js";

/** Names, blanks, comments, strings and numbers that look wrong and are not. */
export const WORDS: readonly ValidCase[] = [
  {
    what: "keywords as field names",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 syntax = 1;
  int32 package = 2;
  int32 import = 3;
  int32 option = 4;
  int32 message = 5;
  int32 enum = 6;
  int32 service = 7;
  int32 rpc = 8;
  int32 returns = 9;
  int32 stream = 10;
  int32 oneof = 11;
  int32 map = 12;
  int32 extend = 13;
  int32 extensions = 14;
  int32 reserved = 15;
  int32 to = 16;
  int32 max = 17;
  int32 group = 18;
  int32 optional = 19;
  int32 required = 20;
  int32 repeated = 21;
  int32 public = 22;
  int32 weak = 23;
  int32 true = 24;
  int32 false = 25;
  int32 inf = 26;
  int32 nan = 27;
  int32 edition = 28;
  int32 export = 29;
  int32 local = 30;
  int32 double = 31;
  int32 float = 32;
  int32 int32 = 33;
  int32 string = 34;
  int32 bytes = 35;
  int32 bool = 36;
  int32 default = 37;
  int32 json_name = 38;
}
`,
    },
  },
  {
    what: "keywords as message names",
    files: {
      "a.proto": `syntax = "proto3";
message package {}
message import {}
message option {}
message message {}
message enum {}
message service {}
message rpc {}
message returns {}
message stream {}
message oneof {}
message map {}
message extend {}
message extensions {}
message reserved {}
message to {}
message max {}
message group {}
message optional {}
message required {}
message repeated {}
message public {}
message weak {}
message true {}
message false {}
message inf {}
message nan {}
message edition {}
message export {}
message local {}
message double {}
message float {}
message int32 {}
message string {}
message bytes {}
message bool {}
message default {}
message json_name {}
`,
    },
  },
  {
    what: "keywords as enum values",
    files: {
      "a.proto": `syntax = "proto3";
enum E {
  syntax = 0;
  package = 1;
  import = 2;
  message = 3;
  enum = 4;
  service = 5;
  rpc = 6;
  returns = 7;
  stream = 8;
  oneof = 9;
  map = 10;
  extend = 11;
  extensions = 12;
  to = 13;
  max = 14;
  group = 15;
  optional = 16;
  required = 17;
  repeated = 18;
  public = 19;
  weak = 20;
  true = 21;
  false = 22;
  inf = 23;
  nan = 24;
}
`,
    },
  },
  {
    what: "keywords as rpc names",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service service {
  rpc rpc(M) returns (M);
  rpc returns(M) returns (M);
  rpc stream(stream M) returns (stream M);
  rpc option (M) returns (M) {}
}
`,
    },
  },
  {
    what: "keywords as parts of a package",
    files: {
      "a.proto": `syntax = "proto3";
package message.option.syntax.package;
message M { .message.option.syntax.package.M m = 1; }
`,
    },
  },
  {
    what: "keywords as the name of a oneof, a map and a service",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  oneof oneof { int32 a = 1; }
  map<string, string> map = 2;
}
service map {}
enum enum { A = 0; }
`,
    },
  },
  {
    what: "a message called stream as an rpc's type",
    files: {
      "a.proto": `syntax = "proto3";
message stream {}
service S { rpc A(.stream) returns (stream .stream); rpc B(stream stream) returns (.stream); }
`,
    },
  },
  {
    what: "fields whose type is called like a statement",
    files: {
      "a.proto": `syntax = "proto3";
message message {}
message M { .message a = 1; repeated .message b = 2; }
`,
    },
  },
  {
    what: "a field whose type is a message called optional",
    files: {
      "a.proto": `syntax = "proto3";
message optional {}
message M { .optional a = 1; optional .optional b = 2; }
`,
    },
  },
  {
    what: "a field whose type starts with a keyword",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  message option { message x {} }
  M.option.x a = 1;
  .M.option b = 2;
  reserve c = 3;
  message reserve {}
}
`,
    },
  },
  {
    what: "no blanks",
    files: {
      "a.proto": `syntax="proto3";package a.b;message M{int32 a=1;repeated string b=2[deprecated=true];map<string,M>c=3;oneof o{int32 d=4;}}enum E{A=0;}service S{rpc R(M)returns(stream M){option deprecated=true;}}`,
    },
  },
  {
    what: "many blanks",
    files: {
      "a.proto": `

  syntax
=\t"proto3"\r
 ;\f\v message

M
{ int32

 a
=
1
; }`,
    },
  },
  {
    what: "blanks and comments within a name",
    files: {
      "a.proto": `syntax = "proto3";
package a . /* x */ b
.c;
message M { .  a .b. // y
 c . M m = 1; }
`,
    },
  },
  {
    what: "a byte order mark",
    files: {
      "a.proto": `\uFEFFsyntax = "proto3";
message M {}
`,
    },
  },
  { what: "an empty file", files: { "a.proto": `` } },
  { what: "only a comment", files: { "a.proto": `// nothing` } },
  {
    what: "a comment at the end without a line end",
    files: {
      "a.proto": `syntax = "proto3";
message M {} // end`,
    },
  },
  {
    what: "an empty block comment and one of stars",
    files: {
      "a.proto": `syntax = "proto3";
/**/ /***/ /****/ message /* a * / b */ M {}
`,
    },
  },
  {
    what: "slashes and quotes in comments",
    files: {
      "a.proto": `syntax = "proto3";
// it's "fine" /* here
message M {} // */ \\q
/* // " ' */
`,
    },
  },
  {
    what: "text of any language in comments and strings",
    files: {
      "a.proto": `syntax = "proto3";
// größe → 日本語 🎉
option java_package = "größe → 日本語 🎉";
message M {}
`,
    },
  },
  {
    what: "stray semicolons",
    files: {
      "a.proto": `syntax = "proto3";
;;message M {;int32 a = 1;;};;enum E {;A = 0;;};service S {;rpc R(M) returns (M) {;};;};
`,
    },
  },
  {
    what: "a semicolon behind an rpc's body and none",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc A(M) returns (M) {} rpc B(M) returns (M) {}; rpc C(M) returns (M); }
`,
    },
  },
  {
    what: "semicolons in a oneof and an extend block",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 10 to 20; oneof o { int32 a = 1; } }
extend M { optional int32 x = 10; }
`,
    },
  },
  {
    what: "strings in a row",
    files: {
      "a.proto": `syntax = "proto3";
import "google/" 'protobuf/' "any.proto";
option java_package = "a" 'b'
  "c" /* d */ "e";
message M { google.protobuf.Any a = 1; }
`,
    },
  },
  {
    what: "the syntax as strings in a row",
    files: {
      "a.proto": `syntax = "pro" 'to3';
message M {}
`,
    },
  },
  {
    what: "all escapes",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional bytes a = 1 [default = "\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\"\\?\\0\\12\\377\\x1\\xfF\\Xab\\u00e9\\U0001F600"]; }
`,
    },
  },
  {
    what: "an escape above a byte",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional bytes a = 1 [default = "\\777\\400"]; }
`,
    },
  },
  {
    what: "a Unicode escape above 10ffff",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional bytes a = 1 [default = "\\U00110000"]; }
`,
    },
  },
  {
    what: "surrogates as two escapes",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional string a = 1 [default = "\\ud83d\\ude00"]; }
`,
    },
  },
  {
    what: "a lone surrogate",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional string a = 1 [default = "\\ud83d!"]; }
`,
    },
  },
  {
    what: "quotes of the other kind in a string",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional string a = 1 [default = "it's"]; optional string b = 2 [default = '"x"']; }
`,
    },
  },
  {
    what: "a string of bytes that are no UTF-8 as bytes",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional bytes a = 1 [default = "\\xff\\xfe"]; }
`,
    },
  },
  {
    what: "a NUL in a string's default",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional string a = 1 [default = "a\\0b"]; }
`,
    },
  },
  {
    what: "numbers in hexadecimal and octal",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 a = 0x1; optional int32 b = 010; optional int32 c = 0X1F [default = -0x80000000]; optional int64 d = 2 [default = 0777]; reserved 0x30 to 0x40; }
enum E { A = 0x7fffffff; B = -0x1; C = 00; }
`,
    },
  },
  {
    what: "the largest and the smallest defaults",
    files: {
      "a.proto": `syntax = "proto2";
message M {
  optional int32 a = 1 [default = 2147483647];
  optional int32 b = 2 [default = -2147483648];
  optional int64 c = 3 [default = 9223372036854775807];
  optional int64 d = 4 [default = -9223372036854775808];
  optional uint32 e = 5 [default = 4294967295];
  optional uint64 f = 6 [default = 18446744073709551615];
  optional fixed64 g = 7 [default = 0xffffffffffffffff];
  optional sfixed64 h = 8 [default = -0x8000000000000000];
  optional sint64 i = 9 [default = -01];
}
`,
    },
  },
  {
    what: "floats in all forms",
    files: {
      "a.proto": `syntax = "proto2";
message M {
  optional float f0 = 1 [default = 1];
  optional double d0 = 2 [default = 1];
  optional float f1 = 3 [default = 1.];
  optional double d1 = 4 [default = 1.];
  optional float f2 = 5 [default = .5];
  optional double d2 = 6 [default = .5];
  optional float f3 = 7 [default = 1e10];
  optional double d3 = 8 [default = 1e10];
  optional float f4 = 9 [default = 1E+10];
  optional double d4 = 10 [default = 1E+10];
  optional float f5 = 11 [default = 1e-10];
  optional double d5 = 12 [default = 1e-10];
  optional float f6 = 13 [default = 1.5e3];
  optional double d6 = 14 [default = 1.5e3];
  optional float f7 = 15 [default = -1.5];
  optional double d7 = 16 [default = -1.5];
  optional float f8 = 17 [default = inf];
  optional double d8 = 18 [default = inf];
  optional float f9 = 19 [default = -inf];
  optional double d9 = 20 [default = -inf];
  optional float f10 = 21 [default = nan];
  optional double d10 = 22 [default = nan];
  optional float f11 = 23 [default = -nan];
  optional double d11 = 24 [default = -nan];
  optional float f12 = 25 [default = 0];
  optional double d12 = 26 [default = 0];
  optional float f13 = 27 [default = -0];
  optional double d13 = 28 [default = -0];
  optional float f14 = 29 [default = -0.0];
  optional double d14 = 30 [default = -0.0];
  optional float f15 = 31 [default = 1e400];
  optional double d15 = 32 [default = 1e400];
  optional float f16 = 33 [default = 1e-400];
  optional double d16 = 34 [default = 1e-400];
  optional float f17 = 35 [default = 3.4028235e38];
  optional double d17 = 36 [default = 3.4028235e38];
  optional float f18 = 37 [default = 3.4028236e38];
  optional double d18 = 38 [default = 3.4028236e38];
  optional float f19 = 39 [default = 0.1];
  optional double d19 = 40 [default = 0.1];
  optional float f20 = 41 [default = 1.17549435e-38];
  optional double d20 = 42 [default = 1.17549435e-38];
  optional float f21 = 43 [default = 1e-45];
  optional double d21 = 44 [default = 1e-45];
  optional float f22 = 45 [default = 123456789];
  optional double d22 = 46 [default = 123456789];
  optional float f24 = 49 [default = 1e21];
  optional double d24 = 50 [default = 1e21];
  optional float f25 = 51 [default = 1e22];
  optional double d25 = 52 [default = 1e22];
  optional float f26 = 53 [default = 0x10];
  optional double d26 = 54 [default = 0x10];
  optional float f27 = 55 [default = 010];
  optional double d27 = 56 [default = 010];
  optional float f28 = 57 [default = 100000];
  optional double d28 = 58 [default = 100000];
  optional float f29 = 59 [default = 1e15];
  optional double d29 = 60 [default = 1e15];
  optional float f30 = 61 [default = 1e16];
  optional double d30 = 62 [default = 1e16];
  optional float f31 = 63 [default = 123456789012345680];
  optional double d31 = 64 [default = 123456789012345680];
  optional float f32 = 65 [default = 18446744073709551616];
  optional double d32 = 66 [default = 18446744073709551616];
  optional float f33 = 67 [default = 1.7976931348623157e308];
  optional double d33 = 68 [default = 1.7976931348623157e308];
}
`,
    },
  },
  {
    what: "a default that is a big integer for a float",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional float a = 1 [default = 18446744073709551615]; optional double b = 2 [default = 9007199254740993]; }
`,
    },
  },
  {
    what: "names with digits and underscores",
    files: {
      "a.proto": `syntax = "proto3";
package _a._1b.c__d;
message _ { int32 _ = 1; int32 a1_2b = 3; int32 _9 = 4; }
`,
    },
  },
  {
    what: "a very long name",
    files: {
      "a.proto": `syntax = "proto3";
message MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM { int32 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1; }
`,
    },
  },
];
