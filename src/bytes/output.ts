/**
 * A growing byte buffer that encoders append to.
 *
 * Invariant: bytes `[0, length)` are written; the rest is scratch. Writers call {@link Output.reserve} once for
 * the most they may write and then store at `bytes[length++]` without further checks.
 */
export class Output {
  bytes: Uint8Array;
  length = 0;

  constructor(bytes: Uint8Array = EMPTY) {
    this.bytes = bytes;
  }

  /** Makes room for `count` more bytes behind `length`; `bytes` may be another array afterwards. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) this.grow(count);
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

  /** What was written, as a view: valid until the next write or {@link Output.replace}. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Starts over on another array (or none), giving up the present one. */
  replace(bytes: Uint8Array = EMPTY): void {
    this.bytes = bytes;
    this.length = 0;
  }

  private grow(count: number): void {
    const needed = this.length + count;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2, INITIAL_BYTES));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

const EMPTY = new Uint8Array(0);

/** First allocation: room for some dozens of small calls. */
const INITIAL_BYTES = 4096;

/** Up to here a byte loop beats the call into `TypedArray.prototype.set`. */
const SMALL_COPY_BYTES_MAX = 32;
