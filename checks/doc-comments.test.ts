import { expect, test } from "vitest";
import { type Declaration, declarationsOf, namedExportsOf, starExportsOf } from "./declarations.js";
import { expectNone, textOf } from "./repository.js";
import { parseSource, type Source } from "./source.js";

test.each([
  ["src/index.ts", "RpcError"],
  ["src/rpc/errors.ts", "BadRequestSchema"],
  ["src/services/index.ts", "addHealth"],
])("everything that %s exports has a doc comment", (path, known) => {
  const exported = publicDeclarations(path, (path) => parseSource(path, textOf(path)));
  expect(exported.map(({ name }) => name)).toContain(known);
  const bare = exported.filter(({ isDocumented }) => !isDocumented);
  expectNone(
    bare.map(({ name, where }) => `${where} exports ${name}`),
    "Say above it what the type cannot: units, range, default, who owns what, which errors and when:",
  );
});

test("follows exports to where they are declared", () => {
  const files: Readonly<Record<string, string>> = {
    "src/index.ts":
      'export * from "./a.js"; export { C as D, type E } from "./b.js"; export { e } from "@x/y";',
    "src/a.ts": "/** Does. */\nexport function a() {}\nfunction hidden() {}\n// No.\nexport const b = 1;",
    "src/b.ts": '/** Is. */\nclass C {}\nexport { C };\nexport type { E } from "./e.js";',
    "src/e.ts": "/** Of a. */ const a = 1;\nexport interface E {}\n/** Of E. */\nexport const E = {};",
  };
  const found = publicDeclarations("src/index.ts", (path) => parseSource(path, files[path]!));
  expect(found.map(({ name, where, isDocumented }) => [name, where, isDocumented])).toEqual([
    ["a", "src/a.ts:2", true],
    ["b", "src/a.ts:5", false],
    ["C", "src/b.ts:2", true],
    ["E", "src/e.ts:4", true],
  ]);
});

/** What a file exports, by way of others too. Of several declarations of one name, one with a doc comment is enough. */
function publicDeclarations(path: string, open: (path: string) => Source): Declaration[] {
  const source = open(path);
  const own = declarationsOf(source).filter(({ isExported }) => isExported);
  const starred = starExportsOf(source).flatMap((target) => publicDeclarations(target, open));
  const named = namedExportsOf(source).flatMap(({ localName, from }) => {
    if (from === path) return declarationsOf(source).filter(({ name }) => name === localName);
    if (!from.startsWith("src/")) return [];
    return publicDeclarations(from, open).filter(({ name }) => name === localName);
  });
  return bestOfEachName([...own, ...starred, ...named]);
}

function bestOfEachName(declarations: readonly Declaration[]): Declaration[] {
  const best = new Map<string, Declaration>();
  for (const declaration of declarations) {
    if (best.get(declaration.name)?.isDocumented !== true) best.set(declaration.name, declaration);
  }
  return [...best.values()];
}
