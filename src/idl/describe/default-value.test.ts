import { describe, expect, it } from "vitest";
import { described } from "../syntax/parse.test.util.js";

/** What a field's default is described as, and what is told of it. */
function defaultOf(type: string, value: string): { text: string | undefined; errors: readonly string[] } {
  const { proto, errors } = described(`message A { optional ${type} a = 1 [default = ${value}]; }`);
  const [field] = proto.messageType[0].field;
  return { text: Object.hasOwn(field, "defaultValue") ? field.defaultValue : undefined, errors };
}

// As protoc 36.2 writes them.
describe("a default", () => {
  it.each([
    ["int32", "0", "0"],
    ["int32", "-0", "0"],
    ["int32", "- 5", "-5"],
    ["int32", "0x7f", "127"],
    ["int32", "-017", "-15"],
    ["sint32", "2147483647", "2147483647"],
    ["sfixed32", "-2147483648", "-2147483648"],
    ["uint32", "4294967295", "4294967295"],
    ["fixed32", "0xffffffff", "4294967295"],
    ["int64", "-9223372036854775808", "-9223372036854775808"],
    ["sint64", "-0x7fffffffffffffff", "-9223372036854775807"],
    ["sfixed64", "9223372036854775807", "9223372036854775807"],
    ["uint64", "18446744073709551615", "18446744073709551615"],
    ["fixed64", "01777777777777777777777", "18446744073709551615"],
    ["double", "5", "5"],
    ["double", "0x10", "16"],
    ["double", "017", "15"],
    ["double", "-0", "-0"],
    ["double", "1.", "1"],
    ["double", ".5e1", "5"],
    ["double", "1e400", "inf"],
    ["double", "-inf", "-inf"],
    ["double", "-nan", "nan"],
    ["double", "123456789012345678901234567890", "1.2345678901234568e+29"],
    ["float", "0.1", "0.1"],
    ["float", "16777217", "16777216"],
    ["float", "1e50", "inf"],
    ["float", "-0.0", "-0"],
    ["bool", "true", "true"],
    ["bool", "false", "false"],
    ["string", '""', ""],
    ["string", String.raw`"\x41\u00e9" '"\n'`, 'Aé"\n'],
    ["bytes", String.raw`"\0\x7f\xff\r\"'\\é"`, String.raw`\000\177\377\r\"\'\\\303\251`],
    ["E", "X", "X"],
    ["E", "inf", "inf"],
    ["E", "1", "1"],
    ["E", '"X"', '"X"'],
  ])("of %s: %s", (type, value, text) => expect(defaultOf(type, value)).toEqual({ text, errors: [] }));
});

describe("a default that is not UTF-8", () => {
  it.each([
    [
      "string",
      '"a\\xff"',
      "a\ufffd",
      ["1:46: the default is not UTF-8: U+FFFD stands for what is no character of it; hint: take `bytes`"],
    ],
    ["string", '"\\xef\\xbf\\xbd"', "\ufffd", []],
    ["bytes", '"a\\xff"', "a\\377", []],
  ])("of %s: %s", (type, value, text, errors) => expect(defaultOf(type, value)).toEqual({ text, errors }));
});

describe("what is no default", () => {
  const [int32, int64] = ["-2147483648 to 2147483647", "-9223372036854775808 to 9223372036854775807"];
  it.each([
    ["int32", "2147483648", `\`2147483648\` is out of range for an \`int32\`; hint: it takes ${int32}`],
    ["int32", "-2147483649", `\`-2147483649\` is out of range for an \`int32\`; hint: it takes ${int32}`],
    [
      "int64",
      "9223372036854775808",
      `\`9223372036854775808\` is out of range for an \`int64\`; hint: it takes ${int64}`,
    ],
    [
      "int64",
      "-99999999999999999999",
      `\`-99999999999999999999\` is out of range for an \`int64\`; hint: it takes ${int64}`,
    ],
    ["uint32", "4294967296", "`4294967296` is out of range for a `uint32`; hint: it takes 0 to 4294967295"],
    ["uint32", "-1", "`-1` is out of range for a `uint32`; hint: it takes 0 to 4294967295"],
    ["fixed32", "-0", "`-0` is out of range for a `fixed32`; hint: it takes 0 to 4294967295"],
    [
      "uint64",
      "18446744073709551616",
      "`18446744073709551616` is out of range for a `uint64`; hint: it takes 0 to 18446744073709551615",
    ],
    ["int32", "1.5", "the default of an `int32` must be an integer, not `1.5`"],
    ["int32", "1e5", "the default of an `int32` must be an integer, not `1e5`"],
    ["int32", "x", "the default of an `int32` must be an integer, not `x`"],
    [
      "int32",
      '"1"',
      "the default of an `int32` must be an integer, not a string; hint: leave out the quotes",
    ],
    ["int32", "{}", "the default of an `int32` must be an integer, not a message"],
    ["double", "x", "the default of a `double` must be a number, `inf` or `nan`, not `x`"],
    ["double", "infinity", "the default of a `double` must be a number, `inf` or `nan`, not `infinity`"],
    ["float", '"1"', "the default of a `float` must be a number, not a string; hint: leave out the quotes"],
    ["bool", "1", "the default of a `bool` must be `true` or `false`, not `1`"],
    ["bool", "True", "the default of a `bool` must be `true` or `false`, not `True`"],
    ["string", "x", 'the default of a `string` must be a string, not `x`; hint: write `"x"`'],
    ["string", "-1", 'the default of a `string` must be a string, not `-1`; hint: write `"-1"`'],
    ["bytes", "1", 'the default of `bytes` must be a string, not `1`; hint: write `"1"`'],
    [
      "string",
      "x".repeat(50),
      `the default of a \`string\` must be a string, not \`${"x".repeat(40)}…\`; hint: put it between quotes`,
    ],
    ["bytes", "{}", "the default of `bytes` must be a string, not a message"],
  ])("of %s: %s", (type, value, error) => {
    const { text, errors } = defaultOf(type, value);
    expect(text).toBeUndefined();
    expect(errors).toEqual([expect.stringMatching(/^1:\d+: /)]);
    expect(errors[0].replace(/^1:\d+: /, "")).toBe(error);
  });
});

describe("a field without default", () => {
  it.each([
    ["repeated int32 a = 1 [default = 1];", "1:35: a repeated field cannot have a default"],
    ["optional group A = 1 [default = 1] {}", "1:35: a group cannot have a default"],
    ["map<int32, int32> a = 1 [default = 1];", "1:38: a map cannot have a default"],
    ["optional B a = 1 [default = {}];", "1:31: a message field cannot have a default"],
    ["optional int32 a = 1 [default = 1, default = 2];", "1:48: option `default` is set twice"],
    ['optional int32 a = 1 [json_name = "b", json_name = "c"];', "1:52: option `json_name` is set twice"],
    ["optional int32 a = 1 [default.b = 1];", "1:35: `default` has no fields to set"],
    ['optional int32 a = 1 [json_name.b = ""];', "1:35: `json_name` has no fields to set"],
    [
      "optional int32 a = 1 [json_name = b];",
      '1:47: `json_name` must be a string, not `b`; hint: write `"b"`',
    ],
    ["optional int32 a = 1 [json_name = {}];", "1:47: `json_name` must be a string, not a message"],
  ])("%s", (field, error) => {
    expect(described(`message A { ${field} }`).errors).toEqual([error]);
  });
});
