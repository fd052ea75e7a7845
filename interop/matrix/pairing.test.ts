import { expect, test } from "vitest";
import { judged, type Outcome } from "./pairing.js";

test.each<[string | undefined, string | undefined, Outcome]>([
  [undefined, undefined, { kind: "passed" }],
  ["broken", undefined, { kind: "failed", why: "broken" }],
  ["unsupported", "it has none", { kind: "lacking", why: "it has none" }],
  [
    undefined,
    "it has none",
    { kind: "failed", why: "it has passed, though it is said to be lacking: it has none" },
  ],
])("fault %j with lack %j is %j", (fault, lack, outcome) => {
  expect(judged(fault, lack)).toEqual(outcome);
});
