import type { Comparison, InnerTypes } from "./comparison.js";
import type { Difference } from "./difference.js";
import { compareEnums } from "./enums.js";
import { type Misreading, misreadByBoth } from "./finding.js";
import { compareMessages } from "./messages.js";
import type { RuleName } from "./rules.js";

/**
 * Types can meet in a great many pairs: as many as both versions have types, multiplied. When more fields, values and
 * pairs than these have been looked at, types that meet are taken to differ.
 */
const LOOKS_MAX = 250_000;

/** These are about what may come; of two types that were never versions of each other they say nothing. */
const ABOUT_THE_FUTURE: ReadonlySet<RuleName> = new Set(["reserved-removed", "extension-range-removed"]);

/** Two types that are read as each other. */
interface Meeting {
  readonly misreadings: readonly Misreading[];
  /** What meets within them. */
  readonly inner: readonly InnerTypes[];
}

/** Compares types that are read as each other though they are not versions of each other, and all that is in them. */
export function createInnerComparison(base: Omit<Comparison, "compareInner">): Comparison["compareInner"] {
  const meetings = new Map<string, Meeting>();
  const results = new Map<string, readonly Misreading[]>();
  let looks = 0;

  function meet(types: InnerTypes): Meeting {
    const known = meetings.get(keyOf(types));
    if (known !== undefined) return known;
    looks += sizeOf(types);
    const inner: InnerTypes[] = [];
    const compareInner = (within: InnerTypes) => {
      inner.push(within);
      return [];
    };
    const differences = compareOne(types, { ...base, compareInner });
    const meeting = { misreadings: misreadingsWithin(differences), inner };
    meetings.set(keyOf(types), meeting);
    return meeting;
  }

  function compareAll(first: InnerTypes): readonly Misreading[] {
    const reached = new Map([[keyOf(first), first]]);
    const found: Misreading[] = [];
    for (const types of reached.values()) {
      looks++;
      if (looks > LOOKS_MAX) return TOO_MANY;
      const { misreadings, inner } = meet(types);
      found.push(...misreadings);
      for (const each of inner) if (!reached.has(keyOf(each))) reached.set(keyOf(each), each);
    }
    return firstOfEach(found);
  }

  return (types) => {
    const found = results.get(keyOf(types)) ?? compareAll(types);
    results.set(keyOf(types), found);
    return found;
  };
}

function misreadingsWithin(differences: readonly Difference[]): Misreading[] {
  const counted = differences.filter(({ rule }) => !ABOUT_THE_FUTURE.has(rule));
  return firstOfEach(
    counted.flatMap(({ message, misreadings }) => misreadings.map((each) => ({ ...each, within: message }))),
  );
}

function keyOf([older, newer]: InnerTypes): string {
  return `${older.typeName} ${newer.typeName}`;
}

function sizeOf([older, newer]: InnerTypes): number {
  const size = (type: InnerTypes[number]) => (type.kind === "enum" ? type.values : type.fields).length + 1;
  return size(older) + size(newer);
}

function compareOne([older, newer]: InnerTypes, comparison: Comparison): readonly Difference[] {
  if (older.kind === "message" && newer.kind === "message")
    return compareMessages(older, newer, comparison).differences;
  return older.kind === "enum" && newer.kind === "enum" ? compareEnums(older, newer) : [];
}

const TOO_MANY: readonly Misreading[] = [
  ...misreadByBoth("wire", "may read something else"),
  ...misreadByBoth("json", "may read something else"),
].map((each) => ({ ...each, within: "there is more than can be compared" }));

/** The first for each reader and format. */
function firstOfEach(misreadings: readonly Misreading[]): Misreading[] {
  const first = new Map<string, Misreading>();
  for (const misreading of misreadings) {
    const key = `${misreading.reader} ${misreading.format}`;
    if (!first.has(key)) first.set(key, misreading);
  }
  return [...first.values()];
}
