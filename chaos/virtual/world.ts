/** A timer of the world's; it counts as open until it has fired or was cancelled. */
export interface WorldTimer {
  readonly dueMs: number;
  cancel(): void;
}

/** Why {@link World.run} has stopped. */
export type Stopped =
  | "done"
  /** Nothing is left that could happen: what still waits, waits for ever. */
  | "idle"
  /** Something still happens, but only after the limit. */
  | "late";

/**
 * Time and order of events of a simulated world, deterministic: the turns of an event loop as Node's, with
 * microtasks drained after every callback, and a clock that moves only when there is nothing else to do.
 */
export class World {
  nowMs = 0;
  private events: (() => void)[] = [];
  private turnEnds: (() => void)[] = [];
  private readonly timers = new Set<OneTimer>();

  /** Something that happens outside: in order, each in a callback of its own. */
  post(event: () => void): void {
    this.events.push(event);
  }

  afterTurn(callback: () => void): void {
    this.turnEnds.push(callback);
  }

  setTimer(callback: () => void, delayMs: number): WorldTimer {
    const timer = new OneTimer(this.nowMs + delayMs, callback, () => this.timers.delete(timer));
    this.timers.add(timer);
    return timer;
  }

  /** Resolves after `delayMs` of the world's time. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(resolve, delayMs));
  }

  /** Lets things happen until `done` says so, or nothing can happen any more by `limitMs` of the world's time. */
  async run(done: () => boolean, limitMs: number): Promise<Stopped> {
    for (;;) {
      await microtasks();
      if (done()) return "done";
      if (this.events.length > 0) {
        (this.events.shift() as () => void)();
      } else if (this.turnEnds.length > 0) {
        const callbacks = this.turnEnds;
        this.turnEnds = [];
        for (const callback of callbacks) {
          callback();
          await microtasks();
        }
      } else {
        const next = this.nextTimer();
        if (next === undefined) return "idle";
        if (next.dueMs > limitMs) return "late";
        this.nowMs = Math.max(this.nowMs, next.dueMs);
        next.cancel();
        next.callback();
      }
    }
  }

  private nextTimer(): OneTimer | undefined {
    let next: OneTimer | undefined;
    for (const timer of this.timers) if (next === undefined || timer.dueMs < next.dueMs) next = timer;
    return next;
  }
}

class OneTimer implements WorldTimer {
  readonly dueMs: number;
  readonly callback: () => void;
  readonly cancel: () => void;

  constructor(dueMs: number, callback: () => void, cancel: () => void) {
    this.dueMs = dueMs;
    this.callback = callback;
    this.cancel = cancel;
  }
}

/** A macrotask later: all microtasks that are at hand, and those they start, have run. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
