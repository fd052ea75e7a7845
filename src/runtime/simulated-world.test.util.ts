import type { Timer } from "./runtime.js";

/** In which order posted events happen, and at last the end of the turn if somebody waits for that: the index of the next one. */
export type Schedule = (waiting: number) => number;

export const IN_ORDER: Schedule = () => 0;

/**
 * Time and order of events, the same for the same schedule: posted events, each in a callback of its own with its
 * microtasks, and ends of turns among them where the schedule says so, or else when nothing is posted any more; then the next
 * timer, to whose time the clock jumps.
 */
export class SimulatedWorld {
  nowMs = 0;
  private readonly schedule: Schedule;
  private readonly events: (() => void)[] = [];
  private readonly turnEnds: (() => void)[] = [];
  private readonly timers = new Set<WorldTimer>();

  constructor(schedule: Schedule = IN_ORDER) {
    this.schedule = schedule;
  }

  readonly post = (event: () => void): void => {
    this.events.push(event);
  };

  afterTurn(callback: () => void): void {
    this.turnEnds.push(callback);
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer = new WorldTimer(this.nowMs + delayMs, callback, () => this.timers.delete(timer));
    this.timers.add(timer);
    return timer;
  }

  /** Lets things happen until `done` says so or nothing can happen any more; true if it was `done`. */
  async run(done: () => boolean): Promise<boolean> {
    for (;;) {
      await microtasks();
      if (done()) return true;
      if (!this.step()) return false;
    }
  }

  /** What `promise` gives; an error if it never settles, since nothing can happen any more. */
  async outcome<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    if (!(await this.run(() => isSettled)))
      throw new Error("waits for ever: nothing is left that could happen");
    return promise;
  }

  /** Lets all happen that needs no timer. */
  async settle(): Promise<void> {
    do await microtasks();
    while (this.turn());
  }

  private step(): boolean {
    return this.turn() || this.fireTimer();
  }

  private turn(): boolean {
    const { events, turnEnds } = this;
    const waiting = events.length + (turnEnds.length > 0 ? 1 : 0);
    if (waiting === 0) return false;
    const [event = turnEnds.shift()!] = events.splice(this.schedule(waiting), 1);
    event();
    return true;
  }

  private fireTimer(): boolean {
    const next = [...this.timers].reduce<WorldTimer | undefined>(
      (soonest, timer) => (soonest === undefined || timer.dueMs < soonest.dueMs ? timer : soonest),
      undefined,
    );
    if (next === undefined) return false;
    this.nowMs = Math.max(this.nowMs, next.dueMs);
    next.cancel();
    next.callback();
    return true;
  }
}

class WorldTimer implements Timer {
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
