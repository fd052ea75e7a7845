import {
  Edition,
  type EnumDescriptorProto,
  type EnumValueDescriptorProto,
  FeatureSet_EnumType,
} from "@bufbuild/protobuf/wkt";
import { findRange } from "../describe/ranges.js";
import { isWhole, nameSpan, numberSpan, optionSpan } from "../describe/spans.js";
import { toUpperSnakeCase } from "../text/letter-case.js";
import { type Context, report } from "./context.js";
import { checkOverlaps } from "./overlaps.js";
import { checkReservedValueNames } from "./reserved-names.js";

export function checkEnum(context: Context, each: EnumDescriptorProto): void {
  checkFirstValue(context, each);
  checkAliases(context, each);
  checkReservedNumbers(context, each);
  checkReservedValueNames(context, each);
  checkValueNames(context, each);
}

function checkFirstValue(context: Context, each: EnumDescriptorProto): void {
  const { described, features } = context;
  const [first] = each.value;
  const zero = `\`${toUpperSnakeCase(each.name)}_UNSPECIFIED = 0;\``;
  if (first === undefined) {
    if (isWhole(described, each))
      report(context, nameSpan(described, each), "an enum needs at least one value", `start with ${zero}`);
  } else if (first.number !== 0 && features.get(each).enumType === FeatureSet_EnumType.OPEN) {
    const known = each.value.find(({ number }) => number === 0);
    const hint = `put ${known === undefined ? zero : `\`${known.name}\``} in front`;
    report(context, numberSpan(described, first), "the first value of an open enum must be 0", hint);
  }
}

/** Two values have the same number only where that is asked for, and it is not asked for without need. */
function checkAliases(context: Context, each: EnumDescriptorProto): void {
  const { described } = context;
  const { options } = each;
  const isAllowed = options?.allowAlias === true;
  const users = new Map<number, EnumValueDescriptorProto>();
  let hasAlias = false;
  for (const value of each.value) {
    const user = users.get(value.number);
    if (user === undefined) {
      users.set(value.number, value);
      continue;
    }
    hasAlias = true;
    if (isAllowed) continue;
    const text = `\`${user.name}\` and \`${value.name}\` have the same number ${value.number}`;
    const hint = "if that is what you want: `option allow_alias = true;`";
    report(context, numberSpan(described, value), text, hint);
  }
  if (options === undefined || !Object.hasOwn(options, "allowAlias")) return;
  const span = optionSpan(described, each, "allow_alias");
  if (!isAllowed) {
    report(context, span, "`allow_alias = false` does nothing", "remove the option");
  } else if (!hasAlias) {
    const text = `no two values of \`${each.name}\` have the same number: \`allow_alias\` does nothing`;
    report(context, span, text, "remove the option");
  }
}

function checkReservedNumbers(context: Context, each: EnumDescriptorProto): void {
  if (each.reservedRange.length === 0) return;
  const { described } = context;
  for (const range of each.reservedRange) {
    if (range.start <= range.end) continue;
    const text = `the range ${range.start} to ${range.end} ends before it starts`;
    report(context, nameSpan(described, range), text);
  }
  // Enums have ranges with both ends in them.
  const ranges = each.reservedRange.map((range) => ({ start: range.start, end: range.end + 1, part: range }));
  checkOverlaps(context, "reserved", ranges);
  for (const value of each.value) {
    if (findRange(ranges, value.number) !== undefined)
      report(context, numberSpan(described, value), `enum number ${value.number} is reserved`);
  }
}

/** Generators take the enum's name off its values and write them in other cases: names must still be different then. */
function checkValueNames(context: Context, each: EnumDescriptorProto): void {
  const { described, diagnostics, edition } = context;
  const isLenient =
    edition === Edition.EDITION_PROTO2 && each.options?.deprecatedLegacyJsonFieldConflicts === true;
  const prefix = each.name.replaceAll("_", "").toLowerCase();
  const users = new Map<string, EnumValueDescriptorProto>();
  for (const value of each.value) {
    const short = pascalCase(withoutPrefix(value.name, prefix));
    const user = users.get(short);
    if (user === undefined) {
      users.set(short, value);
    } else if (user.name !== value.name && user.number !== value.number) {
      const text = `\`${user.name}\` and \`${value.name}\` are the same name once the enum's name and underscores are left out`;
      const span = nameSpan(described, value);
      if (isLenient) diagnostics.warn(described.source, span, text, "rename one of them");
      else diagnostics.error(described.source, span, text, "rename one of them");
    }
  }
}

/** `RED` of `COLOR_RED`; all of a name that does not start so, or has nothing behind it. */
function withoutPrefix(name: string, prefix: string): string {
  let matched = 0;
  let i = 0;
  for (; i < name.length && matched < prefix.length; i++) {
    if (name[i] === "_") continue;
    if (name[i].toLowerCase() !== prefix[matched++]) return name;
  }
  while (name[i] === "_") i++;
  return matched < prefix.length || i >= name.length ? name : name.slice(i);
}

/** `DarkRed` of `DARK_RED` */
function pascalCase(name: string): string {
  let cased = "";
  for (const word of name.split("_")) cased += word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  return cased;
}
