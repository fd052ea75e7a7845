import { randomBytes } from "node:crypto";
import zlib from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompressionFault, type Encoding } from "./compressor.js";
import { nodeCompressor } from "./node-compressor.js";

const compressor = nodeCompressor();
const { encodings } = compressor;

type Result = Uint8Array | CompressionFault;

function compressed(encoding: Encoding, bytes: Uint8Array): Promise<Result> {
  return new Promise((resolve) => compressor.compress(encoding, bytes, resolve));
}

function decompressed(encoding: Encoding, bytes: Uint8Array, bytesMax = 1_000_000): Promise<Result> {
  return new Promise((resolve) => compressor.decompress(encoding, bytes, bytesMax, resolve));
}

it("offers zstd where Node has it", () => {
  const hasZstd = "zstdCompress" in zlib;
  expect(encodings).toEqual(hasZstd ? ["gzip", "deflate", "zstd"] : ["gzip", "deflate"]);
});

it("means by deflate the format of zlib (RFC 1950), as gRPC does", () => {
  expect(
    Buffer.from(zlib.inflateSync(compressor.compressAtOnce("deflate", Buffer.from("abc")))).toString(),
  ).toBe("abc");
});

describe.each(encodings)("%s", (encoding) => {
  /** Both ways end alike: at once, and off the event loop. */
  async function check(bytes: Uint8Array, bytesMax: number, expected: Uint8Array | [string, RegExp]) {
    for (const result of [
      compressor.decompressAtOnce(encoding, bytes, bytesMax),
      await decompressed(encoding, bytes, bytesMax),
    ]) {
      if (expected instanceof Uint8Array) {
        expect(result).toBeInstanceOf(Uint8Array);
        expect(Buffer.compare(result as Uint8Array, expected)).toBe(0);
      } else {
        expect(result).toBeInstanceOf(CompressionFault);
        expect(result).toMatchObject({ kind: expected[0], detail: expect.stringMatching(expected[1]) });
      }
    }
  }

  const TEXT = new Uint8Array(Buffer.from("hello ".repeat(100)));

  it("gives back what was compressed, at once or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5_000 }),
        fc.integer({ min: 1, max: 30 }),
        async (part, times) => {
          const bytes = new Uint8Array(Buffer.concat(Array.from({ length: times }, () => part)));
          await check(compressor.compressAtOnce(encoding, bytes), bytes.length, bytes);
          await check((await compressed(encoding, bytes)) as Uint8Array, bytes.length + 1, bytes);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives arrays whose slice is a copy, as those of plain arrays", async () => {
    const small = compressor.compressAtOnce(encoding, TEXT);
    for (const bytes of [
      small,
      compressor.decompressAtOnce(encoding, small, 1000),
      await compressed(encoding, TEXT),
      await decompressed(encoding, small),
    ])
      expect((bytes as Uint8Array).constructor).toBe(Uint8Array);
  });

  it("gives as much as is allowed, and nothing of more", async () => {
    const bytes = compressor.compressAtOnce(encoding, TEXT);
    await check(bytes, 600, TEXT);
    await check(bytes, 599, ["too large", /./]);
    await check(bytes, 0, ["too large", /./]);
    await check(compressor.compressAtOnce(encoding, new Uint8Array(0)), 0, new Uint8Array(0));
  });

  it("takes nothing that is cut short, wherever that is", async () => {
    const bytes = compressor.compressAtOnce(encoding, TEXT);
    for (let length = 0; length < bytes.length; length++)
      await check(bytes.subarray(0, length), 1000, ["corrupt", /./]);
  });

  it("takes nothing behind the end", async () => {
    const bytes = compressor.compressAtOnce(encoding, TEXT);
    for (const rest of [[0], [0, 0], [1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]])
      await check(new Uint8Array([...bytes, ...rest]), 10_000, ["corrupt", /./]);
  });

  it("throws at no bytes", async () => {
    const bytes = compressor.compressAtOnce(encoding, TEXT);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.record({ at: fc.nat(bytes.length - 1), value: fc.integer({ min: 0, max: 255 }) }), {
          maxLength: 4,
        }),
        async (garbage, changes) => {
          const changed = bytes.slice();
          for (const { at, value } of changes) changed[at] = value;
          for (const hostile of [garbage, changed]) {
            const atOnce = compressor.decompressAtOnce(encoding, hostile, 5_000);
            const later = await decompressed(encoding, hostile, 5_000);
            expect(later instanceof CompressionFault).toBe(atOnce instanceof CompressionFault);
            if (later instanceof Uint8Array) expect(later.length).toBeLessThanOrEqual(5_000);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("stops at the limit of a bomb, whatever would still come out of it", async () => {
    const bomb = bombOf(encoding);
    expect(bomb.length).toBeLessThan(1.1 * MIB);
    const bytesBefore = heldBytes();
    let bytesMost = 0;
    let done = false;
    const work = decompressed(encoding, bomb, 4 * MIB).finally(() => {
      done = true;
    });
    while (!done) {
      bytesMost = Math.max(bytesMost, heldBytes() - bytesBefore);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await work).toMatchObject({ kind: "too large" });
    // The message in pieces, a piece more, and the window.
    expect(bytesMost).toBeLessThan(16 * MIB);
    await check(bomb, 4 * MIB, ["too large", /./]);
  });

  it("does large messages off the event loop", async () => {
    const large = new Uint8Array(randomBytes(2 * MIB));
    let done = false;
    const work = compressed(encoding, large).then((result) => {
      done = true;
      return result;
    });
    expect(done).toBe(false);
    await check((await work) as Uint8Array, 2 * MIB, large);
  });
});

const MIB = 1024 * 1024;

/** Outside the heap of JavaScript, where all bytes are. */
function heldBytes(): number {
  return process.memoryUsage().external;
}

/** A GiB of zeros. */
function bombOf(encoding: Encoding): Uint8Array {
  if (encoding === "zstd") return zstdBomb();
  const part = new Uint8Array(64 * MIB);
  if (encoding === "gzip") {
    // Members one behind the other are one file (RFC 1952 §2.2).
    const member = zlib.gzipSync(part);
    return Buffer.concat(Array.from({ length: 16 }, () => member));
  }
  // What was flushed in full refers to nothing before it, so that it can be repeated.
  const flushed = zlib.deflateRawSync(part, { finishFlush: zlib.constants.Z_FULL_FLUSH });
  return Buffer.concat([Buffer.of(0x78, 0x9c), ...Array.from({ length: 16 }, () => flushed)]);
}

/** 8192 blocks of a repeated byte, of 128 KiB each. */
function zstdBomb(): Uint8Array {
  const block = (last: boolean) => {
    const header = ((128 * 1024) << 3) | (1 << 1) | (last ? 1 : 0);
    return [header & 255, (header >>> 8) & 255, header >>> 16, 0];
  };
  const blocks = Array.from({ length: 8192 }, (_, i) => block(i === 8191));
  return new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, ...blocks.flat()]);
}
