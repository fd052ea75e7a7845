import type { InvalidCase } from "./invalid-case.test.util.js";

/** What a type may be where. */
export const TYPES: readonly InvalidCase[] = [
  {
    rule: "a field's type is defined",
    files: {
      "a.proto": `syntax = "proto3";
message Person {}
message M { Persom a = 1; }
`,
    },
    errors: ["a.proto:3:13: `Persom` is not defined; hint: did you mean `Person`?"],
    protoc: ['a.proto:3:13: "Persom" is not defined.'],
  },
  {
    rule: "a field's type is defined somewhere",
    files: {
      "a.proto": `syntax = "proto3";
message M { string_t a = 1; }
`,
    },
    errors: ["a.proto:2:13: `string_t` is not defined; hint: did you mean `string`?"],
    protoc: ['a.proto:2:13: "string_t" is not defined.'],
  },
  {
    rule: "a qualified type is defined",
    files: {
      "a.proto": `syntax = "proto3";
package p;
message M { p.N a = 1; }
`,
    },
    errors: ["a.proto:3:13: `p.N` is not defined"],
    protoc: ['a.proto:3:13: "p.N" is not defined.'],
  },
  {
    rule: "a nested type is defined",
    files: {
      "a.proto": `syntax = "proto3";
message O { message Inner {} }
message M { Inner a = 1; }
`,
    },
    errors: ["a.proto:3:13: `Inner` is not defined; hint: did you mean `O.Inner`?"],
    protoc: ['a.proto:3:13: "Inner" is not defined.'],
  },
  {
    rule: "a type that starts with a dot is found from the outermost scope",
    files: {
      "a.proto": `syntax = "proto3";
package p;
message N {}
message M { .N a = 1; }
`,
    },
    errors: ["a.proto:4:13: `.N` is not defined; hint: did you mean `.p.N`?"],
    protoc: ['a.proto:4:13: ".N" is not defined.'],
  },
  {
    rule: "a type's file is imported",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M { c.N a = 1; }
`,
      "b.proto": `syntax = "proto3";
import "c.proto";
`,
      "c.proto": `syntax = "proto3";
package c;
message N {}
`,
    },
    errors: [
      'a.proto:3:13: `c.N` is defined in `c.proto`, which is not imported; hint: add `import "c.proto";`',
    ],
    protoc: [
      'a.proto:3:13: "c.N" seems to be defined in "c.proto", which is not imported by "a.proto".  To use it here, please add the necessary import.',
    ],
  },
  {
    rule: "a well-known type's file is imported",
    files: {
      "a.proto": `syntax = "proto3";
message M { google.protobuf.Timestamp a = 1; }
`,
    },
    errors: [
      'a.proto:2:13: `google.protobuf.Timestamp` is not defined; hint: add `import "google/protobuf/timestamp.proto";`',
    ],
    protoc: ['a.proto:2:13: "google.protobuf.Timestamp" is not defined.'],
  },
  {
    rule: "the inner scope hides the outer one",
    files: {
      "a.proto": `syntax = "proto3";
package p.q;
import "b.proto";
message q {}
message M { q.N a = 1; }
`,
      "b.proto": `syntax = "proto3";
package q;
message N {}
`,
    },
    errors: [
      "a.proto:5:13: `q.N` is not defined: `q` is `p.q.q` here; hint: write `.q.N` to start from the outermost scope",
    ],
    protoc: [
      'a.proto:5:13: "q.N" is resolved to "p.q.q.N", which is not defined. The innermost scope is searched first in name resolution. Consider using a leading \'.\'(i.e., ".q.N") to start from the outermost scope.',
    ],
  },
  {
    rule: "a service is no type",
    files: {
      "a.proto": `syntax = "proto3";
service S {}
message M { S a = 1; }
`,
    },
    errors: ["a.proto:3:13: `S` is a service, not a type"],
    protoc: ['a.proto:3:13: "S" is not a type.'],
  },
  {
    rule: "a field is no type",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  int32 a = 1;
  M.a b = 2;
}
`,
    },
    errors: ["a.proto:4:3: `M.a` is a field, not a type"],
    protoc: ['a.proto:4:3: "M.a" is not a type.'],
  },
  {
    rule: "an enum value is no type",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; }
