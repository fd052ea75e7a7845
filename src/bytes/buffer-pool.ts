/**
 * Arrays for output that are used again and again, so that a connection holds one only while it has something to
 * say. Last returned, first taken: a busy connection gets back the array that has grown to its needs.
 */
export class BufferPool {
  private readonly free: Uint8Array[] = [];

  take(): Uint8Array {
    return this.free.pop() ?? new Uint8Array(POOLED_BYTES_MIN);
  }

  /** Gives an array back; nobody may use it any more. Odd sizes and those beyond the bound go to the garbage collector. */
  give(bytes: Uint8Array): void {
    const fits = bytes.length >= POOLED_BYTES_MIN && bytes.length <= POOLED_BYTES_MAX;
    if (fits && this.free.length < POOLED_ARRAYS_MAX) this.free.push(bytes);
  }
}

/** A few hundred small calls. */
const POOLED_BYTES_MIN = 16 * 1024;
/** The most output that data makes (128 KiB), rounded up by doubling. */
const POOLED_BYTES_MAX = 256 * 1024;
/** Connections that are flushed in one turn of the event loop, beyond which allocation is no longer what costs. */
const POOLED_ARRAYS_MAX = 16;
