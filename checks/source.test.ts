import { expect, test } from "vitest";
import { parseSource } from "./source.js";

// What the other checks rest on.

test.each([
  ['import "node:net";', "node:net", undefined, false],
  ['import { a } from "./b.js";', "./b.js", "src/http2/b.ts", false],
  ['import { type A } from "./b.js";', "./b.js", "src/http2/b.ts", false],
  ['import type { A } from "../rpc/b.js";', "../rpc/b.js", "src/rpc/b.ts", true],
  ['export { a } from "./hpack/b.js";', "./hpack/b.js", "src/http2/hpack/b.ts", false],
  ['export type { A } from "./b.js";', "./b.js", "src/http2/b.ts", true],
  ['export * from "../rpc/index.js";', "../rpc/index.js", "src/rpc/index.ts", false],
  ['export const a = await import("./b.js");', "./b.js", "src/http2/b.ts", false],
  ['export let a: import("./b.js").B;', "./b.js", "src/http2/b.ts", true],
])("%s is an import", (text, specifier, target, isType) => {
  const { imports } = parseSource("src/http2/a.ts", `\n${text}\n`);
  expect(imports).toEqual([{ specifier, target, isType, line: 2 }]);
});

test.each(['const text = "import a from \\"node:net\\"";', '// import "node:net";', "export const a = 1;"])(
  "%s is none",
  (text) => {
    expect(parseSource("src/http2/a.ts", text).imports).toEqual([]);
  },
);
