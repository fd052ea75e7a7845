import { type Case, proto2 } from "./versions.test.util.js";

/** What is removed, moved or renamed. */
export const NAME_CASES: readonly Case[] = [
  [
    "message removed",
    "message A { int32 x = 1; message In {} In i = 2; }",
    "",
    [
      "message-removed, both, wire + json: message `a.A` was removed: the newer version does not know it in an `Any`",
    ],
  ],
  [
    "message removed with the field of its type",
    "message M { Dot d = 1; } message Dot { Dot d = 1; }",
    'message M { reserved 1; reserved "d"; }',
    [],
  ],
  [
    "message removed with the method that took it",
    "service S { rpc A(Q) returns (R); rpc B(P) returns (R); } message P { Dot d = 1; } message Dot {} message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    ["method-removed, old, call: `/a.S/B` was removed: new servers do not have it"],
  ],
  [
    "message removed, another in its place",
    "message M { A d = 1; } message A { int32 x = 1; } message B { int32 x = 1; }",
    "message M { B d = 1; } message B { int32 x = 1; }",
    [
      "message-removed, both, wire + json: message `a.A` was removed: the newer version does not know it in an `Any`",
    ],
  ],
  [
    "messages removed that hold each other",
    "message A { B b = 1; } message B { A a = 1; }",
    "",
    [
      "message-removed, both, wire + json: message `a.A` was removed: the newer version does not know it in an `Any`",
    ],
  ],
  [
    "message moved to another package",
    { "a.proto": "message A { int32 x = 1; } message B {}" },
    { "a.proto": "message B {}", "b.proto": "package b; message A { int32 x = 1; }" },
    [
      "message-moved, both, wire + json: message `a.A` is `b.A` now: neither version knows the types that the other's `Any` names",
    ],
  ],
  [
    "message moved out of another",
    "message A { message In { int32 x = 1; } In i = 1; }",
    "message In { int32 x = 1; } message A { In i = 1; }",
    [
      "message-moved, both, wire + json: message `a.A.In` is `a.In` now: neither version knows the types that the other's `Any` names",
    ],
  ],
  [
    "message moved and changed",
    { "a.proto": "message A { int32 x = 1; int32 y = 2; } message B {}" },
    { "a.proto": "message B {}", "b.proto": "package b; message A { int32 x = 1; bool y = 2; }" },
    [
      "message-moved, both, wire + json: message `a.A` is `b.A` now: neither version knows the types that the other's `Any` names",
      "field-type-changed, both, wire: field 2 `y` of `a.A` changed from int32 to bool: the newer version reads every number but 0 as true",
      "field-json-type-changed, both, json: field 2 `y` of `a.A` changed from int32 to bool: in JSON each version expects another form: a number before, a boolean now",
    ],
  ],
  [
    "message renamed",
    "message M { A d = 1; } message A { int32 x = 1; A a = 2; }",
    "message M { B d = 1; } message B { int32 x = 1; B a = 2; }",
    [
      "message-renamed, both, wire + json: message `a.A` is `a.B` now: neither version knows the types that the other's `Any` names",
    ],
  ],
  [
    "message renamed and changed",
    "service S { rpc A(Q) returns (R); } message Q { int32 x = 1; bool y = 2; } message R {}",
    "service S { rpc A(P) returns (R); } message P { int32 x = 1; string y = 2; } message R {}",
    [
      "message-renamed, both, wire + json: message `a.Q` is `a.P` now: neither version knows the types that the other's `Any` names",
      "field-type-changed, both, wire + json: field 2 `y` of `a.Q` changed from bool to string: each version skips what the other wrote; in JSON each version expects another form: a boolean before, a string now",
    ],
  ],
  [
    "message exchanged for a new one that is unlike it",
    "message M { A d = 1; } message A { int32 x = 1; }",
    "message M { B d = 1; } message B { string y = 1; }",
    [
      "field-type-changed, both, wire + json: field 1 `d` of `a.M` changed from a.A to a.B, where number 1 of `a.A` was `x` (int32) and is `y` (string) now: each version skips what the other wrote; in JSON the newer version skips `x`, the older version skips `y`",
    ],
  ],
  [
    "unlike messages of one simple name",
    { "a.proto": "message A { int32 x = 1; int32 y = 2; } message B {}" },
    { "a.proto": "message B {}", "b.proto": "package b; message A { string s = 5; }" },
    [
      "message-removed, both, wire + json: message `a.A` was removed: the newer version does not know it in an `Any`",
    ],
  ],
  [
    "package",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "package b; service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    [
      "package-changed, both, wire + json + call: the package of `a.proto` changed from `a` to `b`: neither version serves the other's paths, and neither version knows the types that the other's `Any` names",
    ],
  ],
  [
    "package, with extensions",
    proto2(
      "message M { extensions 100, 101; extend M { optional int32 f = 101; } } extend M { optional int32 e = 100; }",
    ),
    'syntax = "proto2"; package b; message M { extensions 100, 101; extend M { optional int32 f = 101; } } extend M { optional int32 e = 100; }',
    [
      "package-changed, both, wire + json: the package of `a.proto` changed from `a` to `b`: neither version knows the types that the other's `Any` names",
    ],
  ],
  [
    "package of several files",
    {
      "b.proto": "message B { string s = 1; }",
      "a.proto": "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    },
    {
      "b.proto": "package b; message B { int32 other = 2; }",
      "a.proto":
        "package b; service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    },
    [
      "package-changed, both, wire + json + call: the package of `a.proto` and of 1 more changed from `a` to `b`: neither version serves the other's paths, and neither version knows the types that the other's `Any` names",
      "field-removed, both, wire + json: field 1 `s` of `a.B` was removed, and neither its number nor its name is reserved",
    ],
  ],
  [
    "package of one of several files",
    { "a.proto": "message A {}", "b.proto": "message B {}" },
    { "a.proto": "package b; message A {}", "b.proto": "message B {}" },
    [
      "package-changed, both, wire + json: the package of `a.proto` changed from `a` to `b`: neither version knows the types that the other's `Any` names",
    ],
  ],
  [
    "messages of a file, to two packages",
    { "a.proto": "message A {} message B {}", "c.proto": "message C {}" },
    { "a.proto": "package x; message A {}", "b.proto": "package y; message B {}", "c.proto": "message C {}" },
    [
      "message-moved, both, wire + json: message `a.A` is `x.A` now: neither version knows the types that the other's `Any` names",
      "message-moved, both, wire + json: message `a.B` is `y.B` now: neither version knows the types that the other's `Any` names",
    ],
  ],
  [
    "messages of one name within messages are not taken for each other",
    "message A { message In { int32 x = 1; } } message B {}",
    "message A {} message B { message In { int32 x = 1; } }",
    [
      "message-removed, both, wire + json: message `a.A.In` was removed: the newer version does not know it in an `Any`",
    ],
  ],
  [
    "package and file, and a field",
    { "a/v1.proto": "message A { sfixed32 x = 1; B b = 2; } message B {}" },
    { "b/v1.proto": "package b; message A { fixed32 x = 1; B b = 2; } message B {}" },
    [
      "package-changed, both, wire + json: the package of `a/v1.proto` changed from `a` to `b`: neither version knows the types that the other's `Any` names",
      "field-type-changed, both, wire + json: field 1 `x` of `a.A` changed from sfixed32 to fixed32: the newer version reads negative numbers as large ones, the older version reads large numbers as negative ones; in JSON each version refuses numbers that are none of its type",
    ],
  ],
];
