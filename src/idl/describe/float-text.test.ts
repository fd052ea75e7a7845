import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doubleText, floatText } from "./float-text.js";

// What protoc 36.2 writes.

describe("doubleText", () => {
  it.each([
    [0, "0"],
    [-0, "-0"],
    [1, "1"],
    [0.1, "0.1"],
    [1e14, "100000000000000"],
    [1e15, "1e+15"],
    [123456789012345, "123456789012345"],
    [1234567890123456, "1234567890123456"],
    [12345678901234568, "12345678901234568"],
    [1e17, "1e+17"],
    [1.2345678901234568e29, "1.2345678901234568e+29"],
    [1e100, "1e+100"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [-1.5e-7, "-1.5e-07"],
    [0.12345678901234568, "0.12345678901234568"],
    [5e-324, "4.94065645841247e-324"],
    [Number.MAX_VALUE, "1.7976931348623157e+308"],
    [2 ** 64, "1.8446744073709552e+19"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [Number.NaN, "nan"],
  ])("%d", (value, text) => expect(doubleText(value)).toBe(text));

  it("is read back as the same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(doubleText(value))).toBe(value);
      }),
    );
  });
});

describe("floatText", () => {
  it.each([
    [-0, "-0"],
    [0.1, "0.1"],
    [0.3, "0.3"],
    [0.1234567, "0.123456702"],
    [1e6, "1e+06"],
    [1e-5, "1e-05"],
    [1234567, "1234567"],
    [123456789, "123456792"],
    [16777217, "16777216"],
    [1.17549435e-38, "1.17549435e-38"],
    [1e-46, "0"],
    [1e-45, "1.40129846e-45"],
    [1.2e-38, "1.2e-38"],
    [3.4028235e38, "3.40282347e+38"],
    [2 ** 128 - 2 ** 103, "3.40282347e+38"],
    [-(2 ** 128 - 2 ** 103), "-3.40282347e+38"],
    [3.4028236e38, "inf"],
    [-1e50, "-inf"],
    [Number.NaN, "nan"],
  ])("%d", (value, text) => expect(floatText(value)).toBe(text));

  it("is read back as the same number", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(floatText(value)))).toBe(value);
      }),
    );
  });
});
