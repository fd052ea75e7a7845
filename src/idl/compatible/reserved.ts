import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { type NumberRange, rangesText } from "../describe/ranges.js";
import { type Difference, difference } from "./difference.js";
import { type Misreading, misreadByBoth } from "./finding.js";
import { hasNumber, type NumberSet, numberSet, subtractNumbers } from "./number-set.js";

/** The numbers and names that a message or an enum has put out of use. */
export interface Reserved {
  readonly numbers: NumberSet;
  readonly names: ReadonlySet<string>;
}

export function reservedOf(type: DescMessage | DescEnum): Reserved {
  return { numbers: numberSet(reservedRanges(type)), names: new Set(type.proto.reservedName) };
}

function reservedRanges(type: DescMessage | DescEnum): NumberRange[] {
  if (type.kind === "message") return type.proto.reservedRange;
  return type.proto.reservedRange.map(({ start, end }) => ({ start, end: end + 1 }));
}

/** What of something that was removed is still free to be taken by something else. */
export interface MissingReservation {
  readonly number: boolean;
  readonly text: string;
  readonly misreadings: readonly Misreading[];
}

/** Undefined if both the number and the name are reserved. Without a name, none is needed. */
export function missingReservation(
  { numbers, names }: Reserved,
  number: number,
  name: string | undefined,
): MissingReservation | undefined {
  const isNumberFree = !hasNumber(numbers, number);
  const isNameFree = name !== undefined && !names.has(name);
  if (!isNumberFree && !isNameFree) return undefined;
  const what = "may take it for something else";
  return {
    number: isNumberFree,
    text:
      isNumberFree && isNameFree
        ? "neither its number nor its name is reserved"
        : `its ${isNumberFree ? "number" : "name"} is not reserved`,
    misreadings: [
      ...(isNumberFree ? misreadByBoth("wire", what) : []),
      ...(isNameFree ? misreadByBoth("json", what) : []),
    ],
  };
}

/** What was out of use may come into use again, while data of old still has it. */
export function compareReserved(older: DescMessage | DescEnum, newer: DescMessage | DescEnum): Difference[] {
  const before = reservedOf(older);
  const after = reservedOf(newer);
  const numbers = rangesText(subtractNumbers(before.numbers, after.numbers));
  const names = [...before.names].filter((name) => !after.names.has(name));
  if (numbers === undefined && names.length === 0) return [];
  const misreadings: Misreading[] = [
    ...(numbers === undefined
      ? []
      : misreadByBoth("wire", "may take what is still written for something else")),
    ...(names.length === 0 ? [] : misreadByBoth("json", "may take what is still written for something else")),
  ];
  const what = [numbers, namesText(names)].filter((each) => each !== undefined).join(" and ");
  return [
    difference(
      "reserved-removed",
      `\`${older.typeName}\` no longer reserves ${what}`,
      misreadings,
      older,
      newer,
    ),
  ];
}

/** More names than this are not listed in a message. */
const NAMES_MAX = 4;

/** `` `a`, `b` ``; undefined where there are none. */
export function namesText(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, NAMES_MAX).map((name) => `\`${name}\``);
  return names.length > NAMES_MAX ? `${shown.join(", ")}, …` : shown.join(", ");
}
