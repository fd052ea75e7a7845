import { expect, it } from "vitest";
import { registryOf } from "../compile.test.util.js";
import { emit } from "./emit.js";

it("an enum as an object has a value of every name", () => {
  const { files } = registryOf({
    "a.proto": 'syntax = "proto3"; enum E { __proto__ = 0; constructor = 1; }',
  });
  const [{ content }] = emit([...files], { header: "", erasableSyntax: true });
  expect(content).toContain('  ["__proto__"]: 0,\n');
  expect(content).toContain("  constructor$: 1,\n");
});
