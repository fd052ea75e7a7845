/** `CHAOS=long` runs the long forms of these tests; `npm test` runs the short ones. */
export const IS_LONG: boolean = process.env.CHAOS === "long";

export function scaled<T>(short: T, long: T): T {
  return IS_LONG ? long : short;
}
