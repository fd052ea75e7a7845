import { existsSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";
import { expectNone, packageJson, ROOT, repositoryFiles, textOf } from "./repository.js";

const { scripts } = packageJson();
const DOCUMENTS = repositoryFiles().filter((path) => path.endsWith(".md"));

test("every npm command in a document exists", () => {
  expectNone(
    DOCUMENTS.flatMap((path) => unknownCommands(path, textOf(path))),
    "Correct the document, or add the script to package.json:",
  );
});

test("every relative link in a document leads somewhere", () => {
  expectNone(
    DOCUMENTS.flatMap((path) => brokenLinks(path, textOf(path))),
    "Correct the link:",
  );
});

test("finds wrong commands and links", () => {
  const text =
    "`npm run check`, `npm run chekc -- -v`, [a](README.md#a), [b](../nowhere.md), [c](https://example.org)";
  expect(unknownCommands("a/b.md", text)).toEqual(["a/b.md says npm run chekc"]);
  expect(brokenLinks("a/b.md", text)).toEqual([
    "a/b.md links to README.md#a",
    "a/b.md links to ../nowhere.md",
  ]);
  expect(brokenLinks("b.md", "[a](README.md#a) [b](src/)")).toEqual([]);
});

function unknownCommands(path: string, text: string): string[] {
  const names = Array.from(text.matchAll(/\bnpm run ([\w:-]+)/g), ([, name]) => name!);
  return names.filter((name) => !Object.hasOwn(scripts, name)).map((name) => `${path} says npm run ${name}`);
}

function brokenLinks(path: string, text: string): string[] {
  const links = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link!);
  const isBroken = (link: string) => {
    const target = link.replace(/#.*/, "");
    return !/^[a-z]+:/.test(target) && !existsSync(ROOT + posix.join(posix.dirname(path), target));
  };
  return links.filter(isBroken).map((link) => `${path} links to ${link}`);
}
