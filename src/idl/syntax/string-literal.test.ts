import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeBytes, readEscape, stringOf } from "./string-literal.js";

const UTF8 = new TextEncoder();

describe("stringOf", () => {
  it.each<[literal: string, bytes: readonly number[] | string]>([
    ['""', []],
    ["'abc'", "abc"],
    [`"it's"`, "it's"],
    ['"größe → 🎉"', "größe → 🎉"],
    [String.raw`"\a\b\f\n\r\t\v"`, [7, 8, 12, 10, 13, 9, 11]],
    [String.raw`"\?\\\'\""`, "?\\'\""],
    [String.raw`"\0\01\101\1011\377"`, [0, 1, 0x41, 0x41, 0x31, 0xff]],
    [String.raw`"\777"`, [0xff]],
    [String.raw`"\x1\x41\X4a\xFFf"`, [1, 0x41, 0x4a, 0xff, 0x66]],
    [String.raw`"\u0041\u00e9\u20ac"`, "Aé€"],
    [String.raw`"\U0001F389\U00000041"`, "🎉A"],
    [String.raw`"\ud83c\udf89"`, "🎉"],
    [String.raw`"\U0000d83c\udf89"`, "🎉"],
    [String.raw`"\ud83c\U0000df89"`, [0xed, 0xa0, 0xbc, 0xed, 0xbe, 0x89]],
    [String.raw`"\ud83c\u0041"`, [0xed, 0xa0, 0xbc, 0x41]],
    [String.raw`"\ud83c"`, [0xed, 0xa0, 0xbc]],
    [String.raw`"\udf89\ud83c"`, [0xed, 0xbe, 0x89, 0xed, 0xa0, 0xbc]],
    [String.raw`"\U00110000"`, String.raw`\U00110000`],
    [String.raw`"a\qb"`, "ab"],
  ])("%s", (literal, bytes) => {
    expect([...stringOf([literal]).bytes]).toEqual(
      typeof bytes === "string" ? [...UTF8.encode(bytes)] : bytes,
    );
  });

  it("joins literals, even within a character", () => {
    expect(stringOf(['"a"', "'b'"]).text).toBe("ab");
    expect(stringOf([String.raw`"\xc3"`, String.raw`"\xa9"`]).text).toBe("é");
  });

  it("keeps a byte order mark, and replaces what is no UTF-8", () => {
    expect(stringOf([String.raw`"\xef\xbb\xbfA\xff"`]).text).toBe("\ufeffA\ufffd");
  });

  it("undoes escapeBytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(stringOf([`"${escapeBytes(bytes)}"`]).bytes).toEqual(bytes);
      }),
    );
  });
});

describe("readEscape", () => {
  it("says where the sequence ends", () => {
    expect(readEscape(String.raw`a\x4gh`, 1)).toEqual({ end: 4, kind: "byte", value: 4 });
    expect(readEscape(String.raw`a\1234`, 1)).toEqual({ end: 5, kind: "byte", value: 0o123 });
    expect(readEscape(String.raw`\ud83c\udf89!`, 0)).toEqual({ end: 12, kind: "codePoint", value: 0x1f389 });
  });

  it("never fails, and always goes on", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        const { end } = readEscape(`\\${text}`, 0);
        expect(end).toBeGreaterThanOrEqual(2);
        expect(end).toBeLessThanOrEqual(text.length + 1);
      }),
    );
  });
});

describe("escapeBytes", () => {
  it.each([
    ["abc ~", "abc ~"],
    ["\t\n\r\"'\\", String.raw`\t\n\r\"\'\\`],
    ["\0\x01\x0b\x07\x7f", String.raw`\000\001\013\007\177`],
    ["é", String.raw`\303\251`],
    ["?", "?"],
  ])("%j", (text, escaped) => expect(escapeBytes(UTF8.encode(text))).toBe(escaped));
});
