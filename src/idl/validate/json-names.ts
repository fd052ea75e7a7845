import {
  type DescriptorProto,
  FeatureSet_JsonFormat,
  type FieldDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { defaultJsonName } from "../describe/json-name.js";
import { nameSpan, optionValueSpan } from "../describe/spans.js";
import { type Context, report } from "./context.js";

/** A field under one of its JSON names. */
interface JsonName {
  readonly field: FieldDescriptorProto;
  readonly name: string;
  /** Whether it was set by `json_name` to something else than what it would be. */
  readonly isCustom: boolean;
}

/**
 * That no two fields have the same JSON name: neither by their own `json_name`, nor by what it would be without, since
 * field masks go by that.
 */
export function checkFieldJsonNames(context: Context, message: DescriptorProto): void {
  const isLenient = context.features.get(message).jsonFormat === FeatureSet_JsonFormat.LEGACY_BEST_EFFORT;
  const byDefault: JsonName[] = [];
  const asSet: JsonName[] = [];
  for (const field of message.field) {
    const defaultName = defaultJsonName(field.name);
    const { jsonName } = field;
    const isCustom = jsonName !== defaultName;
    if (jsonName.includes("\0"))
      report(
        context,
        optionValueSpan(context.described, field, "json_name"),
        "a JSON name cannot have a NUL character in it",
      );
    byDefault.push({ field, name: defaultName, isCustom: false });
    if (isCustom && isBracketed(jsonName)) reportBrackets(context, field);
    else asSet.push({ field, name: isCustom ? jsonName : defaultName, isCustom });
  }
  if (message.options?.deprecatedLegacyJsonFieldConflicts) return;
  for (const [first, second] of conflicts(byDefault)) reportConflict(context, first, second, isLenient);
  for (const [first, second] of conflicts(asSet)) {
    // Two that are the same by default were told of.
    if (first.isCustom || second.isCustom)
      reportConflict(context, first, second, isLenient && !(first.isCustom && second.isCustom));
  }
}

function conflicts(names: readonly JsonName[]): [JsonName, JsonName][] {
  const found: [JsonName, JsonName][] = [];
  const firsts = new Map<string, JsonName>();
  for (const each of names) {
    const first = firsts.get(each.name);
    if (first === undefined) firsts.set(each.name, each);
    else if (first.field.name !== each.field.name) found.push([first, each]);
  }
  return found;
}

function reportConflict(context: Context, first: JsonName, second: JsonName, isLenient: boolean): void {
  const { described, diagnostics } = context;
  const span = nameSpan(described, second.field);
  const message = `\`${first.field.name}\` and \`${second.field.name}\` have the same JSON name \`${second.name}\``;
  const hint = "rename one of them, or give it a `json_name`";
  if (isLenient) diagnostics.warn(described.source, span, message, hint);
  else diagnostics.error(described.source, span, message, hint);
}

function isBracketed(name: string): boolean {
  return name.startsWith("[") && name.endsWith("]");
}

function reportBrackets(context: Context, field: FieldDescriptorProto): void {
  report(
    context,
    optionValueSpan(context.described, field, "json_name"),
    "a JSON name cannot be in square brackets: JSON writes extensions so",
  );
}
