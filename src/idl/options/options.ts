import { fromBinary, type Message } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { FieldOptions } from "@bufbuild/protobuf/wkt";
import { spanOf, type WrittenOptions } from "../describe/described.js";
import { builtInDefinition } from "../link/built-in.js";
import { type Definition, isUsable, kindText, type LinkedFile, lookUp } from "../link/symbols.js";
import { reportUnresolved } from "../link/unresolved.js";
import type { OptionNamePart, OptionNode, TokenRange } from "../syntax/syntax.js";
import { withArticle } from "../text/articles.js";
import type { Diagnostics } from "../text/diagnostics.js";
import { encodeFieldValue, hasRequired, type SetFields } from "./message-literal.js";
import { checkAllowed, type OptionContext, report } from "./option-context.js";
import {
  extensionType,
  type FieldType,
  isMessage,
  isRepeated,
  type MessageType,
  messageOf,
  messageTypeOf,
  OPTION_TARGETS,
  typeText,
} from "./option-schema.js";
import { type Payload, writeField } from "./option-values.js";

/**
 * For each option, where it is in its options message: field numbers and, last for a repeated field, the index. As in
 * `SourceCodeInfo.Location.path`.
 */
export type OptionPaths = ReadonlyMap<OptionNode, readonly number[]>;

/**
 * Options are interpreted in two passes over a file: first those that `descriptor.proto` knows, features among them,
 * then extensions, whose own meaning can hang on features.
 */
export class OptionInterpreter {
  readonly paths: Map<OptionNode, readonly number[]> = new Map();
  private readonly file: LinkedFile;
  private readonly diagnostics: Diagnostics;
  private readonly onUse: (definition: Definition) => void;
  private readonly states = new Map<WrittenOptions, OptionsState>();

  constructor(file: LinkedFile, diagnostics: Diagnostics, onUse: (definition: Definition) => void) {
    this.file = file;
    this.diagnostics = diagnostics;
    this.onUse = onUse;
  }

  /** Sets `options` of each part of the file to what was written, as far as it is of the kind asked for. */
  interpret(kind: "known" | "extensions"): void {
    for (const written of this.file.described?.options ?? []) {
      const nodes = written.nodes.filter(({ name }) => name.parts[0].isExtension === (kind === "extensions"));
      if (nodes.length > 0) this.interpretNodes(written, nodes);
    }
  }

  private interpretNodes(written: WrittenOptions, nodes: readonly OptionNode[]): void {
    const type = this.optionsType(written.schema.typeName);
    const state = this.stateOf(written);
    const context: OptionContext = {
      file: this.file,
      described: this.file.described!,
      diagnostics: this.diagnostics,
      optionsName: type.fullName,
      scope: written.scope,
      onUse: this.onUse,
    };
    if (!isLikeBuiltIn(type)) {
      report(context, nodes[0].name, `\`${type.fullName}\` of this run is not as protobuf has it`);
      return;
    }
    const interpreted: InterpretedOption[] = [];
    for (const node of nodes) {
      const option = interpretOption(context, type, node, state.fields);
      if (option === undefined) continue;
      interpreted.push(option);
      state.writer.raw(option.record);
      this.paths.set(node, state.pathOf(option));
    }
    checkRequired(context, interpreted, state.fields);
    const bytes = state.writer.finish();
    state.writer.raw(bytes);
    if (bytes.length > 0) written.owner.options = fromBinary(written.schema, bytes) as Message & FieldOptions;
  }

  /** The run's own `descriptor.proto`, if there is one; it may know more options than the built-in one. */
  private optionsType(fullName: string): MessageType {
    const definition = this.file.symbols.definitions.get(fullName);
    return messageTypeOf(definition?.kind === "message" ? definition : builtInDefinition(fullName));
  }

  private stateOf(written: WrittenOptions): OptionsState {
    let state = this.states.get(written);
    if (state === undefined) {
      state = new OptionsState();
      this.states.set(written, state);
    }
    return state;
  }
}

/** What has been set so far in one options message. */
class OptionsState {
  readonly fields: SetFields = new Map();
  readonly writer = new BinaryWriter();
  private readonly counts = new Map<string, number>();

  pathOf({ numbers, isRepeated }: InterpretedOption): readonly number[] {
    if (!isRepeated) return numbers;
    const key = numbers.join();
    const index = this.counts.get(key) ?? 0;
    this.counts.set(key, index + 1);
    return [...numbers, index];
  }
}

interface InterpretedOption {
  readonly node: OptionNode;
  readonly fields: readonly FieldType[];
  /** What to append to the options message. */
  readonly record: Payload;
  /** The fields from the options message down to the one that is set. */
  readonly numbers: readonly number[];
  readonly isRepeated: boolean;
}

