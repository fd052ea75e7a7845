import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { DescribedFile } from "../describe/described.js";
import { lineOf, nameSpan, packageSpan } from "../describe/spans.js";
import type { Diagnostics } from "../text/diagnostics.js";
import { toUpperSnakeCase } from "../text/letter-case.js";
import { type Definition, enclosingScope, kindText, type LinkedFile, nameWithin } from "./symbols.js";

/**
 * How many characters a name can have together with the package and whatever else it is in. protoc allows 65,535, but
 * engines of JavaScript take all longer strings for equal until they have compared them: tables of them are slow.
 */
export const FULL_NAME_LENGTH_MAX = 16_383;

/**
 * How many characters the full names of a file can have in all. A file as large as can be read needs them if its names are
 * as long as those in the largest that people have; where a few letters say so much, it is to fill memory.
 */
export const FILE_NAMES_LENGTH_MAX = 64 * 1024 * 1024;

/** Enters all names of a file into the table of its run. A name that is taken is an error, and means what it did. */
export function defineAll(file: LinkedFile, diagnostics: Diagnostics): void {
  const { proto } = file;
  const { definitions } = file.symbols;
  let namesLength = 0;
  // What is within something whose name is taken is entered, but its own conflicts would only repeat the same.
  let isWithinTaken = false;

  const define = (definition: Definition): boolean => {
    const { descriptor, fullName } = definition;
    // The parser has told of a name that is missing.
    if (descriptor.name === "") return true;
    if (fullName.length > FULL_NAME_LENGTH_MAX) {
      const message = `the full name is longer than ${FULL_NAME_LENGTH_MAX} characters`;
      if (!isWithinTaken) reportAtName(file, definition, message, diagnostics);
      return false;
    }
    const others = namesLength;
    namesLength += fullName.length;
    if (namesLength > FILE_NAMES_LENGTH_MAX) {
      const message = `the names of the file are longer than ${FILE_NAMES_LENGTH_MAX} characters in all`;
      if (others <= FILE_NAMES_LENGTH_MAX) reportAtName(file, definition, message, diagnostics);
      return false;
    }
    const taken = definitions.get(fullName);
    if (taken === undefined) definitions.set(fullName, definition);
    else if (file.described !== undefined && !isWithinTaken)
      reportTaken(file.described, definition, taken, diagnostics);
    return taken === undefined;
  };
  const message = (descriptor: DescriptorProto, scope: string, parent?: Definition) => {
    const fullName = nameWithin(scope, descriptor.name);
    const self: Definition = { kind: "message", fullName, descriptor, file, parent };
    const wasWithinTaken = isWithinTaken;
    isWithinTaken = !define(self) || isWithinTaken;
    for (const each of descriptor.oneofDecl)
      define({ kind: "oneof", fullName: `${fullName}.${each.name}`, descriptor: each, file, parent: self });
    for (const each of descriptor.field)
      define({ kind: "field", fullName: `${fullName}.${each.name}`, descriptor: each, file, parent: self });
    for (const each of descriptor.nestedType) message(each, fullName, self);
    for (const each of descriptor.enumType) anEnum(each, fullName, self);
    for (const each of descriptor.extension) extension(each, fullName, self);
    isWithinTaken = wasWithinTaken;
  };
  const anEnum = (descriptor: EnumDescriptorProto, scope: string, parent?: Definition) => {
    const fullName = nameWithin(scope, descriptor.name);
    const self: Definition = { kind: "enum", fullName, descriptor, file, parent };
    define(self);
    for (const each of descriptor.value) {
      const fullName = nameWithin(scope, each.name);
      define({ kind: "enum value", fullName, descriptor: each, file, parent: self });
    }
  };
  const extension = (descriptor: FieldDescriptorProto, scope: string, parent?: Definition) =>
    define({
      kind: "extension",
      fullName: nameWithin(scope, descriptor.name),
      descriptor,
      file,
      parent,
    });

  definePackages(file, diagnostics);
  for (const each of proto.messageType) message(each, proto.package);
  for (const each of proto.enumType) anEnum(each, proto.package);
  for (const each of proto.extension) extension(each, proto.package);
  for (const service of proto.service) {
    const fullName = nameWithin(proto.package, service.name);
    const self: Definition = { kind: "service", fullName, descriptor: service, file };
    isWithinTaken = !define(self);
    for (const each of service.method)
      define({ kind: "method", fullName: `${fullName}.${each.name}`, descriptor: each, file, parent: self });
  }
}

