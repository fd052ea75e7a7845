import { expect, test } from "vitest";
import { turnsOf } from "./turns.js";

test.each([
  { peers: ["redoubt", "a", "b"], inPairs: true, turns: ["redoubt|a", "a", "redoubt|b", "b"] },
  { peers: ["redoubt", "a", "b"], inPairs: false, turns: ["redoubt", "a", "b"] },
  { peers: ["redoubt"], inPairs: true, turns: ["redoubt"] },
  { peers: ["a", "b"], inPairs: true, turns: ["a", "b"] },
])("$peers take turns as $turns", ({ peers, inPairs, turns }) => {
  const written = turnsOf(peers, inPairs).map(({ peer, against }) => {
    return against === null ? peer : `${peer}|${against}`;
  });
  expect(written).toEqual(turns);
});
