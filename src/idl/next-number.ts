import type { IntValue } from "./syntax.js";

/** An element of a message or an enum, that may have a number or others in it that do. */
export interface Numbered {
  readonly kind: string;
  readonly number?: IntValue;
  readonly body?: readonly Numbered[];
}

/** A number above all that the elements have, to propose for another one; at least `lowest`. */
export function nextNumber(lists: readonly (readonly Numbered[])[], lowest: number): number {
  let next = lowest;
  for (const { kind, number, body } of lists.flat()) {
    if (number !== undefined && !number.isNegative) next = Math.max(next, Number(number.magnitude) + 1);
    if (kind === "oneof") next = nextNumber([body!], next);
  }
  return next;
}
