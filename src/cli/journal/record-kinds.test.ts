import { describe, expect, it } from "vitest";
import { CLIENT_RECORD_KINDS, RECORD_KINDS } from "../../delivery/record-kinds.js";
import { namedKinds } from "./record-kinds.js";

const count = { count: 1, bytes: 2 };

function names(kinds: Iterable<number>): string[] {
  return namedKinds(new Map([...kinds].map((kind) => [kind, count]))).map(({ kind }) => kind);
}

describe("the kinds of records", () => {
  it.each([
    ["a home", RECORD_KINDS],
    ["a durable client", CLIENT_RECORD_KINDS],
  ])("of %s are named as they are written", (_, kinds) => {
    const byNumber = Object.entries(kinds).toSorted(([, a], [, b]) => a - b);
    expect(names(Object.values(kinds))).toEqual(byNumber.map(([name]) => name));
  });

  it("of a home and of a client have nothing in common", () => {
    const ofHomes = new Set<number>(Object.values(RECORD_KINDS));
    expect(Object.values(CLIENT_RECORD_KINDS).filter((kind) => ofHomes.has(kind))).toEqual([]);
  });

  it("that neither has are numbers", () => {
    expect(names([72])).toEqual(["72"]);
  });
});
