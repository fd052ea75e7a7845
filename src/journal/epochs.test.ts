import { expect, it } from "vitest";
import { addEpoch, EPOCHS_MAX, epochIdBits, epochIdText, type PastEpoch } from "./epochs.js";

it("a history lets the oldest go beyond its bound", () => {
  const history: PastEpoch[] = [];
  for (let number = 1; number <= EPOCHS_MAX + 2; number++)
    addEpoch(history, { number, id: "0000000a", position: 0 });
  expect(history).toHaveLength(EPOCHS_MAX);
  expect(history[0].number).toBe(3);
});

it.each([
  [0, "00000000"],
  [0xfedc_ba98, "fedcba98"],
  [0xffff_ffff, "ffffffff"],
])("%d is %s", (bits, text) => {
  expect(epochIdText(bits)).toBe(text);
  expect(epochIdBits(text)).toBe(bits);
});
