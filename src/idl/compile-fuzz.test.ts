import { create, createFileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { emit } from "./emit/emit.js";
import { encodeFileDescriptorSet } from "./file-descriptor-set.js";
import { INVALID } from "./invalid/cases.test.util.js";
import { ERRORS_MAX, WARNINGS_MAX } from "./text/diagnostics.js";
import { VALID } from "./valid/cases.test.util.js";

type Files = Readonly<Record<string, string>>;

const filesOf = (table: Readonly<Record<string, readonly { readonly files: Files }[]>>): Files[] =>
  Object.values(table).flatMap((cases) => cases.map(({ files }) => files));

/** Files that break no rule but look as if. */
const RIGHT = filesOf(VALID);

/** Files that break a rule. */
const WRONG = filesOf(INVALID);

const WORDS = [
  ...new Set(
    [...RIGHT, ...WRONG]
      .flatMap((files) => Object.values(files))
      .flatMap((text) => text.match(/"[^"\n]*"|\w+|[^\w\s]/g) ?? []),
  ),
];

/** A case some of whose words are others, or gone, or doubled. */
const mutated = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...RIGHT) }, fc.constantFrom(...WRONG)),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom("replace", "remove", "double"), fc.constantFrom(...WORDS)), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([files, changes]) => {
    const words = files["a.proto"].match(/"[^"\n]*"|\w+|\s+|[^\w\s]/g) ?? [""];
    for (const [at, change, word] of changes) {
      const index = at % words.length;
      if (change === "replace") words[index] = word;
      else if (change === "remove") words[index] = "";
      else words[index] += ` ${words[index]}`;
    }
    return { ...files, "a.proto": words.join("") };
  });

const RUNS = 10_000;

describe("a mutated file", () => {
  it("is compiled or told what is wrong, and what comes of it can be used", () => {
    let right = 0;
    fc.assert(
      fc.property(mutated, (files: Files) => {
        const { diagnostics, hasErrors, files: made } = compile(["a.proto"], { read: (name) => files[name] });
        expect(diagnostics.length).toBeLessThanOrEqual(ERRORS_MAX + WARNINGS_MAX);
        for (const { message, line } of diagnostics) {
          expect(message).not.toMatch(/undefined|NaN|\[object|\n/);
          expect(line).toBeGreaterThanOrEqual(0);
        }
        if (hasErrors) return;
        right++;
        const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...made] }));
        expect(encodeFileDescriptorSet(made).length).toBeGreaterThan(0);
        emit([registry.getFile("a.proto")!], { header: "" });
      }),
      { numRuns: RUNS },
    );
    // A word in a comment or a name often does no harm: so many must have been right, or nothing was tested.
    expect(right).toBeGreaterThan(RUNS / 25);
  }, 60_000);
});
