import type { BufferPool } from "./buffer-pool.js";

/**
 * A growing byte buffer that encoders append to.
 *
 * Invariant: bytes `[0, length)` are written; the rest is scratch. Writers call {@link Output.reserve} once for
 * the most they may write and then store at `bytes[length++]` without further checks.
 */
export class Output {
  bytes: Uint8Array = EMPTY;
  length = 0;
  private readonly pool: BufferPool | undefined;

  /** With a pool, the first array comes from there; {@link Output.detach} is how it gets back. */
  constructor(pool?: BufferPool) {
    this.pool = pool;
  }

  /** Makes room for `count` more bytes behind `length`; `bytes` may be another array afterwards. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) this.grow(count);
  }

  /** Makes room for `count` more bytes and not for more, where it must make room at all. */
  reserveExactly(count: number): void {
    if (this.length + count > this.bytes.length) this.move(this.length + count);
  }

  /** Appends `source[start, end)`. */
  append(source: Uint8Array, start = 0, end = source.length): void {
    const count = end - start;
    this.reserve(count);
    const { bytes, length } = this;
    if (count <= SMALL_COPY_BYTES_MAX) {
      for (let i = 0; i < count; i++) bytes[length + i] = source[start + i];
    } else {
      bytes.set(start === 0 && end === source.length ? source : source.subarray(start, end), length);
    }
    this.length = length + count;
  }

  /** What was written, as a view: valid until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Gives the array away and starts over without one. */
  detach(): Uint8Array {
    const { bytes } = this;
    this.bytes = EMPTY;
    this.length = 0;
    return bytes;
  }

  private grow(count: number): void {
    if (this.bytes === EMPTY && this.pool !== undefined) {
      this.bytes = this.pool.take();
      if (count <= this.bytes.length) return;
    }
    this.move(Math.max(this.length + count, this.bytes.length * 2, INITIAL_BYTES));
  }

  private move(size: number): void {
    const grown = new Uint8Array(size);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

const EMPTY = new Uint8Array(0);

/** First allocation where there is no pool: messages are mostly smaller. */
const INITIAL_BYTES = 256;

/** Up to here a byte loop beats the call into `TypedArray.prototype.set`. */
const SMALL_COPY_BYTES_MAX = 32;
