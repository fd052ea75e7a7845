import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byStart, findRange, firstOverlap, rangesText, rangeText } from "./ranges.js";

/** Ranges that do not overlap, in any order. */
const RANGES = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 20 })
  .map((numbers) => [...numbers].sort((a, b) => a - b))
  .map((numbers) => numbers.slice(1).map((end, i) => ({ start: numbers[i], end })))
  .chain((ranges) =>
    fc.subarray(ranges).chain((some) => fc.shuffledSubarray(some, { minLength: some.length })),
  );

describe("ranges", () => {
  it("are found by any of their numbers", () => {
    fc.assert(
      fc.property(RANGES, fc.integer({ min: -1, max: 62 }), (ranges, number) => {
        const expected = ranges.find(({ start, end }) => start <= number && number < end);
        expect(findRange(ranges, number)).toBe(expected);
      }),
    );
  });

  it("are found by a range that overlaps with them", () => {
    const other = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(RANGES, other, (ranges, [start, length]) => {
        const end = start + length;
        const [expected] = byStart(ranges.filter((each) => each.start < end && start < each.end));
        expect(firstOverlap(ranges, { start, end })).toBe(expected);
      }),
    );
  });

  it("that end before they start have no numbers", () => {
    const ranges = [{ start: 5, end: 3 }];
    expect([2, 3, 4, 5].map((number) => findRange(ranges, number))).toEqual(Array(4).fill(undefined));
    expect(rangesText(ranges)).toBeUndefined();
  });

  it("are written with both ends", () => {
    expect(rangeText({ start: 5, end: 6 })).toBe("5");
    expect(rangeText({ start: 5, end: 10 })).toBe("5 to 9");
    const many = [9, 7, 5, 3, 1].map((start) => ({ start, end: start + 2 }));
    expect(rangesText(many)).toBe("1 to 2, 3 to 4, 5 to 6, 7 to 8, …");
    expect(rangesText(many.slice(3))).toBe("1 to 2, 3 to 4");
  });
});
