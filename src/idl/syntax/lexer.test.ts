import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Diagnostics } from "../text/diagnostics.js";
import { Source } from "../text/source.js";
import { tokenize } from "./lexer.js";
import { told } from "./parse.test.util.js";
import { TokenKind } from "./tokens.js";

const NAMES = Object.fromEntries(Object.entries(TokenKind).map(([name, kind]) => [kind, name]));

/** Each token as its kind and its text, without the end; and the errors. */
function lexed(text: string): { tokens: string[]; errors: string[] } {
  const diagnostics = new Diagnostics();
  const tokens = tokenize(new Source("a.proto", text), diagnostics);
  const shown: string[] = [];
  for (let i = 0; i < tokens.length - 1; i++) shown.push(`${NAMES[tokens.kind(i)]} ${tokens.textOf(i)}`);
  return { tokens: shown, errors: told(diagnostics) };
}

describe("tokens", () => {
  it.each([
    ["", []],
    [" \t\r\n\v\f", []],
    ["foo", ["IDENTIFIER foo"]],
    ["_foo9_ A", ["IDENTIFIER _foo9_", "IDENTIFIER A"]],
    ["0 1 42 18446744073709551616", ["INT 0", "INT 1", "INT 42", "INT 18446744073709551616"]],
    ["017 00 0x1F 0XaB", ["INT 017", "INT 00", "INT 0x1F", "INT 0XaB"]],
    ["1.5 1. .5 0.5 0. 1.e5", ["FLOAT 1.5", "FLOAT 1.", "FLOAT .5", "FLOAT 0.5", "FLOAT 0.", "FLOAT 1.e5"]],
    ["1e5 1E+5 1.5e-5 0e0 .5e1", ["FLOAT 1e5", "FLOAT 1E+5", "FLOAT 1.5e-5", "FLOAT 0e0", "FLOAT .5e1"]],
    ["-1", ["SYMBOL -", "INT 1"]],
    ["1-1", ["INT 1", "SYMBOL -", "INT 1"]],
    [`"a" 'b'"c"`, ['STRING "a"', "STRING 'b'", 'STRING "c"']],
    [`"it's" 'say "x"'`, [`STRING "it's"`, `STRING 'say "x"'`]],
    [String.raw`"\"" '\'' "\\"`, [String.raw`STRING "\""`, String.raw`STRING '\''`, String.raw`STRING "\\"`]],
    ['"// no /* comment"', ['STRING "// no /* comment"']],
    ['"größe → 🎉"', ['STRING "größe → 🎉"']],
    ["a.b", ["IDENTIFIER a", "SYMBOL .", "IDENTIFIER b"]],
    ["a.b1", ["IDENTIFIER a", "SYMBOL .", "IDENTIFIER b1"]],
    [";,./:=-+()[]{}<>", [...";,./:=-+()[]{}<>"].map((symbol) => `SYMBOL ${symbol}`)],
    ["a//b\nc", ["IDENTIFIER a", "IDENTIFIER c"]],
    ["a// ö 🎉", ["IDENTIFIER a"]],
    ["a/* b\n // */c", ["IDENTIFIER a", "IDENTIFIER c"]],
    ["/**/a/***/b/*/ */", ["IDENTIFIER a", "IDENTIFIER b"]],
    ["a/b", ["IDENTIFIER a", "SYMBOL /", "IDENTIFIER b"]],
    ["\ufeffa", ["IDENTIFIER a"]],
  ])("%j", (text, expected) => {
    expect(lexed(text)).toEqual({ tokens: expected, errors: [] });
  });

  it("end with the end of the file", () => {
    const tokens = tokenize(new Source("a.proto", "a "), new Diagnostics());
    expect(tokens.length).toBe(2);
    expect([tokens.kind(1), tokens.start(1), tokens.end(1)]).toEqual([TokenKind.END, 2, 2]);
  });

  it("may be many", () => {
    const text = "a;".repeat(100_000);
    expect(lexed(text).tokens).toHaveLength(200_000);
  });
});

const LETTERS_HINT = "names are made of letters a to z, digits and `_`";

