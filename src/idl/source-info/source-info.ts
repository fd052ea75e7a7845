import { create } from "@bufbuild/protobuf";
import {
  type SourceCodeInfo,
  type SourceCodeInfo_Location,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import type { DescribedFile } from "../describe/described.js";
import {
  ENUM,
  FIELD,
  FILE,
  MESSAGE,
  METHOD,
  ONEOF,
  RANGE,
  SERVICE,
  VALUE,
} from "../describe/field-numbers.js";
import { pseudoOption } from "../describe/field-options.js";
import { type Path, pathTo } from "../describe/path.js";
import type { OptionPaths } from "../options/options.js";
import { SCALAR_TYPES } from "../syntax/scalar-types.js";
import type {
  CompactOptionsNode,
  EnumNode,
  EnumValueNode,
  ExtendNode,
  ExtensionRangesNode,
  FieldNode,
  FileElement,
  GroupNode,
  ImportNode,
  MapFieldNode,
  MessageElement,
  MessageNode,
  OneofNode,
  OptionNode,
  PackageNode,
  RangeNode,
  ReservedNode,
  RpcNode,
  ServiceNode,
  SyntaxNode,
} from "../syntax/syntax.js";
import { LocationWriter } from "./location-writer.js";

/** The locations of a file without errors: the same as protoc writes, in the same order. */
export function sourceCodeInfo(
  { source, tokens, tree }: Pick<DescribedFile, "source" | "tokens" | "tree">,
  optionPaths: OptionPaths,
): SourceCodeInfo {
  const writer = new LocationWriter(source, tokens);
  const walk: Walk = { writer, optionPaths };
  const scope = newScope([]);
  const root = writer.open([], 0);
  if (tree.syntax !== undefined) addStatement(walk, tree.syntax, [FILE.syntax]);
  for (const element of tree.elements) addFileElement(walk, element, scope);
  writer.close(root, tokens.length - 2);
  return create(SourceCodeInfoSchema, { location: writer.locations });
}

interface Walk {
  readonly writer: LocationWriter;
  readonly optionPaths: OptionPaths;
}

/** A part of the descriptor with lists in it. */
interface Scope {
  readonly path: Path;
  /** How many elements each list has so far, by field number. */
  readonly counts: Map<number, number>;
}

function newScope(path: Path): Scope {
  return { path, counts: new Map() };
}

/** The path of the next element of a list. */
function nextPath(scope: Scope, list: number): number[] {
  const index = scope.counts.get(list) ?? 0;
  scope.counts.set(list, index + 1);
  return pathTo(scope.path, list, index);
}

function addFileElement(walk: Walk, node: FileElement, scope: Scope): void {
  const { writer } = walk;
  switch (node.kind) {
    case "package":
      return addStatement(walk, node, [FILE.package]);
    case "import":
      return addImport(walk, node, scope);
    case "option":
      return addOption(walk, node, [FILE.options]);
    case "message":
      return addMessage(walk, node, nextPath(scope, FILE.messageType));
    case "enum":
      return addEnum(walk, node, nextPath(scope, FILE.enumType));
    case "service":
      return addService(walk, node, nextPath(scope, FILE.service));
    case "extend":
      return addExtend(walk, node, scope, FILE.extension, FILE.messageType);
    case "empty":
      return writer.skipSemicolon(node.last);
  }
}

/** `syntax` or `package`. */
function addStatement({ writer }: Walk, node: SyntaxNode | PackageNode, path: number[]): void {
  writer.attachComments(writer.addRange(path, node), node.last);
}

function addImport({ writer }: Walk, node: ImportNode, scope: Scope): void {
  const { modifier, modifierToken } = node;
  const location = writer.open(
    nextPath(scope, modifier === "option" ? FILE.optionDependency : FILE.dependency),
    node.first,
  );
  if (modifier === "public") writer.addToken(nextPath(scope, FILE.publicDependency), modifierToken!);
  if (modifier === "weak") writer.addToken(nextPath(scope, FILE.weakDependency), modifierToken!);
  writer.close(location, node.last);
  writer.attachComments(location, node.last);
}

function addMessage(walk: Walk, node: MessageNode, path: number[]): void {
  const { writer } = walk;
  const location = writer.open(path, keywordOf(node));
  writer.addRange(pathTo(path, MESSAGE.name), node.name);
  writer.attachComments(location, node.name.last + 1);
  addMessageBody(walk, node.body, path);
  writer.endBlock(node.last);
  writer.close(location, node.last);
}

/** The token `message` or `enum`. Visibility in front of it has no location. */
function keywordOf(node: MessageNode | EnumNode): number {
  return node.visibility === undefined ? node.first : node.visibility.last + 1;
}

function addMessageBody(walk: Walk, body: readonly MessageElement[], path: Path): void {
  const scope = newScope(path);
  for (const element of body) addMessageElement(walk, element, scope);
}

function addMessageElement(walk: Walk, node: MessageElement, scope: Scope): void {
  switch (node.kind) {
    case "field":
      return addField(walk, node, nextPath(scope, MESSAGE.field));
    case "map":
      addField(walk, node, nextPath(scope, MESSAGE.field));
      // The type of its entries has no location.
      nextPath(scope, MESSAGE.nestedType);
      return;
    case "group":
      return addGroup(walk, node, nextPath(scope, MESSAGE.field), nextPath(scope, MESSAGE.nestedType));
    case "oneof":
      return addOneof(walk, node, scope);
    case "message":
      return addMessage(walk, node, nextPath(scope, MESSAGE.nestedType));
    case "enum":
      return addEnum(walk, node, nextPath(scope, MESSAGE.enumType));
    case "extend":
      return addExtend(walk, node, scope, MESSAGE.extension, MESSAGE.nestedType);
    case "extensions":
      return addExtensionRanges(walk, node, scope);
    case "reserved":
      return addReserved(walk, node, scope, MESSAGE.reservedRange, MESSAGE.reservedName);
    case "option":
      return addOption(walk, node, pathTo(scope.path, MESSAGE.options));
    case "empty":
      return walk.writer.skipSemicolon(node.last);
  }
}

function addField(
  walk: Walk,
  node: FieldNode | MapFieldNode,
  path: number[],
  extendee?: readonly number[],
): void {
  const { writer } = walk;
  const location = openField(walk, node, path, extendee);
  const isScalar = node.kind === "field" && SCALAR_TYPES.has(node.type.text);
  writer.addRange(pathTo(path, isScalar ? FIELD.type : FIELD.typeName), node.type);
  addNameAndNumber(walk, node, path);
  writer.close(location, node.last);
  writer.attachComments(location, node.last);
}

/** A group is a field and a message type at once: their locations overlap, and only the latter has comments. */
function addGroup(
  walk: Walk,
  node: GroupNode,
  path: number[],
  typePath: number[],
  extendee?: readonly number[],
): void {
  const { writer } = walk;
  const field = openField(walk, node, path, extendee);
  const [line, column] = field.span;
  writer.addToken(pathTo(path, FIELD.type), node.keyword);
  const name = addNameAndNumber(walk, node, path);
  const type = writer.add(typePath, [line, column]);
  writer.add(pathTo(typePath, MESSAGE.name), [...name.span]);
  writer.add(pathTo(path, FIELD.typeName), [...name.span]);
  writer.attachComments(type, (node.options ?? node.number).last + 1);
  addMessageBody(walk, node.body, typePath);
  writer.endBlock(node.last);
  writer.close(type, node.last);
  writer.close(field, node.last);
}

/** What fields of all kinds begin with. */
function openField(
  { writer }: Walk,
  node: FieldNode | MapFieldNode | GroupNode,
  path: number[],
  extendee?: readonly number[],
): SourceCodeInfo_Location {
  const location = writer.open(path, node.first);
  if (extendee !== undefined) writer.add(pathTo(path, FIELD.extendee), [...extendee]);
  if (node.label !== undefined) writer.addRange(pathTo(path, FIELD.label), node.label);
  return location;
}

/** What is behind the type of a field, options included. Returns the name's location. */
function addNameAndNumber(
  walk: Walk,
  node: FieldNode | MapFieldNode | GroupNode,
  path: Path,
): SourceCodeInfo_Location {
  const { writer } = walk;
  const name = writer.addRange(pathTo(path, FIELD.name), node.name);
  writer.addRange(pathTo(path, FIELD.number), node.number);
  if (node.options !== undefined) addFieldOptions(walk, node.options, path);
  return name;
}

function addFieldOptions(walk: Walk, node: CompactOptionsNode, path: Path): void {
  const { writer } = walk;
  const optionsPath = pathTo(path, FIELD.options);
  const location = writer.open(optionsPath, node.first);
  for (const option of node.options) {
    switch (pseudoOption(option)) {
      case "default":
        writer.addRange(pathTo(path, FIELD.defaultValue), option.value);
        break;
      case "json_name": {
        const jsonName = writer.open(pathTo(path, FIELD.jsonName), option.first);
        writer.addRange(pathTo(path, FIELD.jsonName), option.value);
        writer.close(jsonName, option.last);
        break;
      }
      default:
        writer.addRange(optionPath(walk, option, optionsPath), option);
    }
  }
  writer.close(location, node.last);
}

function addOneof(walk: Walk, node: OneofNode, scope: Scope): void {
  const { writer } = walk;
  const path = nextPath(scope, MESSAGE.oneofDecl);
  const location = writer.open(path, node.first);
  writer.addRange(pathTo(path, ONEOF.name), node.name);
  writer.attachComments(location, node.name.last + 1);
  for (const element of node.body) {
    if (element.kind === "option") addOption(walk, element, pathTo(path, ONEOF.options));
    else addMessageElement(walk, element, scope);
  }
  writer.endBlock(node.last);
  writer.close(location, node.last);
}

function addExtend(
  walk: Walk,
  node: ExtendNode,
  scope: Scope,
  extensionList: number,
  messageList: number,
): void {
  const { writer } = walk;
  const location = writer.open(pathTo(scope.path, extensionList), node.first);
  const extendee = writer.spanOf(node.extendee);
  writer.attachComments(location, node.extendee.last + 1);
  for (const element of node.body) {
    switch (element.kind) {
      case "field":
        addField(walk, element, nextPath(scope, extensionList), extendee);
        break;
      case "group":
        addGroup(walk, element, nextPath(scope, extensionList), nextPath(scope, messageList), extendee);
        break;
    }
  }
  writer.endBlock(node.last);
  writer.close(location, node.last);
}

/** The options stand there once and are located once for each range. */
function addExtensionRanges(walk: Walk, node: ExtensionRangesNode, scope: Scope): void {
  const { writer } = walk;
  const listPath = pathTo(scope.path, MESSAGE.extensionRange);
  const location = writer.open(listPath, node.first);
  const paths = node.ranges.map((range) => addRange(walk, range, nextPath(scope, MESSAGE.extensionRange)));
  if (node.options !== undefined) {
    const before = writer.locations.length;
    addOptions(walk, node.options, pathTo(paths[0], RANGE.options));
    const ofFirst = writer.locations.slice(before);
    for (const path of paths.slice(1))
      for (const { path: pathOfFirst, span } of ofFirst)
        writer.add(path.concat(pathOfFirst.slice(path.length)), [...span]);
  }
  writer.close(location, node.last);
  writer.attachComments(location, node.last);
}

/** Where it is not written, the end is located at the first token of the start. */
function addRange({ writer }: Walk, node: RangeNode, path: number[]): number[] {
  const location = writer.open(path, node.first);
  const start = writer.addRange(pathTo(path, RANGE.start), node.start);
  if (node.end !== undefined) writer.addRange(pathTo(path, RANGE.end), node.end);
  else writer.add(pathTo(path, RANGE.end), node.start.isNegative ? signOf(start.span) : [...start.span]);
  writer.close(location, node.last);
  return path;
}

function signOf([line, column]: readonly number[]): number[] {
  return [line, column, column + 1];
}

function addReserved(
  walk: Walk,
  node: ReservedNode,
  scope: Scope,
  rangeList: number,
  nameList: number,
): void {
  const { writer } = walk;
  const list = node.names.length > 0 ? nameList : rangeList;
  const location = writer.open(pathTo(scope.path, list), node.first);
  for (const name of node.names) writer.addRange(nextPath(scope, list), name);
  for (const range of node.ranges) addRange(walk, range, nextPath(scope, list));
  writer.close(location, node.last);
  writer.attachComments(location, node.last);
}

function addEnum(walk: Walk, node: EnumNode, path: number[]): void {
  const { writer } = walk;
  const scope = newScope(path);
  const location = writer.open(path, keywordOf(node));
  writer.addRange(pathTo(path, ENUM.name), node.name);
  writer.attachComments(location, node.name.last + 1);
  for (const element of node.body) {
    switch (element.kind) {
      case "enumValue":
        addEnumValue(walk, element, nextPath(scope, ENUM.value));
        break;
      case "reserved":
        addReserved(walk, element, scope, ENUM.reservedRange, ENUM.reservedName);
        break;
      case "option":
        addOption(walk, element, pathTo(path, ENUM.options));
        break;
      case "empty":
        writer.skipSemicolon(element.last);
    }
  }
  writer.endBlock(node.last);
  writer.close(location, node.last);
}

function addEnumValue(walk: Walk, node: EnumValueNode, path: number[]): void {
  const { writer } = walk;
  const location = writer.open(path, node.first);
  writer.addRange(pathTo(path, VALUE.name), node.name);
  writer.addRange(pathTo(path, VALUE.number), node.number);
  if (node.options !== undefined) addOptions(walk, node.options, pathTo(path, VALUE.options));
  writer.close(location, node.last);
  writer.attachComments(location, node.last);
}

function addService(walk: Walk, node: ServiceNode, path: number[]): void {
  const { writer } = walk;
  const scope = newScope(path);
  const location = writer.open(path, node.first);
  writer.addRange(pathTo(path, SERVICE.name), node.name);
  writer.attachComments(location, node.name.last + 1);
  for (const element of node.body) {
    switch (element.kind) {
      case "rpc":
        addMethod(walk, element, nextPath(scope, SERVICE.method));
        break;
      case "option":
        addOption(walk, element, pathTo(path, SERVICE.options));
        break;
      case "empty":
        writer.skipSemicolon(element.last);
    }
  }
  writer.endBlock(node.last);
  writer.close(location, node.last);
}

function addMethod(walk: Walk, node: RpcNode, path: number[]): void {
  const { writer } = walk;
  const { name, input, output, body } = node;
  const location = writer.open(path, node.first);
  writer.addRange(pathTo(path, METHOD.name), name);
  if (input.stream !== undefined) writer.addToken(pathTo(path, METHOD.clientStreaming), input.stream);
  writer.addRange(pathTo(path, METHOD.inputType), input.type);
  if (output.stream !== undefined) writer.addToken(pathTo(path, METHOD.serverStreaming), output.stream);
  writer.addRange(pathTo(path, METHOD.outputType), output.type);
  writer.attachComments(location, output.last + 1);
  if (body !== undefined) {
    for (const element of body) {
      if (element.kind === "option") addOption(walk, element, pathTo(path, METHOD.options));
      else writer.skipSemicolon(element.last);
    }
    writer.endBlock(node.last);
  }
  writer.close(location, node.last);
}

/** `option … = …;`: one location for the options message, of which it sets a part, and one for the part. */
function addOption(walk: Walk, node: OptionNode, optionsPath: number[]): void {
  const { writer } = walk;
  const { span } = writer.addRange(optionsPath, node);
  const location = writer.add(optionPath(walk, node, optionsPath), [...span]);
  writer.attachComments(location, node.last);
}

/** `[… = …, … = …]` */
function addOptions(walk: Walk, node: CompactOptionsNode, optionsPath: number[]): void {
  const { writer } = walk;
  const location = writer.open(optionsPath, node.first);
  for (const option of node.options) writer.addRange(optionPath(walk, option, optionsPath), option);
  writer.close(location, node.last);
}

function optionPath({ optionPaths }: Walk, node: OptionNode, optionsPath: Path): number[] {
  return optionsPath.concat(optionPaths.get(node) ?? []);
}
