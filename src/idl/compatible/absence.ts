import { type DescEnum, type DescEnumValue, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence as Presence } from "@bufbuild/protobuf/wkt";
import { type Difference, difference } from "./difference.js";
import { memberText } from "./fields.js";
import { type Misreading, misreadEverywhere } from "./finding.js";
import type { Member } from "./version.js";

// What a field means that is not there.

export function isRequired(member: Member): boolean {
  return member.presence === Presence.LEGACY_REQUIRED;
}

export function compareRequired(older: Member, newer: Member): Difference[] {
  if (isRequired(older) === isRequired(newer)) return [];
  const change = `${memberText(older)} is ${isRequired(newer) ? "required now" : "no longer required"}`;
  return [difference("field-required", change, missing(isRequired(newer) ? "newer" : "older"), older, newer)];
}

export function newRequired(newer: Member): Difference {
  const change = `${memberText(newer)} is new and required`;
  return difference("field-required", change, missing("newer"), undefined, newer);
}

export function removedRequired(older: Member, from: DescMessage): Difference {
  const change = `required ${memberText(older)} was removed`;
  return difference("field-required", change, missing("older"), older, from);
}

function missing(reader: Misreading["reader"]): Misreading[] {
  return misreadEverywhere(reader, "refuses messages without it");
}

/** Whether a reader can tell a zero that was written from a field that was not set. */
export function comparePresence(older: Member, newer: Member): Difference[] {
  const isTracked = newer.presence !== Presence.IMPLICIT;
  if (!isSingleValue(older) || !isSingleValue(newer)) return [];
  if ((older.presence !== Presence.IMPLICIT) === isTracked) return [];
  const misreadings = misreadEverywhere(
    isTracked ? "newer" : "older",
    "takes a zero value for one that was not set",
  );
  const change = `${memberText(older)} ${isTracked ? "tells now" : "no longer tells"} whether it was set`;
  return [difference("field-presence-changed", change, misreadings, older, newer)];
}

/** What a field that is not set reads as. An enum's first value, where nothing else was declared, is the enum's affair. */
export function compareDefaults(older: Member, newer: Member): Difference[] {
  if (!isSingleValue(older) || !isSingleValue(newer) || older.scalar !== newer.scalar) return [];
  if (older.proto.defaultValue === newer.proto.defaultValue) return [];
  const before = defaultOf(older);
  const after = defaultOf(newer);
  if (before.value === after.value) return [];
  const misreadings = [
    ...misreadEverywhere("newer", `reads ${after.text} where the other left out ${before.text}`),
    ...misreadEverywhere("older", `reads ${before.text} where the other left out ${after.text}`),
  ];
  const change = `the default of ${memberText(older)} changed from ${before.text} to ${after.text}`;
  return [difference("field-default-changed", change, misreadings, older, newer)];
}

function isSingleValue({ fieldKind }: Member): boolean {
  return fieldKind === "scalar" || fieldKind === "enum";
}

interface Default {
  /** Equal for equal values. */
  readonly value: string | number;
  readonly text: string;
}

function defaultOf(field: Member): Default {
  const declared = field.proto.defaultValue;
  if (field.enum !== undefined) return enumDefault(field.enum, declared);
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return { value: declared, text: JSON.stringify(shortened(declared)) };
    case ScalarType.BOOL:
      return { value: declared || "false", text: declared || "false" };
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return { value: floatValue(declared), text: shortened(declared || "0") };
    default:
      return { value: declared || "0", text: shortened(declared || "0") };
  }
}

/** Compilers write the same number in several ways: `1e+10`, `10000000000`. */
function floatValue(text: string): string {
  return /^-?(inf|nan)$/.test(text) ? text : `${Number(text)}`;
}

const valuesByName = new WeakMap<DescEnum, ReadonlyMap<string, DescEnumValue>>();

function enumDefault(type: DescEnum, declared: string): Default {
  const values = valuesByName.get(type) ?? new Map(type.values.map((value) => [value.name, value]));
  valuesByName.set(type, values);
  const value = values.get(declared) ?? type.values[0];
  return { value: value?.number ?? 0, text: `\`${value?.name ?? 0}\`` };
}

/** Longer texts than this are cut in messages. */
const TEXT_LENGTH_MAX = 40;

function shortened(text: string): string {
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX)}…`;
}
