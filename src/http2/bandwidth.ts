/**
 * Measures the bandwidth-delay product of the way to the peer and says how large receive windows should be.
 *
 * A PING is sent while data flows; the bytes that arrive until its acknowledgement are what the path and the
 * window let through in one round trip. A sample that reaches two thirds of the window means that the window may
 * be what limits the flow, and the window becomes twice the sample. Only streams that need window updates start a
 * measurement, so a connection of small calls never sends a PING for it.
 */
export class BandwidthEstimator {
  private measuring = false;
  private sampleBytes = 0;
  private startedMs = 0;
  private bytesPerMsMax = 0;

  /** True if a measurement may start now; the caller then sends the PING. */
  start(nowMs: number, windowBytes: number, windowBytesMax: number): boolean {
    if (this.measuring || windowBytes >= windowBytesMax) return false;
    this.measuring = true;
    this.sampleBytes = 0;
    this.startedMs = nowMs;
    return true;
  }

  receive(bytes: number): void {
    this.sampleBytes += bytes;
  }

  /** The PING was acknowledged: the window to use from now on, at most `windowBytesMax`. */
  finish(nowMs: number, windowBytes: number, windowBytesMax: number): number {
    if (!this.measuring) return windowBytes;
    this.measuring = false;
    const bytesPerMs = this.sampleBytes / Math.max(nowMs - this.startedMs, CLOCK_STEP_MS);
    const limitedByWindow = this.sampleBytes * 3 >= windowBytes * 2;
    if (!limitedByWindow || bytesPerMs <= this.bytesPerMsMax) return windowBytes;
    this.bytesPerMsMax = bytesPerMs;
    return Math.max(windowBytes, Math.min(2 * this.sampleBytes, windowBytesMax));
  }
}

/** The shortest round trip that is told apart from none. */
const CLOCK_STEP_MS = 0.05;
