import { Output } from "./output.js";

/** Where a {@link Slab} gets its memory from. */
export interface Memory {
  /** For a block that several arrays share. */
  readonly shared: (bytes: number) => Uint8Array;
  /** For one large array: what it holds is overwritten. */
  readonly uninitialized: (bytes: number) => Uint8Array;
}

/** How long things of one kind are; begins with zeros. */
export interface Expectation {
  lastBytes: number;
  /** The shorter of the last two: one that is long for once makes nobody expect more of them. */
  bytes: number;
}

/**
 * Memory for byte arrays whose length is known only when they have been written. Small ones get memory of their own,
 * larger ones are parts of a block that they share, as small Buffers of Node do, and those that are expected to be large
 * are alone in memory of about the size of the last.
 *
 * While something is written the slab has no block, so that what it calls may write as well.
 */
export class Slab {
  private readonly memory: Memory;
  private block: Output | undefined;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** What `write` appends to an output, which may hold something already. */
  fill<A, B>(write: (a: A, output: Output, b: B) => void, a: A, b: B, expectation: Expectation): Uint8Array {
    if (expectation.bytes > SHARED_BYTES_MAX) return this.fillAlone(write, a, b, expectation);
    const output = this.takeBlock(expectation.bytes);
    const { bytes, length: start } = output;
    let end = start;
    try {
      write(a, output, b);
      if (output.bytes !== bytes) return ownMemory(output, start, learn(expectation, output.length - start));
      const count = learn(expectation, output.length - start);
      if (count <= SMALL_BYTES_MAX) return smallCopy(bytes, start, count);
      end = output.length;
      return bytes.subarray(start, end);
    } finally {
      output.bytes = bytes;
      output.length = end;
      this.block = output;
    }
  }

  private fillAlone<A, B>(
    write: (a: A, output: Output, b: B) => void,
    a: A,
    b: B,
    expectation: Expectation,
  ): Uint8Array {
    const output = new Output();
    const spare = Math.max(SPARE_BYTES_MIN, Math.min(expectation.bytes >> 3, SPARE_BYTES_MAX));
    output.bytes = this.memory.uninitialized(expectation.bytes + spare);
    write(a, output, b);
    return ownMemory(output, 0, learn(expectation, output.length));
  }

  /** The block, if there is room in it for what is a few times as long as expected. */
  private takeBlock(expectedBytes: number): Output {
    const { block } = this;
    this.block = undefined;
    if (block !== undefined && block.bytes.length - block.length >= 4 * expectedBytes + SMALL_BYTES_MAX)
      return block;
    const output = new Output();
    output.bytes = this.memory.shared(BLOCK_BYTES);
    return output;
  }
}

/** As much as costs nothing to waste, and as saves most allocations. */
const BLOCK_BYTES = 16 * 1024;

/** Beyond an eighth of a block, making blocks would cost what sharing them saves. */
const SHARED_BYTES_MAX = BLOCK_BYTES / 8;

/** Writers ask for room for the most that they may write. */
const SPARE_BYTES_MIN = 1024;

/** Beyond this, memory that is not needed costs more than to start again with more. */
const SPARE_BYTES_MAX = 8 * 1024;

/** Up to here V8 keeps a typed array's bytes in its own heap, where memory costs next to nothing. */
const SMALL_BYTES_MAX = 64;

function learn(expectation: Expectation, count: number): number {
  expectation.bytes = Math.min(expectation.lastBytes, count);
  expectation.lastBytes = count;
  return count;
}

function smallCopy(bytes: Uint8Array, start: number, count: number): Uint8Array {
  const copy = new Uint8Array(count);
  for (let i = 0; i < count; i++) copy[i] = bytes[start + i];
  return copy;
}

/** Bytes that nothing else is in the memory of: a copy where it is less than half filled. */
function ownMemory({ bytes }: Output, start: number, count: number): Uint8Array {
  const isFilled = start === 0 && 2 * count >= bytes.length;
  if (!isFilled) return bytes.slice(start, start + count);
  bytes.fill(0, count);
  return bytes.subarray(0, count);
}
