import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasNumber, type NumberSet, numberSet, subtractNumbers } from "./number-set.js";

const number = fc.integer({ min: 0, max: 40 });
const ranges = fc.array(fc.record({ start: number, end: number }), { maxLength: 8 });
const NUMBERS = Array.from({ length: 41 }, (_, index) => index);

function numbersOf(set: NumberSet): number[] {
  return NUMBERS.filter((each) => hasNumber(set, each));
}

describe("numberSet", () => {
  it("has the numbers of its ranges", () => {
    fc.assert(
      fc.property(ranges, (given) => {
        const expected = NUMBERS.filter((each) =>
          given.some(({ start, end }) => start <= each && each < end),
        );
        expect(numbersOf(numberSet(given))).toEqual(expected);
      }),
    );
  });

  it("joins what touches", () => {
    const given = [
      { start: 5, end: 7 },
      { start: 1, end: 3 },
      { start: 3, end: 5 },
      { start: 9, end: 9 },
    ];
    expect(numberSet(given)).toEqual([{ start: 1, end: 7 }]);
  });
});

describe("subtractNumbers", () => {
  it("leaves the numbers that are not in the other set, joined", () => {
    fc.assert(
      fc.property(ranges, ranges, (from, taken) => {
        const [first, second] = [numberSet(from), numberSet(taken)];
        const left = subtractNumbers(first, second);
        expect(numbersOf(left)).toEqual(numbersOf(first).filter((each) => !hasNumber(second, each)));
        expect(numberSet(left)).toEqual(left);
      }),
    );
  });
});