message M { A a = 1; }
`,
    },
    errors: ["a.proto:3:13: `A` is an enum value, not a type"],
    protoc: ['a.proto:3:13: "A" is not a type.'],
  },
  {
    rule: "a package is no type",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M { b a = 1; }
`,
      "b.proto": `syntax = "proto3";
package b;
message N {}
`,
    },
    errors: ["a.proto:3:13: `b` is a package, not a type"],
    protoc: ['a.proto:3:13: "b" is not a type.'],
  },
  {
    rule: "an rpc is no type",
    files: {
      "a.proto": `syntax = "proto3";
message M { S.Get a = 1; }
service S { rpc Get(M) returns (M); }
`,
    },
    errors: ["a.proto:2:13: `S.Get` is an rpc, not a type"],
    protoc: ['a.proto:2:13: "S.Get" is not a type.'],
  },
  {
    rule: "a oneof is no type",
    files: {
      "a.proto": `syntax = "proto3";
message M { oneof o { int32 a = 1; } M.o b = 2; }
`,
    },
    errors: ["a.proto:2:38: `M.o` is a oneof, not a type"],
    protoc: ['a.proto:2:38: "M.o" is not a type.'],
  },
  {
    rule: "an extension is no type",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; optional x a = 10; }
extend M { optional int32 x = 1; }
`,
    },
    errors: ["a.proto:2:41: `x` is an extension, not a type"],
    protoc: ['a.proto:2:41: "x" is not a type.'],
  },
  {
    rule: "an rpc's request is defined",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(N) returns (M); }
`,
    },
    errors: ["a.proto:3:21: `N` is not defined"],
    protoc: ['a.proto:3:21: "N" is not defined.'],
  },
  {
    rule: "an rpc's response is defined",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(M) returns (stream N); }
`,
    },
    errors: ["a.proto:3:40: `N` is not defined"],
    protoc: ['a.proto:3:40: "N" is not defined.'],
  },
  {
    rule: "an rpc's request is a message",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; }
message M {}
service S { rpc Get(E) returns (M); }
`,
    },
    errors: ["a.proto:4:21: `E` is an enum, not a message"],
    protoc: ['a.proto:4:21: "E" is not a message type.'],
  },
  {
    rule: "an rpc's response is a message",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; }
message M {}
service S { rpc Get(M) returns (E); }
`,
    },
    errors: ["a.proto:4:33: `E` is an enum, not a message"],
    protoc: ['a.proto:4:33: "E" is not a message type.'],
  },
  {
    rule: "an rpc's name hides a message",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc M(M) returns (.M); }
`,
    },
    errors: [
      "a.proto:3:19: `M` is the rpc `S.M` here, not a message; hint: write `.M` to start from the outermost scope",
    ],
    protoc: ['a.proto:3:19: "M" is not a message type.'],
  },
  {
    rule: "what is extended is defined",
    files: {
      "a.proto": `syntax = "proto2";
extend N { optional int32 a = 1; }
`,
    },
    errors: ["a.proto:2:8: `N` is not defined"],
    protoc: ['a.proto:2:8: "N" is not defined.'],
  },
  {
    rule: "what is extended is a message",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 0; }
extend E { optional int32 a = 1; }
`,
    },
    errors: ["a.proto:3:8: `E` is an enum, not a message"],
    protoc: ['a.proto:3:8: "E" is not a message type.'],
  },
  {
    rule: "what is extended has extension ranges",
    files: {
      "a.proto": `syntax = "proto2";
