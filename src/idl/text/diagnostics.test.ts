import { describe, expect, it } from "vitest";
import { Diagnostics, ERRORS_MAX, WARNINGS_MAX } from "./diagnostics.js";
import { Source } from "./source.js";

const source = new Source("a.proto", "x".repeat(3_000));

/** Of a run that was told so many errors and warnings. */
function found(errors: number, warnings: number): Diagnostics {
  const diagnostics = new Diagnostics();
  for (let i = 0; i < errors; i++) diagnostics.error(source, { start: i, end: i + 1 }, "wrong");
  for (let i = 0; i < warnings; i++) diagnostics.warn(source, { start: i, end: i + 1 }, "doubtful");
  return diagnostics;
}

function counts({ all }: Diagnostics): number[] {
  const errors = all.filter(({ severity }) => severity === "error").length;
  return [errors, all.length - errors];
}

describe("diagnostics", () => {
  it("are bounded, errors and warnings each", () => {
    expect(counts(found(ERRORS_MAX + 1, 1))).toEqual([ERRORS_MAX, 1]);
    expect(counts(found(1, WARNINGS_MAX + 1))).toEqual([1, WARNINGS_MAX]);
  });

  it("are bounded where they are taken over", () => {
    const all = found(1, 1);
    all.addAll(found(ERRORS_MAX, WARNINGS_MAX));
    expect(counts(all)).toEqual([ERRORS_MAX, WARNINGS_MAX]);
    expect(all.errorCount).toBe(ERRORS_MAX);
  });
});
