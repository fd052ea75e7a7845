import { describe, expect, it } from "vitest";
import { compile } from "../compile.js";
import { VALID } from "./cases.test.util.js";

for (const [theme, cases] of Object.entries(VALID)) {
  describe(theme, () => {
    it.each(cases.map(({ what, files }) => [what, files] as const))("%s", (_, files) => {
      const { diagnostics } = compile(["a.proto"], { read: (name) => files[name] });
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    });
  });
}

it("has at least 80 files", () => {
  const all = Object.values(VALID).flat();
  expect(all.length).toBeGreaterThanOrEqual(80);
  expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
});
