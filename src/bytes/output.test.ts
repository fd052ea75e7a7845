import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.js";
import { Output } from "./output.js";

describe("Output", () => {
  it("holds what was appended, in order, whatever the sizes", () => {
    const piece = fc.record({
      source: fc.uint8Array({ maxLength: 400 }),
      cut: fc.tuple(fc.nat(400), fc.nat(400)),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, pooled) => {
        const output = new Output(pooled ? new BufferPool() : undefined);
        const expected: number[] = [];
        for (const { source, cut } of pieces) {
          const start = Math.min(cut[0], source.length);
          const end = Math.min(start + cut[1], source.length);
          output.append(source, start, end);
          expected.push(...source.subarray(start, end));
        }
        expect([...output.view()]).toEqual(expected);
      }),
    );
  });

  it("appends the whole source where no range is given", () => {
    const output = new Output();
    output.append(new Uint8Array([1, 2, 3]));
    output.append(new Uint8Array(100).fill(7));
    expect([...output.view()]).toEqual([1, 2, 3, ...Array(100).fill(7)]);
  });

  it("appends a part of itself", () => {
    const output = new Output();
    for (let i = 0; i < 250; i++) output.append(new Uint8Array([i]));
    output.append(output.bytes, 10, 250);
    expect([...output.view().subarray(250)]).toEqual(Array.from({ length: 240 }, (_, i) => i + 10));
  });

  it("reserves room without changing what is written", () => {
    const output = new Output();
    output.append(new Uint8Array([1, 2, 3]));
    output.reserve(1_000_000);
    expect(output.bytes.length).toBeGreaterThanOrEqual(1_000_003);
    expect([...output.view()]).toEqual([1, 2, 3]);
    const { bytes } = output;
    output.reserve(1_000_000);
    expect(output.bytes).toBe(bytes);
  });

  it("grows by doubling, so that many small appends cost few copies", () => {
    const output = new Output();
    const arrays = new Set<Uint8Array>();
    for (let i = 0; i < 100_000; i++) {
      output.append(new Uint8Array([i]));
      arrays.add(output.bytes);
    }
    expect(arrays.size).toBeLessThan(12);
  });

  it("takes its first array from the pool, and gives it away by detach", () => {
    const pool = new BufferPool();
    const bytes = pool.take();
    pool.give(bytes);
    const output = new Output(pool);
    output.append(new Uint8Array([1]));
    expect(output.bytes).toBe(bytes);
    expect(output.detach()).toBe(bytes);
    expect(output.length).toBe(0);
    expect(output.bytes.length).toBe(0);
    pool.give(bytes);
    output.append(new Uint8Array([2]));
    expect(output.bytes).toBe(bytes);
  });

  it("leaves the pool's array to the pool where it is too small from the start", () => {
    const output = new Output(new BufferPool());
    output.append(new Uint8Array(20_000).fill(3));
    expect(output.length).toBe(20_000);
    expect(output.view().every((byte) => byte === 3)).toBe(true);
  });
});
