/** Gives each name once, and to those that come later what `variant` makes of it for attempts 1, 2 and so on. */
export function createUniqueNames(
  taken: Set<string>,
  variant: (name: string, attempt: number) => string,
): (name: string) => string {
  const attempts = new Map<string, number>();
  return (name) => {
    let unique = name;
    if (taken.has(name)) {
      let attempt = attempts.get(name) ?? 0;
      do unique = variant(name, ++attempt);
      while (taken.has(unique));
      attempts.set(name, attempt);
    }
    taken.add(unique);
    return unique;
  };
}