message N {}
extend N { optional int32 a = 1; }
`,
    },
    errors: ["a.proto:3:31: `N` has no extension ranges; hint: add `extensions 1;` to it, say"],
    protoc: ['a.proto:3:31: "N" does not declare 1 as an extension number.'],
  },
  {
    rule: "a map's key is no float",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<float, string> a = 1; }
`,
    },
    errors: [
      "a.proto:2:17: a map's key cannot be a `float`; hint: it can be a `string`, a `bool` or an integer",
    ],
    protoc: ["a.proto:2:13: Key in map fields cannot be float/double, bytes or message types."],
  },
  {
    rule: "a map's key is no double",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<double, string> a = 1; }
`,
    },
    errors: [
      "a.proto:2:17: a map's key cannot be a `double`; hint: it can be a `string`, a `bool` or an integer",
    ],
    protoc: ["a.proto:2:13: Key in map fields cannot be float/double, bytes or message types."],
  },
  {
    rule: "a map's key is not bytes",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<bytes, string> a = 1; }
`,
    },
    errors: [
      "a.proto:2:17: a map's key cannot be `bytes`; hint: it can be a `string`, a `bool` or an integer",
    ],
    protoc: ["a.proto:2:13: Key in map fields cannot be float/double, bytes or message types."],
  },
  {
    rule: "a map's key is no enum",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0; }
message M { map<E, string> a = 1; }
`,
    },
    errors: [
      "a.proto:3:17: a map's key cannot be an enum; hint: it can be a `string`, a `bool` or an integer",
    ],
    protoc: ["a.proto:3:13: Key in map fields cannot be enum types."],
  },
  {
    rule: "a map's key is no message",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<M, string> a = 1; }
`,
    },
    errors: [
      "a.proto:2:17: a map's key cannot be a message; hint: it can be a `string`, a `bool` or an integer",
    ],
    protoc: ["a.proto:2:13: Key in map fields cannot be float/double, bytes or message types."],
  },
  {
    rule: "a map's key type is defined",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<text, string> a = 1; }
`,
    },
    errors: ["a.proto:2:17: `text` is not defined"],
    protoc: ['a.proto: "text" is not defined.'],
  },
  {
    rule: "a map's value type is defined",
    files: {
      "a.proto": `syntax = "proto3";
message M { map<string, N> a = 1; }
`,
    },
    errors: ["a.proto:2:25: `N` is not defined"],
    protoc: ['a.proto: "N" is not defined.'],
  },
  {
    rule: "a map's enum value starts at 0",
    files: {
      "a.proto": `syntax = "proto2";
enum E { A = 1; }
message M { map<string, E> a = 1; }
`,
    },
    errors: ["a.proto:3:25: an enum in a map must have 0 as its first value"],
    protoc: ["a.proto:3:13: Enum value in map must define 0 as the first value."],
    buf: "accepts",
  },
  {
    rule: "a map's entry is no type of a field",
    files: {
      "a.proto": `syntax = "proto3";
message M {
  map<string, string> items = 1;
  ItemsEntry a = 2;
}
`,
    },
    errors: ["a.proto:4:3: `M.ItemsEntry` is made for the map `items` and cannot be used as a type"],
    protoc: [
      "a.proto:4:3: M.ItemsEntry is a synthetic MapEntry message type, which is not allowed to be used as a field type.",
    ],
  },
  {
    rule: "a proto3 field is not required",
    files: {
      "a.proto": `syntax = "proto3";
message M { required int32 a = 1; }
`,
    },
    errors: ["a.proto:2:13: proto3 has no required fields; hint: leave out `required`"],
    protoc: ["a.proto:2:22: Required fields are not allowed in proto3."],
  },
  {
    rule: "proto3 has no groups",
    files: {
      "a.proto": `syntax = "proto3";
message M { repeated group Item = 1 {} }
`,
    },
    errors: ["a.proto:2:22: proto3 has no groups; hint: write a nested message and a field of that type"],
    protoc: ["a.proto:2:22: Groups are not supported in proto3 syntax."],
  },
  {
    rule: "a proto3 message has no extension ranges",
    files: {
      "a.proto": `syntax = "proto3";
