import { setTimeout as after } from "node:timers/promises";

const CHECK_MS_MAX = 20_000;

/** Runs checks one after another, prints a line for each, and counts. */
export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  async check(name: string, work: () => Promise<void>): Promise<void> {
    const timer = new AbortController();
    try {
      const late = after(CHECK_MS_MAX, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`not done after ${CHECK_MS_MAX / 1000} s`);
      });
      await Promise.race([work(), late]);
      this.#passed += 1;
      console.log(`passed: ${name}`);
    } catch (error) {
      this.fail(`${name}: ${error instanceof Error ? error.message : error}`);
    } finally {
      timer.abort();
    }
  }

  fail(what: string): void {
    this.#failed += 1;
    console.log(`failed: ${what}`);
  }

  skip(what: string): void {
    this.#skipped += 1;
    console.log(`skipped: ${what}`);
  }

  /** Prints the last line and gives the exit code. */
  close(): number {
    console.log(`${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`);
    return this.#failed === 0 ? 0 : 1;
  }
}
