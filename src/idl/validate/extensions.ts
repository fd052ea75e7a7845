import {
  type DescriptorProto,
  type DescriptorProto_ExtensionRange,
  Edition,
  type ExtensionRangeOptions,
  type ExtensionRangeOptions_Declaration,
  ExtensionRangeOptions_VerificationState,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { defaultJsonName } from "../describe/json-name.js";
import { findRange, rangeText } from "../describe/ranges.js";
import {
  extendeeSpan,
  labelSpan,
  nameSpan,
  numberSpan,
  optionSpan,
  optionSpans,
  typeSpan,
} from "../describe/spans.js";
import type { Definition } from "../link/symbols.js";
import { SCALAR_TYPES } from "../syntax/scalar-types.js";
import { type Context, report } from "./context.js";
import { isRepeated, isResolved, scalarName } from "./field-types.js";
import { isDelimited } from "./fields.js";
import { isLite } from "./files.js";

/** What a file in proto3 can extend. */
const OPTIONS: ReadonlySet<string> = new Set(
  ["File", "Message", "Field", "Oneof", "ExtensionRange", "Enum", "EnumValue", "Service", "Method"].map(
    (part) => `google.protobuf.${part}Options`,
  ),
);

const DESCRIPTOR_PROTO = "google/protobuf/descriptor.proto";

export function checkExtension(context: Context, extension: FieldDescriptorProto, fullName: string): void {
  const { file, described, edition } = context;
  if (extension.label === Label.REQUIRED && edition === Edition.EDITION_PROTO2)
    report(context, labelSpan(described, extension), "an extension cannot be required");
  if (extension.jsonName !== defaultJsonName(extension.name)) {
    const text = `an extension cannot have a \`json_name\`: its JSON name is \`[${fullName}]\``;
    report(context, optionSpan(described, extension, "json_name"), text);
  }
  const extendee = file.symbols.definitions.get(extension.extendee.slice(1));
  if (extendee?.kind !== "message" || !extension.extendee.startsWith(".")) return;
  if (edition === Edition.EDITION_PROTO3 && !OPTIONS.has(extendee.fullName)) {
    const text = "proto3 can extend only options, such as `google.protobuf.FieldOptions`";
    report(context, extendeeSpan(described, extension), text);
  }
  if (isLite(file) && !isLite(extendee.file)) {
    const text = `a file for the lite runtime cannot extend \`${extendee.fullName}\`, which is not for it`;
    report(context, extendeeSpan(described, extension), text);
  }
  if (!isResolved(extension)) return;
  if (extendee.descriptor.options?.messageSetWireFormat) checkMessageSetExtension(context, extension);
  if (extendee.file.name !== DESCRIPTOR_PROTO) checkDeclared(context, extension, extendee, fullName);
}

function checkMessageSetExtension(context: Context, extension: FieldDescriptorProto): void {
  const isOther = extension.type !== Type.MESSAGE || isDelimited(context, extension);
  if (!isOther && !isRepeated(extension)) return;
  const { described } = context;
  const span = isRepeated(extension) ? labelSpan(described, extension) : typeSpan(described, extension);
  report(context, span, "an extension of a message set must be an optional message");
}

/** Where a range declares which extensions it has, they are like that. */
function checkDeclared(
  context: Context,
  extension: FieldDescriptorProto,
  extendee: Definition & { kind: "message" },
  fullName: string,
): void {
  const { number } = extension;
  const options = findRange(extendee.descriptor.extensionRange, number)?.options;
  if (options === undefined) return;
  const declaration = declarationsOf(options).get(number);
  const { described } = context;
  const no = (text: string) =>
    report(
      context,
      numberSpan(described, extension),
      `extension number ${number} of \`${extendee.fullName}\` ${text}`,
    );
  if (declaration === undefined) {
    const isDemanded = options.verification === ExtensionRangeOptions_VerificationState.DECLARATION;
    if (options.declaration.length > 0 || (isDemanded && Object.hasOwn(options, "verification")))
      no("is not declared");
  } else if (declaration.reserved) {
    no("is reserved");
  } else {
    checkLikeDeclared(context, extension, extendee.fullName, fullName, declaration);
  }
}

function checkLikeDeclared(
  context: Context,
  extension: FieldDescriptorProto,
  extendee: string,
  fullName: string,
  declaration: ExtensionRangeOptions_Declaration,
): void {
  const { described } = context;
  const name = declaration.fullName;
  if (name !== "" && name !== `.${fullName}`) {
    const text = `extension ${extension.number} of \`${extendee}\` is declared as \`${name}\`, not \`.${fullName}\``;
    report(context, nameSpan(described, extension), text);
  }
  const actual = extension.typeName === "" ? scalarName(extension) : extension.typeName;
  const isRelative = !isScalar(declaration.type) && !declaration.type.startsWith(".");
  const declared = isRelative ? `.${declaration.type}` : declaration.type;
  if (declaration.type !== "" && declared !== actual) {
    const text = `extension \`.${fullName}\` is declared as \`${declared}\`, not \`${actual}\``;
    report(context, typeSpan(described, extension), text);
  }
  if (declaration.repeated !== isRepeated(extension)) {
    const text = `extension \`.${fullName}\` is ${declaration.repeated ? "" : "not "}declared as repeated`;
    report(context, labelSpan(described, extension), text);
  }
}

const declarations = new WeakMap<
  ExtensionRangeOptions,
  ReadonlyMap<number, ExtensionRangeOptions_Declaration>
>();

function declarationsOf(
  options: ExtensionRangeOptions,
): ReadonlyMap<number, ExtensionRangeOptions_Declaration> {
  let known = declarations.get(options);
  if (known === undefined) {
    // Of two with one number, the first counts.
    known = new Map([...options.declaration].reverse().map((each) => [each.number, each]));
    declarations.set(options, known);
  }
  return known;
}

export function checkExtensionRanges(context: Context, message: DescriptorProto): void {
  const ranges = message.extensionRange;
  if (ranges.length === 0) return;
  if (context.edition === Edition.EDITION_PROTO3) {
    const hint = "use `google.protobuf.Any`, or proto2 or an edition for this file";
    report(context, nameSpan(context.described, ranges[0]), "proto3 has no extension ranges", hint);
  }
  const names = new Set<string>();
  for (const range of ranges) {
    if (range.options !== undefined && range.options.declaration.length > 0)
      checkDeclarations(context, range, range.options, names);
  }
}

function checkDeclarations(
  context: Context,
  range: DescriptorProto_ExtensionRange,
  options: ExtensionRangeOptions,
  names: Set<string>,
): void {
  const { described } = context;
  const isUnverified = options.verification === ExtensionRangeOptions_VerificationState.UNVERIFIED;
  if (isUnverified && Object.hasOwn(options, "verification")) {
    const span = optionSpan(described, range, "verification");
    report(context, span, "a range with declarations cannot be `UNVERIFIED`");
    return;
  }
  const numbers = new Set<number>();
  options.declaration.forEach((declaration, index) => {
    for (const text of declarationFaults(declaration, range, numbers, names)) {
      if (context.diagnostics.isFull) return;
      const span = optionSpans(described, range, "declaration")[index];
      report(context, span ?? nameSpan(described, range), text);
    }
  });
}

/** What is wrong with a declaration. Notes its number and its name. */
function declarationFaults(
  declaration: ExtensionRangeOptions_Declaration,
  range: DescriptorProto_ExtensionRange,
  numbers: Set<number>,
  names: Set<string>,
): string[] {
  const { number, fullName, type, reserved } = declaration;
  const faults: string[] = [];
  if (number < range.start || number >= range.end)
    faults.push(`extension number ${number} is not in the range ${rangeText(range)}`);
  if (numbers.has(number)) faults.push(`extension number ${number} is declared twice`);
  numbers.add(number);
  const hasName = Object.hasOwn(declaration, "fullName");
  const hasType = Object.hasOwn(declaration, "type");
  if (!hasName || !hasType) {
    if (hasName !== hasType || !reserved)
      faults.push(`the declaration of extension ${number} needs both \`full_name\` and \`type\``);
    return faults;
  }
  if (names.has(fullName)) return [...faults, `extension \`${fullName}\` is declared twice`];
  names.add(fullName);
  if (!fullName.startsWith(".")) faults.push(`\`full_name\` must start with a dot: \`.${fullName}\``);
  else if (!isQualifiedName(fullName)) faults.push(`\`${fullName}\` cannot be the name of an extension`);
  if (isScalar(type)) return faults;
  if (!type.startsWith(".")) faults.push(`\`type\` must be a scalar type or start with a dot: \`.${type}\``);
  else if (!isQualifiedName(type)) faults.push(`\`${type}\` cannot be the name of a type`);
  return faults;
}

/** What declarations take for a type without a dot: scalars, and also `enum`. */
function isScalar(type: string): boolean {
  return SCALAR_TYPES.has(type) || type === "enum";
}

function isQualifiedName(name: string): boolean {
  return /^(\.[A-Za-z0-9_]+)+$/.test(name);
}
