import { expect, test } from "vitest";
import { checkSameBytes } from "./same-bytes.js";

test("the same bytes pass, whatever kind of array carries them", () => {
  checkSameBytes(Buffer.from([1, 2]), Uint8Array.of(1, 2));
});

test.each([
  { actual: [1, 3], says: "2 where 2 are right, different from byte 1 on" },
  { actual: [1], says: "1 where 2 are right, different from byte 1 on" },
  { actual: [1, 2, 3, 4], says: "4 where 2 are right, 2 too many" },
])("$actual is not 1, 2", ({ actual, says }) => {
  expect(() => checkSameBytes(Uint8Array.from(actual), Uint8Array.of(1, 2))).toThrow(says);
});
