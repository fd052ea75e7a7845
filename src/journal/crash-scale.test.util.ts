/** `CHAOS=long` runs the long forms of these tests; `npm test` runs the short ones. */
export function scaled<T>(short: T, long: T): T {
  return process.env.CHAOS === "long" ? long : short;
}

/** They take seconds on a machine that has nothing else to do, and the long forms take hours. */
export const TIMEOUT_MS = scaled(180_000, 0);
