/**
 * Runs `work` and gives its promise, whose rejection harms nobody who does not look.
 *
 * While it is pending the promise has no reaction but its reader's: V8 follows a stack across awaits only along
 * single ones, and the error is to show where the call was made.
 */
export function quietly<T>(work: () => Promise<T>): Promise<T> {
  const promise = run();
  return promise;

  async function run(): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // At the earliest a microtask after the start, so that `promise` is set.
      await undefined;
      markHandled(promise);
      throw error;
    }
  }
}

/** A promise that is rejected, with the same care. */
export function quietRejection(error: unknown): Promise<never> {
  const promise = Promise.reject(error);
  markHandled(promise);
  return promise;
}

export function markHandled(promise: Promise<unknown>): void {
  promise.catch(ignore);
}

function ignore(): void {}
