import { expect, test } from "vitest";
import { declarationsOf } from "./declarations.js";
import { expectNone } from "./repository.js";
import { isTest, parseSource, type Source, sourcesIn } from "./source.js";

test("every named bound has its reason beside it", () => {
  const sources = sourcesIn("src").filter(({ path }) => !isTest(path));
  expectNone(
    sources.flatMap(bareBounds),
    "Say in a doc comment above it why it is as large as it is, or what happens beyond it:",
  );
});

test("finds a bound without a reason", () => {
  const text =
    "/** So many. */\nexport const A_MAX = 1;\nlet b = 2;\nconst C_MS_MAX = 3;\n// No.\nconst D_MIN = 4;\n";
  expect(bareBounds(parseSource("src/a.ts", text))).toEqual(["src/a.ts:4 declares C_MS_MAX"]);
});

/** The constants named so-and-so MAX that nothing is said about. */
function bareBounds(source: Source): string[] {
  const bare = declarationsOf(source).filter(({ name, isDocumented }) => /_MAX$/.test(name) && !isDocumented);
  return bare.map(({ name, where }) => `${where} declares ${name}`);
}