message M { extensions 1 to 9; }
`,
    },
    errors: [
      "a.proto:2:24: proto3 has no extension ranges; hint: use `google.protobuf.Any`, or proto2 or an edition for this file",
    ],
    protoc: ["a.proto:2:24: Extension ranges are not allowed in proto3."],
  },
  {
    rule: "proto3 extends options only",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
extend M { int32 a = 1; }
`,
      "b.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
`,
    },
    errors: ["a.proto:3:8: proto3 can extend only options, such as `google.protobuf.FieldOptions`"],
    protoc: ["a.proto:3:8: Extensions in proto3 are only allowed for defining options."],
  },
  {
    rule: "a proto3 message has no closed enum",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M { E a = 1; }
`,
      "b.proto": `syntax = "proto2";
enum E { A = 0; }
`,
    },
    errors: [
      "a.proto:3:13: `E` is a closed enum: a proto3 message cannot use it; hint: `b.proto` would have to be proto3 or an edition",
    ],
    protoc: [
      'a.proto:3:13: Enum type "E" is not an open enum, but is used in "M" which is a proto3 message type.',
    ],
  },
  {
    rule: "an edition has no optional label",
    files: {
      "a.proto": `edition = "2023";
message M { optional int32 a = 1; }
`,
    },
    errors: [
      "a.proto:2:13: editions have no label `optional`; hint: leave it out: a field has presence unless `features.field_presence` says otherwise",
    ],
    protoc: [
      'a.proto:2:13: Label "optional" is not supported in editions. By default, all singular fields have presence unless features.field_presence is set.',
    ],
  },
  {
    rule: "an edition has no required label",
    files: {
      "a.proto": `edition = "2023";
message M { required int32 a = 1; }
`,
    },
    errors: [
      "a.proto:2:13: editions have no label `required`; hint: write `[features.field_presence = LEGACY_REQUIRED]`",
    ],
    protoc: [
      'a.proto:2:13: Label "required" is not supported in editions, use features.field_presence = LEGACY_REQUIRED.',
    ],
  },
  {
    rule: "an edition has no groups",
    files: {
      "a.proto": `edition = "2023";
message M { group Item = 1 {} }
`,
    },
    errors: [
      "a.proto:2:13: editions have no groups; hint: write a nested message and a field of that type with `[features.message_encoding = DELIMITED]`",
    ],
    protoc: [
      "a.proto:2:13: Group syntax is no longer supported in editions. To get group behavior you can specify features.message_encoding = DELIMITED on a message field.",
    ],
  },
  {
    rule: "a oneof has a field",
    files: {
      "a.proto": `syntax = "proto3";
message M { oneof o {} }
`,
    },
    errors: ["a.proto:2:19: a oneof needs at least one field"],
    protoc: ["a.proto:2:22: Expected type name."],
  },
  {
    rule: "a oneof has a field of its own",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1; oneof o {} }
`,
    },
    errors: ["a.proto:2:32: a oneof needs at least one field"],
    protoc: ["a.proto:2:35: Expected type name."],
  },
  {
    rule: "a proto3 message has no closed enum in a repeated field",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M { repeated E a = 1; }
`,
      "b.proto": `syntax = "proto2";
enum E { A = 0; }
`,
    },
    errors: [
      "a.proto:3:22: `E` is a closed enum: a proto3 message cannot use it; hint: `b.proto` would have to be proto3 or an edition",
    ],
    protoc: [
      'a.proto:3:22: Enum type "E" is not an open enum, but is used in "M" which is a proto3 message type.',
    ],
  },
  {
    rule: "a proto3 message has no closed enum in a map",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
message M { map<string, E> a = 1; }
`,
      "b.proto": `syntax = "proto2";
enum E { A = 0; }
`,
    },
    errors: [
      "a.proto:3:25: `E` is a closed enum: a proto3 message cannot use it; hint: `b.proto` would have to be proto3 or an edition",
    ],
    protoc: [
      'a.proto: Enum type "E" is not an open enum, but is used in "M.AEntry" which is a proto3 message type.',
    ],
  },
];
