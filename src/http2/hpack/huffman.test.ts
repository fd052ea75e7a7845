import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { octets } from "./hex.test.util.js";
import { CODE_BITS, huffmanCodes, SYMBOL_COUNT, SYMBOL_EOS } from "./huffman-code.js";
import { decodeHuffman } from "./huffman-decode.js";
import { huffmanBytes, writeHuffman } from "./huffman-encode.js";

describe("the code of RFC 7541 Appendix B", () => {
  it("is complete: its lengths use up all bit strings", () => {
    const used = Array.from(CODE_BITS).reduce((sum, bits) => sum + 2 ** -bits, 0);
    expect(CODE_BITS).toHaveLength(SYMBOL_COUNT);
    expect(used).toBe(1);
  });

  it.each([
    [0, "1111111111000"],
    [10, "111111111111111111111111111100"],
    [0x20, "010100"],
    [0x30, "00000"],
    [0x41, "100001"],
    [0x5c, "1111111111111110000"],
    [0x7a, "1111011"],
    [0x80, "11111111111111100110"],
    [0xc7, "1111111111111111111101100"],
    [0xfe, "111111111111111111111110000"],
    [0xff, "11111111111111111111101110"],
    [SYMBOL_EOS, "111111111111111111111111111111"],
  ])("gives symbol %i the code %s", (symbol, code) => {
    expect(huffmanCodes()[symbol].toString(2).padStart(CODE_BITS[symbol], "0")).toBe(code);
  });
});

describe("Huffman coding", () => {
  it("brings back every octet", () => {
    for (let octet = 0; octet < 256; octet++) checkRoundTrip(String.fromCharCode(octet));
  });

  it("brings back any text", () => {
    const latin1 = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes));
    fc.assert(fc.property(latin1, checkRoundTrip));
  });

  it("brings back text longer than the scratch array", () => {
    for (const length of [600, 640, 641, 1023, 1024, 1025, 20_000]) checkRoundTrip("e".repeat(length));
  });

  it("says -1 for what is not an octet", () => {
    expect(huffmanBytes("a\u0100")).toBe(-1);
    expect(huffmanBytes("\u20ac")).toBe(-1);
  });
});

describe("RFC 7541 §5.2: padding", () => {
  it.each([
    ["none", "", ""],
    ["7 bits of ones", "18c631ff", "aaaaa"],
    ["3 bits of ones", "1f", "a"],
  ])("takes %s", (_, hex, text) => {
    expect(decode(hex)).toBe(text);
  });

  it.each([
    ["padding with a zero", "1e"],
    ["padding of 8 bits", "ff"],
    ["padding of 3 + 8 bits", "1fff"],
    ["an incomplete code", "fe"],
    ["EOS alone", "ffffffff"],
    ["EOS behind a symbol", "1fffffffff"],
    ["EOS before symbols", "fffffffc00"],
  ])("refuses %s", (_, hex) => {
    expect(decode(hex)).toBeUndefined();
  });

  it("takes exactly what encodes to the same octets again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const text = decodeHuffman(bytes, 0, bytes.length);
        if (text !== undefined) expect(encode(text)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});

function decode(hex: string): string | undefined {
  const bytes = octets(hex);
  return decodeHuffman(bytes, 0, bytes.length);
}

function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(huffmanBytes(text));
  writeHuffman(text, bytes, 0);
  return bytes;
}

function checkRoundTrip(text: string): void {
  const bytes = encode(text);
  // Behind other octets, and in front of others, as within a block.
  const within = Uint8Array.of(0xaa, ...bytes, 0x55);
  expect(decodeHuffman(within, 1, 1 + bytes.length)).toBe(text);
}
