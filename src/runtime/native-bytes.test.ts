import { describe, expect, it } from "vitest";
import { readUtf8, sharedMemory, utf8Length, writeUtf8 } from "./native-bytes.js";

const TEXTS = ["", "a", "é", "✓", "😀", "\uFEFFbom", "a\0b", "x".repeat(5000), "é✓😀".repeat(1000)];

describe("UTF-8", () => {
  it.each(TEXTS)("writes and reads what TextEncoder writes: %#", (text) => {
    const expected = new TextEncoder().encode(text);
    const bytes = new Uint8Array(3 * text.length + 5).fill(0xee);
    expect(writeUtf8(bytes, 2, text)).toBe(expected.length);
    expect(bytes.subarray(2, 2 + expected.length)).toEqual(expected);
    expect(bytes.subarray(0, 2)).toEqual(new Uint8Array([0xee, 0xee]));
    expect(readUtf8(bytes, 2, 2 + expected.length)).toBe(text);
    expect(utf8Length(text)).toBe(expected.length);
  });

  it.each(["\ud800", "a\udc00b", "\ud83d", `${"x".repeat(100)}\udfff`, "\udc00\ud800"])(
    "writes U+FFFD for a surrogate without a partner: %#",
    (text) => {
      const expected = new TextEncoder().encode(text);
      const bytes = new Uint8Array(3 * text.length);
      expect(writeUtf8(bytes, 0, text)).toBe(expected.length);
      expect(bytes.subarray(0, expected.length)).toEqual(expected);
      expect(utf8Length(text)).toBe(expected.length);
    },
  );

  it.each([
    [[0xff]],
    [[0x61, 0xc3]],
    [[0xc0, 0x80]],
    [[0xed, 0xa0, 0x80]],
    [[0xf0, 0x9f, 0x98]],
    [[0xf8, 0x88]],
  ])("reads U+FFFD for what is malformed, as often as TextDecoder: %j", (octets) => {
    const bytes = new Uint8Array(octets);
    expect(readUtf8(bytes, 0, bytes.length)).toBe(new TextDecoder().decode(bytes));
  });
});

it("does not let shared memory go to another thread, which would take it from all who share it", () => {
  const memory = sharedMemory(100);
  try {
    structuredClone(memory, { transfer: [memory.buffer as ArrayBuffer] });
  } catch {
    // Some versions of Node refuse, others copy.
  }
  expect(memory.length).toBe(100);
});
