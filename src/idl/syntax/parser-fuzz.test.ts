import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { described, parsed } from "./parse.test.util.js";
import type { Tokens } from "./tokens.js";
import { type AnyNode, childrenOf } from "./tree-text.test.util.js";

/** All constructs of the language. */
const SAMPLES = [
  String.raw`syntax = "proto2"; package a.b; import public "c.proto"; option java_package = "d" 'e';
    message A { optional int32 a = 1 [default = -5, json_name = "z"]; required .a.b.A b = 2;
      repeated group G = 3 [deprecated = true] { optional string s = 1; }
      oneof o { string x = 4; group H = 5 {} option deprecated = true; } map<string, A> m = 6;
      extensions 100 to 200, 300 [verification = UNVERIFIED]; reserved 7, 8 to 10; reserved "foo", "bar";
      enum E { X = 0; Y = -1 [deprecated = true]; reserved 5 to max, -10 to -5; } message N {}
      extend A { optional float f = 100 [default = 1.5e3]; } ; }
    extend A { optional bytes e = 101 [default = "a\001"]; }
    service S { rpc M(A) returns (stream .a.b.A); rpc N(stream A) returns (A) { option deprecated = true; ; } } ;`,
  `syntax = "proto3"; // a comment
    option (foo.m) = { a: 1, s: "x" 'y'; m < b: -2 > r: [1, 2] rm { d: -inf } [foo.ext]: 3
      any { [type.googleapis.com/foo.M] { a: 1 } } }; /* another */ option (foo.m).m.a = 3;
    message B { optional int32 a = 1; repeated string message = 2; map<int32, .B.C> m = 3; oneof q { B b = 4; } }`,
  `edition = "2024"; import option "c.proto"; export message A { local message B { string s = 1; } reserved foo;
      local enum C { C_X = 0; } repeated B b = 1 [features.repeated_field_encoding = EXPANDED]; } local enum E {}`,
];

const LEXEMES = SAMPLES.map((sample) => sample.match(/"[^"]*"|'[^']*'|\w+|\s+|[^\w\s]/g) as string[]);

const WORDS = [
  ...new Set(LEXEMES.flat()),
  "0x",
  "1.5",
  "4294967296",
  "#",
  "é",
  '"',
  "/*",
  '"\\n"',
  "a.5",
  "-",
  "<",
  ">",
  "+",
];

type Change = readonly [kind: "insert" | "replace" | "remove" | "cut", at: number, word: string];

/** A sample after some changes. */
const mutated = fc
  .tuple(
    fc.constantFrom(...LEXEMES),
    fc.array(
      fc.tuple(
        fc.constantFrom("insert", "replace", "remove", "cut"),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.constantFrom(...WORDS),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([lexemes, changes]: readonly [readonly string[], readonly Change[]]) =>
    changes
      .reduce((list, [kind, place, word]) => {
        const at = Math.floor(place * list.length);
        if (kind === "cut") return list.slice(0, at);
        const inserted = kind === "remove" ? [] : [` ${word} `];
        return list.toSpliced(at, kind === "insert" ? 0 : 1, ...inserted);
      }, lexemes)
      .join(""),
  );

/** Any words, one after the other. */
const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((list) => list.join(" "));

const anyText = fc.oneof({ weight: 6, arbitrary: mutated }, { weight: 3, arbitrary: words }, fc.string());

/** Checks that the nodes below a node are in it, one behind the other. */
function checkNesting(tokens: Tokens, node: AnyNode): void {
  let next = node.first;
  for (const child of childrenOf(node)) {
    expect(child.first).toBeGreaterThanOrEqual(next);
    expect(child.last).toBeLessThanOrEqual(node.last);
    checkNesting(tokens, child);
    next = child.last + 1;
  }
  expect(next - 1).toBeLessThanOrEqual(node.last);
}

describe("any text", () => {
  it("is read, and its nodes nest as its tokens do", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { tokens, tree } = parsed(text);
        expect(tree.last).toBeLessThan(tokens.length);
        checkNesting(tokens, tree);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is described", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { proto, nodes, options } = described(text);
        expect(nodes.has(proto)).toBe(true);
        for (const { nodes } of options) expect(nodes).not.toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is told of in one line each, at a place in the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = text.split("\n");
        for (const error of described(text).errors) {
          const [, line, column] = /^(\d+):(\d+): [^\n]+$/.exec(error) ?? [];
          expect(Number(column)).toBeLessThanOrEqual(lines[Number(line) - 1].length + 1);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the samples", () => {
  it.each(SAMPLES)("have no errors: %.40s", (sample) => expect(described(sample).errors).toEqual([]));
});
