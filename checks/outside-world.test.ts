import { expect, test } from "vitest";
import { expectNone } from "./repository.js";
import { isTest, lineOf, type Place, parseSource, type Source, sourcesIn, walk } from "./source.js";

// The library works in a simulated world as well, so all of it but src/runtime/ reaches the real one through `Runtime`
// only. src/cli/ is no library but a program: files, processes and the terminal are its business.

/** What only `src/runtime/` may name, and what others use in its place. */
const INSTEAD: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Date: "take the time as an argument, or call Runtime.now()",
    performance: "take the time as an argument, or call Runtime.now()",
    setTimeout: "use Runtime.setTimer, or the TimerWheel for something there is one of per call",
    setInterval: "use Runtime.setTimer, set again each time",
    setImmediate: "use Runtime.afterTurn",
    clearTimeout: "use Runtime.setTimer, whose timer has cancel()",
    clearInterval: "use Runtime.setTimer, whose timer has cancel()",
    clearImmediate: "use Runtime.afterTurn",
    crypto: "use Runtime.random, or add to Runtime what is needed",
    process: "add to Runtime what is needed",
    Buffer: "use Uint8Array and src/bytes/",
    NodeJS: "use types that every JavaScript engine has",
    console: "report to a CallObserver, or throw",
    fetch: "use Runtime.connect",
    require: "use import",
    global: "name the thing itself",
    globalThis: "name the thing itself",
    "Math.random": "use Runtime.random",
    "AbortSignal.timeout": "use Runtime.setTimer, or the TimerWheel",
  }),
);

/** Where the outside world begins. */
const OUTSIDE: readonly string[] = ["src/runtime/", "src/cli/"];

/** The one package that we depend on. */
const PACKAGE = "@bufbuild/protobuf";

test("only src/runtime and the command reach the outside world", () => {
  expectNone(
    sourcesIn("src").filter(isChecked).flatMap(reaches),
    "Only src/runtime/ and src/cli/ may touch node:*, the time, randomness and what else is not JavaScript itself:",
  );
});

test.each([
  ["new Date()", false],
  ["const nowMs = performance.now();", false],
  ["const value = Math.random();", false],
  ["Math.max(1, 2)", true],
  ["const { random } = Math;", true],
  ["setTimeout(() => {}, 5)", false],
  ["const later = setImmediate;", false],
  ["queueMicrotask(() => {})", true],
  ["runtime.setTimeout(() => {}, 5)", true],
  ["const options = { process: 1, Date: 2 };", true],
  ["const options = { process };", false],
  ["let bytes: Buffer;", false],
  ["let timer: NodeJS.Timeout;", false],
  ["interface A { process(): void; console: string; }", true],
  ["class A { crypto = 1; fetch() {} }", true],
  ["globalThis.performance.now()", false],
  ["AbortSignal.timeout(5)", false],
  ["AbortSignal.any([])", true],
  ["// new Date(), and console.log", true],
  ['const text = "process";', true],
  ['import { connect } from "node:net";', false],
  ['import type { Socket } from "net";', false],
  ['import { create } from "@bufbuild/protobuf";', true],
  ['import { Empty } from "@bufbuild/protobuf/wkt";', true],
  ['import { a } from "@bufbuild/protobufs";', false],
  ['import { a } from "../bytes/a.js";', true],
])("%s: allowed is %s", (text, isAllowed) => {
  expect(reaches(parseSource("src/http2/a.ts", text)).length === 0).toBe(isAllowed);
});

function isChecked({ path }: Source): boolean {
  return !OUTSIDE.some((folder) => path.startsWith(folder)) && !isTest(path);
}

function reaches({ path, text, program, imports }: Source): string[] {
  const found: string[] = [];
  for (const { specifier, target, line } of imports) {
    if (target !== undefined || specifier === PACKAGE || specifier.startsWith(`${PACKAGE}/`)) continue;
    found.push(`${path}:${line} imports ${specifier}: add to Runtime what is needed`);
  }
  for (const place of walk(program)) {
    const name = reachedName(place);
    const instead = name === undefined ? undefined : INSTEAD.get(name);
    if (instead !== undefined)
      found.push(`${path}:${lineOf(text, place.node.start)} names ${name}: ${instead}`);
  }
  return found;
}

/** `Date` where a variable or a type of that name is meant, and not a property; `Math.random` for that expression. */
function reachedName({ node, parent, field }: Place): string | undefined {
  if (node.type === "MemberExpression" && node.computed === false) {
    const object = node.object as { name?: string };
    const property = node.property as { name?: string };
    return object.name === undefined ? undefined : `${object.name}.${property.name}`;
  }
  if (node.type !== "Identifier" || (PROPERTY_FIELDS.includes(field) && parent?.computed !== true))
    return undefined;
  return node.name as string;
}

/** The fields of a node that hold the name of a property and not a variable. */
const PROPERTY_FIELDS: readonly string[] = ["key", "property", "imported", "exported"];