/** Undefined, and reported, where something is wrong. */
function interpretOption(
  context: OptionContext,
  type: MessageType,
  node: OptionNode,
  set: SetFields,
): InterpretedOption | undefined {
  const fields = resolveName(context, type, node);
  if (fields === undefined) return undefined;
  const leaf = fields[fields.length - 1];
  const isStatement =
    context.described.tokens.textOf(node.first) === "option" && node.first !== node.name.first;
  const notation = isStatement ? "statement" : "compact";
  const encoded = encodeFieldValue(
    context,
    { field: leaf, name: nameText(node.name.parts), notation },
    node.value,
  );
  if (encoded === undefined || !addToSet(context, node, fields, encoded.fields, set)) return undefined;
  let payload = encoded.payload;
  for (let i = fields.length - 1; i >= 0; i--) {
    const writer = new BinaryWriter();
    writeField(writer, fields[i], payload);
    payload = writer.finish();
  }
  const numbers = fields.map(({ proto }) => proto.number);
  return { node, fields, record: payload, numbers, isRepeated: isRepeated(leaf) };
}

/** Messages that were set field by field must have come to have those that are required. */
function checkRequired(context: OptionContext, options: readonly InterpretedOption[], set: SetFields): void {
  const checked = new Set<SetFields>();
  for (const { node, fields } of options) {
    let at = set;
    for (const [index, field] of fields.slice(0, -1).entries()) {
      at = at.get(field.proto.number)!;
      if (checked.has(at)) continue;
      checked.add(at);
      const type = messageOf(field);
      const name = nameText(node.name.parts.slice(0, index + 1));
      if (type !== undefined) hasRequired(context, type, at, name, node.name);
    }
  }
}

const comparedWithBuiltIn = new WeakMap<MessageType, boolean>();

/**
 * Whether an options message that came with the run's own `descriptor.proto` agrees with the built-in one, which reads
 * what was set: it may have more fields or less, but none in another way.
 */
function isLikeBuiltIn(type: MessageType): boolean {
  let isLike = comparedWithBuiltIn.get(type);
  if (isLike === undefined) {
    const builtIn = messageTypeOf(builtInDefinition(type.fullName));
    const byNumber = new Map([...builtIn.fields.values()].map(({ proto }) => [proto.number, proto]));
    isLike = [...type.fields.values()].every(({ proto }) => {
      const same = byNumber.get(proto.number) ?? builtIn.fields.get(proto.name)?.proto;
      if (same === undefined) return true;
      const { name, number, type: kind, typeName, label } = same;
      return (
        name === proto.name &&
        number === proto.number &&
        kind === proto.type &&
        typeName === proto.typeName &&
        label === proto.label
      );
    });
    comparedWithBuiltIn.set(type, isLike);
  }
  return isLike;
}

/** A field within 100 messages, as deep as all readers of protobuf can take; with more protoc's own parser fails. */
export const OPTION_NAME_PARTS_MAX = 101;

/** The fields that the parts of an option's name stand for. */
function resolveName(context: OptionContext, type: MessageType, node: OptionNode): FieldType[] | undefined {
  const { parts } = node.name;
  if (parts.length > OPTION_NAME_PARTS_MAX) {
    report(context, node.name, `the option's name has more than ${OPTION_NAME_PARTS_MAX} parts`);
    return undefined;
  }
  const fields: FieldType[] = [];
  let within = type;
  for (const [index, part] of parts.entries()) {
    const last = fields.at(-1);
    if (last !== undefined) {
      const inner = messageWithin(context, last, parts.slice(0, index + 1));
      if (inner === undefined) return undefined;
      within = inner;
    }
    const field = part.isExtension
      ? extensionNamed(context, within, part)
      : fieldNamed(context, within, part, parts.slice(index + 1));
    if (field === undefined) return undefined;
    fields.push(field);
    if (!checkFeatures(context, fields, part, node.name)) return undefined;
    if (!checkAllowed(context, field, nameText(parts.slice(0, index + 1)), node.name)) return undefined;
  }
  return fields;
}

/** The message whose fields the last of `parts` is one of, given the field that is named before. */
function messageWithin(
  context: OptionContext,
  field: FieldType,
  parts: readonly OptionNamePart[],
): MessageType | undefined {
  const [last, outer] = [parts[parts.length - 1], parts.slice(0, -1)];
  const name = nameText(outer);
  if (!isMessage(field)) {
    report(context, last, `\`${name}\` is of type \`${typeText(field)}\` and has no fields`);
    return undefined;
  }
  if (isRepeated(field)) {
    const hint = `write \`${name} = { ${nameText([last])}: … }\`, once for each element`;
    report(
      context,
      outer[outer.length - 1],
      `\`${name}\` is repeated: its fields cannot be set one by one`,
      hint,
    );
    return undefined;
  }
  return messageOf(field);
}

