import { percentile } from "../report/statistics.js";

/** Durations of the calls of one round. Recording costs one store; all memory is there from the start. */
export class Latencies {
  /** Recorded, those beyond the capacity included. */
  count = 0;
  readonly #durationsMs: Float64Array;

  /** @param capacity beyond so many, durations are counted but no longer kept. */
  constructor(capacity: number) {
    // Written once now, so that no page is touched for the first time during a round.
    this.#durationsMs = new Float64Array(capacity).fill(1);
  }

  record(durationMs: number): void {
    if (this.count < this.#durationsMs.length) this.#durationsMs[this.count] = durationMs;
    this.count++;
  }

  clear(): void {
    this.count = 0;
  }

  /** The percentiles of what was kept, or null if nothing was. Call after the round: it sorts. */
  percentiles(): { p50Ms: number; p99Ms: number } | null {
    if (this.count === 0) return null;
    const sorted = this.#durationsMs.subarray(0, Math.min(this.count, this.#durationsMs.length)).sort();
    return { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
  }
}
