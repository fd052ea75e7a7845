import type { InvalidCase } from "./invalid-case.test.util.js";

/** Which options there are, and where they may be set. */
export const OPTIONS: readonly InvalidCase[] = [
  {
    rule: "a file option exists",
    files: {
      "a.proto": `syntax = "proto3";
option java_pakage = "com.example";
`,
    },
    errors: ["a.proto:2:8: there is no file option `java_pakage`; hint: did you mean `java_package`?"],
    protoc: [
      'a.proto:2:8: Option "java_pakage" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "a message option exists",
    files: {
      "a.proto": `syntax = "proto3";
message M { option foo = true; }
`,
    },
    errors: ["a.proto:2:20: there is no message option `foo`"],
    protoc: [
      'a.proto:2:20: Option "foo" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "a field option exists",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [depricated = true]; }
`,
    },
    errors: ["a.proto:2:26: there is no field option `depricated`; hint: did you mean `deprecated`?"],
    protoc: [
      'a.proto:2:26: Option "depricated" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "a oneof option exists",
    files: {
      "a.proto": `syntax = "proto3";
message M { oneof o { option deprecated = true; int32 a = 1; } }
`,
    },
    errors: ["a.proto:2:30: there is no oneof option `deprecated`"],
    protoc: [
      'a.proto:2:30: Option "deprecated" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "an enum option exists",
    files: {
      "a.proto": `syntax = "proto3";
enum E { option allow_aliases = true; A = 0; }
`,
    },
    errors: ["a.proto:2:17: there is no enum option `allow_aliases`; hint: did you mean `allow_alias`?"],
    protoc: [
      'a.proto:2:17: Option "allow_aliases" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "an enum value option exists",
    files: {
      "a.proto": `syntax = "proto3";
enum E { A = 0 [json_name = "a"]; }
`,
    },
    errors: ["a.proto:2:17: there is no enum value option `json_name`"],
    protoc: [
      'a.proto:2:17: Option "json_name" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "a service option exists",
    files: {
      "a.proto": `syntax = "proto3";
service S { option idempotency_level = IDEMPOTENT; }
`,
    },
    errors: ["a.proto:2:20: there is no service option `idempotency_level`"],
    protoc: [
      'a.proto:2:20: Option "idempotency_level" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "a method option exists",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(M) returns (M) { option idempotent = true; } }
`,
    },
    errors: ["a.proto:3:45: there is no method option `idempotent`"],
    protoc: [
      'a.proto:3:45: Option "idempotent" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "an extension range option exists",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9 [deprecated = true]; }
`,
    },
    errors: ["a.proto:2:32: there is no extension range option `deprecated`"],
    protoc: [
      'a.proto:2:32: Option "deprecated" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "an option of one's own is defined",
    files: {
      "a.proto": `syntax = "proto3";
option (my.opt) = true;
`,
    },
    errors: ["a.proto:2:9: `my.opt` is not defined; hint: import the file that defines it"],
    protoc: [
      'a.proto:2:8: Option "(my.opt)" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "an option of one's own is an extension",
    files: {
      "a.proto": `syntax = "proto3";
message opt {}
option (opt) = true;
`,
    },
    errors: ["a.proto:3:9: `opt` is a message, not an extension"],
    protoc: [
      'a.proto:3:8: Option "(opt)" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "an option of one's own extends these options",
    files: {
      "a.proto": `syntax = "proto3";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { optional bool opt = 50000; }
message M { option (opt) = true; }
`,
    },
    errors: ["a.proto:4:21: `opt` is a field option, not a message option"],
    protoc: ['a.proto:4:20: Option field "(opt)" is not a field or extension of message "MessageOptions".'],
  },
  {
    rule: "an option's file is imported directly",
    files: {
      "a.proto": `syntax = "proto3";
import "b.proto";
option (c.opt) = true;
`,
      "b.proto": `syntax = "proto3";
import "c.proto";
`,
      "c.proto": `syntax = "proto3";
package c;
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional bool opt = 50000; }
`,
    },
    errors: [
      'a.proto:3:9: `c.opt` is defined in `c.proto`, which is not imported; hint: add `import "c.proto";`',
    ],
    protoc: [
      'a.proto:3:8: Option "(c.opt)" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "an option's inner scope hides the outer one",
    files: {
      "a.proto": `syntax = "proto3";
package p.q;
import "b.proto";
message q {}
option (q.opt) = true;
`,
      "b.proto": `syntax = "proto3";
package q;
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional bool opt = 50000; }
`,
    },
    errors: [
      "a.proto:5:9: `q.opt` is not defined: `q` is `p.q.q` here; hint: write `.q.opt` to start from the outermost scope",
    ],
    protoc: [
      'a.proto:5:8: Option "(q.opt)" is resolved to "(p.q.q.opt)", which is not defined. The innermost scope is searched first in name resolution. Consider using a leading \'.\'(i.e., "(.q.opt)") to start from the outermost scope.',
    ],
  },
  {
    rule: "an option's field exists",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 size = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt).sise = 1; }
`,
    },
    errors: ["a.proto:5:26: `O` has no field `sise`; hint: did you mean `size`?"],
    protoc: [
      'a.proto:5:20: Option "(opt).sise" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "only messages have fields to set",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 opt = 50000; }
message M { option (opt).a = 1; }
`,
    },
    errors: ["a.proto:4:26: `(opt)` is of type `int32` and has no fields"],
    protoc: ['a.proto:4:20: Option "(opt)" is an atomic type, not a message.'],
  },
  {
    rule: "fields of a repeated option are not set one by one",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { repeated O opt = 50000; }
message M { option (opt).a = 1; }
`,
    },
    errors: [
      "a.proto:5:20: `(opt)` is repeated: its fields cannot be set one by one; hint: write `(opt) = { a: … }`, once for each element",
    ],
    protoc: [
      'a.proto:5:20: Option field "(opt)" is a repeated message. Repeated message options must be initialized using an aggregate value.',
    ],
  },
  {
    rule: "an option is set once",
    files: {
      "a.proto": `syntax = "proto3";
option java_package = "a";
option java_package = "b";
`,
    },
    errors: ["a.proto:3:8: option `java_package` is set twice"],
    protoc: ['a.proto:3:8: Option "java_package" was already set.'],
  },
  {
    rule: "an option of one's own is set once",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional int32 opt = 50000; }
