import { Output } from "./output.js";

/** Where a {@link Slab} gets its memory from. */
export interface Memory {
  /** For a block of {@link SLAB_BLOCK_BYTES} that several arrays share. */
  readonly shared: (bytes: number) => Uint8Array;
  /** For one large array: what it holds is overwritten. */
  readonly uninitialized: (bytes: number) => Uint8Array;
}

/**
 * Memory for byte arrays whose length is known only when they have been written. Small ones get memory of their own,
 * larger ones are parts of a block that they share, as small Buffers of Node do, and large ones are alone in memory
 * that is as large as the last of them.
 *
 * While something is written the slab has no block, so that what it calls may write as well.
 */
export class Slab {
  private readonly memory: Memory;
  private block: Output | undefined;
  private lastBytes = 0;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** What `write` appends to an output, which may hold something already. */
  fill<A, B, C>(write: (a: A, output: Output, b: B) => C, a: A, b: B): Uint8Array {
    const { lastBytes } = this;
    if (lastBytes > SHARED_BYTES_MAX) return this.fillAlone(write, a, b);
    const output = this.takeBlock();
    const { bytes, length } = output;
    write(a, output, b);
    const count = output.length - length;
    this.lastBytes = count;
    if (output.bytes !== bytes) return ownMemory(output.bytes, length, count);
    this.block = output;
    if (count > SMALL_BYTES_MAX) return bytes.subarray(length, length + count);
    output.length = length;
    return smallCopy(bytes, length, count);
  }

  private fillAlone<A, B, C>(write: (a: A, output: Output, b: B) => C, a: A, b: B): Uint8Array {
    const output = new Output();
    const spare = Math.max(SPARE_BYTES_MIN, Math.min(this.lastBytes >> 3, SPARE_BYTES_MAX));
    const memory = this.memory.uninitialized(this.lastBytes + spare);
    output.bytes = memory;
    write(a, output, b);
    this.lastBytes = output.length;
    if (output.bytes === memory) memory.fill(0, output.length);
    return ownMemory(output.bytes, 0, output.length);
  }

  /** The block, if there is room in it for what is a few times as long as the last. */
  private takeBlock(): Output {
    const { block } = this;
    this.block = undefined;
    if (block !== undefined && block.bytes.length - block.length >= 4 * this.lastBytes + SMALL_BYTES_MAX)
      return block;
    const output = new Output();
    output.bytes = this.memory.shared(SLAB_BLOCK_BYTES);
    return output;
  }
}

/** As much as costs nothing to waste, and as saves most allocations. */
export const SLAB_BLOCK_BYTES = 16 * 1024;

/** Beyond an eighth of a block, making blocks would cost what sharing them saves. */
const SHARED_BYTES_MAX = SLAB_BLOCK_BYTES / 8;

/** Writers ask for room for the most that they may write. */
const SPARE_BYTES_MIN = 1024;

/** Beyond this, memory that is not needed costs more than to start again with more. */
const SPARE_BYTES_MAX = 8 * 1024;

/** Up to here V8 keeps a typed array's bytes in its own heap, where memory costs next to nothing. */
const SMALL_BYTES_MAX = 64;

function smallCopy(bytes: Uint8Array, start: number, count: number): Uint8Array {
  const copy = new Uint8Array(count);
  for (let i = 0; i < count; i++) copy[i] = bytes[start + i];
  return copy;
}

/** Bytes that nothing else is in the memory of: a copy where it is less than half filled. */
function ownMemory(bytes: Uint8Array, start: number, count: number): Uint8Array {
  const isFilled = start === 0 && 2 * count >= bytes.length;
  return isFilled ? bytes.subarray(0, count) : bytes.slice(start, start + count);
}
