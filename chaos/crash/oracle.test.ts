import { expect, it } from "vitest";
import { type ListName, Oracle, type ViolationKind } from "./oracle.js";

const LIST: ListName = "world 1";

/** What the oracle says about calls `a`, `b` and `refused`, after `tell`, where the lists are `lists`. */
function judge(tell: (oracle: Oracle) => void, lists: Record<string, string[]>) {
  const oracle = new Oracle();
  for (const name of ["a", "b"]) oracle.asked({ name, list: LIST, isRefused: false });
  oracle.asked({ name: "refused", list: "state 1", isRefused: true });
  tell(oracle);
  return oracle.judge(new Map(Object.entries(lists)));
}

function allIsWell(oracle: Oracle): void {
  oracle.answered("a", { place: 0, of: "a" }, "the call");
  oracle.answered("a", { place: 0, of: "a" }, "another attempt");
  oracle.gaveUp("b", "unknown");
  oracle.answered("refused", "refused", "the call");
}

it.each([
  [{ [LIST]: ["a"] }, { unansweredWithEffect: 0, unansweredWithoutEffect: 1 }],
  [{ [LIST]: ["a", "b"] }, { unansweredWithEffect: 1, unansweredWithoutEffect: 0 }],
])("is content with %j", (lists, counts) => {
  expect(judge(allIsWell, lists)).toEqual({ violations: [], acknowledged: 1, refused: 1, ...counts });
});

it.each<[what: string, tell: (oracle: Oracle) => void, lists: Record<string, string[]>, violation: string]>([
  [
    "an acknowledged effect that is lost",
    allIsWell,
    {},
    "a: the call says world 1, place 0, but it stands nowhere",
  ],
  [
    "an effect that was done twice",
    allIsWell,
    { [LIST]: ["a", "a"] },
    "a: was executed 2 times, it stands in world 1, place 0 and world 1, place 1",
  ],
  [
    "an unanswered call that was done twice, in two lists",
    allIsWell,
    { [LIST]: ["a", "b"], "world 2": ["b"] },
    "b: was executed 2 times, it stands in world 1, place 1 and world 2, place 0",
  ],
  [
    "an effect at another place than was said",
    allIsWell,
    { [LIST]: ["b", "a"] },
    "a: the call says world 1, place 0, but it stands in world 1, place 1",
  ],
  [
    "an effect in another list",
    allIsWell,
    { "world 2": ["a"] },
    "a: the call says world 1, place 0, but it stands in world 2, place 0",
  ],
  [
    "two attempts with different answers",
    (oracle) => {
      allIsWell(oracle);
      oracle.answered("a", { place: 3, of: "a" }, "asked again");
    },
    { [LIST]: ["a"] },
    "a: the call has said place 0, but asked again says place 3",
  ],
  [
    "the answer of another call",
    (oracle) => {
      allIsWell(oracle);
      oracle.answered("b", { place: 1, of: "a" }, "the call");
    },
    { [LIST]: ["a", "b"] },
    "b: the call gives the answer of a",
  ],
  [
    "a refused call with an effect",
    allIsWell,
    { [LIST]: ["a"], "state 1": ["refused"] },
    "refused: must not have had an effect, but stands in state 1, place 0",
  ],
  [
    "a refusal that nobody has made",
    (oracle) => {
      allIsWell(oracle);
      oracle.answered("b", "refused", "the call");
    },
    { [LIST]: ["a"] },
    "b: the call says refused, which nobody did",
  ],
  [
    "a call that was to be refused, and was not",
    (oracle) => {
      oracle.answered("refused", { place: 0, of: "refused" }, "the call");
      for (const name of ["a", "b"]) oracle.gaveUp(name, "unknown");
    },
    { "state 1": ["refused"] },
    "refused: must not have had an effect, but stands in state 1, place 0",
  ],
  [
    "a call that was not executed, and was",
    (oracle) => {
      allIsWell(oracle);
      oracle.gaveUp("b", "not executed");
    },
    { [LIST]: ["a", "b"] },
    "b: must not have had an effect, but stands in world 1, place 1",
  ],
  [
    "a call that was not executed, and is answered",
    (oracle) => {
      allIsWell(oracle);
      oracle.gaveUp("b", "not executed");
      oracle.answered("b", { place: 1, of: "b" }, "asked again");
    },
    { [LIST]: ["a", "b"] },
    "b: was not executed, it was said, but asked again says place 1",
  ],
  [
    "a call of which nothing is known",
    (oracle) => {
      oracle.answered("a", { place: 0, of: "a" }, "the call");
      oracle.answered("refused", "refused", "the call");
    },
    { [LIST]: ["a"] },
    "b: was never resolved",
  ],
  [
    "an effect of nobody's",
    allIsWell,
    { [LIST]: ["a", "x"] },
    "x, which nobody has asked for, is in world 1",
  ],
  [
    "an answer to nobody's call",
    (oracle) => {
      allIsWell(oracle);
      oracle.answered("x", "refused", "the call");
    },
    { [LIST]: ["a"] },
    "x, which nobody has asked for, is answered by the call",
  ],
])("finds %s", (_what, tell, lists, violation) => {
  expect(judge(tell, lists).violations.map(({ text }) => text)).toContain(violation);
});

it.each<[kind: ViolationKind, tell: (oracle: Oracle) => void, lists: Record<string, string[]>]>([
  ["repeated", allIsWell, { [LIST]: ["a", "a"] }],
  ["lost", allIsWell, {}],
  [
    "denied",
    (oracle) => {
      allIsWell(oracle);
      oracle.gaveUp("b", "not executed");
    },
    { [LIST]: ["a", "b"] },
  ],
  ["other", allIsWell, { [LIST]: ["a", "x"] }],
])("tells what is %s from all else", (kind, tell, lists) => {
  expect(judge(tell, lists).violations.map((violation) => violation.kind)).toEqual([kind]);
});

it("judges only what was said where nobody could look", () => {
  const oracle = new Oracle();
  for (const name of ["a", "b", "c"]) oracle.asked({ name, list: LIST, isRefused: false });
  oracle.answered("a", { place: 0, of: "a" }, "the call");
  oracle.answered("b", "refused", "the call");
  expect(oracle.judge(undefined).violations.map(({ text }) => text)).toEqual([
    "b: the call says refused, which nobody did",
    "c: was never resolved",
  ]);
});

it("begins anew once it has judged", () => {
  const oracle = new Oracle();
  oracle.asked({ name: "a", list: LIST, isRefused: false });
  oracle.violation("something else");
  const found = oracle.judge(new Map()).violations.map(({ text }) => text);
  expect(found).toEqual(["something else", "a: was never resolved"]);
  expect(oracle.judge(new Map())).toMatchObject({ violations: [], acknowledged: 0 });
});
