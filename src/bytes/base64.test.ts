import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "./base64.js";

describe("encodeBase64", () => {
  it("writes what Buffer writes, without padding (PROTOCOL-HTTP2: implementations should emit un-padded values)", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString("base64").replace(/=+$/, ""));
      }),
    );
  });
});

describe("decodeBase64", () => {
  it("reads values with and without padding (PROTOCOL-HTTP2: implementations MUST accept both)", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const padded = Buffer.from(bytes).toString("base64");
        expect(decodeBase64(padded)).toEqual(bytes);
        expect(decodeBase64(padded.replace(/=+$/, ""))).toEqual(bytes);
      }),
    );
  });

  it("never throws, and what it accepts is what Buffer reads", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: "binary" })), (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== undefined) expect(bytes).toEqual(new Uint8Array(Buffer.from(text, "base64")));
      }),
    );
  });

  it.each([
    ["", []],
    ["AA", [0]],
    ["AA==", [0]],
    ["AAA", [0, 0]],
    ["AAA=", [0, 0]],
    ["/+//", [0xff, 0xef, 0xff]],
    // The bits beyond the last octet are ignored, as everybody does.
    ["AB", [0]],
  ])("reads %j", (text, bytes) => {
    expect(decodeBase64(text)).toEqual(new Uint8Array(bytes));
  });

  it.each([
    "A",
    "AAAAA",
    "=",
    "==",
    "====",
    "A===",
    "AA=",
    "AAAA=",
    "AAAA====",
    "AA==AA==",
    "A=AA",
    "AA-_",
    "AA A",
    " AA",
    "AA\n",
    "ÿÿÿÿ",
    "AAA\u0100",
  ])("rejects %j", (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});
