import { type Linked, LinkedList } from "../http2/linked-list.js";
import { CompressionFault, type Compressor, type Encoding } from "../runtime/compressor.js";
import type { Runtime } from "../runtime/runtime.js";

/** What came of a piece of work: bytes, or why there are none. */
export type WorkResult = Uint8Array | CompressionFault;

/** A piece of work that waits for its turn or is under way. */
export interface Work {
  /** Drops the result. The place is free once the work has ended. */
  cancel(): void;
}

/**
 * The compression and decompression that one connection is at. Small messages are worked on at once, as long as few
 * come in one turn of the event loop; others off it, a few at a time, in the order in which they were given.
 */
export class CompressionWork {
  private readonly runtime: Runtime;
  private readonly compressor: Compressor;
  private readonly waiting = new LinkedList<Job>();
  private underWay = 0;
  /** What may still be done at once in this turn. */
  private atOnceLeft = AT_ONCE_A_TURN_MAX;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
    this.compressor = runtime.compressor;
  }

  /** Undefined where it is not to be done at once. */
  compressAtOnce(encoding: Encoding, bytes: Uint8Array): Uint8Array | undefined {
    return this.mayDoAtOnce(bytes) ? this.compressor.compressAtOnce(encoding, bytes) : undefined;
  }

  /** Undefined where it is not to be done at once. */
  decompressAtOnce(encoding: Encoding, bytes: Uint8Array, bytesMax: number): WorkResult | undefined {
    if (!this.mayDoAtOnce(bytes)) return undefined;
    const isLimited = bytesMax > AT_ONCE_OUTPUT_BYTES_MAX;
    const result = this.compressor.decompressAtOnce(
      encoding,
      bytes,
      isLimited ? AT_ONCE_OUTPUT_BYTES_MAX : bytesMax,
    );
    const isTooLarge = result instanceof CompressionFault && result.kind === "too large";
    return isTooLarge && isLimited ? undefined : result;
  }

  /** `onDone` is called later, unless cancelled. `bytes` may not change until then. */
  compress(encoding: Encoding, bytes: Uint8Array, onDone: (result: WorkResult) => void): Work {
    return this.add(new Job(this.waiting, onDone, (done) => this.compressor.compress(encoding, bytes, done)));
  }

  /** As {@link compress}; at most `bytesMax` bytes come out. */
  decompress(
    encoding: Encoding,
    bytes: Uint8Array,
    bytesMax: number,
    onDone: (result: WorkResult) => void,
  ): Work {
    const run = (done: (result: WorkResult) => void) =>
      this.compressor.decompress(encoding, bytes, bytesMax, done);
    return this.add(new Job(this.waiting, onDone, run));
  }

  private mayDoAtOnce(bytes: Uint8Array): boolean {
    if (bytes.length > AT_ONCE_BYTES_MAX || this.atOnceLeft === 0) return false;
    if (this.atOnceLeft === AT_ONCE_A_TURN_MAX)
      this.runtime.afterTurn(() => {
        this.atOnceLeft = AT_ONCE_A_TURN_MAX;
      });
    this.atOnceLeft--;
    return true;
  }

  private add(job: Job): Job {
    this.waiting.push(job);
    this.startWaiting();
    return job;
  }

  private startWaiting(): void {
    while (this.underWay < UNDER_WAY_MAX) {
      const job = this.waiting.shift();
      if (job === undefined) return;
      this.underWay++;
      job.run((result) => {
        this.underWay--;
        this.startWaiting();
        job.finish(result);
      });
    }
  }
}

/** Up to here, on the slowest way (gzip), some 0.1 ms: what the trip to another thread takes. */
const AT_ONCE_BYTES_MAX = 4 * 1024;

/** A thousand times more may come out of a message than is in it: beyond this much, some 0.1 ms, not at once. */
const AT_ONCE_OUTPUT_BYTES_MAX = 64 * 1024;

/** Some 3 ms a turn and connection: the others on this event loop are not to wait longer. */
const AT_ONCE_A_TURN_MAX = 32;

/** Half of Node's four threads, so that files and name look-ups of the process do not wait behind one connection. */
const UNDER_WAY_MAX = 2;

class Job implements Work, Linked<Job> {
  list: LinkedList<Job> | undefined = undefined;
  previous: Job | undefined = undefined;
  next: Job | undefined = undefined;
  private readonly waiting: LinkedList<Job>;
  private readonly start: (done: (result: WorkResult) => void) => void;
  private onDone: ((result: WorkResult) => void) | undefined;

  constructor(
    waiting: LinkedList<Job>,
    onDone: (result: WorkResult) => void,
    start: (done: (result: WorkResult) => void) => void,
  ) {
    this.waiting = waiting;
    this.onDone = onDone;
    this.start = start;
  }

  run(done: (result: WorkResult) => void): void {
    this.start(done);
  }

  finish(result: WorkResult): void {
    this.onDone?.(result);
  }

  cancel(): void {
    this.onDone = undefined;
    if (this.list !== undefined) this.waiting.remove(this);
  }
}
