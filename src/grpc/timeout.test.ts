import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTimeout, encodeTimeout } from "./timeout.js";

describe("encodeTimeout", () => {
  const check = (timeoutMs: number, text: string) => expect(encodeTimeout(timeoutMs)).toBe(text);

  it("says milliseconds where they have eight digits at most (PROTOCOL-HTTP2, TimeoutValue)", () => {
    check(1, "1m");
    check(500, "500m");
    check(99_999_999, "99999999m");
  });

  it("takes the next unit beyond eight digits", () => {
    check(100_000_000, "100000S");
    check(99_999_999_000, "99999999S");
    check(100_000_000_000, "27778H");
  });

  it("rounds up, never down", () => {
    check(1.000_001, "2m");
    check(99_999_998.5, "99999999m");
    check(99_999_999.5, "100000S");
    check(100_000_001, "100001S");
    check(99_999_999_001, "27778H");
  });

  it("says less than a millisecond in microseconds", () => {
    check(0.5, "500u");
    check(0.000_1, "1u");
    check(0.999_9, "1000u");
  });

  it("says the least there is for a deadline that has passed: TimeoutValue is positive", () => {
    check(0, "1n");
    check(-1, "1n");
    check(Number.NEGATIVE_INFINITY, "1n");
  });

  it("stops at 99,999,999 hours", () => {
    check(99_999_999 * 3_600_000, "99999999H");
    check(Number.MAX_VALUE, "99999999H");
    check(Number.POSITIVE_INFINITY, "99999999H");
  });

  it("gives a well-formed value that is no shorter than the time span, and longer by one part in 25,000 or a unit", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3e14, noNaN: true }), (timeoutMs) => {
        const text = encodeTimeout(timeoutMs);
        expect(text).toMatch(/^[1-9][0-9]{0,7}[HMSmun]$/);
        const decoded = decodeTimeout(text) as number;
        expect(decoded).toBeGreaterThanOrEqual(timeoutMs * (1 - 1e-12));
        expect(decoded).toBeLessThanOrEqual(timeoutMs * (1 + 1 / 25_000) + 1);
      }),
    );
  });
});

describe("decodeTimeout", () => {
  it.each([
    ["1H", 3_600_000],
    ["2M", 120_000],
    ["3S", 3_000],
    ["4m", 4],
    ["5u", 0.005],
    ["6n", 0.000_006],
    ["99999999H", 99_999_999 * 3_600_000],
    ["00000001S", 1_000],
    ["0S", 0],
  ])("reads %s", (text, timeoutMs) => {
    expect(decodeTimeout(text)).toBeCloseTo(timeoutMs, 9);
  });

  it.each([
    "",
    "1",
    "S",
    "123456789S",
    "000000001S",
    "-1S",
    "+1S",
    "1.5S",
    "1e3m",
    "0x1S",
    " 1S",
    "1S ",
    "1 S",
    "1s",
    "1h",
    "1ms",
    "1SS",
    "١S",
    "1S\n",
    "S1",
    "infinity",
  ])("takes %j for malformed", (text) => {
    expect(decodeTimeout(text)).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const timeoutMs = decodeTimeout(text);
        expect(timeoutMs === undefined || timeoutMs >= 0).toBe(true);
      }),
    );
  });
});
