import { expect, test } from "vitest";
import { checkSameBytes, patternBody, STAMP_BYTES, stamp, streamBody } from "./bodies.js";

test("the same bytes pass, whatever kind of array carries them", () => {
  for (const bytes of [STAMP_BYTES, 16, 64 * 1024]) {
    checkSameBytes(Buffer.from(patternBody(bytes)), patternBody(bytes));
  }
});

test.each([16, 64 * 1024])("one wrong byte in %i is noticed, wherever it is", (bytes) => {
  for (const index of [0, 5, 9, bytes - 1]) {
    const damaged = patternBody(bytes);
    damaged[index]! ^= 1;
    expect(() => checkSameBytes(damaged, patternBody(bytes))).toThrow("a wrong answer");
  }
});

test("a body that is too short or too long is noticed", () => {
  expect(() => checkSameBytes(patternBody(15), patternBody(16))).toThrow("15 bytes");
  expect(() => checkSameBytes(patternBody(17), patternBody(16))).toThrow("17 bytes");
});

test("bodies of different senders and sequence numbers differ", () => {
  const bodies = [0, 1, 255, 256, 65_536].flatMap((sequence) =>
    [0, 1, 256].map((sender) => {
      const body = patternBody(16, sender);
      stamp(body, sequence);
      return Buffer.from(body).toString("hex");
    }),
  );
  expect(new Set(bodies).size).toBe(bodies.length);
});

test("a stream's messages carry their index", () => {
  expect(Buffer.from(streamBody(0x010203, 16)).readUInt32LE(0)).toBe(0x010203);
});
