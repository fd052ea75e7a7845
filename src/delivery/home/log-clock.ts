import type { Runtime, Timer } from "../../runtime/runtime.js";

/** Calls at regular intervals while a server serves. */
export class LogClock {
  private readonly runtime: Runtime;
  private readonly stepMs: number;
  private readonly onStep: (elapsedMs: number) => void;
  private lastMs = 0;
  /** At the last step. */
  private wasServing = false;
  private timer: Timer | undefined = undefined;
  private isServing: () => boolean = () => false;

  /** `onStep` gets how much time has passed since the last step, or the start, in whole milliseconds. */
  constructor(runtime: Runtime, stepMs: number, onStep: (elapsedMs: number) => void) {
    this.runtime = runtime;
    this.stepMs = stepMs;
    this.onStep = onStep;
  }

  /** `isServing` is asked at each step: time counts between two of them at which a server serves. */
  start(isServing: () => boolean): void {
    this.isServing = isServing;
    this.wasServing = isServing();
    this.lastMs = this.runtime.now();
    this.arm();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(): void {
    this.timer = this.runtime.setTimer(() => {
      const elapsedMs = this.pass();
      const { wasServing } = this;
      this.wasServing = this.isServing();
      this.arm();
      if (wasServing && this.wasServing) this.onStep(elapsedMs);
    }, this.stepMs);
  }

  /** How much time has passed since the last step; fractions of a millisecond count with the next one. */
  private pass(): number {
    const nowMs = this.runtime.now();
    const elapsedMs = Math.floor(nowMs - this.lastMs);
    // A process that was stopped has not served.
    if (elapsedMs > 2 * this.stepMs) {
      this.lastMs = nowMs;
      return 2 * this.stepMs;
    }
    this.lastMs += elapsedMs;
    return elapsedMs;
  }
}
