import { expect, it } from "vitest";
import { createUniqueNames } from "./unique-names.js";

it("gives each name once", () => {
  const unique = createUniqueNames(new Set(["b", "b1"]), (name, attempt) => `${name}${attempt}`);
  const given = ["a", "b", "a", "a", "b", "a2", "b2", "a"].map(unique);
  expect(given).toEqual(["a", "b2", "a1", "a2", "b3", "a21", "b21", "a3"]);
});

it("needs no second look at the variants of a name that many ask for", () => {
  let attempts = 0;
  const unique = createUniqueNames(new Set(), (name, attempt) => {
    attempts++;
    return `${name}$${attempt}`;
  });
  for (let i = 0; i < 10_000; i++) unique("a");
  expect(attempts).toBe(9_999);
});
