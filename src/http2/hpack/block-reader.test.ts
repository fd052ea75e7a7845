import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendInteger, appendString } from "./append-primitives.js";
import { BlockReader, NO_INTEGER } from "./block-reader.js";
import { octets, written } from "./hex.test.util.js";

describe("RFC 7541 §5.1: integers", () => {
  it("brings back any integer of 32 bits in any prefix", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.integer({ min: 4, max: 8 }),
        (value, prefixBits) => {
          const prefixMax = 2 ** prefixBits - 1;
          const reader = open(written((output) => appendInteger(output, 0, prefixMax, value)));
          expect(reader.readInteger(reader.readOctet(), prefixMax)).toBe(value);
          expect(reader.atEnd()).toBe(true);
        },
      ),
    );
  });

  it.each([
    ["the largest", "7f 80ffffff0f", 0xffff_ffff],
    ["zeros in front, within five octets", "7f 8180808000", 128],
  ])("takes %s", (_, hex, value) => {
    const reader = open(octets(hex));
    expect(reader.readInteger(reader.readOctet(), 0x7f)).toBe(value);
  });

  it.each([
    ["more than 32 bits", "7f 81ffffff0f", "integer above 32 bits"],
    ["six octets behind the prefix", "7f 808080808000", "integer of too many octets"],
    ["no end", "7f 8080", "block ends within an integer"],
    ["only the prefix", "7f", "block ends within an integer"],
  ])("refuses %s", (_, hex, failure) => {
    const reader = open(octets(hex));
    expect(reader.readInteger(reader.readOctet(), 0x7f)).toBe(NO_INTEGER);
    expect(reader.failure).toBe(failure);
  });
});

describe("RFC 7541 §5.2: strings", () => {
  it("brings back any latin1 text, of any length", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 300 }).map((s) => s.replace(/[^\0-\u00ff]/g, "?")),
      fc
        .array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 })
        .map((codes) => String.fromCharCode(...codes)),
    );
    fc.assert(
      fc.property(text, (sent) => {
        const reader = open(written((output) => appendString(output, sent)));
        expect(reader.readString()).toBe(sent);
        expect(reader.atEnd()).toBe(true);
      }),
    );
  });

  it("is Huffman-coded only where that is shorter", () => {
    expect(written((output) => appendString(output, "aaa"))).toEqual(octets("82 18c7"));
    expect(written((output) => appendString(output, "XX"))).toEqual(octets("02 5858"));
    expect(written((output) => appendString(output, ""))).toEqual(octets("00"));
  });

  it("throws on our own mistake of sending what is not latin1", () => {
    expect(() => written((output) => appendString(output, "\u20ac"))).toThrow("assertion failed");
  });

  it.each([
    ["nothing", "", "block ends where a string was due"],
    ["too few octets", "03 6161", "block ends within a string"],
    ["too few Huffman octets", "83 18c7", "block ends within a string"],
    ["a length without end", "7f 80", "block ends within an integer"],
    ["a length far beyond the block", "7f 80ffffff0f", "block ends within a string"],
    ["wrong padding", "82 1800", "Huffman code with EOS or wrong padding"],
  ])("refuses %s", (_, hex, failure) => {
    const reader = open(octets(hex));
    expect(reader.readString()).toBeUndefined();
    expect(reader.failure).toBe(failure);
  });
});

function open(bytes: Uint8Array): BlockReader {
  const reader = new BlockReader();
  reader.open(bytes, 0, bytes.length);
  return reader;
}
