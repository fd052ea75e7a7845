import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { type Difference, difference } from "./difference.js";
import { type Misreading, misreadEverywhere } from "./finding.js";
import { groupBy } from "./group-by.js";
import { compareReserved, missingReservation, namesText, type Reserved, reservedOf } from "./reserved.js";

/** Compares values by number first, as the wire does, and then by name, as JSON does. */
export function compareEnums(older: DescEnum, newer: DescEnum): Difference[] {
  const before = byNumber(older);
  const after = byNumber(newer);
  const names: Names = { older: byName(older), newer: byName(newer), reserved: reservedOf(newer) };
  const differences: Difference[] = [];
  for (const [number, values] of before) {
    const same = after.get(number) ?? [];
    const moved = values.flatMap((value) => {
      const namesake = names.newer.get(value.name);
      return namesake === undefined || namesake.number === number ? [] : [[value, namesake] as const];
    });
    for (const [value, namesake] of moved) differences.push(numberDifference(value, namesake, before, after));
    if (moved.length < values.length) differences.push(...nameDifferences(values, same, names));
  }
  return [
    ...differences,
    ...compareFirst(older, newer),
    ...compareOpenness(older, newer),
    ...compareReserved(older, newer),
  ];
}

interface Names {
  readonly older: ReadonlyMap<string, DescEnumValue>;
  readonly newer: ReadonlyMap<string, DescEnumValue>;
  readonly reserved: Reserved;
}

type ValuesByNumber = ReadonlyMap<number, readonly DescEnumValue[]>;

/** With `allow_alias`, several have one number; JSON is written with the first and read with any. */
function byNumber({ values }: DescEnum): ValuesByNumber {
  return groupBy(values, ({ number }) => number);
}

function byName({ values }: DescEnum): ReadonlyMap<string, DescEnumValue> {
  return new Map(values.map((value) => [value.name, value]));
}

function valueText({ name, number, parent }: DescEnumValue): string {
  return `value ${number} \`${name}\` of \`${parent.typeName}\``;
}

function numberDifference(
  older: DescEnumValue,
  newer: DescEnumValue,
  before: ValuesByNumber,
  after: ValuesByNumber,
): Difference {
  const reads = (values: readonly DescEnumValue[] = [], number: number) =>
    values.length === 0 ? `does not know ${number}` : `takes ${number} for \`${values[0].name}\``;
  const misreadings: Misreading[] = [
    { reader: "newer", format: "wire", what: reads(after.get(older.number), older.number) },
    { reader: "older", format: "wire", what: reads(before.get(newer.number), newer.number) },
  ];
  const change = `${valueText(older)} has number ${newer.number} now`;
  return difference("enum-value-number-changed", change, misreadings, older, newer);
}

/** Of the values of one number, `same` being the newer ones; those that only have another number left aside. */
function nameDifferences(
  values: readonly DescEnumValue[],
  same: readonly DescEnumValue[],
  names: Names,
): Difference[] {
  const gone = values.filter(({ name }) => !names.newer.has(name));
  const isTaken = same.length > 0 && same.every(({ name }) => names.older.has(name) && !has(values, name));
  if (same.length === 0 || isTaken)
    return gone.slice(0, 1).flatMap((value) => removedDifferences(value, same, names));

  const refused = gone.filter((value) => value === values[0] || !names.reserved.names.has(value.name));
  const misreadings: Misreading[] = [
    ...(refused.length === 0 ? [] : [refusal("newer", refused)]),
    ...(has(values, same[0].name) ? [] : [refusal("older", same.slice(0, 1))]),
  ];
  if (misreadings.length === 0) return [];
  const [renamed = values[0]] = refused;
  const change = `${valueText(renamed)} is \`${same[0].name}\` now`;
  return [difference("enum-value-renamed", change, misreadings, renamed, same[0])];
}

function has(values: readonly DescEnumValue[], name: string): boolean {
  return values.some((value) => value.name === name);
}

function refusal(reader: Misreading["reader"], values: readonly DescEnumValue[]): Misreading {
  return { reader, format: "json", what: `refuses ${namesText(values.map(({ name }) => name))}` };
}

function removedDifferences(
  value: DescEnumValue,
  taker: readonly DescEnumValue[],
  names: Names,
): Difference[] {
  const missing = missingReservation(names.reserved, value.number, value.name);
  if (missing === undefined) return [];
  const rule = missing.number ? "enum-value-removed" : "enum-value-name-not-reserved";
  const free = taker.length === 0 ? missing.text : `its number is \`${taker[0].name}\` now`;
  const message = `${valueText(value)} was removed, and ${free}`;
  const misreadings = missing.misreadings.filter(({ reader }) => reader === "newer");
  return [{ rule, message, misreadings, older: value, newer: taker[0] }];
}

/** A field that is not set reads as the first value, if nothing else was declared. */
function compareFirst({ values: [older] }: DescEnum, { values: [newer] }: DescEnum): Difference[] {
  if (older === undefined || newer === undefined) return [];
  if (older.number === newer.number || older.name === newer.name) return [];
  const change = `the first value of \`${older.parent.typeName}\` changed from \`${older.name}\` to \`${newer.name}\``;
  const misreadings = [
    ...misreadEverywhere("newer", `reads \`${newer.name}\` where the other left out \`${older.name}\``),
    ...misreadEverywhere("older", `reads \`${older.name}\` where the other left out \`${newer.name}\``),
  ];
  return [difference("enum-default-changed", change, misreadings, older, newer)];
}

/** What a closed enum does not have, its readers put among the unknown fields. */
function compareOpenness(older: DescEnum, newer: DescEnum): Difference[] {
  if (older.open === newer.open) return [];
  const misreading: Misreading = {
    reader: newer.open ? "older" : "newer",
    format: "wire",
    what: "drops numbers that it does not have",
  };
  const change = `\`${older.typeName}\` is ${newer.open ? "open" : "closed"} now`;
  return [difference("enum-openness-changed", change, [misreading], older, newer)];
}
