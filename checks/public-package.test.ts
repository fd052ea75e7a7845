import { builtinModules } from "node:module";
import { expect, test } from "vitest";
import { expectNone, packageJson } from "./repository.js";
import { type Import, isTest, parseSource, type Source, sourcesIn } from "./source.js";

/** What uses Redoubt as its users do. */
const OUTSIDE = ["examples", "bench", "interop", "chaos", "corpus"];

const { name: PACKAGE, exports, peerDependencies, devDependencies } = packageJson();

/** What its users import: the package and its parts. */
const PUBLIC = Object.keys(exports).map((part) => PACKAGE + part.slice(1));

/** Packages that are bundled into the command. */
const BUNDLED = { commander: "" };

test("examples, benchmarks and the like import Redoubt only as its users can", () => {
  expectNone(
    sourcesIn(...OUTSIDE).flatMap(innerImports),
    `Import "${PACKAGE}"; if something is missing there, export it from src/index.ts:`,
  );
});

test("a test may use the tests' own support of other folders", () => {
  const text = 'import { ManualRuntime } from "../src/runtime/manual-runtime.test.util.js";';
  expect(innerImports(parseSource("interop/a.test.ts", text))).toEqual([]);
  expect(innerImports(parseSource("interop/a.ts", text))).toHaveLength(1);
});

test("every package that is imported is declared", () => {
  expectNone(
    sourcesIn("src", "checks", ...OUTSIDE).flatMap(undeclaredImports),
    "Add the package to package.json (src/ itself may use peerDependencies, the command what is bundled), or use node: for Node's own:",
  );
});

test.each([
  [`import { Server } from "${PACKAGE}";`, true],
  [`import { compile } from "${PACKAGE}/idl";`, true],
  ['import { a } from "../../examples/directories/a.js";', true],
  ['import { a } from "../src/http2/a.js";', false],
  ['import type { A } from "../src/index.js";', false],
  ['import { a } from "../dist/index.js";', false],
  [`import { a } from "${PACKAGE}/dist/http2/a.js";`, false],
])("%s in a benchmark: allowed is %s", (text, isAllowed) => {
  expect(innerImports(parseSource("bench/a.ts", text)).length === 0).toBe(isAllowed);
});

test.each([
  ["bench/a.ts", "node:net", true],
  ["bench/a.ts", "net", false],
  ["bench/a.ts", "@grpc/grpc-js", true],
  ["bench/a.ts", "@bufbuild/protobuf/wkt", true],
  ["bench/a.ts", "left-pad", false],
  ["src/codec/a.ts", "@bufbuild/protobuf", true],
  ["src/codec/a.ts", "@grpc/grpc-js", false],
  ["src/codec/a.test.ts", "@grpc/grpc-js", true],
  ["src/codec/a.ts", "commander", false],
  ["src/cli/a.ts", "commander", true],
])("%s importing %s: declared is %s", (path, specifier, isDeclared) => {
  const undeclared = undeclaredImports(parseSource(path, `import "${specifier}";`));
  expect(undeclared.length === 0).toBe(isDeclared);
});

function innerImports({ path, imports }: Source): string[] {
  const isInner = ({ specifier, target }: Import) => {
    if (target === undefined) return specifier.startsWith(`${PACKAGE}/`) && !PUBLIC.includes(specifier);
    return /^(src|dist|build)\//.test(target) && !(isTest(path) && isTest(target));
  };
  return imports.filter(isInner).map(({ specifier, line }) => `${path}:${line} imports ${specifier}`);
}

function undeclaredImports({ path, imports }: Source): string[] {
  const isPartOfPackage = path.startsWith("src/") && !path.includes(".test.");
  const bundled = path.startsWith("src/cli/") ? BUNDLED : {};
  const declared = isPartOfPackage
    ? { ...peerDependencies, ...bundled }
    : { ...devDependencies, [PACKAGE]: "" };
  const isUndeclared = ({ specifier, target }: Import) =>
    target === undefined && !specifier.startsWith("node:") && !Object.hasOwn(declared, packageOf(specifier));
  return imports.filter(isUndeclared).map(({ specifier, line }) => {
    const isBuiltin = builtinModules.includes(specifier);
    return `${path}:${line} imports ${specifier}${isBuiltin ? `, which is node:${specifier}` : ""}`;
  });
}

/** `@bufbuild/protobuf` for `@bufbuild/protobuf/wkt`. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
