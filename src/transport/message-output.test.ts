import { describe, expect, it } from "vitest";
import { isOneMessage } from "./message-output.js";

describe("isOneMessage", () => {
  it.each([
    [[0, 0, 0, 0, 0], true],
    [[0, 0, 0, 0, 2, 7, 7], true],
    [[0, 0, 0, 0, 2, 7], false],
    [[0, 0, 0, 0, 2, 7, 7, 7], false],
    [[1, 0, 0, 0, 1, 7], false],
    [[0, 0, 0, 0], false],
    [[], false],
    [[0, 0xff, 0xff, 0xff, 0xff], false],
  ])("%j: %s", (octets, expected) => {
    expect(isOneMessage(new Uint8Array([9, ...octets, 9]), 1, octets.length + 1)).toBe(expected);
  });
});
