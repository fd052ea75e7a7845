import type { Message } from "@bufbuild/protobuf";
import { byStart, type NumberRange, rangeText } from "../describe/ranges.js";
import { nameSpan } from "../describe/spans.js";
import { type Context, report } from "./context.js";

/** A range, and the part of the descriptor that it is. */
export interface WrittenRange extends NumberRange {
  readonly part: Message;
}

/** Tells of each range that overlaps with another one; in the order of the file, of the second of the two. */
export function checkOverlaps(
  context: Context,
  kind: "reserved" | "extension",
  ranges: readonly WrittenRange[],
): void {
  // Of all that start no later, the one that goes furthest is the one to overlap with, if any does.
  let furthest: WrittenRange | undefined;
  for (const range of byStart(ranges)) {
    if (furthest !== undefined && range.start < furthest.end) reportOverlap(context, kind, furthest, range);
    if (furthest === undefined || range.end > furthest.end) furthest = range;
  }
}

function reportOverlap(
  context: Context,
  kind: "reserved" | "extension",
  a: WrittenRange,
  b: WrittenRange,
): void {
  const { described } = context;
  const isInOrder = nameSpan(described, a.part).start < nameSpan(described, b.part).start;
  const [first, second] = isInOrder ? [a, b] : [b, a];
  const isSingle = second.end - second.start === 1;
  report(
    context,
    nameSpan(described, second.part),
    isSingle
      ? `${second.start} is in the ${kind} range ${rangeText(first)} already`
      : `the ${kind} range ${rangeText(second)} overlaps with ${rangeText(first)}`,
  );
}
