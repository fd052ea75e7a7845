import { describe, expect, it } from "vitest";
import { Output } from "./output.js";
import { appendVarint, varintBytes } from "./varint.js";

describe("a varint", () => {
  it.each([
    [0, [0x00]],
    [1, [0x01]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [300, [0xac, 0x02]],
    [16_383, [0xff, 0x7f]],
    [16_384, [0x80, 0x80, 0x01]],
    [4_294_967_295, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])("of %i", (value, bytes) => {
    const output = new Output();
    appendVarint(output, value);
    expect([...output.view()]).toEqual(bytes);
    expect(varintBytes(value)).toBe(bytes.length);
  });
});