describe("what is no token", () => {
  it.each([
    ["numbers", "1to2", "1:1: `1to2` is not a number", ["INVALID 1to2"]],
    [
      "numbers",
      "1.5f;",
      "1:1: `1.5f` is not a number; hint: leave out the `f`",
      ["INVALID 1.5f", "SYMBOL ;"],
    ],
    ["numbers", "1.2.3", "1:1: `1.2.3` is not a number", ["INVALID 1.2.3"]],
    ["numbers", "1..2", "1:1: `1..2` is not a number", ["INVALID 1..2"]],
    ["numbers", "0x1.5", "1:1: `0x1.5` is not a number", ["INVALID 0x1.5"]],
    ["numbers", "01.5", "1:1: `01.5` is not a number", ["INVALID 01.5"]],
    ["numbers", "01e5", "1:1: `01e5` is not a number", ["INVALID 01e5"]],
    ["numbers", "08", "1:1: `08` is not an octal number; hint: leave out the `0` in front", ["INVALID 08"]],
    ["numbers", "0x", "1:1: `0x` needs hexadecimal digits", ["INVALID 0x"]],
    ["numbers", "0xg", "1:1: `0xg` is not a number", ["INVALID 0xg"]],
    ["numbers", "1e", "1:1: `1e` has an exponent without digits", ["INVALID 1e"]],
    ["numbers", "1.e+;", "1:1: `1.e+` has an exponent without digits", ["INVALID 1.e+", "SYMBOL ;"]],
    ["numbers", "1e-x", "1:1: `1e-x` is not a number", ["INVALID 1e-x"]],
    ["numbers", "a.5", "1:1: `a.5` is neither a name nor a number", ["INVALID a.5"]],
    [
      "numbers",
      "a.b.5c",
      "1:3: `b.5c` is neither a name nor a number",
      ["IDENTIFIER a", "SYMBOL .", "INVALID b.5c"],
    ],
    ["strings", '"a', '1:1: string is not closed; hint: add `"` before the end of the line', ['INVALID "a']],
    [
      "strings",
      "'a\nb",
      "1:1: string is not closed; hint: add `'` before the end of the line",
      ["INVALID 'a", "IDENTIFIER b"],
    ],
    [
      "strings",
      '"a\\\nb',
      '1:1: string is not closed; hint: add `"` before the end of the line',
      ['INVALID "a\\', "IDENTIFIER b"],
    ],
    [
      "strings",
      '"a\\',
      '1:1: string is not closed; hint: add `"` before the end of the line',
      ['INVALID "a\\'],
    ],
    [
      "strings",
      String.raw`"\q"`,
      "1:2: `\\q` is not an escape; hint: write `\\\\` for a backslash",
      [String.raw`STRING "\q"`],
    ],
    [
      "strings",
      String.raw`"\8"`,
      "1:2: `\\8` is not an escape; hint: write `\\\\` for a backslash",
      [String.raw`STRING "\8"`],
    ],
    [
      "strings",
      String.raw`"\🎉"`,
      "1:2: `\\🎉` is not an escape; hint: write `\\\\` for a backslash",
      [String.raw`STRING "\🎉"`],
    ],
    [
      "strings",
      String.raw`"\xg"`,
      "1:2: `\\x` needs one or two hexadecimal digits",
      [String.raw`STRING "\xg"`],
    ],
    ["strings", String.raw`"\u12"`, "1:2: `\\u` needs four hexadecimal digits", [String.raw`STRING "\u12"`]],
    [
      "strings",
      String.raw`"\U0020ffff"`,
      "1:2: `\\U` needs eight hexadecimal digits, up to 0010ffff",
      [String.raw`STRING "\U0020ffff"`],
    ],
    ["strings", '"a\0b"', "1:3: a string cannot hold NUL", ['STRING "a\0b"']],
    ["comments", "a /* b", "1:3: comment is not closed; hint: add `*/`", ["IDENTIFIER a", "INVALID /* b"]],
    ["comments", "/*/", "1:1: comment is not closed; hint: add `*/`", ["INVALID /*/"]],
    [
      "comments",
      "/* /* */ a",
      "1:4: `/*` inside a block comment: block comments do not nest",
      ["IDENTIFIER a"],
    ],
    ["comments", "// \0", "1:4: a comment cannot hold NUL", []],
    ["comments", "/* \0 */", "1:4: a comment cannot hold NUL", []],
    [
      "characters",
      "# a",
      "1:1: `#` has no meaning here; hint: a comment starts with `//`",
      ["INVALID #", "IDENTIFIER a"],
    ],
    [
      "characters",
      "a @@@ b",
      "1:3: `@` has no meaning here",
      ["IDENTIFIER a", "INVALID @@@", "IDENTIFIER b"],
    ],
    [
      "characters",
      "“a",
      "1:1: `“` has no meaning here; hint: a string is between `\"` or `'`",
      ["INVALID “", "IDENTIFIER a"],
    ],
    ["characters", "→→", "1:1: `→` has no meaning here", ["INVALID →→"]],
    ["characters", "🎉🎉;", "1:1: `🎉` has no meaning here", ["INVALID 🎉🎉", "SYMBOL ;"]],
    [
      "characters",
      "größe_1;",
      `1:3: \`öß\` cannot be part of a name; hint: ${LETTERS_HINT}`,
      ["INVALID größe_1", "SYMBOL ;"],
    ],
    ["characters", "é", `1:1: \`é\` cannot be part of a name; hint: ${LETTERS_HINT}`, ["INVALID é"]],
    ["characters", "a\x01\x01b", "1:2: control character U+0001", ["IDENTIFIER a", "IDENTIFIER b"]],
    ["characters", "a\u00a0b", "1:2: invisible character U+00A0", ["IDENTIFIER a", "IDENTIFIER b"]],
    ["characters", "a \ufeffb", "1:3: invisible character U+FEFF", ["IDENTIFIER a", "IDENTIFIER b"]],
    ["characters", "a\ud800b", "1:2: invisible character U+D800", ["IDENTIFIER a", "IDENTIFIER b"]],
  ])("%s: %j", (_, text, error, expected) => {
    expect(lexed(text)).toEqual({ tokens: expected, errors: [error] });
  });
});

describe("any text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."a1.0xe+-\"'\\/*\n \t#é→\0\u00a0;u") }),
  );

  it("becomes tokens in order, with nothing but blanks and comments between", () => {
    fc.assert(
      fc.property(text, (text) => {
        const diagnostics = new Diagnostics();
        const tokens = tokenize(new Source("a.proto", text), diagnostics);
        let end = 0;
        for (let i = 0; i < tokens.length; i++) {
          expect(tokens.start(i)).toBeGreaterThanOrEqual(end);
          const between = text.slice(end, tokens.start(i));
          if (diagnostics.errorCount === 0)
            expect(between).toMatch(/^\ufeff?(\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*$/);
          end = tokens.end(i);
        }
        expect(end).toBe(text.length);
        expect(tokens.kind(tokens.length - 1)).toBe(TokenKind.END);
      }),
      { numRuns: 2_000 },
    );
  });
});
