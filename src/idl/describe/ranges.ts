/** Numbers from `start` to before `end`. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
}

const sortedRanges = new WeakMap<readonly NumberRange[], readonly NumberRange[]>();

/** The range that has a number in it. The ranges should not overlap. */
export function findRange<Range extends NumberRange>(
  ranges: readonly Range[],
  number: number,
): Range | undefined {
  const sorted = byStart(ranges);
  const found = sorted[countUpTo(sorted, number) - 1];
  return found !== undefined && number < found.end ? found : undefined;
}

/** The first range that has a number of another range in it. */
export function firstOverlap<Range extends NumberRange>(
  ranges: readonly Range[],
  { start, end }: NumberRange,
): Range | undefined {
  const sorted = byStart(ranges);
  const next = sorted[countUpTo(sorted, start)];
  return findRange(ranges, start) ?? (next !== undefined && next.start < end ? next : undefined);
}

/** How many ranges start at a number or before. */
function countUpTo(sorted: readonly NumberRange[], number: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].start <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ranges in ascending order of their starts; those that are the other way round left out. */
export function byStart<Range extends NumberRange>(ranges: readonly Range[]): readonly Range[] {
  if (ranges.length === 0) return ranges;
  let sorted = sortedRanges.get(ranges) as readonly Range[] | undefined;
  if (sorted === undefined) {
    sorted = ranges.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
    sortedRanges.set(ranges, sorted);
  }
  return sorted;
}

/** `5`, `1 to 5` */
export function rangeText({ start, end }: NumberRange): string {
  return end - start <= 1 ? `${start}` : `${start} to ${end - 1}`;
}

/** The first of some ranges, in ascending order: `1 to 5, 10 and more`. Undefined where there are none. */
export function rangesText(ranges: readonly NumberRange[]): string | undefined {
  const sorted = byStart(ranges);
  if (sorted.length === 0) return undefined;
  const shown = sorted.slice(0, SHOWN_MAX).map(rangeText);
  return sorted.length > SHOWN_MAX ? `${shown.join(", ")}, …` : shown.join(", ");
}

/** More ranges than this are not listed in a message. */
const SHOWN_MAX = 4;
