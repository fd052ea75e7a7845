import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { expectNone, packageJson, ROOT, repositoryFiles, textOf } from "./repository.js";
import { isTest } from "./source.js";

const { version, exports } = packageJson();

/** All code in few files; the declarations stay apart. */
const BUNDLES = ["redoubt", "idl", "options", "errors", "services", "cli"].map((name) => `dist/${name}.js`);

/** What only some uses of the command need. */
const isPartOfCommand = (path: string) => /^dist\/cli-[\w-]+\.js$/.test(path);

beforeAll(() => {
  const missing = BUNDLES.filter((path) => !existsSync(ROOT + path));
  expectNone(missing, "Build first: npm run build. There is no:");
});

test("src/version.ts has package.json's version", () => {
  expect(textOf("src/version.ts")).toContain(`VERSION = "${version}";`);
});

test("package.json's exports exist", () => {
  const paths = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? entry : Object.values(entry),
  );
  expectNone(
    paths.filter((path) => !existsSync(ROOT + path)),
    "Build, or correct package.json's exports; there is no:",
  );
});

describe("what is published", () => {
  const PROTOS = repositoryFiles().filter((path) => path.startsWith("proto/"));
  const PAGES = repositoryFiles().filter((path) => /^(docs|examples)\//.test(path) && !isTest(path));
  const FILES = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "package.json",
  ];
  const TEXTS = [...FILES, ...PROTOS, ...PAGES];
  let published: readonly string[];

  beforeAll(() => {
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const [pack] = JSON.parse(execFileSync("npm", args, { cwd: ROOT, encoding: "utf8", stdio: "pipe" }));
    published = pack.files.map(({ path }: { path: string }) => path);
  });

  test("has all that is expected", () => {
    const sources = repositoryFiles().filter((path) => /^src\/.*\.ts$/.test(path) && !isTest(path));
    const declarations = sources.map((path) => path.replace(/^src\//, "dist/").replace(/\.ts$/, ".d.ts"));
    const missing = [...TEXTS, ...BUNDLES, ...declarations].filter((path) => !published.includes(path));
    expectNone(missing, 'Write the file, build, or correct "files" in package.json; not published is:');
  });

  test("has all that the README leads to", () => {
    const links = [...textOf("README.md").matchAll(/\]\(([^)#:]+)[^):]*\)/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(5);
    const isThere = (link: string) => published.some((path) => path === link || path.startsWith(`${link}/`));
    expectNone(
      links.filter((link) => !isThere(link)),
      'Whoever installs the package has only what is in "files" of package.json; not published is:',
    );
  });

  test("has nothing else", () => {
    const isExpected = (path: string) => {
      const stem = /^dist\/(.*)\.d\.ts$/.exec(path)?.[1];
      return stem === undefined
        ? [...TEXTS, ...BUNDLES].includes(path) || isPartOfCommand(path)
        : existsSync(`${ROOT}src/${stem}.ts`) && !isTest(`${stem}.ts`);
    };
    expectNone(
      published.filter((path) => !isExpected(path)),
      'Correct "files" in package.json, or, if a source is gone, delete dist/ and build; published is:',
    );
  });
});

describe("package-lock.json", () => {
  const lock: Lock = JSON.parse(textOf("package-lock.json"));

  test("is of this version", () => {
    expect(lock.packages[""]!.version, "Run npm install").toBe(version);
  });

  test("has the packages of other platforms, which npm ci needs", () => {
    const optional = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).map((name) => ({ path, name })),
    );
    const missing = optional.filter(({ path, name }) => !isLocked(path, name));
    expectNone(
      missing.map(({ path, name }) => `${path || "package.json"} wants ${name}`),
      "npm leaves out what the registry lacks; use a version whose platform packages it has all:",
    );
  });

  /** Whether the package at `path` finds `name`, beside its own packages or further out. */
  function isLocked(path: string, name: string): boolean {
    const nested = path === "" ? `node_modules/${name}` : `${path}/node_modules/${name}`;
    if (nested in lock.packages) return true;
    const outer = path.lastIndexOf("node_modules/");
    return outer >= 0 && isLocked(path.slice(0, Math.max(outer - 1, 0)), name);
  }
});

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
