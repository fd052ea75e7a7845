import { describe, expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.js";

const KIB = 1024;

describe("BufferPool", () => {
  it("makes arrays of 16 KiB while it has none", () => {
    const pool = new BufferPool();
    expect(pool.take().length).toBe(16 * KIB);
    expect(pool.take()).not.toBe(pool.take());
  });

  it("hands out the array that came back last", () => {
    const pool = new BufferPool();
    const first = new Uint8Array(16 * KIB);
    const last = new Uint8Array(64 * KIB);
    pool.give(first);
    pool.give(last);
    expect(pool.take()).toBe(last);
    expect(pool.take()).toBe(first);
    expect(pool.take()).not.toBe(first);
  });

  it.each([
    [0, false],
    [16 * KIB - 1, false],
    [16 * KIB, true],
    [256 * KIB, true],
    [256 * KIB + 1, false],
  ])("an array of %d bytes is kept: %j", (length, kept) => {
    const pool = new BufferPool();
    const bytes = new Uint8Array(length);
    pool.give(bytes);
    expect(pool.take() === bytes).toBe(kept);
  });

  it("keeps 16 arrays", () => {
    const pool = new BufferPool();
    const given: Uint8Array[] = Array.from({ length: 17 }, () => new Uint8Array(16 * KIB));
    for (const bytes of given) pool.give(bytes);
    const taken = Array.from({ length: 17 }, () => pool.take());
    expect(taken.map((bytes) => given.indexOf(bytes))).toEqual([
      15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1,
    ]);
  });
});
