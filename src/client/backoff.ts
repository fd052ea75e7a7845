/** Waiting times between attempts to connect, as gRPC's connection-backoff document gives them. */
export interface BackoffOptions {
  /** Before the second attempt, in milliseconds; default 1,000. */
  readonly initialMs?: number;
  /** The most, in milliseconds; default 120,000. */
  readonly maxMs?: number;
}

const INITIAL_MS = 1_000;
const MAX_MS = 120_000;
const MULTIPLIER = 1.6;
const JITTER = 0.2;

export class Backoff {
  private readonly initialMs: number;
  private readonly maxMs: number;
  private readonly random: () => number;
  private baseMs: number;

  /** `random` gives numbers in [0, 1). */
  constructor(options: BackoffOptions, random: () => number) {
    this.initialMs = Math.min(options.initialMs ?? INITIAL_MS, options.maxMs ?? MAX_MS);
    this.maxMs = options.maxMs ?? MAX_MS;
    this.random = random;
    this.baseMs = this.initialMs;
  }

  /** The time to wait after one more failure: grows by 1.6 each time, give or take a fifth. */
  nextMs(): number {
    const ms = this.baseMs * (1 + JITTER * (2 * this.random() - 1));
    this.baseMs = Math.min(this.baseMs * MULTIPLIER, this.maxMs);
    return ms;
  }

  /** A connection was of use: the next failure starts from the beginning. */
  reset(): void {
    this.baseMs = this.initialMs;
  }
}
