/** Decides when the handler of a call may start. One is shared by all connections of a server; others may stand in its place. */
export interface CallLimiter {
  /** `start`: now. `wait`: its `onStart` is called later. `refuse`: too many wait already. */
  enter(call: LimitedCall): "start" | "wait" | "refuse";
  /** A call that had started has ended. */
  leave(): void;
  /** A call that waited does not want to start any more. */
  withdraw(call: LimitedCall): void;
}

/** A call that a limiter lets start, at once or later. */
export interface LimitedCall {
  onStart(): void;
}

/** At most `maxConcurrent` calls run, at most `maxQueued` wait, first come first served. */
export class ConcurrencyLimiter implements CallLimiter {
  private readonly maxConcurrent: number;
  private readonly maxQueued: number;
  private running = 0;
  private readonly queue = new Set<LimitedCall>();
  /** Calls of the queue are being started: those that end at once leave their places to that loop. */
  private starting = false;

  constructor(maxConcurrent: number, maxQueued: number) {
    this.maxConcurrent = maxConcurrent;
    this.maxQueued = maxQueued;
  }

  enter(call: LimitedCall): "start" | "wait" | "refuse" {
    if (this.running < this.maxConcurrent && this.queue.size === 0) {
      this.running++;
      return "start";
    }
    if (this.queue.size >= this.maxQueued) return "refuse";
    this.queue.add(call);
    return "wait";
  }

  leave(): void {
    this.running--;
    if (this.starting || this.queue.size === 0) return;
    this.starting = true;
    try {
      for (const call of this.queue) {
        if (this.running >= this.maxConcurrent) break;
        this.queue.delete(call);
        this.running++;
        call.onStart();
      }
    } finally {
      this.starting = false;
    }
  }

  withdraw(call: LimitedCall): void {
    this.queue.delete(call);
  }
}
