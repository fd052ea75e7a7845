import { expect, test } from "vitest";
import { expectNone } from "./repository.js";
import { isTest, parseSource, type Source, sourcesIn } from "./source.js";

/** Each folder below `src/` imports from itself and from those above it in this list; not from one beside it. */
const FOLDERS = [
  ["bytes"],
  ["runtime"],
  ["idl"],
  ["codec"],
  ["http2"],
  ["rpc"],
  ["grpc"],
  ["transport"],
  ["names"],
  ["client", "server"],
  ["services"],
  ["journal"],
  ["delivery"],
  ["cli"],
];

/** Files directly below `src/`, with who may import them. */
const SINGLE_FILES: Readonly<Record<string, "by anyone" | "by no one">> = {
  "src/version.ts": "by anyone",
  "src/index.ts": "by no one",
};

test("each folder imports only from those above it in the list", () => {
  expectNone(
    sourcesIn("src").filter(isChecked).flatMap(wrongDirections),
    "A folder may not import from one below it (the list is in checks/import-directions.test.ts). " +
      "Declare the interface that is needed in the upper folder, and let the lower one implement it:",
  );
});

test.each([
  ["src/http2/a.ts", "../bytes/b.js", true],
  ["src/http2/a.ts", "./hpack/b.js", true],
  ["src/http2/hpack/a.ts", "../../bytes/b.js", true],
  ["src/http2/a.ts", "../version.js", true],
  ["src/index.ts", "./client/index.js", true],
  ["src/bytes/a.ts", "../http2/b.js", false],
  ["src/client/a.ts", "../server/b.js", false],
  ["src/server/a.ts", "../client/b.js", false],
  ["src/grpc/a.ts", "../index.js", false],
  ["src/version.ts", "./bytes/b.js", false],
  ["src/bytes/a.ts", "../../bench/b.js", false],
  ["src/utils/a.ts", "./b.js", false],
])("%s importing %s: allowed is %s", (path, specifier, isAllowed) => {
  const wrong = wrongDirections(parseSource(path, `import type { B } from "${specifier}";`));
  expect(wrong.length === 0).toBe(isAllowed);
});

function isChecked({ path }: Source): boolean {
  return !isTest(path);
}

function wrongDirections({ path, imports }: Source): string[] {
  const wrong: string[] = [];
  for (const { target, line } of imports) {
    const reason = target === undefined ? undefined : wrongness(path, target);
    if (reason !== undefined) wrong.push(`${path}:${line} imports ${target}: ${reason}`);
  }
  return wrong;
}

/** Why `importer` may not import `target`, if so. */
function wrongness(importer: string, target: string): string | undefined {
  if (!target.startsWith("src/")) return "src/ imports nothing from outside";
  if (SINGLE_FILES[target] === "by anyone") return undefined;
  if (SINGLE_FILES[target] === "by no one") return "import the file that declares it instead";
  const to = folderOf(target);
  if (rankOf(to) < 0) return `src/${to} is not in the list`;
  if (importer === "src/index.ts") return undefined;
  const from = folderOf(importer);
  if (rankOf(from) < 0) return `src/${from} is not in the list`;
  if (from === to || rankOf(to) < rankOf(from)) return undefined;
  return rankOf(to) === rankOf(from) ? `${from} and ${to} stand side by side` : `${to} is below ${from}`;
}

/** `http2` for `src/http2/hpack/decoder.ts`. */
function folderOf(path: string): string {
  return path.split("/")[1]!;
}

function rankOf(folder: string): number {
  return FOLDERS.findIndex((beside) => beside.includes(folder));
}
