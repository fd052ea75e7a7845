import { nodeRuntime } from "./node.js";
import type { Runtime, Timer } from "./runtime.js";

/**
 * Node's runtime with a clock that stands still until {@link ManualRuntime.advance}, and random numbers that the
 * test picks. Any part can be replaced by assigning it.
 */
export class ManualRuntime implements Runtime {
  /** What `random` gives. */
  randomness = 0.5;
  afterTurn: Runtime["afterTurn"];
  connect: Runtime["connect"];
  listen: Runtime["listen"];
  lookup: Runtime["lookup"];
  compressor: Runtime["compressor"];
  storage: Runtime["storage"];
  randomBytes: Runtime["randomBytes"];
  sha256: Runtime["sha256"];
  sha256Text: Runtime["sha256Text"];
  crc32: Runtime["crc32"];
  /** So many keep the process alive. */
  holds = 0;
  private nowMs = 1_000_000;
  private readonly timers = new Set<ManualTimer>();

  constructor(world: Runtime = nodeRuntime()) {
    this.afterTurn = world.afterTurn;
    this.connect = world.connect;
    this.listen = world.listen;
    this.lookup = world.lookup;
    this.compressor = world.compressor;
    this.storage = world.storage;
    this.randomBytes = world.randomBytes;
    this.sha256 = world.sha256;
    this.sha256Text = world.sha256Text;
    this.crc32 = world.crc32;
  }

  now(): number {
    return this.nowMs;
  }

  /** The clock of this world began in 2020. */
  epochMs(): number {
    return Date.UTC(2020, 0) + this.nowMs;
  }

  random(): number {
    return this.randomness;
  }

  keepAlive(): { cancel(): void } {
    this.holds++;
    return { cancel: () => void this.holds-- };
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer = new ManualTimer(this.nowMs + delayMs, callback, () => this.timers.delete(timer));
    this.timers.add(timer);
    return timer;
  }

  /** How far off the timers are, soonest first. */
  get pendingMs(): number[] {
    return [...this.timers].map((timer) => timer.dueMs - this.nowMs).sort((a, b) => a - b);
  }

  /** Lets `ms` pass in which nothing runs: timers that are due fire with the next `advance`. */
  stand(ms: number): void {
    this.nowMs += ms;
  }

  /** Lets `ms` pass; timers fire in order, each at its time. */
  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const next = [...this.timers]
        .filter((timer) => timer.dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.callback();
    }
    this.nowMs = untilMs;
  }
}

class ManualTimer implements Timer {
  readonly dueMs: number;
  readonly callback: () => void;
  readonly cancel: () => void;

  constructor(dueMs: number, callback: () => void, cancel: () => void) {
    this.dueMs = dueMs;
    this.callback = callback;
    this.cancel = cancel;
  }
}
