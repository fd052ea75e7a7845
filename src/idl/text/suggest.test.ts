import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANDIDATES_MAX, suggest } from "./suggest.js";

describe("what was meant", () => {
  const TYPES = ["string", "Person", "Timestamp", "int32", "uint32", "O"];

  it.each([
    ["strng", "string"],
    ["sting", "string"],
    ["stirng", "string"],
    ["strinng", "string"],
    ["person", "Person"],
    ["PERSON", "Person"],
    ["Timesatmp", "Timestamp"],
    ["TimeStampp", "Timestamp"],
    ["int3", "int32"],
    ["o", "O"],
  ])("by %s is %s", (word, meant) => expect(suggest(word, TYPES)).toBe(meant));

  it.each(["", "x", "N", "Perry", "Personality", "float", "t"])("by %s is none of them", (word) =>
    expect(suggest(word, TYPES)).toBeUndefined(),
  );

  it("is the nearest, and of those the first", () => {
    expect(suggest("color", ["colour", "colors", "cellar"])).toBe("colour");
    expect(suggest("names", ["game", "name", "nasem"])).toBe("name");
  });

  it("is looked for among so many and no more", () => {
    const many = Array.from({ length: CANDIDATES_MAX }, (_, i) => `other${i}`);
    expect(suggest("strng", [...many.slice(1), "string"])).toBe("string");
    expect(suggest("strng", [...many, "string"])).toBeUndefined();
  });

  it("is never the word itself", () => expect(suggest("name", ["name"])).toBeUndefined());

  it("is found for every word with one letter left out", () => {
    const word = fc.stringMatching(/^[a-z]{4,30}$/);
    fc.assert(
      fc.property(word, fc.nat(), (text, at) => {
        const i = at % text.length;
        expect(suggest(text.slice(0, i) + text.slice(i + 1), [text])).toBe(text);
      }),
    );
  });
});
