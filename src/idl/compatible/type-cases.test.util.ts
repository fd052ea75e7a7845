import { type Case, edition2023, proto2 } from "./versions.test.util.js";

/** What happens to a field's type. */
export const TYPE_CASES: readonly Case[] = [
  [
    "int32 to int64",
    "message M { int32 a = 1; }",
    "message M { int64 a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from int32 to int64: the older version cuts numbers off at 32 bits",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from int32 to int64: in JSON each version expects another form: a number before, a number in quotes now",
    ],
  ],
  [
    "int64 to int32",
    "message M { int64 a = 1; }",
    "message M { int32 a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from int64 to int32: the newer version cuts numbers off at 32 bits",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from int64 to int32: in JSON each version expects another form: a number in quotes before, a number now",
    ],
  ],
  [
    "int32 to uint32",
    "message M { int32 a = 1; }",
    "message M { uint32 a = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from int32 to uint32: the newer version reads negative numbers as large ones, the older version reads large numbers as negative ones; in JSON each version refuses numbers that are none of its type",
    ],
  ],
  [
    "uint32 to int64",
    "message M { uint32 a = 1; }",
    "message M { int64 a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from uint32 to int64: the older version cuts numbers off at 32 bits",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from uint32 to int64: in JSON each version expects another form: a number before, a number in quotes now",
    ],
  ],
  [
    "int64 to uint64",
    "message M { int64 a = 1; }",
    "message M { uint64 a = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from int64 to uint64: the newer version reads negative numbers as large ones, the older version reads large numbers as negative ones; in JSON each version refuses numbers that are none of its type",
    ],
  ],
  [
    "bool to int32",
    "message M { bool a = 1; }",
    "message M { int32 a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from bool to int32: the older version reads every number but 0 as true",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from bool to int32: in JSON each version expects another form: a boolean before, a number now",
    ],
  ],
  [
    "int32 to sint32",
    "message M { int32 a = 1; }",
    "message M { sint32 a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from int32 to sint32: each version reads other numbers",
    ],
  ],
  [
    "sint32 to sint64",
    "message M { sint32 a = 1; }",
    "message M { sint64 a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from sint32 to sint64: the older version cuts numbers off at 32 bits",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from sint32 to sint64: in JSON each version expects another form: a number before, a number in quotes now",
    ],
  ],
  [
    "int32 to fixed32",
    "message M { int32 a = 1; }",
    "message M { fixed32 a = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from int32 to fixed32: each version skips what the other wrote; in JSON each version refuses numbers that are none of its type",
    ],
  ],
  [
    "fixed32 to sfixed32",
    "message M { fixed32 a = 1; }",
    "message M { sfixed32 a = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from fixed32 to sfixed32: the newer version reads large numbers as negative ones, the older version reads negative numbers as large ones; in JSON each version refuses numbers that are none of its type",
    ],
  ],
  [
    "fixed64 to double",
    "message M { fixed64 a = 1; }",
    "message M { double a = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from fixed64 to double: each version reads other numbers; in JSON each version expects another form: a number in quotes before, a number now",
    ],
  ],
  [
    "float to double",
    "message M { float a = 1; }",
    "message M { double a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from float to double: each version skips what the other wrote",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from float to double: in JSON the older version rounds numbers",
    ],
  ],
  [
    "string to bytes",
    "message M { string a = 1; }",
    "message M { bytes a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from string to bytes: the older version refuses bytes that are not UTF-8",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from string to bytes: in JSON each version expects another form: a string before, base64 now",
    ],
  ],
  [
    "bytes to a string that is not verified",
    proto2("message M { optional bytes a = 1; }"),
    proto2("message M { optional string a = 1; }"),
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from bytes to string: the newer version takes bytes that are not UTF-8 for text",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from bytes to string: in JSON each version expects another form: base64 before, a string now",
    ],
  ],
  [
    "string to int32",
    "message M { string a = 1; }",
    "message M { int32 a = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from string to int32: each version skips what the other wrote; in JSON each version expects another form: a string before, a number now",
    ],
  ],
  [
    "enum to int32",
    "message M { E a = 1; } enum E { Z = 0; }",
    "message M { int32 a = 1; } enum E { Z = 0; }",
    [
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from a.E to int32: in JSON each version expects another form: a name before, a number now",
    ],
  ],
  [
    "int32 to a closed enum",
    proto2("message M { optional int32 a = 1; } enum E { Z = 0; }"),
    proto2("message M { optional E a = 1; } enum E { Z = 0; }"),
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from int32 to a.E: the newer version drops numbers that `a.E` does not have",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from int32 to a.E: in JSON each version expects another form: a number before, a name now",
    ],
  ],
  [
    "message to bytes",
    "message M { Dot a = 1; } message Dot {}",
    "message M { bytes a = 1; } message Dot {}",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from a.Dot to bytes: the newer version takes an encoded message for bytes, the older version takes bytes for an encoded message; in JSON each version expects another form: an object before, base64 now",
    ],
  ],
  [
    "bytes to message",
    "message M { bytes a = 1; } message Dot {}",
    "message M { Dot a = 1; } message Dot {}",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from bytes to a.Dot: the newer version takes bytes for an encoded message, the older version takes an encoded message for bytes; in JSON each version expects another form: base64 before, an object now",
    ],
  ],
  [
    "int32 to its wrapper",
    "message M { int32 a = 1; }",
    'import "google/protobuf/wrappers.proto"; message M { google.protobuf.Int32Value a = 1; }',
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from int32 to google.protobuf.Int32Value: each version skips what the other wrote",
    ],
  ],
  [
    "Timestamp to Duration",
    'import "google/protobuf/timestamp.proto"; message M { google.protobuf.Timestamp a = 1; }',
    'import "google/protobuf/duration.proto"; message M { google.protobuf.Duration a = 1; }',
    [
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from google.protobuf.Timestamp to google.protobuf.Duration: in JSON each version expects another form: a time before, a duration now",
    ],
  ],
  [
    "single to list, of packed numbers",
    "message M { int32 a = 1; }",
    "message M { repeated int32 a = 1; }",
    [
      "field-cardinality-changed, both, wire: field 1 `a` of `a.M` changed from int32 to repeated int32: the older version skips packed lists",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from int32 to repeated int32: in JSON each version expects another form: a number before, a list of numbers now",
    ],
  ],
  [
    "list to single, of packed numbers",
    "message M { repeated int32 a = 1; }",
    "message M { int32 a = 1; }",
    [
      "field-cardinality-changed, both, wire: field 1 `a` of `a.M` changed from repeated int32 to int32: the newer version skips packed lists",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from repeated int32 to int32: in JSON each version expects another form: a list of numbers before, a number now",
    ],
  ],
  [
    "single to list, of strings",
    "message M { string a = 1; }",
    "message M { repeated string a = 1; }",
    [
      "field-cardinality-changed, both, wire: field 1 `a` of `a.M` changed from string to repeated string: the older version keeps only the last of several values",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from string to repeated string: in JSON each version expects another form: a string before, a list of strings now",
    ],
  ],
  [
    "list to single, of messages",
    "message M { repeated M a = 1; }",
    "message M { M a = 1; }",
    [
      "field-cardinality-changed, both, wire: field 1 `a` of `a.M` changed from repeated a.M to a.M: the newer version merges several messages into one",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from repeated a.M to a.M: in JSON each version expects another form: a list of objects before, an object now",
    ],
  ],
  [
    "list to single, of unpacked numbers",
    "message M { repeated int32 a = 1 [packed = false]; }",
    "message M { int32 a = 1; }",
    [
      "field-cardinality-changed, both, wire: field 1 `a` of `a.M` changed from repeated int32 to int32: the newer version keeps only the last of several values",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from repeated int32 to int32: in JSON each version expects another form: a list of numbers before, a number now",
    ],
  ],
  [
    "packed numbers to a string",
    "message M { repeated int32 a = 1; }",
    "message M { string a = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from repeated int32 to string: the newer version takes a list of numbers for text, the older version takes text for a list of numbers; in JSON each version expects another form: a list of numbers before, a string now",
    ],
  ],
  [
    "packed",
    "message M { repeated int32 a = 1 [packed = false]; }",
    "message M { repeated int32 a = 1 [packed = true]; }",
    [],
  ],
  [
    "map to its entries",
    "message M { map<string, int32> a = 1; }",
    "message M { repeated Pair a = 1; } message Pair { string key = 1; int32 value = 2; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from map<string, int32> to repeated a.Pair: the older version drops entries whose key comes again",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from map<string, int32> to repeated a.Pair: in JSON each version expects another form: an object of numbers by key before, a list of objects now",
    ],
  ],
  [
    "map to messages that are not like entries",
    "message M { map<string, int32> a = 1; }",
    "message M { repeated Dot a = 1; } message Dot { int32 x = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from map<string, int32> to repeated a.Dot: the newer version takes an entry of a map for an encoded message, the older version takes an encoded message for an entry of a map; in JSON each version expects another form: an object of numbers by key before, a list of objects now",
    ],
  ],
  [
    "map's key",
    "message M { map<string, int32> a = 1; }",
    "message M { map<int32, int32> a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from map<string, int32> to map<int32, int32>: each version skips what the other wrote",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from map<string, int32> to map<int32, int32>: in JSON the newer version refuses keys that are none of its type",
    ],
  ],
  [
    "map's key, which is a string in JSON all the same",
    "message M { map<uint32, int32> a = 1; }",
    "message M { map<uint64, int32> a = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from map<uint32, int32> to map<uint64, int32>: the older version cuts numbers off at 32 bits; in JSON the older version refuses keys that are none of its type",
    ],
  ],
  [
    "map's value",
    "message M { map<string, int32> a = 1; }",
    "message M { map<string, int64> a = 1; }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from map<string, int32> to map<string, int64>: the older version cuts numbers off at 32 bits",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from map<string, int32> to map<string, int64>: in JSON each version expects another form: an object of numbers by key before, an object of numbers in quotes by key now",
    ],
  ],
  [
    "map's value, a message like the other",
    "message M { map<string, A> a = 1; message A { int32 x = 1; } message B { int32 x = 1; } }",
    "message M { map<string, B> a = 1; message A { int32 x = 1; } message B { int32 x = 1; } }",
    [],
  ],
  [
    "group to message",
    proto2("message M { optional group Dot = 1 { optional int32 x = 1; } }"),
    proto2("message M { optional Dot dot = 1; message Dot { optional int32 x = 1; } }"),
    [
      "field-encoding-changed, both, wire: field 1 `dot` of `a.M` is length-prefixed now instead of delimited: each version skips what the other wrote",
    ],
  ],
  [
    "UTF-8 verified",
    proto2("message M { optional string a = 1; }"),
    edition2023("message M { string a = 1; }"),
    [
      "field-utf8-changed, both, wire: field 1 `a` of `a.M` has to be UTF-8: the newer version refuses strings that are not UTF-8",
    ],
  ],
  [
    "UTF-8 no longer verified, in a map",
    edition2023("message M { map<string, int32> a = 1; }"),
    proto2("message M { map<string, int32> a = 1; }"),
    [
      "field-utf8-changed, both, wire: field 1 `a` of `a.M` need no longer be UTF-8: the older version refuses strings that are not UTF-8",
    ],
  ],
  [
    "another message of the same shape",
    "message M { A a = 1; message A { int32 x = 1; } message B { int32 x = 1; } }",
    "message M { B a = 1; message A { int32 x = 1; } message B { int32 x = 1; } }",
    [],
  ],
  [
    "another message of another shape",
    "message M { A a = 1; message A { int32 x = 1; } message B { string x = 1; } }",
    "message M { B a = 1; message A { int32 x = 1; } message B { string x = 1; } }",
    [
      "field-type-changed, both, wire + json: field 1 `a` of `a.M` changed from a.M.A to a.M.B, where field 1 `x` of `a.M.A` changed from int32 to string: each version skips what the other wrote; in JSON each version expects another form: a number before, a string now",
    ],
  ],
  [
    "another message, which differs further in",
    "message M { A a = 1; message A { A a = 1; C c = 2; } message B { B a = 1; D c = 2; } message C { int64 x = 1; } message D { int32 x = 1; } }",
    "message M { B a = 1; message A { A a = 1; C c = 2; } message B { B a = 1; D c = 2; } message C { int64 x = 1; } message D { int32 x = 1; } }",
    [
      "field-type-changed, both, wire: field 1 `a` of `a.M` changed from a.M.A to a.M.B, where field 1 `x` of `a.M.C` changed from int64 to int32: the newer version cuts numbers off at 32 bits",
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from a.M.A to a.M.B, where field 1 `x` of `a.M.C` changed from int64 to int32: in JSON each version expects another form: a number in quotes before, a number now",
    ],
  ],
  [
    "another message, which has more fields, and other ones reserved",
    "message M { A a = 1; message A { int32 x = 1; reserved 9; } message B { int32 x = 1; int32 y = 2; } }",
    "message M { B a = 1; message A { int32 x = 1; reserved 9; } message B { int32 x = 1; int32 y = 2; } }",
    [],
  ],
  [
    "another enum",
    "message M { A a = 1; enum A { X = 0; } enum B { Y = 0; } }",
    "message M { B a = 1; enum A { X = 0; } enum B { Y = 0; } }",
    [
      "field-json-type-changed, both, json: field 1 `a` of `a.M` changed from a.M.A to a.M.B, where value 0 `X` of `a.M.A` is `Y` now: in JSON the newer version refuses `X`, the older version refuses `Y`",
    ],
  ],
];
