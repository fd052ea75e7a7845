import type { Runtime } from "../runtime/runtime.js";

/**
 * Keeps the process alive while somebody waits for a call that has no connection: between two attempts, or before the
 * first. A program whose only work is such a call would end without a word.
 */
export class ProcessHold {
  private readonly runtime: Pick<Runtime, "keepAlive">;
  private waiting = 0;
  private hold: ReturnType<Runtime["keepAlive"]> | undefined = undefined;

  constructor(runtime: Pick<Runtime, "keepAlive">) {
    this.runtime = runtime;
  }

  /** So many more wait, or fewer. */
  change(count: number): void {
    this.waiting += count;
    if (this.waiting > 0) this.hold ??= this.runtime.keepAlive();
    else {
      this.hold?.cancel();
      this.hold = undefined;
    }
  }
}
