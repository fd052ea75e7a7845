import type { IntValue } from "./syntax.js";

/** An element of a message: it may have a number, or have others in it that do. */
export interface Numbered {
  readonly kind: string;
  readonly number?: IntValue;
  readonly body?: readonly Numbered[];
}

/** The largest number that a field can have. */
const FIELD_NUMBER_MAX = 0x1fff_ffff;

/** Not looked for among more than these, so that a large file with many errors takes no longer than others. */
const SIBLINGS_MAX = 10_000;

/** A number above those of all that stand in a message so far, to propose for another field. */
export function nextNumber(lists: readonly (readonly Numbered[])[]): number | undefined {
  const siblings = lists.reduce((count, list) => count + list.length, 0);
  if (siblings > SIBLINGS_MAX) return undefined;
  const highest = lists.reduce(highestNumber, 0);
  return highest < FIELD_NUMBER_MAX ? highest + 1 : undefined;
}

function highestNumber(least: number, elements: readonly Numbered[]): number {
  let highest = least;
  for (const { kind, number, body } of elements) {
    if (number !== undefined) highest = Math.max(highest, Number(number.magnitude));
    if (kind === "oneof") highest = highestNumber(highest, body!);
  }
  return highest;
}