/** A package is defined by each file that is in it, together with those that it is within. */
function definePackages(file: LinkedFile, diagnostics: Diagnostics): void {
  const { definitions } = file.symbols;
  for (let name = file.proto.package; name !== ""; name = enclosingScope(name)) {
    const taken = definitions.get(name);
    if (taken?.kind === "package") return;
    if (taken === undefined) {
      definitions.set(name, { kind: "package", fullName: name, descriptor: file.proto, file });
    } else if (file.described !== undefined) {
      const message = `\`${name}\` is already defined in \`${taken.file.name}\`, as ${kindText(taken)}`;
      diagnostics.error(file.described.source, packageSpan(file.described), message);
    }
  }
}

function reportAtName(
  { described }: LinkedFile,
  { descriptor }: Definition,
  message: string,
  diagnostics: Diagnostics,
): void {
  if (described !== undefined) diagnostics.error(described.source, nameSpan(described, descriptor), message);
}

/** Points at the one of the two that was not written or, where both are in one file, that stands further down. */
function reportTaken(
  described: DescribedFile,
  definition: Definition,
  taken: Definition,
  diagnostics: Diagnostics,
): void {
  const isSameFile = taken.file === definition.file;
  const [first, second] =
    isSameFile && isBefore(described, definition, taken) ? [definition, taken] : [taken, definition];
  // A group whose name is not in the right case, which was told.
  const node = described.nodes.get(second.descriptor);
  if (node !== undefined && node === described.nodes.get(first.descriptor)) return;
  const span = nameSpan(described, second.descriptor);
  const where = isSameFile ? `on line ${lineOf(described, first.descriptor)}` : `in \`${first.file.name}\``;
  if (!isWritten(described, second)) {
    const both = isSameFile && first.kind === second.kind && !isWritten(described, first);
    const what =
      second.kind === "oneof"
        ? `\`optional\` needs the name \`${second.fullName}\` for a oneof`
        : `the map needs the name \`${second.fullName}\` for its entries`;
    const why = both ? `as does the map ${where}` : `which is already defined ${where}`;
    diagnostics.error(described.source, span, `${what}, ${why}`);
    return;
  }
  const kind = first.kind === "package" ? ", as a package" : "";
  const message = `\`${second.fullName}\` is already defined ${where}${kind}`;
  diagnostics.error(described.source, span, message, takenHint(described, first, second));
}

function takenHint(described: DescribedFile, first: Definition, second: Definition): string | undefined {
  const { kind, parent, descriptor } = second;
  if (kind === "enum value" && first.parent !== parent) {
    const better = `${toUpperSnakeCase(parent?.descriptor.name ?? "")}_${descriptor.name}`;
    return `the values of an enum are in the scope around it: put its name in front, as in \`${better}\``;
  }
  const isOfGroup = described.nodes.get(descriptor)?.kind === "group" && kind === "field";
  return isOfGroup ? "a group makes a field of its name in lower case" : undefined;
}

function isBefore(described: DescribedFile, a: Definition, b: Definition): boolean {
  const aIsWritten = isWritten(described, a);
  if (aIsWritten !== isWritten(described, b)) return aIsWritten;
  return nameSpan(described, a.descriptor).start < nameSpan(described, b.descriptor).start;
}

/** Whether something stands in the file; the entry of a map, and the oneof of an `optional`, do not. */
function isWritten(described: DescribedFile, { kind, descriptor }: Definition): boolean {
  return kind === "package" || described.nodes.has(descriptor);
}
