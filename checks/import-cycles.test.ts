import { expect, test } from "vitest";
import { expectNone } from "./repository.js";
import { isTest, parseSource, type Source, sourcesIn } from "./source.js";

test("no file imports itself by way of others", () => {
  const sources = sourcesIn("src", "examples", "bench", "interop", "chaos", "checks");
  expectNone(
    cycles(sources.filter(({ path }) => !isTest(path))),
    "Files that import each other can only be understood together. " +
      "Move what both need into a file of its own, or pass it as an argument:",
  );
});

test("finds the files of a cycle, type imports too", () => {
  const files = {
    "src/a.ts": 'import "./b.js"; import "./d.js";',
    "src/b.ts": 'import type { C } from "./c.js";',
    "src/c.ts": 'import "./a.js"; import "./d.js";',
    "src/d.ts": 'import "node:fs";',
  };
  const sources = Object.entries(files).map(([path, text]) => parseSource(path, text));
  expect(cycles(sources)).toEqual(["src/a.ts, src/b.ts, src/c.ts"]);
  expect(cycles(sources.slice(1))).toEqual([]);
});

/** Groups of files each of which reaches every other (Tarjan's strongly connected components, of more than one). */
function cycles(sources: readonly Source[]): string[] {
  const imports = new Map(sources.map((source) => [source.path, targetsOf(source)]));
  const found: string[] = [];
  const order = new Map<string, number>();
  const open: string[] = [];

  /** Gives the lowest place in the order that `path` reaches among the open ones. */
  const visit = (path: string): number => {
    const place = order.size;
    order.set(path, place);
    open.push(path);
    let lowest = place;
    for (const target of imports.get(path) ?? []) {
      if (!imports.has(target)) continue;
      if (!order.has(target)) lowest = Math.min(lowest, visit(target));
      else if (open.includes(target)) lowest = Math.min(lowest, order.get(target)!);
    }
    if (lowest === place) {
      const group = open.splice(open.indexOf(path));
      if (group.length > 1) found.push(group.sort().join(", "));
    }
    return lowest;
  };
  for (const { path } of sources) if (!order.has(path)) visit(path);
  return found;
}

function targetsOf({ imports }: Source): string[] {
  return imports.flatMap(({ target }) => target ?? []);
}
