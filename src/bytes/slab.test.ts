import { describe, expect, it } from "vitest";
import type { Output } from "./output.js";
import { type Expectation, Slab } from "./slab.js";

const BLOCK_BYTES = 16 * 1024;

/** What uninitialized memory holds in these tests. */
const SECRET = 0xee;

const sizes: Expectation = { lastBytes: 0, bytes: 0 };

/** A slab, and how many blocks it has asked for. */
function countingSlab(): { slab: Slab; blocks: Uint8Array[] } {
  const blocks: Uint8Array[] = [];
  const slab = new Slab({
    shared: (bytes) => {
      const block = new Uint8Array(bytes);
      blocks.push(block);
      return block;
    },
    uninitialized: (bytes) => new Uint8Array(bytes).fill(SECRET),
  });
  return { slab, blocks };
}

/** Appends `count` bytes with the value `value`. */
function write(count: number, output: Output, value: number): void {
  output.append(new Uint8Array(count).fill(value));
}

function expectFilled(bytes: Uint8Array, count: number, value: number): void {
  expect(Buffer.from(bytes).equals(Buffer.alloc(count, value))).toBe(true);
}

describe("Slab", () => {
  it.each([0, 1, 64, 65, 1000, 2048, 2049, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 100_000])(
    "gives exactly what was written, %i bytes, again and again",
    (count) => {
      const { slab } = countingSlab();
      for (let value = 1; value < 40; value++)
        expectFilled(slab.fill(write, count, value, sizes), count, value);
    },
  );

  it("leaves what it gave alone, whatever comes later", () => {
    const { slab } = countingSlab();
    const counts = Array.from({ length: 500 }, (_, i) => (i * 7919) % 3000);
    const given = counts.map((count, i) => slab.fill(write, count, i & 0xff, sizes));
    counts.forEach((count, i) => {
      expectFilled(given[i], count, i & 0xff);
    });
  });

  it("gives small arrays memory of their own, so that they keep no block alive", () => {
    const { slab, blocks } = countingSlab();
    for (let i = 0; i < 1000; i++) expect(slab.fill(write, 64, 1, sizes).buffer.byteLength).toBe(64);
    expect(blocks).toHaveLength(1);
  });

  it("puts middling ones into blocks that they share", () => {
    const { slab, blocks } = countingSlab();
    const given = Array.from({ length: 64 }, () => slab.fill(write, 200, 1, sizes));
    expect(new Set(given.map(({ buffer }) => buffer)).size).toBe(blocks.length);
    expect(blocks.length).toBeLessThan(4);
  });

  it("gives large ones memory that is at most twice as large", () => {
    const { slab } = countingSlab();
    for (const count of [50_000, 3000, 90_000, 5000]) {
      const { buffer } = slab.fill(write, count, 1, sizes);
      expect(buffer.byteLength).toBeLessThanOrEqual(Math.max(2 * count, BLOCK_BYTES));
    }
  });

  it("leaves nothing of what was in memory before in what it gives, nor beside it", () => {
    const { slab } = countingSlab();
    for (const count of [5000, 5000, 4000, 20_000, 19_000])
      expect(new Uint8Array(slab.fill(write, count, 1, sizes).buffer)).not.toContain(SECRET);
  });

  it("can be used by what it calls", () => {
    const { slab } = countingSlab();
    const inner: Uint8Array[] = [];
    const nested = (depth: number, output: Output, value: number): void => {
      write(100, output, value);
      if (depth > 0) inner.push(slab.fill(nested, depth - 1, value + 1, sizes));
      write(100, output, value);
    };
    const outer = slab.fill(nested, 3, 1, sizes);
    expect([outer, ...inner.reverse()]).toEqual([1, 2, 3, 4].map((value) => new Uint8Array(200).fill(value)));
  });

  it("goes on after a writer has thrown", () => {
    const { slab } = countingSlab();
    const before = slab.fill(write, 100, 1, sizes);
    const failing = (_: number, output: Output): void => {
      write(50, output, 9);
      throw new Error("no");
    };
    expect(() => slab.fill(failing, 0, 0, sizes)).toThrow("no");
    expect(slab.fill(write, 100, 2, sizes)).toEqual(new Uint8Array(100).fill(2));
    expect(before).toEqual(new Uint8Array(100).fill(1));
  });
});
