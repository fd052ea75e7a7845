import type { Case } from "./versions.test.util.js";

/** What happens to services and methods, and whom a change of data breaks. */
export const CALL_CASES: readonly Case[] = [
  [
    "service removed",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "message Q { int32 q = 1; } message R { int32 r = 1; }",
    ["service-removed, old, call: service `a.S` was removed: new servers do not have its methods"],
  ],
  [
    "service removed with its messages",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "",
    ["service-removed, old, call: service `a.S` was removed: new servers do not have its methods"],
  ],
  [
    "service renamed",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service T { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    ["service-renamed, both, call: service `a.S` is `a.T` now: neither version serves the other's paths"],
  ],
  [
    "service moved to another package",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    {
      "a.proto": "message Q { int32 q = 1; } message R { int32 r = 1; }",
      "b.proto": 'package b; import "a.proto"; service S { rpc A(a.Q) returns (a.R); }',
    },
    ["service-moved, both, call: service `a.S` is `b.S` now: neither version serves the other's paths"],
  ],
  [
    "method removed",
    "service S { rpc A(Q) returns (R); rpc B(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    ["method-removed, old, call: `/a.S/B` was removed: new servers do not have it"],
  ],
  [
    "method moved to another service",
    "service S { rpc A(Q) returns (R); rpc B(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service T { rpc B(Q) returns (R); } service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    ["method-moved, both, call: `/a.S/B` is `/a.T/B` now: neither version serves the other's path"],
  ],
  [
    "method renamed",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service S { rpc B(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    ["method-removed, old, call: `/a.S/A` was removed: new servers do not have it"],
  ],
  [
    "request of another type",
    "service S { rpc A(Q) returns (R); } message Q { int64 x = 1; } message R { int32 x = 1; }",
    "service S { rpc A(R) returns (R); } message Q { int64 x = 1; } message R { int32 x = 1; }",
    [
      "request-type-changed, old, wire: `/a.S/A` takes `a.R` now instead of `a.Q`, where field 1 `x` of `a.Q` changed from int64 to int32: the newer version cuts numbers off at 32 bits",
      "request-type-changed, both, json: `/a.S/A` takes `a.R` now instead of `a.Q`, where field 1 `x` of `a.Q` changed from int64 to int32: in JSON each version expects another form: a number in quotes before, a number now",
    ],
  ],
  [
    "response of another type",
    "service S { rpc A(Q) returns (Q); } message Q { int64 x = 1; } message R { int32 x = 1; }",
    "service S { rpc A(Q) returns (R); } message Q { int64 x = 1; } message R { int32 x = 1; }",
    [
      "response-type-changed, new, wire: `/a.S/A` answers with `a.R` now instead of `a.Q`, where field 1 `x` of `a.Q` changed from int64 to int32: the newer version cuts numbers off at 32 bits",
      "response-type-changed, both, json: `/a.S/A` answers with `a.R` now instead of `a.Q`, where field 1 `x` of `a.Q` changed from int64 to int32: in JSON each version expects another form: a number in quotes before, a number now",
    ],
  ],
  [
    "request of another type of the same shape",
    "service S { rpc A(Q) returns (R); } message Q { int32 x = 1; } message R { int32 x = 1; }",
    "service S { rpc A(R) returns (R); } message Q { int32 x = 1; } message R { int32 x = 1; }",
    [],
  ],
  [
    "streams",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service S { rpc A(stream Q) returns (stream R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    [
      "client-streaming-changed, new, call: `/a.S/A` takes a stream now: old servers take one message only",
      "server-streaming-changed, old, call: `/a.S/A` answers with a stream now: old clients take one message only",
    ],
  ],
  [
    "no streams any more",
    "service S { rpc A(stream Q) returns (stream R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    [
      "client-streaming-changed, old, call: `/a.S/A` takes one message now: old clients may send several, or none",
      "server-streaming-changed, new, call: `/a.S/A` answers with one message now: old servers may send several, or none",
    ],
  ],
  [
    "idempotency dropped",
    "service S { rpc A(Q) returns (R) { option idempotency_level = IDEMPOTENT; } } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    [
      "idempotency-changed, old, call: `/a.S/A` was IDEMPOTENT and is IDEMPOTENCY_UNKNOWN now: old clients repeat calls, which is not safe with new servers",
    ],
  ],
  [
    "idempotency promised",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service S { rpc A(Q) returns (R) { option idempotency_level = NO_SIDE_EFFECTS; } } message Q { int32 q = 1; } message R { int32 r = 1; }",
    [
      "idempotency-changed, new, call: `/a.S/A` was IDEMPOTENCY_UNKNOWN and is NO_SIDE_EFFECTS now: new clients repeat calls, which is not safe with old servers",
    ],
  ],
  [
    "side effects",
    "service S { rpc A(Q) returns (R) { option idempotency_level = NO_SIDE_EFFECTS; } } message Q { int32 q = 1; } message R { int32 r = 1; }",
    "service S { rpc A(Q) returns (R) { option idempotency_level = IDEMPOTENT; } } message Q { int32 q = 1; } message R { int32 r = 1; }",
    [
      "idempotency-changed, old, call: `/a.S/A` was NO_SIDE_EFFECTS and is IDEMPOTENT now: old clients call it freely, and it may change something at new servers",
    ],
  ],
  [
    "exactly once dropped",
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option (redoubt.delivery) = EXACTLY_ONCE; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    [
      "delivery-changed, old, call: `/a.S/A` was EXACTLY_ONCE and is AT_MOST_ONCE now: new servers refuse calls that old clients want carried out exactly once",
    ],
  ],
  [
    "exactly once promised",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option (redoubt.delivery) = EXACTLY_ONCE; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    [
      "delivery-changed, new, call: `/a.S/A` was AT_MOST_ONCE and is EXACTLY_ONCE now: old servers refuse calls that new clients want carried out exactly once",
    ],
  ],
  [
    "at least once promised",
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option (redoubt.delivery) = AT_LEAST_ONCE; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    [
      "delivery-changed, new, call: `/a.S/A` was AT_MOST_ONCE and is AT_LEAST_ONCE now: new clients repeat calls, which is not safe with old servers",
    ],
  ],
  [
    "at least once, from exactly once",
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option (redoubt.delivery) = EXACTLY_ONCE; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option (redoubt.delivery) = AT_LEAST_ONCE; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    [
      "delivery-changed, old, call: `/a.S/A` was EXACTLY_ONCE and is AT_LEAST_ONCE now: new servers refuse calls that old clients want carried out exactly once",
    ],
  ],
  [
    "at most once, said",
    "service S { rpc A(Q) returns (R); } message Q { int32 q = 1; } message R { int32 r = 1; }",
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option (redoubt.delivery) = AT_MOST_ONCE; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    [],
  ],
  [
    "idempotency said as delivery",
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option idempotency_level = IDEMPOTENT; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option (redoubt.delivery) = AT_LEAST_ONCE; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    [],
  ],
  [
    "idempotency to exactly once",
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option idempotency_level = IDEMPOTENT; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    'import "redoubt/options.proto"; service S { rpc A(Q) returns (R) { option (redoubt.delivery) = EXACTLY_ONCE; } } message Q { int32 q = 1; } message R { int32 r = 1; }',
    [
      "delivery-changed, new, call: `/a.S/A` was AT_LEAST_ONCE and is EXACTLY_ONCE now: old servers refuse calls that new clients want carried out exactly once",
      "idempotency-changed, old, call: `/a.S/A` was IDEMPOTENT and is IDEMPOTENCY_UNKNOWN now: old clients repeat calls, which is not safe with new servers",
    ],
  ],
  [
    "a field of requests only",
    "service S { rpc A(Q) returns (R); } message Q { In i = 1; message In { int64 x = 1; } } message R {}",
    "service S { rpc A(Q) returns (R); } message Q { In i = 1; message In { int32 x = 1; } } message R {}",
    [
      "field-type-changed, old, wire: field 1 `x` of `a.Q.In` changed from int64 to int32: the newer version cuts numbers off at 32 bits",
      "field-json-type-changed, both, json: field 1 `x` of `a.Q.In` changed from int64 to int32: in JSON each version expects another form: a number in quotes before, a number now",
    ],
  ],
  [
    "a field of responses only",
    "service S { rpc A(Q) returns (R); } message Q {} message R { optional bool x = 1; }",
    "service S { rpc A(Q) returns (R); } message Q {} message R { bool x = 1; }",
    [
      "field-presence-changed, old, wire + json: field 1 `x` of `a.R` no longer tells whether it was set: the older version takes a zero value for one that was not set",
    ],
  ],
  [
    "a value of an enum in responses only",
    "service S { rpc A(Q) returns (R); } message Q {} message R { E e = 1; } enum E { A = 0; B = 1; }",
    "service S { rpc A(Q) returns (R); } message Q {} message R { E e = 1; } enum E { A = 0; }",
    [
      "enum-value-removed, new, wire + json: value 1 `B` of `a.E` was removed, and neither its number nor its name is reserved",
    ],
  ],
  [
    "a field of requests and responses",
    "service S { rpc A(Q) returns (Q); } message Q { optional bool x = 1; }",
    "service S { rpc A(Q) returns (Q); } message Q { bool x = 1; }",
    [
      "field-presence-changed, both, wire + json: field 1 `x` of `a.Q` no longer tells whether it was set: the older version takes a zero value for one that was not set",
    ],
  ],
  [
    "a field of a message that no method uses in both",
    "service S { rpc A(Q) returns (R); } message Q { bool x = 1; } message R {}",
    "service S { rpc A(R) returns (R); } message Q { optional bool x = 1; } message R { bool x = 1; }",
    [
      "field-presence-changed, both, wire + json: field 1 `x` of `a.Q` tells now whether it was set: the newer version takes a zero value for one that was not set",
    ],
  ],
];
