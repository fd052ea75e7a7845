import { type Case, proto2 } from "./versions.test.util.js";

/** What happens to a field's number, its names, its presence and its default. */
export const FIELD_CASES: readonly Case[] = [
  [
    "removed",
    "message M { int32 a = 1; int32 b = 2; }",
    "message M { int32 a = 1; }",
    [
      "field-removed, both, wire + json: field 2 `b` of `a.M` was removed, and neither its number nor its name is reserved",
    ],
  ],
  [
    "removed, its number reserved",
    "message M { int32 a = 1; int32 b = 2; }",
    "message M { int32 a = 1; reserved 2; }",
    ["field-name-not-reserved, both, json: field 2 `b` of `a.M` was removed, and its name is not reserved"],
  ],
  [
    "removed, its name reserved",
    "message M { int32 b = 2; }",
    'message M { reserved "b"; }',
    ["field-removed, both, wire: field 2 `b` of `a.M` was removed, and its number is not reserved"],
  ],
  [
    "removed, both reserved",
    "message M { int32 b = 2; }",
    'message M { reserved 1 to 5; reserved "b"; }',
    [],
  ],
  [
    "another number",
    "message M { int32 a = 1; }",
    "message M { int32 a = 2; }",
    [
      "field-number-changed, both, wire: field 1 `a` of `a.M` has number 2 now: each version skips what the other wrote",
    ],
  ],
  [
    "another number, though the old one is reserved",
    "message M { int32 a = 1; }",
    "message M { int32 a = 2; reserved 1; }",
    [
      "field-number-changed, both, wire: field 1 `a` of `a.M` has number 2 now: each version skips what the other wrote",
    ],
  ],
  [
    "another number and another type",
    "message M { int32 a = 1; }",
    "message M { string a = 2; }",
    [
      "field-number-changed, both, wire + json: field 1 `a` of `a.M` has number 2 now: each version skips what the other wrote; in JSON each version expects another form: a number before, a string now",
    ],
  ],
  [
    "another number, its own taken by another",
    "message M { int32 a = 1; }",
    "message M { int32 a = 2; int32 b = 1; }",
    [
      "field-number-changed, both, wire: field 1 `a` of `a.M` has number 2 now: the newer version takes what the other wrote for `b`, the older version skips what the other wrote",
    ],
  ],
  [
    "numbers exchanged",
    "message M { int32 a = 1; string b = 2; }",
    "message M { int32 a = 2; string b = 1; }",
    [
      "field-number-changed, both, wire: field 1 `a` of `a.M` has number 2 now: each version takes what the other wrote for `b`",
      "field-number-changed, both, wire: field 2 `b` of `a.M` has number 1 now: each version takes what the other wrote for `a`",
    ],
  ],
  [
    "removed, and the next one moved up",
    "message M { int32 a = 1; int32 b = 2; int32 c = 3; }",
    "message M { int32 a = 1; int32 c = 2; }",
    [
      "field-number-reused, both, wire + json: number 2 of `a.M` was `b` (int32) and is `c` (int32) now: each version takes the one for the other; in JSON the newer version skips `b`, the older version skips `c`",
      "field-number-changed, both, wire: field 3 `c` of `a.M` has number 2 now: the newer version skips what the other wrote, the older version takes what the other wrote for `b`",
    ],
  ],
  [
    "number reused for another type",
    "message M { int32 a = 1; }",
    "message M { string b = 1; }",
    [
      "field-number-reused, both, wire + json: number 1 of `a.M` was `a` (int32) and is `b` (string) now: each version skips what the other wrote; in JSON the newer version skips `a`, the older version skips `b`",
    ],
  ],
  [
    "number reused for another message",
    "message M { Dot a = 1; } message Dot { int32 x = 1; } message Name { string s = 1; }",
    "message M { Name b = 1; } message Dot { int32 x = 1; } message Name { string s = 1; }",
    [
      "field-number-reused, both, wire + json: number 1 of `a.M` was `a` (a.Dot) and is `b` (a.Name) now: each version takes the one for the other; in JSON the newer version skips `a`, the older version skips `b`",
    ],
  ],
  [
    "renamed",
    "message M { int32 max_size = 1; }",
    "message M { int32 max_bytes = 1; }",
    [
      "field-renamed, both, json: field 1 `max_size` of `a.M` is `max_bytes` now: in JSON the newer version skips `maxSize`, the older version skips `maxBytes`",
    ],
  ],
  [
    "renamed, its JSON name kept",
    "message M { int32 max_size = 1; }",
    'message M { int32 max_bytes = 1 [json_name = "maxSize"]; }',
    [],
  ],
  [
    "renamed to what it is in JSON",
    "message M { int32 max_size = 1; }",
    "message M { int32 maxSize = 1; }",
    [],
  ],
  [
    "another JSON name",
    "message M { int32 max_size = 1; }",
    'message M { int32 max_size = 1 [json_name = "max"]; }',
    [
      "field-json-name-changed, both, json: the JSON name of field 1 `max_size` of `a.M` changed from `maxSize` to `max`: in JSON the newer version skips `maxSize`, the older version skips `max`",
    ],
  ],
  [
    "its own name as JSON name, which old readers take as well",
    "message M { int32 max_size = 1; }",
    'message M { int32 max_size = 1 [json_name = "max_size"]; }',
    [
      "field-json-name-changed, both, json: the JSON name of field 1 `max_size` of `a.M` changed from `maxSize` to `max_size`: in JSON the newer version skips `maxSize`",
    ],
  ],
  [
    "required",
    proto2("message M { optional int32 a = 1; }"),
    proto2("message M { required int32 a = 1; }"),
    [
      "field-required, both, wire + json: field 1 `a` of `a.M` is required now: the newer version refuses messages without it",
    ],
  ],
  [
    "no longer required",
    proto2("message M { required int32 a = 1; }"),
    proto2("message M { optional int32 a = 1; }"),
    [
      "field-required, both, wire + json: field 1 `a` of `a.M` is no longer required: the older version refuses messages without it",
    ],
  ],
  [
    "new and required",
    proto2("message M { }"),
    proto2("message M { required int32 a = 1; }"),
    [
      "field-required, both, wire + json: field 1 `a` of `a.M` is new and required: the newer version refuses messages without it",
    ],
  ],
  [
    "required, and removed",
    proto2("message M { required int32 a = 1; }"),
    proto2('message M { reserved 1; reserved "a"; }'),
    [
      "field-required, both, wire + json: required field 1 `a` of `a.M` was removed: the older version refuses messages without it",
    ],
  ],
  [
    "presence tracked",
    "message M { int32 a = 1; }",
    "message M { optional int32 a = 1; }",
    [
      "field-presence-changed, both, wire + json: field 1 `a` of `a.M` tells now whether it was set: the newer version takes a zero value for one that was not set",
    ],
  ],
  [
    "presence no longer tracked",
    "message M { optional string a = 1; }",
    "message M { string a = 1; }",
    [
      "field-presence-changed, both, wire + json: field 1 `a` of `a.M` no longer tells whether it was set: the older version takes a zero value for one that was not set",
    ],
  ],
  [
    "presence, from proto2 to proto3",
    proto2("message M { optional bool a = 1; }"),
    "message M { bool a = 1; }",
    [
      "field-presence-changed, both, wire + json: field 1 `a` of `a.M` no longer tells whether it was set: the older version takes a zero value for one that was not set",
    ],
  ],
  [
    "default",
    proto2("message M { optional int32 a = 1 [default = 10]; }"),
    proto2("message M { optional int32 a = 1 [default = 20]; }"),
    [
      "field-default-changed, both, wire + json: the default of field 1 `a` of `a.M` changed from 10 to 20: the newer version reads 20 where the other left out 10, the older version reads 10 where the other left out 20",
    ],
  ],
  [
    "default removed",
    proto2('message M { optional string a = 1 [default = "x"]; }'),
    proto2("message M { optional string a = 1; }"),
    [
      'field-default-changed, both, wire + json: the default of field 1 `a` of `a.M` changed from "x" to "": the newer version reads "" where the other left out "x", the older version reads "x" where the other left out ""',
    ],
  ],
  [
    "default of an enum",
    proto2("message M { optional E a = 1 [default = B]; enum E { A = 0; B = 1; } }"),
    proto2("message M { optional E a = 1; enum E { A = 0; B = 1; } }"),
    [
      "field-default-changed, both, wire + json: the default of field 1 `a` of `a.M` changed from `B` to `A`: the newer version reads `A` where the other left out `B`, the older version reads `B` where the other left out `A`",
    ],
  ],
  [
    "default that says what is so anyway",
    proto2(
      "message M { optional int32 a = 1; optional bool b = 2; optional E e = 3; optional float f = 4 [default = 1e3]; enum E { A = 0; } }",
    ),
    proto2(
      "message M { optional int32 a = 1 [default = 0]; optional bool b = 2 [default = false]; optional E e = 3 [default = A]; optional float f = 4 [default = 1000]; enum E { A = 0; } }",
    ),
    [],
  ],
];
