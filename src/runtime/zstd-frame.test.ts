import { describe, expect, it } from "vitest";
import { zstdFrameBytes } from "./zstd-frame.js";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** Block headers are little-endian: last, type (2 bits), size (21 bits). */
const RAW_LAST_OF_3 = [0b00011_00_1, 0, 0, 1, 2, 3];
const RAW_OF_2 = [0b00010_00_0, 0, 0, 1, 2];
/** One byte, that stands for 1000. */
const REPEATED_LAST = [0b01000_01_1, 0b00011111, 0, 7];

describe("zstdFrameBytes (RFC 8878 §3.1.1)", () => {
  it.each<[string, number[]]>([
    ["a window and no content size", [0x00, 0x58, ...RAW_LAST_OF_3]],
    ["a single segment", [0x20, 3, ...RAW_LAST_OF_3]],
    ["a single segment of 8 bytes' size", [0xe0, 3, 0, 0, 0, 0, 0, 0, 0, ...RAW_LAST_OF_3]],
    ["a window and a size of 2 bytes", [0x40, 0x58, 3, 0, ...RAW_LAST_OF_3]],
    ["a dictionary's id of 4 bytes", [0x03, 0x58, 1, 2, 3, 4, ...RAW_LAST_OF_3]],
    ["two blocks", [0x00, 0x58, ...RAW_OF_2, ...RAW_LAST_OF_3]],
    ["a repeated byte", [0x00, 0x58, ...REPEATED_LAST]],
    ["a checksum", [0x04, 0x58, ...RAW_LAST_OF_3, 9, 9, 9, 9]],
  ])("with %s: whole, longer and cut short", (_, rest) => {
    const frame = new Uint8Array([...MAGIC, ...rest]);
    expect(zstdFrameBytes(frame)).toBe(frame.length);
    expect(zstdFrameBytes(new Uint8Array([...frame, 0, 0]))).toBe(frame.length);
    for (let length = 0; length < frame.length; length++)
      expect(zstdFrameBytes(frame.subarray(0, length))).toBeUndefined();
  });

  it.each([[[]], [[0x28]], [[0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 1]], [[1, 2, 3, 4, 5, 6, 7, 8]]])(
    "does not begin with %j",
    (bytes) => {
      expect(zstdFrameBytes(new Uint8Array(bytes))).toBeUndefined();
    },
  );
});
