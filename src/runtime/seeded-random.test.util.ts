/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number below `end`. */
export function below(end: number, random: () => number): number {
  return Math.floor(random() * end);
}

/** Another stream of numbers, which uses up one of this one: what draws from it disturbs nobody else. */
export function branch(random: () => number): () => number {
  return seededRandom(Math.floor(random() * 2 ** 32));
}
