import type { Runtime, Timer } from "../../runtime/runtime.js";

/** Calls at regular intervals while a server serves. */
export class LogClock {
  private readonly runtime: Runtime;
  private readonly stepMs: number;
  private readonly onStep: (elapsedMs: number) => void;
  private lastMs = 0;
  private timer: Timer | undefined = undefined;
  private isServing: () => boolean = () => false;

  /** `onStep` gets how much time has passed since the last step, or the start, in whole milliseconds. */
  constructor(runtime: Runtime, stepMs: number, onStep: (elapsedMs: number) => void) {
    this.runtime = runtime;
    this.stepMs = stepMs;
    this.onStep = onStep;
  }

  /** `isServing` is asked at each step. */
  start(isServing: () => boolean): void {
    this.isServing = isServing;
    this.lastMs = this.runtime.now();
    this.arm();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(): void {
    this.timer = this.runtime.setTimer(() => {
      const nowMs = this.runtime.now();
      // A process that was stopped has not served.
      const elapsedMs = Math.min(nowMs - this.lastMs, 2 * this.stepMs);
      this.lastMs = nowMs;
      this.arm();
      if (this.isServing()) this.onStep(Math.round(elapsedMs));
    }, this.stepMs);
  }
}
