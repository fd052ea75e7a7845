/**
 * Throws what a callback of the program's has thrown where it harms none of our state: as an uncaught exception, in
 * a microtask of its own.
 */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
