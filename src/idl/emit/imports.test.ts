import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareNames, createImports } from "./imports.js";

describe("createImports", () => {
  it("imports as a type what is used as nothing else", () => {
    const imports = createImports([]);
    imports.use("A", "./a", "type");
    imports.use("B", "./a", "type");
    imports.use("B", "./a", "value");
    imports.use("C", "./b", "value");
    expect(imports.statements()).toBe(
      'import type { A } from "./a";\nimport { B } from "./a";\nimport { C } from "./b";\n',
    );
  });

  it("gives an alias to what the module declares itself, or imports from elsewhere", () => {
    const imports = createImports(["A", "A$1"]);
    const used = ["./a", "./b", "./a"].map((from) => imports.use("A", from, "type"));
    expect(used).toEqual(["A$2", "A$3", "A$2"]);
    expect(imports.statements()).toBe(
      'import type { A as A$2 } from "./a";\nimport type { A as A$3 } from "./b";\n',
    );
  });

  it("has modules in the order of their first use, and names in the alphabet's", () => {
    const imports = createImports([]);
    for (const [name, from] of [
      ["b", "./z"],
      ["C", "./y"],
      ["a", "./z"],
      ["B", "./z"],
    ])
      imports.use(name, from, "value");
    expect(imports.statements()).toBe('import { a, b, B } from "./z";\nimport { C } from "./y";\n');
  });
});

describe("compareNames", () => {
  it("orders identifiers as an English dictionary does", () => {
    const dictionary = new Intl.Collator("en");
    const name = fc.stringMatching(/^[a-zA-Z0-9_$]{0,8}$/);
    fc.assert(
      fc.property(fc.oneof(fc.tuple(name, name), name.map(swapCases)), ([a, b]) => {
        expect(Math.sign(compareNames(a, b))).toBe(Math.sign(dictionary.compare(a, b)));
      }),
    );
  });
});

/** A name, and the same with the cases of its first and last letters changed. */
function swapCases(name: string): [string, string] {
  return [name, name.replace(/^[a-z]|[A-Z]$/g, (c) => (c < "a" ? c.toLowerCase() : c.toUpperCase()))];
}
