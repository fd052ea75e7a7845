import { describe, expect, it } from "vitest";
import { compatible } from "./compatible.js";
import { check, version } from "./versions.test.util.js";

/** Messages `A0`, `A1`, … and `B0`, `B1`, …, each with a field of each of its kind, so that any can meet any. */
function messages(count: number, held: "A" | "B"): string {
  const indices = Array.from({ length: count }, (_, index) => index);
  const kind = (name: string, step: number) =>
    indices.map((i) => {
      const fields = indices.map((j) => `${name}${(step * i + (step + 2) * j) % count} f${j} = ${j + 1};`);
      return `message ${name}${i} { ${fields.join(" ")} }`;
    });
  return [...kind("A", 1), ...kind("B", 7), `message M { ${held}0 m = 1; }`].join("\n");
}

/** A list: each `A` holds the next one, each `B` too, and the last ones hold something else. */
function chain(length: number, held: "A" | "B"): string {
  const kind = (name: string, last: string) => {
    const links = Array.from({ length }, (_, i) => `message ${name}${i} { ${name}${i + 1} next = 1; }`);
    return [...links, `message ${name}${length} { ${last} x = 1; }`];
  };
  return [...kind("A", "int32"), ...kind("B", "sint32"), `message M { ${held}0 m = 1; }`].join("\n");
}

describe("types that are read as each other", () => {
  it("are found to be the same in every pair in which they meet", () => {
    check(messages(12, "A"), messages(12, "B"), []);
  });

  it("are compared as far in as they go", () => {
    check(chain(300, "A"), chain(300, "B"), [
      "field-type-changed, both, wire: field 1 `m` of `a.M` changed from a.A0 to a.B0, " +
        "where field 1 `x` of `a.A300` changed from int32 to sint32: each version reads other numbers",
    ]);
  });

  it("are taken to differ where there is too much to compare", () => {
    const findings = compatible(version(messages(53, "A")), version(messages(53, "B")));
    expect(findings.map(({ message }) => message)).toEqual([
      "field 1 `m` of `a.M` changed from a.A0 to a.B0, where there is more than can be compared",
    ]);
  });
});
