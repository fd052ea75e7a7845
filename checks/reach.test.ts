import { expect, test } from "vitest";
import { expectNone, packageJson } from "./repository.js";
import { isTest, parseSource, type Source, sourcesIn } from "./source.js";

test("every file of the package is reached from its entry files", () => {
  expectNone(
    unreached(sourcesIn("src"), entryFiles()),
    "Nothing leads from package.json's exports to these files. Export what they offer, or delete them:",
  );
});

test("finds a file that only tests import, and no tests", () => {
  const files = {
    "src/index.ts": 'export * from "./a.js";',
    "src/a.ts": 'import type { B } from "./b.js";',
    "src/b.ts": "",
    "src/c.ts": 'import "./b.js";',
    "src/c.test.ts": 'import "./c.js";',
  };
  const sources = Object.entries(files).map(([path, text]) => parseSource(path, text));
  expect(unreached(sources, ["src/index.ts"])).toEqual(["src/c.ts"]);
});

test("knows the entry files", () => {
  expect(entryFiles()).toContain("src/index.ts");
  expect(entryFiles()).toContain("src/cli/main.ts");
});

function unreached(sources: readonly Source[], entries: readonly string[]): string[] {
  const imports = new Map(sources.map((source) => [source.path, source.imports]));
  const reached = new Set(entries);
  for (const path of reached) {
    for (const { target } of imports.get(path) ?? []) if (target !== undefined) reached.add(target);
  }
  return [...imports.keys()].filter((path) => !reached.has(path) && !isTest(path));
}

/**
 * The sources of what package.json names: of its `exports`, told by their declarations, since the code is bundled, and
 * of its `bin`.
 */
function entryFiles(): string[] {
  const { exports, bin = {} } = packageJson();
  const declared = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? entry : Object.values(entry),
  );
  const sources = declared.flatMap((path) => /^(?:\.\/)?dist\/(.*)\.d\.ts$/.exec(path)?.[1] ?? []);
  const commands = Object.values(bin).flatMap((path) => /^dist\/(.*)\.js$/.exec(path)?.[1] ?? []);
  return [...new Set([...sources, ...commands.map((name) => `${name}/main`)])].map(
    (path) => `src/${path}.ts`,
  );
}
