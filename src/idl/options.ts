import { fromBinary, type Message } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { FieldOptions } from "@bufbuild/protobuf/wkt";
import { builtInDefinition } from "./built-in.js";
import type { WrittenOptions } from "./described.js";
import type { Diagnostics } from "./diagnostics.js";
import { editionOf } from "./features.js";
import { encodeFieldValue, type SetFields } from "./message-literal.js";
import { checkAllowed, editionName, type OptionContext, report, withArticle } from "./option-context.js";
import {
  extensionType,
  type FieldType,
  isMessage,
  isRepeated,
  type MessageType,
  messageOf,
  messageTypeOf,
  OPTION_TARGETS,
} from "./option-schema.js";
import { type Payload, writeField } from "./option-values.js";
import { suggest } from "./suggest.js";
import { type Definition, type LinkedFile, lookUp } from "./symbols.js";
import type { OptionNamePart, OptionNode } from "./syntax.js";

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
    for (const node of nodes) {
      const interpreted = interpretOption(context, type, node, state.fields);
      if (interpreted === undefined) continue;
      state.writer.raw(interpreted.record);
      this.paths.set(node, state.pathOf(interpreted));
    }
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
  const encoded = encodeFieldValue(context, leaf, node.value, "option");
  if (encoded === undefined || !addToSet(context, node, fields, encoded.fields, set)) return undefined;
  let payload = encoded.payload;
  for (let i = fields.length - 1; i >= 0; i--) {
    const writer = new BinaryWriter();
    writeField(writer, fields[i], payload);
    payload = writer.finish();
  }
  const numbers = fields.map(({ proto }) => proto.number);
  return { record: payload, numbers, isRepeated: isRepeated(leaf) };
}

/** The fields that the parts of an option's name stand for. */
function resolveName(context: OptionContext, type: MessageType, node: OptionNode): FieldType[] | undefined {
  const fields: FieldType[] = [];
  let within = type;
  for (const part of node.name.parts) {
    const last = fields.at(-1);
    if (last !== undefined) {
      const inner = isMessage(last) ? messageOf(last) : undefined;
      if (inner === undefined) {
        if (!isMessage(last))
          report(context, part, `\`${last.proto.name}\` is not a message: it has no fields to set`);
        return undefined;
      }
      if (isRepeated(last)) {
        const hint = "write the option once for each element, with all of it in `{ … }`";
        report(
          context,
          part,
          `\`${last.proto.name}\` is repeated: its fields cannot be set one by one`,
          hint,
        );
        return undefined;
      }
      within = inner;
    }
    const field = part.isExtension
      ? extensionNamed(context, within, part)
      : fieldNamed(context, within, part, type);
    if (field === undefined || !checkAllowed(context, field, part)) return undefined;
    if (fields.length === 0 && !checkFirst(context, field, part)) return undefined;
    if (
      fields.length > 0 &&
      fields[0].proto.name === "features" &&
      !fields[0].isExtension &&
      field.file === context.file
    ) {
      report(context, part, `the feature \`${part.name}\` cannot be used in the file that defines it`);
      return undefined;
    }
    fields.push(field);
  }
  return fields;
}

function checkFirst(context: OptionContext, field: FieldType, part: OptionNamePart): boolean {
  if (field.isExtension) return true;
  if (field.proto.name === "uninterpreted_option") {
    report(context, part, "`uninterpreted_option` is for compilers: it cannot be set");
    return false;
  }
  if (field.proto.name === "features" && context.file.proto.syntax !== "editions") {
    const here = editionName(editionOf(context.file.proto));
    report(
      context,
      part,
      `features are for editions, and this file is in ${here}`,
      'begin it with `edition = "2023";`',
    );
    return false;
  }
  return true;
}

function fieldNamed(
  context: OptionContext,
  within: MessageType,
  part: OptionNamePart,
  options: MessageType,
): FieldType | undefined {
  const field = within.fields.get(part.name);
  if (field !== undefined) return field;
  const meant = suggest(part.name, [...within.fields.keys()]);
  const extension = meant === undefined ? lookUp(context.file, context.scope, part.name) : undefined;
  const hint =
    meant !== undefined
      ? `did you mean \`${meant}\`?`
      : extension?.kind === "extension"
        ? `extensions are written in parentheses: \`(${part.name})\``
        : undefined;
  const what =
    within === options
      ? `there is no option \`${part.name}\` for ${withArticle(OPTION_TARGETS[options.fullName])}`
      : `\`${within.fullName}\` has no field \`${part.name}\``;
  report(context, part, what, hint);
  return undefined;
}

function extensionNamed(
  context: OptionContext,
  within: MessageType,
  part: OptionNamePart,
): FieldType | undefined {
  const definition = lookUp(context.file, context.scope, part.name);
  if (definition === undefined) {
    report(
      context,
      part,
      `the option \`(${part.name})\` is not defined`,
      importHint(context.file, part.name),
    );
    return undefined;
  }
  if (definition.kind !== "extension") {
    report(context, part, `\`${definition.fullName}\` is ${withArticle(definition.kind)}, not an option`);
    return undefined;
  }
  context.onUse(definition);
  if (definition.descriptor.extendee !== `.${within.fullName}`) {
    const extendee = definition.descriptor.extendee.replace(/^\./, "");
    report(context, part, `\`(${part.name})\` extends \`${extendee}\`, not \`${within.fullName}\``);
    return undefined;
  }
  return extensionType(definition);
}

/** Where the name is known in the run, but not to this file. */
function importHint(file: LinkedFile, name: string): string | undefined {
  const definition = file.symbols.definitions.get(name.replace(/^\./, ""));
  return definition?.kind === "extension"
    ? `it is in \`${definition.file.name}\`: import that`
    : "import the file that defines it";
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
  if (!isRepeated(leaf) && at.has(leaf.proto.number)) {
    const name = node.name.parts.map((part) => (part.isExtension ? `(${part.name})` : part.name)).join(".");
    report(context, node.name, `the option \`${name}\` is set twice`);
    return false;
  }
  at.set(leaf.proto.number, inner);
  return true;
}
