/** The names of options; of an interface, so that none can be left out: `{ timeoutMs: true, … }`. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/**
 * For programs that no compiler checks: an option that is not known may be one that is misspelt, and what it was to set is not.
 *
 * @throws TypeError with the names that there are
 */
export function checkOptions<Options extends object>(
  where: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined)
    throw new TypeError(
      `${where}: there is no option ${unknown}, only ${Object.keys(names).sort().join(", ")}`,
    );
}

/**
 * For the same programs: an `await` is forgotten easily, and a folder given in place of what is opened in it.
 *
 * @throws TypeError with the way out where `value` has no such method; `made`: how it is made
 */
export function checkMade(option: string, value: unknown, method: string, made: string): void {
  if (value === undefined || typeof (value as { [name: string]: unknown } | null)?.[method] === "function")
    return;
  const found =
    typeof value === "string"
      ? "a text"
      : typeof (value as PromiseLike<unknown> | null)?.then === "function"
        ? "a promise"
        : "something else";
  throw new TypeError(`${option} is ${found}: write ${option}: ${made}`);
}
