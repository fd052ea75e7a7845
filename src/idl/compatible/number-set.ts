import type { NumberRange } from "../describe/ranges.js";

/** Numbers of fields or of an enum: ranges in ascending order that neither overlap nor touch. */
export type NumberSet = readonly NumberRange[];

/** From ranges in any order, overlapping or not. */
export function numberSet(ranges: readonly NumberRange[]): NumberSet {
  const joined: NumberRange[] = [];
  const sorted = ranges.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  for (const { start, end } of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last.end)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else joined.push({ start, end });
  }
  return joined;
}

export function hasNumber(set: NumberSet, number: number): boolean {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[middle].end <= number) low = middle + 1;
    else high = middle;
  }
  return low < set.length && set[low].start <= number;
}

/** The numbers of `from` that are not in `taken`. */
export function subtractNumbers(from: NumberSet, taken: NumberSet): NumberSet {
  const left: NumberRange[] = [];
  let first = 0;
  for (const range of from) {
    let { start } = range;
    while (first < taken.length && taken[first].end <= start) first++;
    for (let i = first; i < taken.length && taken[i].start < range.end; i++) {
      if (taken[i].start > start) left.push({ start, end: taken[i].start });
      start = taken[i].end;
    }
    if (start < range.end) left.push({ start, end: range.end });
  }
  return left;
}
