import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intMagnitude } from "./number-literal.js";

describe("intMagnitude", () => {
  it.each<[literal: string, value: number | bigint | undefined]>([
    ["0", 0],
    ["1", 1],
    ["999999999999999", 999_999_999_999_999],
    ["9007199254740991", 9_007_199_254_740_991],
    ["9007199254740992", 9_007_199_254_740_992n],
    ["18446744073709551615", 18_446_744_073_709_551_615n],
    ["18446744073709551616", undefined],
    ["9".repeat(1_000_000), undefined],
    ["00", 0],
    ["017", 15],
    ["01777777777777777777777", 18_446_744_073_709_551_615n],
    ["02000000000000000000000", undefined],
    [`0${"0".repeat(1_000_000)}7`, 7],
    [`0${"7".repeat(1_000_000)}`, undefined],
    ["0x0", 0],
    ["0xfF", 255],
    ["0X1f", 31],
    ["0xffffffffffffffff", 18_446_744_073_709_551_615n],
    ["0x10000000000000000", undefined],
    [`0x${"0".repeat(1_000_000)}1`, 1],
  ])("%.40s", (literal, value) => expect(intMagnitude(literal)).toBe(value));

  it("reads what BigInt reads", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        expect(BigInt(intMagnitude(String(value))!)).toBe(value);
        expect(BigInt(intMagnitude(`0x${value.toString(16)}`)!)).toBe(value);
        expect(BigInt(intMagnitude(`0${value.toString(8)}`)!)).toBe(value);
      }),
    );
  });
});
