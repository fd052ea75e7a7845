import { type Case, proto2 } from "./versions.test.util.js";

/** What happens to oneofs, reserved numbers and names, and extensions. */
export const MESSAGE_CASES: readonly Case[] = [
  [
    "a field joins a oneof",
    "message M { int32 a = 1; oneof x { int32 b = 2; } }",
    "message M { oneof x { int32 b = 2; int32 a = 1; } }",
    [
      "oneof-joined, both, wire + json: fields `a`, `b` exclude each other now, in oneof `x` of `a.M`: the newer version keeps only the last where the other set several; in JSON the newer version refuses several of them",
    ],
  ],
  [
    "several fields join in a new oneof",
    "message M { optional int32 a = 1; optional int32 b = 2; }",
    "message M { oneof x { int32 a = 1; int32 b = 2; } }",
    [
      "oneof-joined, both, wire + json: fields `a`, `b` exclude each other now, in oneof `x` of `a.M`: the newer version keeps only the last where the other set several; in JSON the newer version refuses several of them",
    ],
  ],
  [
    "one field in a new oneof",
    "message M { optional int32 a = 1; }",
    "message M { oneof x { int32 a = 1; int32 b = 2; } }",
    [],
  ],
  [
    "one field without presence in a new oneof",
    "message M { int32 a = 1; }",
    "message M { oneof x { int32 a = 1; } }",
    [
      "field-presence-changed, both, wire + json: field 1 `a` of `a.M` tells now whether it was set: the newer version takes a zero value for one that was not set",
    ],
  ],
  [
    "fields leave a oneof",
    "message M { oneof x { int32 a = 1; int32 b = 2; } }",
    "message M { optional int32 a = 1; optional int32 b = 2; }",
    [
      "oneof-left, both, wire + json: fields `a`, `b` no longer exclude each other, as they did in oneof `x` of `a.M`: the older version keeps only the last where the other set several; in JSON the older version refuses several of them",
    ],
  ],
  [
    "the only field leaves a oneof",
    "message M { oneof x { int32 a = 1; } }",
    "message M { optional int32 a = 1; }",
    [],
  ],
  [
    "a field moves to another oneof",
    "message M { oneof x { int32 a = 1; int32 b = 2; } oneof y { int32 c = 3; } }",
    "message M { oneof x { int32 a = 1; } oneof y { int32 c = 3; int32 b = 2; } }",
    [
      "oneof-left, both, wire + json: fields `a`, `b` no longer exclude each other, as they did in oneof `x` of `a.M`: the older version keeps only the last where the other set several; in JSON the older version refuses several of them",
      "oneof-joined, both, wire + json: fields `b`, `c` exclude each other now, in oneof `y` of `a.M`: the newer version keeps only the last where the other set several; in JSON the newer version refuses several of them",
    ],
  ],
  [
    "a oneof is renamed",
    "message M { oneof x { int32 a = 1; int32 b = 2; } }",
    "message M { oneof y { int32 a = 1; int32 b = 2; } }",
    [],
  ],
  [
    "numbers and names no longer reserved",
    'message M { reserved 1, 4 to 6, 9 to max; reserved "x", "y"; }',
    'message M { reserved 5; reserved "x"; int32 z = 1; }',
    [
      "reserved-removed, both, wire + json: `a.M` no longer reserves 1, 4, 6, 9 to 536870911 and `y`: each version may take what is still written for something else",
    ],
  ],
  [
    "names no longer reserved",
    'message M { reserved "a", "b", "c", "d", "e"; }',
    "message M { }",
    [
      "reserved-removed, both, json: `a.M` no longer reserves `a`, `b`, `c`, `d`, …: in JSON each version may take what is still written for something else",
    ],
  ],
  ["reserved otherwise", "message M { reserved 1, 2, 3 to 6; }", "message M { reserved 1 to 4, 5, 6; }", []],
  [
    "fewer extensions",
    proto2("message M { extensions 100 to 199; }"),
    proto2("message M { extensions 100 to 149, 160; }"),
    [
      "extension-range-removed, both, wire: `a.M` is no longer open for extensions 150 to 159, 161 to 199, and they are not reserved",
    ],
  ],
  [
    "fewer extensions, the others reserved",
    proto2("message M { extensions 100 to 199; }"),
    proto2("message M { extensions 100 to 149; reserved 150 to 199; }"),
    [],
  ],
  [
    "an extension removed",
    proto2("message M { extensions 100 to 199; } extend M { optional int32 e = 100; }"),
    proto2("message M { extensions 100 to 199; }"),
    ["field-removed, both, wire: extension 100 `a.e` of `a.M` was removed, and its number is not reserved"],
  ],
  [
    "an extension removed, as declared",
    proto2("message M { extensions 100 to 199; } extend M { optional int32 e = 100; }"),
    proto2("message M { extensions 100 to 199 [declaration = { number: 100 reserved: true }]; }"),
    [],
  ],
  [
    "an extension's type",
    proto2("message M { extensions 100 to 199; } extend M { optional int32 e = 100; }"),
    proto2("message M { extensions 100 to 199; } extend M { optional string e = 100; }"),
    [
      "field-type-changed, both, wire + json: extension 100 `a.e` of `a.M` changed from int32 to string: each version skips what the other wrote; in JSON each version expects another form: a number before, a string now",
    ],
  ],
  [
    "an extension's number",
    proto2("message M { extensions 100 to 199; } extend M { optional int32 e = 100; }"),
    proto2("message M { extensions 100 to 199; } extend M { optional int32 e = 101; }"),
    [
      "field-number-changed, both, wire: extension 100 `a.e` of `a.M` has number 101 now: each version skips what the other wrote",
    ],
  ],
  [
    "an extension becomes a field",
    proto2("message M { extensions 100 to 199; } extend M { optional int32 e = 100; }"),
    proto2("message M { optional int32 e = 100; extensions 101 to 199; }"),
    [
      "field-renamed, both, json: extension 100 `a.e` of `a.M` is `e` now: in JSON the newer version skips `[a.e]`, the older version skips `e`",
    ],
  ],
  [
    "a field becomes an extension",
    proto2("message M { optional int32 e = 100; }"),
    proto2("message M { extensions 100; } extend M { optional int32 e = 100; }"),
    [
      "field-renamed, both, json: field 100 `e` of `a.M` is extension `a.e` now: in JSON the newer version skips `e`, the older version skips `[a.e]`",
    ],
  ],
  [
    "an extension moves to another scope",
    proto2("message M { extensions 100; } extend M { optional int32 e = 100; } message N {}"),
    proto2("message M { extensions 100; } message N { extend M { optional int32 e = 100; } }"),
    [
      "field-renamed, both, json: extension 100 `a.e` of `a.M` is `a.N.e` now: in JSON the newer version skips `[a.e]`, the older version skips `[a.N.e]`",
    ],
  ],
  [
    "no longer a message set",
    proto2("message M { option message_set_wire_format = true; extensions 4 to 8; }"),
    proto2("message M { extensions 4 to 8; }"),
    [
      "message-set-changed, both, wire: `a.M` is no longer a message set: each version skips what the other wrote",
    ],
  ],
];
