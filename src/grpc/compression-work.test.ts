import { describe, expect, it } from "vitest";
import { CompressionFault } from "../runtime/compressor.js";
import { ManualCompressor } from "../runtime/manual-compressor.test.util.js";
import { ManualRuntime } from "../runtime/manual-runtime.test.util.js";
import { CompressionWork, type WorkResult } from "./compression-work.js";

function start() {
  const compressor = new ManualCompressor();
  const runtime = new ManualRuntime();
  const turnEnds: (() => void)[] = [];
  runtime.compressor = compressor;
  runtime.afterTurn = (callback) => turnEnds.push(callback);
  const endTurn = () => {
    for (const callback of turnEnds.splice(0)) callback();
  };
  return { compressor, turnEnds, endTurn, work: new CompressionWork(runtime) };
}

const KIB = 1024;

describe("at once", () => {
  it("messages up to 4 KiB, and no larger ones", () => {
    const { work } = start();
    expect(work.compressAtOnce("gzip", new Uint8Array(4 * KIB))).toBeInstanceOf(Uint8Array);
    expect(work.compressAtOnce("gzip", new Uint8Array(4 * KIB + 1))).toBeUndefined();
    expect(work.decompressAtOnce("gzip", new Uint8Array(4 * KIB + 1), 1e6)).toBeUndefined();
  });

  it.each([
    [64 * KIB, 1e6, "bytes"],
    [64 * KIB + 1, 1e6, "later"],
    [64 * KIB + 1, 64 * KIB, "too large"],
    [1001, 1000, "too large"],
    [1000, 1000, "bytes"],
  ])("what %d bytes come out of, where %d are allowed: %s", (bytes, bytesMax, expected) => {
    const { work, compressor } = start();
    const compressed = compressor.compressAtOnce("gzip", new Uint8Array(bytes));
    expect(kindOf(work.decompressAtOnce("gzip", compressed, bytesMax))).toBe(expected);
  });

  it("says of what is malformed that it is", () => {
    expect(kindOf(start().work.decompressAtOnce("gzip", new Uint8Array(10), 1e6))).toBe("corrupt");
  });

  it("32 in a turn; the next 32 in the next one", () => {
    const { work, turnEnds, endTurn } = start();
    const done = () => {
      let count = 0;
      while (work.compressAtOnce("gzip", new Uint8Array(10)) !== undefined) count++;
      return count;
    };
    expect(done()).toBe(32);
    expect(turnEnds.length).toBe(1);
    endTurn();
    expect(done()).toBe(32);
  });

  it("asks for the end of no turn in which nothing is done", () => {
    const { work, turnEnds, endTurn } = start();
    work.compressAtOnce("gzip", new Uint8Array(10));
    endTurn();
    expect(turnEnds.length).toBe(0);
  });
});

function kindOf(result: WorkResult | undefined): string {
  if (result === undefined) return "later";
  return result instanceof CompressionFault ? result.kind : "bytes";
}

describe("off the event loop", () => {
  function started(count: number) {
    const all = start();
    const done: number[] = [];
    const works = Array.from({ length: count }, (_, i) =>
      all.work.compress("gzip", new Uint8Array(10), () => done.push(i)),
    );
    return { ...all, done, works };
  }

  it("two at a time, in order", () => {
    const { compressor, done } = started(5);
    expect(compressor.underWay).toBe(2);
    compressor.finish(1);
    expect(done).toEqual([1]);
    expect(compressor.underWay).toBe(2);
    while (compressor.underWay > 0) compressor.finish();
    expect(done).toEqual([1, 0, 2, 3, 4]);
  });

  it("nothing of what was cancelled while it waited", () => {
    const { compressor, done, works } = started(5);
    works[2].cancel();
    works[4].cancel();
    while (compressor.underWay > 0) compressor.finish();
    expect(done).toEqual([0, 1, 3]);
  });

  it("what is cancelled under way keeps its place until it has ended, and tells nobody", () => {
    const { compressor, done, works } = started(3);
    works[0].cancel();
    works[1].cancel();
    expect(compressor.underWay).toBe(2);
    compressor.finish();
    expect([done, compressor.underWay]).toEqual([[], 2]);
    compressor.finish();
    compressor.finish();
    expect(done).toEqual([2]);
    works[2].cancel();
  });

  it("keeps nothing of those who come and go", () => {
    const { work, compressor } = started(2);
    const waiting = (work as unknown as { waiting: { length: number } }).waiting;
    for (let i = 0; i < 1000; i++) work.decompress("gzip", new Uint8Array(10), 100, () => {}).cancel();
    expect([waiting.length, compressor.underWay]).toEqual([0, 2]);
  });
});
