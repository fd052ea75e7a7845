/**
 * Arrays for output that are used again and again, so that a connection holds one only while it has something to
 * say. Last returned, first taken: a busy connection gets back the array that has grown to its needs.
 *
 * The pool itself holds them weakly: in a busy one they live on from turn to turn, from an idle one the garbage
 * collector takes them.
 */
export class BufferPool {
  private readonly free: WeakRef<Uint8Array>[] = [];

  take(): Uint8Array {
    for (let free = this.free.pop(); free !== undefined; free = this.free.pop()) {
      const bytes = free.deref();
      if (bytes !== undefined) return bytes;
    }
    return new Uint8Array(POOLED_BYTES_MIN);
  }

  /** Gives an array back; nobody may use it any more. Odd sizes and those beyond the bound go to the garbage collector. */
  give(bytes: Uint8Array): void {
    const fits = bytes.length >= POOLED_BYTES_MIN && bytes.length <= POOLED_BYTES_MAX;
    if (!fits) return;
    if (this.free.length === POOLED_ARRAYS_MAX && this.free[0].deref() === undefined) this.free.shift();
    if (this.free.length < POOLED_ARRAYS_MAX) this.free.push(new WeakRef(bytes));
  }
}

/** A few hundred small calls. */
const POOLED_BYTES_MIN = 16 * 1024;
/** The most output that data makes (128 KiB), rounded up by doubling. */
const POOLED_BYTES_MAX = 256 * 1024;
/** Connections that are flushed in one turn of the event loop, beyond which allocation is no longer what costs. */
const POOLED_ARRAYS_MAX = 16;
