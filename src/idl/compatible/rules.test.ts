import { describe, expect, it } from "vitest";
import { isRuleName, RULES } from "./rules.js";

describe("RULES", () => {
  it.each(Object.entries(RULES))("%s: %s", (name, description) => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(description).toMatch(/^[a-z].*[^.]$/);
  });

  it("are known by their names", () => {
    expect(isRuleName("field-removed")).toBe(true);
    expect(isRuleName("toString")).toBe(false);
  });
});
