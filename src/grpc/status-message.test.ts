import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeStatusMessage, encodeStatusMessage } from "./status-message.js";

describe("encodeStatusMessage (PROTOCOL-HTTP2, Percent-Encoded)", () => {
  it.each([
    ["", ""],
    ["no such folder", "no such folder"],
    ["100%", "100%25"],
    ["%41", "%2541"],
    ["a\r\nb\tc", "a%0D%0Ab%09c"],
    ["\0\x7f", "%00%7F"],
    ["~ !$&", "~ !$&"],
    ["é", "%C3%A9"],
    ["☃", "%E2%98%83"],
    ["😀", "%F0%9F%98%80"],
    ["\ud800", "%EF%BF%BD"],
  ])("writes %j as %s", (message, text) => {
    expect(encodeStatusMessage(message)).toBe(text);
  });

  it("writes nothing but space and VCHAR without %, and escapes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (message) => {
        expect(encodeStatusMessage(message)).toMatch(/^(?:[\x20-\x24\x26-\x7e]|%[0-9A-F]{2})*$/);
      }),
    );
  });
});

describe("decodeStatusMessage", () => {
  it("reads what encodeStatusMessage writes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), (message) => {
        expect(decodeStatusMessage(encodeStatusMessage(message))).toBe(
          message.replace(/\p{Surrogate}/gu, "\ufffd"),
        );
      }),
    );
  });

  it("keeps a byte order mark, which is a character like any other", () => {
    expect(decodeStatusMessage(encodeStatusMessage("\ufeffé"))).toBe("\ufeffé");
  });

  it.each([
    ["plain", "plain"],
    ["%c3%a9", "é"],
    ["%C3%A9", "é"],
    ["a%", "a%"],
    ["a%4", "a%4"],
    ["%zz", "%zz"],
    ["%%41", "%A"],
    ["%4%41", "%4A"],
    ["%+1", "%+1"],
    ["% 1", "% 1"],
    ["%25", "%"],
    ["%2525", "%25"],
  ])(
    "leaves broken escapes as they are (MUST NOT error or throw away the message): %j is %j",
    (text, message) => {
      expect(decodeStatusMessage(text)).toBe(message);
    },
  );

  it("puts U+FFFD for escapes that are no UTF-8", () => {
    expect(decodeStatusMessage("a%FFb")).toBe("a\ufffdb");
    expect(decodeStatusMessage("%C3")).toBe("\ufffd");
    expect(decodeStatusMessage("%ED%A0%80")).toBe("\ufffd\ufffd\ufffd");
  });

  // Fields come as one code unit per octet: `é` that was not escaped arrives as two.
  it.each([
    ["caf\xc3\xa9", "café"],
    ["caf\xc3\xa9 100%25", "café 100%"],
    ["\xff", "\ufffd"],
  ])("takes octets that were not escaped for UTF-8, with escapes beside them or not: %j", (text, message) => {
    expect(decodeStatusMessage(text)).toBe(message);
  });

  it("never throws, whatever the octets", () => {
    const octets = fc.uint8Array().map((bytes) => String.fromCharCode(...bytes));
    fc.assert(
      fc.property(octets, (text) => {
        expect(typeof decodeStatusMessage(text)).toBe("string");
      }),
    );
  });
});

it.each([
  [" in ", "%20in%20"],
  [" ", "%20"],
  ["  ", "%20%20"],
])("spaces at the ends of %o travel escaped, since a field value has none there", (message, encoded) => {
  expect(encodeStatusMessage(message)).toBe(encoded);
  expect(decodeStatusMessage(encoded)).toBe(message);
});
