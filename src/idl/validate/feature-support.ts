import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  Edition,
  type EnumDescriptorProto,
  type EnumValueDescriptorProto,
  type FieldDescriptorProto,
  FieldOptions_FeatureSupportSchema,
  type FieldOptions_FeatureSupport as Support,
} from "@bufbuild/protobuf/wkt";
import { optionSpan } from "../describe/spans.js";
import { type Context, report } from "./context.js";
import { definitionOf } from "./field-types.js";

// In which editions an option, or a value of one, can be set: `feature_support`.

/** Of a field: that its editions are in order, and those of the values that it can have within them. */
export function checkFieldSupport(context: Context, field: FieldDescriptorProto): void {
  const support = field.options?.featureSupport;
  if (support === undefined) return;
  const span = optionSpan(context.described, field, "feature_support");
  const own = orderFault(editionsOf(support));
  if (own !== undefined) report(context, span, `\`${field.name}\` ${own}`);
  const definition = definitionOf(context, field);
  if (definition?.kind !== "enum") return;
  const fault = valueFault(definition.descriptor, support);
  if (fault !== undefined) report(context, span, fault);
}

export function checkValueSupport(context: Context, value: EnumValueDescriptorProto): void {
  const support = value.options?.featureSupport;
  const fault = support && orderFault(editionsOf(support));
  if (fault === undefined) return;
  report(context, optionSpan(context.described, value, "feature_support"), `\`${value.name}\` ${fault}`);
}

/** What a `feature_support` says. */
interface Editions {
  readonly introduced?: Edition;
  readonly deprecated?: Edition;
  readonly removed?: Edition;
  readonly hasWarning: boolean;
  readonly hasError: boolean;
}

function editionsOf(support: Support): Editions {
  const introduced = editionIn(support, "editionIntroduced");
  const deprecated = editionIn(support, "editionDeprecated");
  const removed = editionIn(support, "editionRemoved");
  return {
    ...(introduced !== undefined && { introduced }),
    ...(deprecated !== undefined && { deprecated }),
    ...(removed !== undefined && { removed }),
    hasWarning: Object.hasOwn(support, "deprecationWarning"),
    hasError: Object.hasOwn(support, "removalError"),
  };
}

/** An edition that is newer than what we know of is among the unknown fields. */
function editionIn(
  support: Support,
  name: "editionIntroduced" | "editionDeprecated" | "editionRemoved",
): Edition | undefined {
  if (Object.hasOwn(support, name)) return support[name];
  const { number } = FieldOptions_FeatureSupportSchema.field[name];
  const newer = support.$unknown?.findLast(({ no }) => no === number);
  return newer && new BinaryReader(newer.data).int32();
}

function editionName(edition: Edition): string {
  return Edition[edition] ?? String(edition);
}

/** What is wrong with editions in themselves, to follow the name of what they are for. */
function orderFault(editions: Editions): string | undefined {
  const { introduced = 0, deprecated, removed, hasWarning, hasError } = editions;
  if (deprecated !== undefined) {
    if (deprecated < introduced) return "is deprecated before it is introduced";
    if (!hasWarning) return "is deprecated, but has no `deprecation_warning`";
    if (removed !== undefined && deprecated >= removed) return "is not deprecated before it is removed";
  } else if (hasWarning) {
    return "has a `deprecation_warning`, but no `edition_deprecated`";
  }
  if (removed !== undefined) {
    if (removed < introduced) return "is removed before it is introduced";
    // What was never there needs no words.
    if (!hasError && removed !== introduced) return "is removed, but has no `removal_error`";
  } else if (hasError) {
    return "has a `removal_error`, but no `edition_removed`";
  }
  return undefined;
}

/** Faults by what the field supports: many fields can be of one enum with many values. */
const faultsOfEnum = new WeakMap<EnumDescriptorProto, Map<string, string | undefined>>();

/** What is wrong with the first of an enum's values that a field of such support cannot have. */
function valueFault(type: EnumDescriptorProto, support: Support): string | undefined {
  let faults = faultsOfEnum.get(type);
  if (faults === undefined) faultsOfEnum.set(type, (faults = new Map()));
  const ofField = editionsOf(support);
  const key = JSON.stringify(ofField);
  if (faults.has(key)) return faults.get(key);
  const fault = firstValueFault(type, ofField);
  faults.set(key, fault);
  return fault;
}

function firstValueFault(type: EnumDescriptorProto, ofField: Editions): string | undefined {
  for (const { name, options } of type.value) {
    if (options?.featureSupport === undefined) continue;
    const own = editionsOf(options.featureSupport);
    // Of its own faults it is told where the enum is.
    if (orderFault(own) !== undefined) continue;
    const merged: Editions = {
      ...ofField,
      ...own,
      hasWarning: ofField.hasWarning || own.hasWarning,
      hasError: ofField.hasError || own.hasError,
    };
    const fault = orderFault(merged) ?? rangeFault(merged, ofField);
    if (fault !== undefined) return `the value \`${name}\` ${fault}`;
  }
  return undefined;
}

/** Where editions are not within those of the field. */
function rangeFault(value: Editions, field: Editions): string | undefined {
  const { introduced, deprecated, removed } = field;
  if (introduced !== undefined && value.introduced! < introduced)
    return `is introduced in \`${editionName(value.introduced!)}\`, before the field`;
  if (deprecated !== undefined && value.deprecated! > deprecated)
    return `is deprecated in \`${editionName(value.deprecated!)}\`, after the field`;
  if (removed !== undefined && value.removed! > removed)
    return `is removed in \`${editionName(value.removed!)}\`, after the field`;
  return undefined;
}
