import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { crc32, randomBytes, sha256, sha256Text } from "./node-hash.js";

const ascii = (text: string) => new TextEncoder().encode(text);

describe("sha256", () => {
  it.each([
    // FIPS 180-4's examples.
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ])("of %j", (text, digest) => {
    expect(Buffer.from(sha256(ascii(text))).toString("hex")).toBe(digest);
  });

  it("gives each byte value as it is", () => {
    const seen = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const bytes = ascii(`input ${i}`);
      const digest = sha256(bytes);
      expect(Buffer.from(digest)).toEqual(createHash("sha256").update(bytes).digest());
      expect(Array.from(sha256Text(bytes), (character) => character.charCodeAt(0))).toEqual([...digest]);
      for (const byte of digest) seen.add(byte);
    }
    expect(seen.size).toBe(256);
  });

  it("gives an array of its own", () => {
    expect(sha256(ascii("abc")).buffer.byteLength).toBe(32);
  });
});

describe("crc32", () => {
  it("has the check value", () => {
    expect(crc32(ascii("123456789"))).toBe(0xcbf43926);
  });

  it("goes on from a seed, and is 0 of nothing", () => {
    expect(crc32(ascii("6789"), crc32(ascii("12345")))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
    expect(crc32(new Uint8Array(), 7)).toBe(7);
  });

  it("looks at the part of the buffer that a view shows", () => {
    expect(crc32(ascii("x123456789x").subarray(1, 10))).toBe(0xcbf43926);
  });
});

describe("randomBytes", () => {
  it("gives as many as asked, others each time", () => {
    expect(randomBytes(16)).toHaveLength(16);
    expect(randomBytes(0)).toHaveLength(0);
    expect(Buffer.from(randomBytes(16))).not.toEqual(Buffer.from(randomBytes(16)));
  });
});
