import type { EnumDescriptorProto, FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import { spanOf } from "../describe/described.js";
import { optionNode } from "../describe/spans.js";
import { enumNames } from "../options/option-schema.js";
import type { OptionValue } from "../syntax/syntax.js";
import { inWords } from "../text/articles.js";
import { type Context, report } from "./context.js";
import { definitionOf } from "./field-types.js";

/** More values than this are not listed in a message. */
const LISTED_MAX = 4;

/** That the default of a field is the name of a value of its enum. */
export function checkEnumDefault(context: Context, field: FieldDescriptorProto): void {
  const definition = definitionOf(context, field);
  const value = optionNode(context.described, field, ["default"])?.value;
  if (definition?.kind !== "enum" || value === undefined || context.diagnostics.isFull) return;
  const { descriptor, fullName } = definition;
  const span = spanOf(context.described, value);
  if (value.kind !== "identifier" || value.isNegative) {
    const what =
      value.kind === "string"
        ? "a string"
        : `\`${context.described.source.text.slice(span.start, span.end)}\``;
    const text = `the default of an enum must be the name of a value, not ${what}`;
    report(context, span, text, valueHint(descriptor, value));
  } else if (!enumNames(descriptor).has(value.text)) {
    const text = `\`${fullName}\` has no value \`${value.text}\``;
    report(context, span, text, nameHint(context, descriptor, value.text));
  }
}

function valueHint({ value }: EnumDescriptorProto, written: OptionValue): string | undefined {
  if (written.kind === "string") return "leave out the quotes";
  if (written.kind !== "int") return undefined;
  const number = Number(written.magnitude) * (written.isNegative ? -1 : 1);
  const meant = value.find((each) => each.number === number);
  return meant === undefined ? undefined : `write \`${meant.name}\``;
}

function nameHint(
  { diagnostics }: Context,
  descriptor: EnumDescriptorProto,
  name: string,
): string | undefined {
  const names = [...enumNames(descriptor).keys()];
  const meant = diagnostics.meantHint(name, names);
  if (meant !== undefined) return meant;
  if (names.length === 0 || names.length > LISTED_MAX) return undefined;
  return `it has ${inWords(names.map((each) => `\`${each}\``))}`;
}
