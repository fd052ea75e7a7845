import type { DescriptorProto, EnumDescriptorProto } from "@bufbuild/protobuf/wkt";
import { type DescribedFile, spanOf } from "../describe/described.js";
import { nameSpan } from "../describe/spans.js";
import { FULL_NAME_LENGTH_MAX } from "../link/definitions.js";
import type { Span } from "../text/source.js";
import { type Context, report } from "./context.js";

export function checkReservedFieldNames(context: Context, message: DescriptorProto): void {
  if (message.reservedName.length === 0) return;
  const reserved = reservedNames(context, message);
  for (const field of message.field) {
    if (reserved.has(field.name))
      report(context, nameSpan(context.described, field), `the field name \`${field.name}\` is reserved`);
  }
}

export function checkReservedValueNames(context: Context, each: EnumDescriptorProto): void {
  if (each.reservedName.length === 0) return;
  const reserved = reservedNames(context, each);
  for (const value of each.value) {
    if (reserved.has(value.name))
      report(context, nameSpan(context.described, value), `the value name \`${value.name}\` is reserved`);
  }
}

/** Tells of names that are there twice, and warns of what cannot be a name. */
function reservedNames(context: Context, part: DescriptorProto | EnumDescriptorProto): ReadonlySet<string> {
  const { described, diagnostics } = context;
  const names = new Set<string>();
  for (const { text, span } of writtenNames(described, part)) {
    if (names.has(text)) report(context, span, `the name \`${text}\` is reserved twice`);
    else if (text.length > FULL_NAME_LENGTH_MAX)
      report(context, span, `the name is longer than ${FULL_NAME_LENGTH_MAX} characters`);
    else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text))
      diagnostics.warn(described.source, span, `\`${text}\` is not a name that a field or a value can have`);
    names.add(text);
  }
  return names;
}

function writtenNames(
  described: DescribedFile,
  part: DescriptorProto | EnumDescriptorProto,
): { text: string; span: Span }[] {
  const node = described.nodes.get(part);
  const body = node?.kind === "message" || node?.kind === "group" || node?.kind === "enum" ? node.body : [];
  return [...body].flatMap((element) =>
    element.kind === "reserved"
      ? element.names.map((name) => ({ text: name.text, span: spanOf(described, name) }))
      : [],
  );
}
