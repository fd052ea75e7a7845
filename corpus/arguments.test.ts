import { describe, expect, it } from "vitest";
import { readArguments, STEPS } from "./arguments.js";

const WHOLE = { steps: Object.keys(STEPS), quick: false, json: false, files: "", isWhole: true };

describe("readArguments", () => {
  it.each<[words: string, options: object]>([
    ["", {}],
    ["--json", { json: true }],
    ["--quick", { quick: true, isWhole: false }],
    ["--files google/api", { files: "google/api", isWhole: false }],
    ["--only valid,descriptors", { steps: ["descriptors", "valid"], isWhole: false }],
  ])("understands '%s'", (words, options) => {
    const request = readArguments(words.split(" ").filter(Boolean));
    expect(request).toEqual({ kind: "run", options: { ...WHOLE, ...options } });
  });

  it.each([
    ["--only descriptor", 'there is no step "descriptor"'],
    ["--fast", "--fast"],
    ["descriptors", "descriptors"],
  ])("says what is wrong with '%s'", (words, message) => {
    const request = readArguments(words.split(" "));
    expect(request).toMatchObject({ kind: "wrong", message: expect.stringContaining(message) });
  });

  it("knows that help is wanted", () => expect(readArguments(["--help"])).toEqual({ kind: "help" }));
});
