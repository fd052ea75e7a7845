import {
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility as DefaultVisibility,
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Type,
  type MethodDescriptorProto,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";
import { type DescribedFile, spanOf } from "../describe/described.js";
import { findRange, type NumberRange, rangesText } from "../describe/ranges.js";
import { extendeeSpan, numberSpan, typeSpan } from "../describe/spans.js";
import { SCALAR_TYPES } from "../syntax/scalar-types.js";
import type { RpcTypeNode } from "../syntax/syntax.js";
import { scalarText } from "../text/articles.js";
import type { Diagnostics } from "../text/diagnostics.js";
import type { Span } from "../text/source.js";
import { featuresOf } from "./features.js";
import { type Definition, isType, kindText, type LinkedFile, lookUp, nameWithin } from "./symbols.js";
import { reportUnresolved } from "./unresolved.js";

interface Context {
  readonly file: LinkedFile;
  readonly described: DescribedFile;
  readonly diagnostics: Diagnostics;
}

/** Finds what the fields, extensions and methods of a file refer to, and writes it into the descriptor. */
export function resolveAll(file: LinkedFile, described: DescribedFile, diagnostics: Diagnostics): void {
  const context: Context = { file, described, diagnostics };
  const { proto } = file;
  for (const message of proto.messageType) resolveMessage(context, message, proto.package);
  for (const extension of proto.extension) resolveExtension(context, extension, proto.package);
  for (const service of proto.service) {
    const scope = nameWithin(proto.package, service.name);
    for (const method of service.method) resolveMethod(context, method, scope);
  }
}

function resolveMessage(context: Context, message: DescriptorProto, outerScope: string): void {
  const scope = nameWithin(outerScope, message.name);
  for (const field of message.field) resolveField(context, field, scope);
  for (const extension of message.extension) resolveExtension(context, extension, scope);
  for (const nested of message.nestedType) resolveMessage(context, nested, scope);
}

/** A field whose type is not found has no `type` afterwards. */
function resolveField(context: Context, field: FieldDescriptorProto, scope: string): void {
  const name = field.typeName;
  if (name === "") return;
  const { file, described } = context;
  const definition = lookUp(file, scope, name, "type");
  if (definition === undefined || !isType(definition)) {
    // Of maps and groups it was told that the name of the message that they bring along is taken.
    if (described.nodes.get(field)?.kind === "map" || field.type === FieldDescriptorProto_Type.GROUP) return;
    const span = typeSpan(described, field);
    if (definition === undefined) reportUnresolved(context, span, scope, name, "type");
    else reportKind(context, span, name, definition, "a type");
    return;
  }
  if (isMapEntry(definition) && described.nodes.get(field)?.kind !== "map") {
    if (context.diagnostics.isFull) return;
    const map = mapOf(definition);
    const message = `\`${definition.fullName}\` is made for the map \`${map}\` and cannot be used as a type`;
    report(context, typeSpan(described, field), message);
    return;
  }
  refer(context, definition, () => typeSpan(described, field));
  field.typeName = `.${definition.fullName}`;
  if (definition.kind === "enum") field.type = FieldDescriptorProto_Type.ENUM;
  else if (field.type !== FieldDescriptorProto_Type.GROUP) field.type = FieldDescriptorProto_Type.MESSAGE;
}

/** An extension that nothing can be done with has an `extendee` without a dot in front afterwards. */
function resolveExtension(context: Context, extension: FieldDescriptorProto, scope: string): void {
  resolveField(context, extension, scope);
  const extendee = resolveMessageType(context, extension.extendee, scope, () =>
    extendeeSpan(context.described, extension),
  );
  if (extendee === undefined || !isExtensionNumber(context, extendee, extension)) {
    extension.extendee = extension.extendee.replace(/^\./, "");
    return;
  }
  extension.extendee = `.${extendee.fullName}`;
  const definition = context.file.symbols.definitions.get(nameWithin(scope, extension.name));
  if (definition?.kind === "extension" && definition.descriptor === extension)
    noteExtension(context, extendee, definition);
}

function isExtensionNumber(
  context: Context,
  { descriptor, fullName }: Definition & { kind: "message" },
  extension: FieldDescriptorProto,
): boolean {
  const { number } = extension;
  const ranges = descriptor.extensionRange;
  if (findRange(ranges, number) !== undefined) return true;
  // Of numbers that no field can have it is told where fields are checked.
  if (number < 1) return false;
  const [message, hint] =
    ranges.length === 0
      ? [`\`${fullName}\` has no extension ranges`, `add \`extensions ${number};\` to it, say`]
      : [`\`${fullName}\` has no extension range with ${number} in it`, rangesHint(ranges)];
  report(context, numberSpan(context.described, extension), message, hint);
  return false;
}

/** Undefined if no range was written the right way round. */
function rangesHint(ranges: readonly NumberRange[]): string | undefined {
  const text = rangesText(ranges);
  return text && `it has ${text}`;
}

/** Two extensions with one number are an error in one file, and worth a warning in two. */
function noteExtension(
  { file, described, diagnostics }: Context,
  extendee: Definition & { kind: "message" },
  extension: Definition & { kind: "extension" },
): void {
  const { extensions } = file.symbols;
  let byNumber = extensions.get(extendee.fullName);
  if (byNumber === undefined) {
    byNumber = new Map();
    extensions.set(extendee.fullName, byNumber);
  }
  const { number } = extension.descriptor;
  const taken = byNumber.get(number);
  if (taken === undefined) {
    byNumber.set(number, extension);
    return;
  }
  const span = numberSpan(described, extension.descriptor);
  const isSameFile = taken.file === file;
  const where = isSameFile ? "" : ` of ${taken.file.name}`;
  const message = `extension number ${number} of \`${extendee.fullName}\` is used by \`${taken.fullName}\`${where} and \`${extension.fullName}\``;
  if (isSameFile) diagnostics.error(described.source, span, message);
  else diagnostics.warn(described.source, span, message);
}

function resolveMethod(context: Context, method: MethodDescriptorProto, scope: string): void {
  const { described } = context;
  const node = described.nodes.get(method);
  if (node?.kind !== "rpc") return;
  const resolve = (name: string, { type }: RpcTypeNode, verb: string) => {
    const span = () => spanOf(described, type);
    if (!SCALAR_TYPES.has(name)) return resolveMessageType(context, name, scope, span);
    const wrapper = WRAPPERS.get(name);
    const hint = `wrap it in a message${wrapper === undefined ? "" : `, or take \`google.protobuf.${wrapper}\``}`;
    report(context, span(), `an rpc ${verb} a message, not ${scalarText(name)}`, hint);
    return undefined;
  };
  const input = resolve(method.inputType, node.input, "takes");
  if (input !== undefined) method.inputType = `.${input.fullName}`;
  const output = resolve(method.outputType, node.output, "returns");
  if (output !== undefined) method.outputType = `.${output.fullName}`;
}

/** The messages that hold nothing but a scalar. */
const WRAPPERS: ReadonlyMap<string, string> = new Map([
  ["double", "DoubleValue"],
  ["float", "FloatValue"],
  ["int64", "Int64Value"],
  ["uint64", "UInt64Value"],
  ["int32", "Int32Value"],
  ["uint32", "UInt32Value"],
  ["bool", "BoolValue"],
  ["string", "StringValue"],
  ["bytes", "BytesValue"],
]);

/** Where something else than a message is found, none is: what is innermost counts, whatever it is. */
function resolveMessageType(
  context: Context,
  name: string,
  scope: string,
  span: () => Span,
): (Definition & { kind: "message" }) | undefined {
  // The parser has told of a name that is missing.
  if (name === "") return undefined;
  const definition = lookUp(context.file, scope, name);
  if (definition?.kind === "message") {
    refer(context, definition, span);
    return definition;
  }
  if (definition === undefined) reportUnresolved(context, span(), scope, name, "message");
  else reportKind(context, span(), name, definition, "a message");
  return undefined;
}

function reportKind(context: Context, span: Span, name: string, found: Definition, wanted: string): void {
  const { definitions } = context.file.symbols;
  const isHiding =
    !name.startsWith(".") && found.fullName !== name && definitions.get(name)?.kind === "message";
  const what = isHiding
    ? `${kindText(found).replace(/^an? /, "the ")} \`${found.fullName}\` here`
    : kindText(found);
  report(
    context,
    span,
    `\`${name}\` is ${what}, not ${wanted}`,
    isHiding ? `write \`.${name}\` to start from the outermost scope` : undefined,
  );
}

/** Notes the use of a definition, and tells if the file that it is in keeps it for itself. */
function refer(context: Context, definition: Definition, span: () => Span): void {
  const { file } = context;
  if (definition.file === file) return;
  file.markUsed(definition);
  if (isExported(definition)) return;
  const isMarked = visibilityOf(definition) === SymbolVisibility.VISIBILITY_LOCAL;
  const hint = `write \`export ${definition.kind} ${definition.descriptor.name}\` there`;
  const message = `\`${definition.fullName}\` is local to \`${definition.file.name}\``;
  report(context, span(), message, isMarked ? undefined : hint);
}

function isExported(definition: Definition): boolean {
  const visibility = visibilityOf(definition);
  if (visibility !== SymbolVisibility.VISIBILITY_UNSET)
    return visibility === SymbolVisibility.VISIBILITY_EXPORT;
  const { file, parent } = definition;
  const byDefault = featuresOf(file).get(file.proto).defaultSymbolVisibility;
  switch (byDefault) {
    case DefaultVisibility.EXPORT_TOP_LEVEL:
      return parent === undefined;
    case DefaultVisibility.LOCAL_ALL:
    case DefaultVisibility.STRICT:
      return false;
    default:
      return true;
  }
}

function visibilityOf(definition: Definition): SymbolVisibility {
  return definition.kind === "message" || definition.kind === "enum"
    ? definition.descriptor.visibility
    : SymbolVisibility.VISIBILITY_UNSET;
}

/** The name of the field whose entries are of this type. */
function mapOf({ parent, fullName }: Definition): string {
  const fields = parent?.kind === "message" ? parent.descriptor.field : [];
  const name = fullName.slice(fullName.lastIndexOf(".") + 1);
  return fields.find(({ typeName }) => typeName === name || typeName === `.${fullName}`)?.name ?? name;
}

function isMapEntry(definition: Definition): boolean {
  return definition.kind === "message" && definition.descriptor.options?.mapEntry === true;
}

function report({ described, diagnostics }: Context, span: Span, message: string, hint?: string): void {
  diagnostics.error(described.source, span, message, hint);
}
