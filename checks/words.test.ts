import { expect, test } from "vitest";
import { expectNone, repositoryFiles, textOf } from "./repository.js";
import { isTest, lineOf, parseSource, type Source, sourcesIn, walk } from "./source.js";

/** One kind of words that must not stand in some files. */
interface Ban {
  readonly words: RegExp;
  readonly instead: string;
  readonly banned: readonly string[];
  readonly fine: readonly string[];
  appliesTo(path: string): boolean;
}

/** This file, which has to say what is banned. */
const SELF = "checks/words.test.ts";

/** Put in by name, so that not even the samples are what is banned. */
const HTTPS = "https:";
const ROOT_FOLDER = "/";

const BANS: Readonly<Record<string, Ban>> = {
  "a package registry's host": {
    words:
      /\b(registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|pythonhosted\.org|crates\.io|proxy\.golang\.org|deb\.debian\.org)\b|"resolved": "https?:/,
    instead:
      "Leave the host to the settings of the machine; for package-lock.json: npm config set omit-lockfile-registry-resolved true",
    banned: [`${HTTPS}//registry.npmjs.org/vite`, `"resolved": "${HTTPS}//a/b.tgz"`, "from pypi.org"],
    fine: ["npm install", "the registry"],
    appliesTo: () => true,
  },
  "a folder of one machine": {
    words: /(?<![\w.~}/)\]-])\/(work|root|home)(?=[/"'`\s:;,)]|$)/m,
    instead: "Find the folder from import.meta.url, or make one below os.tmpdir():",
    banned: [`cd ${ROOT_FOLDER}work/main`, '"/root"', "file:/home/me", "(/work)"],
    fine: ["./work/a", "src/work/", "/worker", "~/work", "the/home/x"],
    appliesTo: () => true,
  },
  "a note of unfinished work": {
    words: /\b(TODO|FIXME|XXX|HACK)\b/,
    instead: "Finish it, or open an issue:",
    banned: ["// TODO: this", "FIXME(me)"],
    fine: ["todoList", "const HACKS = 1"],
    appliesTo: (path) => path.startsWith("src/"),
  },
  "a test that is left out, or the only one": {
    words: /\b(it|test|describe|suite|bench)(\.\w+)*\.(only|skip|todo)\b/,
    instead: "Run them all (skipIf and runIf are for what a machine lacks):",
    banned: ['it.only("a", () => {})', "describe.skip.each([])", 'test.concurrent.todo("a")'],
    fine: ["it.skipIf(x)", "test.each([])", "list.skip(5)"],
    appliesTo: isTest,
  },
};

for (const [what, { words, instead, banned, fine, appliesTo }] of Object.entries(BANS)) {
  test(`no file has ${what}`, () => {
    const found: string[] = [];
    for (const path of repositoryFiles().filter((path) => path !== SELF && appliesTo(path))) {
      const text = textOf(path);
      for (const match of text.matchAll(new RegExp(words, `${words.flags}g`))) {
        found.push(`${path}:${lineOf(text, match.index)} has ${match[0]}`);
      }
    }
    expectNone(found, instead);
  });

  test.each(banned)(`%s is ${what}`, (text) => expect(text).toMatch(words));
  test.each(fine)(`%s is not ${what}`, (text) => expect(text).not.toMatch(words));
}

test("no file declares an enum", () => {
  const sources = sourcesIn("src", "examples", "bench", "interop", "chaos", "checks");
  const own = sources.filter(({ path }) => !path.includes("/gen/"));
  expectNone(
    own.flatMap(enums),
    "Use a const object and a union type of its values, like Status in src/rpc/status.ts:",
  );
});

test.each(["enum A { B }", "export const enum A { B }", "declare enum A { B }"])("%s is an enum", (text) => {
  expect(enums(parseSource("src/rpc/a.ts", text))).toHaveLength(1);
});

function enums({ path, text, program }: Source): string[] {
  const found = [...walk(program)].filter(({ node }) => node.type === "TSEnumDeclaration");
  return found.map(({ node }) => `${path}:${lineOf(text, node.start)} declares an enum`);
}