/** `features.(pb.cpp).string_type` */
function nameText(parts: readonly OptionNamePart[]): string {
  return parts.map(({ name, isExtension }) => (isExtension ? `(${name})` : name)).join(".");
}

/** What holds for features and `uninterpreted_option`. */
function checkFeatures(
  context: OptionContext,
  fields: readonly FieldType[],
  part: OptionNamePart,
  name: TokenRange,
): boolean {
  const [first] = fields;
  if (first.isExtension) return true;
  if (first.proto.name === "uninterpreted_option") {
    report(context, part, "`uninterpreted_option` cannot be set");
    return false;
  }
  if (first.proto.name !== "features") return true;
  if (context.file.proto.syntax !== "editions") {
    report(context, name, "features can only be set in editions", 'start the file with `edition = "2023";`');
    return false;
  }
  if (fields.length > 1 && fields[fields.length - 1].file === context.file) {
    report(context, name, `the feature \`${nameText([part])}\` cannot be used in the file that defines it`);
    return false;
  }
  return true;
}

/** `later` are the parts of the name that follow: without parentheses they may be one with it. */
function fieldNamed(
  context: OptionContext,
  within: MessageType,
  part: OptionNamePart,
  later: readonly OptionNamePart[],
): FieldType | undefined {
  const field = within.fields.get(part.name);
  if (field !== undefined) return field;
  const target = within.fullName === context.optionsName ? OPTION_TARGETS.get(within.fullName) : undefined;
  const own = [
    part.name,
    ...later.map((_, i) => [part, ...later.slice(0, i + 1)].map(({ name }) => name).join(".")),
  ];
  const known = own.find((name) => lookUp(context.file, context.scope, name, "option")?.kind === "extension");
  const hint =
    known === undefined
      ? context.diagnostics.meantHint(part.name, within.fields.keys())
      : `an option of your own is written in parentheses: \`(${known})\``;
  const what =
    target !== undefined
      ? `there is no ${target.noun} option \`${part.name}\``
      : within.fullName === "google.protobuf.FeatureSet"
        ? `there is no feature \`${part.name}\``
        : `\`${within.fullName}\` has no field \`${part.name}\``;
  report(context, part, what, hint);
  return undefined;
}

function extensionNamed(
  context: OptionContext,
  within: MessageType,
  part: OptionNamePart,
): FieldType | undefined {
  const inside = { first: part.first + 1, last: part.last - 1 };
  const definition = lookUp(context.file, context.scope, part.name, "option");
  if (definition === undefined) {
    reportUnresolved(context, spanOf(context.described, inside), context.scope, part.name, "extension");
    return undefined;
  }
  if (definition.kind !== "extension") {
    report(context, inside, `\`${part.name}\` is ${kindText(definition)}, not an extension`);
    return undefined;
  }
  context.onUse(definition);
  if (!isUsable(definition)) return undefined;
  const extendee = definition.descriptor.extendee.replace(/^\./, "");
  if (extendee !== within.fullName) {
    const [is, wanted] = [OPTION_TARGETS.get(extendee), OPTION_TARGETS.get(within.fullName)];
    const what =
      is !== undefined && wanted !== undefined
        ? `is ${withArticle(is.noun)} option, not ${withArticle(wanted.noun)} option`
        : `extends \`${extendee}\`, not \`${within.fullName}\``;
    report(context, inside, `\`${part.name}\` ${what}`);
    return undefined;
  }
  return extensionType(definition);
}

/** Notes what an option sets; reports what was set before. */
function addToSet(
  context: OptionContext,
  node: OptionNode,
  fields: readonly FieldType[],
  inner: SetFields,
  set: SetFields,
): boolean {
  let at = set;
  for (const { proto } of fields.slice(0, -1)) {
    let next = at.get(proto.number);
    if (next === undefined) at.set(proto.number, (next = new Map()));
    at = next;
  }
  const leaf = fields[fields.length - 1];
  const before = at.get(leaf.proto.number);
  if (!isRepeated(leaf) && before !== undefined) {
    const hint = before.size > 0 && isMessage(leaf) ? "parts of it are set above" : undefined;
    report(context, node.name, `option \`${nameText(node.name.parts)}\` is set twice`, hint);
    return false;
  }
  at.set(leaf.proto.number, inner);
  return true;
}
