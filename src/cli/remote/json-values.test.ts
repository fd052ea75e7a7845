import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonValues } from "./json-values.js";

describe("JSON values one after another", () => {
  it.each<[text: string, values: unknown[]]>([
    ["", []],
    [" \n\t ", []],
    ["{}", [{}]],
    ['{"a":1}{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['{\n  "a": [1, {"b": "}"}]\n}\n\n[]', [{ a: [1, { b: "}" }] }, []]],
    ['{"a":"\\"}{"}', [{ a: '"}{' }]],
    ['{"a":"\\\\"}{}', [{ a: "\\" }, {}]],
    ['"a""b" "c"', ["a", "b", "c"]],
    ["1 2\n-3.5e1 true null", [1, 2, -35, true, null]],
    ["1{}true[]", [1, {}, true, []]],
    ["\uFEFF{}", [{}]],
    ['{"a":9007199254740991}', [{ a: 9007199254740991 }]],
    ['{"a":9007199254740993}', [{ a: "9007199254740993" }]],
    [
      '{"a":-9223372036854775808,"b":"9007199254740993"}',
      [{ a: "-9223372036854775808", b: "9007199254740993" }],
    ],
    [
      '{"a":0.12345678901234567890,"b":1e400}',
      [{ a: Number("0.12345678901234567890"), b: Number.POSITIVE_INFINITY }],
    ],
  ])("%j", (text, values) => {
    expect(read([text])).toEqual(values);
    expect(read(text)).toEqual(values);
  });

  it.each<[text: string, message: RegExp]>([
    ["{name:1}", /^`\{name:1\}` is no JSON: /],
    ["hello", /^`hello` is no JSON: /],
    ['{"a":1', /^`\{"a":1` is no JSON: /],
    ['"a', /^`"a` is no JSON: /],
    ["}", /^`}` is no JSON: /],
    ['{"a":1}\n\n{"a":]}', /^line 3: `\{"a":\]` is no JSON: /],
    ["{}\n{\n\n{}\n", /^line 2: `\{` is no JSON: /],
    [`{${"x".repeat(100)}}`, /^`\{x{59}…` is no JSON: /],
  ])("refuses %j", (text, message) => {
    expect(() => read([text])).toThrow(message);
    expect(() => read(text)).toThrow(message);
  });

  it("gives each value as soon as it is whole", () => {
    const values = new JsonValues();
    expect(values.push('{"a":')).toEqual([]);
    expect(values.push("1}")).toEqual([{ a: 1 }]);
    expect(values.push("  2")).toEqual([]);
    expect(values.push(" ")).toEqual([2]);
    expect(values.end()).toEqual([]);
  });

  it("does not mind where the text was cut", () => {
    const values = fc.array(fc.jsonValue({ noUnicodeString: false }), { maxLength: 5 });
    const cuts = fc.array(fc.nat(20), { minLength: 1 });
    fc.assert(
      fc.property(
        values,
        cuts,
        fc.constantFrom(" ", "\n"),
        fc.constantFrom(0, 2),
        (values, cuts, blank, indent) => {
          const text = values.map((value) => JSON.stringify(value, null, indent)).join(blank);
          const chunks: string[] = [];
          for (let at = 0, i = 0; at < text.length; i++) {
            const length = 1 + cuts[i % cuts.length];
            chunks.push(text.slice(at, at + length));
            at += length;
          }
          const exact = values.map((value) => JSON.parse(JSON.stringify(value), largeAsText));
          expect(read(chunks)).toEqual(exact);
        },
      ),
    );
  });
});

function read(chunks: Iterable<string>): unknown[] {
  const values = new JsonValues();
  const found: unknown[] = [];
  for (const chunk of chunks) found.push(...values.push(chunk));
  return [...found, ...values.end()];
}

function largeAsText(_: string, value: unknown): unknown {
  const text = typeof value === "number" ? JSON.stringify(value) : "";
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? text : value;
}
