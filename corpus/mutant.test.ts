import { expect, it } from "vitest";
import { mutant, randomFrom } from "./mutant.js";

const TEXT = 'syntax = "proto3";\n// M\nmessage M {\n  int32 a = 1 [deprecated = true];\n}\n';

it("is the same for the same seed", () => {
  const mutants = (seed: number) => {
    const random = randomFrom(seed);
    return Array.from({ length: 50 }, () => mutant(TEXT, random));
  };
  expect(mutants(1)).toEqual(mutants(1));
  expect(mutants(1)).not.toEqual(mutants(2));
  expect(new Set(mutants(1)).size).toBeGreaterThan(30);
});

it("takes any text", () => {
  const random = randomFrom(3);
  for (const text of ["", " ", ";", '"', "\u00fc", "/* "])
    for (let time = 0; time < 50; time++) expect(typeof mutant(text, random)).toBe("string");
});