message M { option (opt) = 1; option (opt) = 2; }
`,
    },
    errors: ["a.proto:4:38: option `(opt)` is set twice"],
    protoc: ['a.proto:4:38: Option "(opt)" was already set.'],
  },
  {
    rule: "a field of an option is set once",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt).a = 1; option (opt).a = 2; }
`,
    },
    errors: ["a.proto:5:40: option `(opt).a` is set twice"],
    protoc: ['a.proto:5:40: Option "(opt).a" was already set.'],
  },
  {
    rule: "an option is set as a whole or in parts",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; optional int32 b = 2; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt).a = 1; option (opt) = { b: 2 }; }
`,
    },
    errors: ["a.proto:5:40: option `(opt)` is set twice; hint: parts of it are set above"],
    protoc: ['a.proto:5:40: Option "(opt)" was already set.'],
  },
  {
    rule: "a part is not set after the whole",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1; optional int32 b = 2; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { b: 2 }; option (opt).b = 1; }
`,
    },
    errors: ["a.proto:5:45: option `(opt).b` is set twice"],
    protoc: ['a.proto:5:45: Option "(opt).b" was already set.'],
  },
  {
    rule: "an option is not named uninterpreted_option",
    files: {
      "a.proto": `syntax = "proto3";
option uninterpreted_option = { };
`,
    },
    errors: ["a.proto:2:8: `uninterpreted_option` cannot be set"],
    protoc: ['a.proto:2:8: Option must not use reserved name "uninterpreted_option".'],
  },
  {
    rule: "a negative int32 option fits 32 bits",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional sint32 opt = 50000; }
message M { option (opt) = -2147483649; }
`,
    },
    errors: [
      "a.proto:4:28: `-2147483649` is out of range for a `sint32`; hint: it takes -2147483648 to 2147483647",
    ],
    protoc: ['a.proto:4:28: Value out of range, -2147483648 to 2147483647, for int32 option "opt".'],
  },
  {
    rule: "an option's required fields are set",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { required int32 a = 1; optional int32 b = 2; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { b: 1 }; }
`,
    },
    errors: ["a.proto:5:28: `(opt)` lacks the required field `a`"],
    protoc: ['a.proto:5:28: Error while parsing option value for "opt": Message missing required fields: a'],
  },
  {
    rule: "map_entry is not set by hand",
    files: {
      "a.proto": `syntax = "proto2";
message M { option map_entry = true; }
`,
    },
    errors: ["a.proto:2:20: `map_entry` is not set by hand; hint: write `map<KeyType, ValueType>` instead"],
    protoc: ["a.proto:2:20: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead."],
  },
  {
    rule: "packed is for repeated fields",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 a = 1 [packed = true]; }
`,
    },
    errors: ["a.proto:2:35: only repeated fields can be packed"],
    protoc: ["a.proto:2:22: [packed = true] can only be specified for repeated primitive fields."],
  },
  {
    rule: "packed is for scalars",
    files: {
      "a.proto": `syntax = "proto2";
message M { repeated string a = 1 [packed = true]; }
`,
    },
    errors: ["a.proto:2:36: a `string` cannot be packed: only numbers, bools and enums can"],
    protoc: ["a.proto:2:22: [packed = true] can only be specified for repeated primitive fields."],
  },
  {
    rule: "packed is not for messages",
    files: {
      "a.proto": `syntax = "proto2";
message M { repeated M a = 1 [packed = true]; }
`,
    },
    errors: ["a.proto:2:31: a message cannot be packed: only numbers, bools and enums can"],
    protoc: ["a.proto:2:22: [packed = true] can only be specified for repeated primitive fields."],
  },
  {
    rule: "packed is not for editions",
    files: {
      "a.proto": `edition = "2023";
message M { repeated int32 a = 1 [packed = true]; }
`,
    },
    errors: [
      "a.proto:2:35: `packed` is not for editions; hint: write `features.repeated_field_encoding = PACKED`",
    ],
    protoc: [
      "a.proto:2:28: Field option packed is not allowed under editions.  Use the repeated_field_encoding feature to control this behavior.",
    ],
  },
  {
    rule: "lazy is for messages",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional int32 a = 1 [lazy = true]; }
`,
    },
    errors: ["a.proto:2:35: only message fields can be lazy"],
    protoc: ["a.proto:2:22: [lazy = true] can only be specified for submessage fields."],
  },
  {
    rule: "unverified_lazy is for messages",
    files: {
      "a.proto": `syntax = "proto2";
message M { optional string a = 1 [unverified_lazy = true]; }
`,
    },
    errors: ["a.proto:2:36: only message fields can be lazy"],
    protoc: ["a.proto:2:22: [lazy = true] can only be specified for submessage fields."],
  },
  {
    rule: "an extension is not lazy without verification",
    files: {
      "a.proto": `syntax = "proto2";
message M { extensions 1 to 9; }
extend M { optional M a = 1 [unverified_lazy = true]; }
`,
    },
    errors: ["a.proto:3:30: an extension cannot be `unverified_lazy`"],
    protoc: ["a.proto:3:21: Extensions cannot be marked as unverified_lazy."],
    buf: "accepts",
  },
  {
    rule: "jstype is for 64-bit integers",
    files: {
      "a.proto": `syntax = "proto3";
message M { int32 a = 1 [jstype = JS_STRING]; }
`,
    },
    errors: ["a.proto:2:26: `jstype` is only for 64-bit integers, not for `int32`"],
    protoc: ["a.proto:2:13: jstype is only allowed on int64, uint64, sint64, fixed64 or sfixed64 fields."],
  },
  {
    rule: "jstype has a known value",
    files: {
      "a.proto": `syntax = "proto3";
message M { int64 a = 1 [jstype = JS_BIGINT]; }
`,
    },
    errors: [
      "a.proto:2:35: `google.protobuf.FieldOptions.JSType` has no value `JS_BIGINT`; hint: it has `JS_NORMAL`, `JS_STRING` and `JS_NUMBER`",
    ],
    protoc: [
      'a.proto:2:35: Enum type "google.protobuf.FieldOptions.JSType" has no value named "JS_BIGINT" for option "google.protobuf.FieldOptions.jstype".',
    ],
  },
  {
    rule: "ctype is not for edition 2024",
    files: {
      "a.proto": `edition = "2024";
message M { string a = 1 [ctype = CORD]; }
`,
    },
    errors: [
      "a.proto:2:27: `ctype` was removed in edition 2024; hint: use the feature `(pb.cpp).string_type`",
    ],
    protoc: [
      "a.proto:2:13: ctype option is not allowed under edition 2024 and beyond. Use the feature string_type = VIEW|CORD|STRING|... instead.",
    ],
  },
  {
    rule: "allow_alias needs an alias",
    files: {
      "a.proto": `syntax = "proto3";
enum E { option allow_alias = true; A = 0; B = 1; }
`,
    },
    errors: [
      "a.proto:2:17: no two values of `E` have the same number: `allow_alias` does nothing; hint: remove the option",
    ],
    protoc: [
      "a.proto:3:1: \"E\" declares support for enum aliases but no enum values share field numbers. Please remove the unnecessary 'option allow_alias = true;' declaration.",
    ],
  },
  {
    rule: "allow_alias is not switched off",
    files: {
      "a.proto": `syntax = "proto3";
enum E { option allow_alias = false; A = 0; }
`,
    },
    errors: ["a.proto:2:17: `allow_alias = false` does nothing; hint: remove the option"],
    protoc: [
      "a.proto:3:1: \"E\" declares 'option allow_alias = false;' which has no effect. Please remove the declaration.",
    ],
    buf: "accepts",
  },
  {
    rule: "an option is for what it is used on",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { optional int32 opt = 50000 [targets = TARGET_TYPE_MESSAGE]; }
message M { optional int32 a = 1 [(opt) = 1]; }
`,
    },
    errors: ["a.proto:4:35: `(opt)` cannot be set on a field; hint: it is for messages"],
    protoc: ["a.proto: Option opt cannot be set on an entity of type `field`."],
  },
  {
    rule: "an inner field of an option is for what it is used on",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message O { optional int32 a = 1 [targets = TARGET_TYPE_FILE]; }
extend google.protobuf.MessageOptions { optional O opt = 50000; }
message M { option (opt) = { a: 1 }; }
`,
    },
    errors: ["a.proto:5:30: `a` cannot be set on a message; hint: it is for files"],
    protoc: ["a.proto: Option O.a cannot be set on an entity of type `message`."],
  },
  {
    rule: "java_string_check_utf8 is not for editions",
    files: {
      "a.proto": `edition = "2023";
option java_string_check_utf8 = true;
`,
    },
    errors: [
      "a.proto:2:8: `java_string_check_utf8` is not for editions; hint: use the feature `(pb.java).utf8_validation`",
    ],
    protoc: [
      "a.proto:1:1: File option java_string_check_utf8 is not allowed under editions. Use the (pb.java).utf8_validation feature to control this behavior.",
    ],
  },
  {
    rule: "java_multiple_files is not for edition 2024",
    files: {
      "a.proto": `edition = "2024";
option java_multiple_files = true;
`,
    },
    errors: [
      "a.proto:2:8: `java_multiple_files` was removed in edition 2024; hint: it is so by default; `features.(pb.java).nest_in_file_class = YES` on a type turns it off",
    ],
    protoc: [
      "a.proto: google.protobuf.FileOptions.java_multiple_files has been removed in edition 2024: This behavior is enabled by default in editions 2024 and above. To disable it, you can set `features.(pb.java).nest_in_file_class = YES` on individual messages, enums, or services.",
    ],
  },
  {
    rule: "the option of a message is not looked up in the message",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message M { extend google.protobuf.MessageOptions { optional int32 foo = 50000; } option (foo) = 3; }
`,
    },
    errors: ["a.proto:3:91: `foo` is not defined; hint: did you mean `M.foo`?"],
    protoc: [
      'a.proto:3:90: Option "(foo)" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "the option of an extension range is not looked up in the message",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message M { extend google.protobuf.ExtensionRangeOptions { optional int32 foo = 50000; } extensions 4 [(foo) = 3]; }
`,
    },
    errors: ["a.proto:3:105: `foo` is not defined; hint: did you mean `M.foo`?"],
    protoc: [
      'a.proto:3:104: Option "(foo)" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "the option of a group is not looked up in the group",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
message M { optional group G = 1 { extend google.protobuf.MessageOptions { optional int32 foo = 50000; } option (foo) = 3; } }
`,
    },
    errors: ["a.proto:3:114: `foo` is not defined; hint: did you mean `G.foo`?"],
    protoc: [
      'a.proto:3:113: Option "(foo)" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
  {
    rule: "the option of an rpc is looked up in the service",
    files: {
      "a.proto": `syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MethodOptions { optional int32 foo = 50000; }
message M {}
service S { rpc foo(M) returns (M) { option (foo) = 3; } }
`,
    },
    errors: ["a.proto:5:46: `foo` is an rpc, not an extension"],
    protoc: [
      'a.proto:5:45: Option "(foo)" unknown. Ensure that your proto definition file imports the proto which defines the option (i.e. via import option after edition 2024).',
    ],
  },
];
