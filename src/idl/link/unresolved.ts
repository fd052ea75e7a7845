import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { DescribedFile } from "../describe/described.js";
import { SCALAR_TYPES } from "../syntax/scalar-types.js";
import { type Diagnostics, SUGGESTIONS_MAX } from "../text/diagnostics.js";
import type { Span } from "../text/source.js";
import { suggest } from "../text/suggest.js";
import {
  type Definition,
  enclosingScope,
  isScope,
  isType,
  type LinkedFile,
  lookUp,
  nameWithin,
  type SymbolTable,
  visibleDefinition,
} from "./symbols.js";

interface Context {
  readonly file: LinkedFile;
  readonly described: DescribedFile;
  readonly diagnostics: Diagnostics;
}

/** Tells that a name means nothing where it stands: why, and what may have been meant. */
export function reportUnresolved(
  context: Context,
  span: Span,
  scope: string,
  name: string,
  wanted: "type" | "message" | "extension",
): void {
  const { file, described, diagnostics } = context;
  if (diagnostics.isFull) return;
  const report = (message: string, hint?: string) => diagnostics.error(described.source, span, message, hint);
  const isWanted = (definition: Definition) =>
    wanted === "type" ? isType(definition) : definition.kind === wanted;

  const notImported = hiddenDefinition(file, scope, name);
  if (notImported !== undefined) {
    const { fullName } = notImported;
    // Of a type that is here as well it was told that its name is taken.
    if (declares(file, fullName)) return;
    const other = notImported.file.name;
    if (visibleDefinition(file, fullName, "option") !== undefined) {
      const message = `\`${fullName}\` is defined in \`${other}\`, which is imported only for its options`;
      report(message, `write \`import "${other}";\``);
    } else {
      const message = `\`${fullName}\` is defined in \`${other}\`, which is not imported`;
      report(message, `add \`import "${other}";\``);
    }
    return;
  }
  const bound = boundScope(file, scope, name);
  if (bound !== undefined) {
    const first = name.slice(0, name.indexOf("."));
    const outer = outerDefinition(file, bound, name);
    report(
      `\`${name}\` is not defined: \`${first}\` is \`${bound.fullName}\` here`,
      outer !== undefined && isWanted(outer)
        ? `write \`.${outer.fullName}\` to start from the outermost scope`
        : meantHint(file, scope, name, isWanted),
    );
    return;
  }
  const whereIsIt = wanted === "extension" ? "import the file that defines it" : undefined;
  report(`\`${name}\` is not defined`, meantHint(file, scope, name, isWanted) ?? whereIsIt);
}

/** What the name would mean if its file was imported. */
function hiddenDefinition(file: LinkedFile, scope: string, name: string): Definition | undefined {
  if (name.startsWith(".")) return hidden(file, name.slice(1));
  const bound = boundScope(file, scope, name);
  if (bound !== undefined) return hidden(file, nameWithin(enclosingScope(bound.fullName), name));
  for (let prefix = scope; prefix !== ""; prefix = enclosingScope(prefix)) {
    const definition = hidden(file, `${prefix}.${name}`);
    if (definition !== undefined) return definition;
  }
  return hidden(file, name);
}

function hidden(file: LinkedFile, fullName: string): Definition | undefined {
  const definition = file.symbols.definitions.get(fullName);
  if (definition === undefined || definition.kind === "package") return undefined;
  return visibleDefinition(file, fullName, "any") === undefined ? definition : undefined;
}

/** Whether a type of that name stands in a file, be it entered into the table or not. */
function declares({ proto }: LinkedFile, fullName: string): boolean {
  const scope = proto.package === "" ? "" : `${proto.package}.`;
  if (!fullName.startsWith(scope)) return false;
  let { messageType, enumType }: Pick<FileDescriptorProto, "messageType" | "enumType"> = proto;
  const parts = fullName.slice(scope.length).split(".");
  const last = parts.pop();
  for (const part of parts) {
    const message = messageType.find(({ name }) => name === part);
    if (message === undefined) return false;
    messageType = message.nestedType;
    enumType = message.enumType;
  }
  return [...messageType, ...enumType].some(({ name }) => name === last);
}

/** What the first part of a dotted name means, where it decides what the whole means. */
function boundScope(file: LinkedFile, scope: string, name: string): Definition | undefined {
  const dot = name.indexOf(".");
  if (dot <= 0) return undefined;
  const first = name.slice(0, dot);
  for (let prefix = scope; prefix !== ""; prefix = enclosingScope(prefix)) {
    const definition = visibleDefinition(file, `${prefix}.${first}`, "any");
    if (definition !== undefined && isScope(definition)) return definition;
  }
  return undefined;
}

/** What the name would mean, did its first part not mean something further in. */
function outerDefinition(file: LinkedFile, bound: Definition, name: string): Definition | undefined {
  let scope = enclosingScope(bound.fullName);
  while (scope !== "") {
    scope = enclosingScope(scope);
    const definition = visibleDefinition(file, nameWithin(scope, name), "any");
    if (definition !== undefined) return definition;
  }
  return undefined;
}

/** What scalar types are called elsewhere. */
const SCALARS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["int", "int32"],
  ["integer", "int32"],
  ["long", "int64"],
  ["bigint", "int64"],
  ["uint", "uint32"],
  ["boolean", "bool"],
  ["str", "string"],
  ["number", "double"],
  ["float32", "float"],
  ["float64", "double"],
  ["byte", "bytes"],
]);

function meantHint(
  file: LinkedFile,
  scope: string,
  name: string,
  isWanted: (definition: Definition) => boolean,
): string | undefined {
  const wellKnown = wellKnownFile(name.replace(/^\./, ""));
  if (wellKnown !== undefined) return `add \`import "${wellKnown}";\``;
  const wellKnownOfName = wellKnownFile(`google.protobuf.${name}`);
  const index = indexOf(file.symbols);
  if (index.suggestions++ >= SUGGESTIONS_MAX) return undefined;
  const scalar = name.includes(".")
    ? undefined
    : (SCALARS_ELSEWHERE.get(name) ?? suggest(name, SCALAR_TYPES.keys()));
  const last = name.slice(name.lastIndexOf(".") + 1);
  const sameName = [...(index.byLastPart.get(last.toLowerCase()) ?? [])].filter(isWanted);
  if (sameName.length === 0 && scalar !== undefined) return `did you mean \`${scalar}\`?`;
  const isVisible = (definition: Definition) =>
    visibleDefinition(file, definition.fullName, "any") !== undefined;
  const meant =
    nearest(name, sameName.filter(isVisible)) ??
    nearest(name, sameName) ??
    (wellKnownOfName === undefined
      ? nearestLastPart(index, last, (definition) => isWanted(definition) && isVisible(definition))
      : undefined);
  if (meant === undefined)
    return wellKnownOfName && `write \`google.protobuf.${name}\`, and add \`import "${wellKnownOfName}";\``;
  if (isVisible(meant)) {
    const better = name.startsWith(".") ? `.${meant.fullName}` : shortestName(file, scope, meant);
    return `did you mean \`${better}\`?`;
  }
  return `did you mean \`${meant.fullName}\` of \`${meant.file.name}\`, which is not imported?`;
}

/** The files of options that many use. */
const WELL_KNOWN_OPTIONS: ReadonlyMap<string, string> = new Map([
  ["pb.cpp", "google/protobuf/cpp_features.proto"],
  ["pb.go", "google/protobuf/go_features.proto"],
  ["pb.java", "google/protobuf/java_features.proto"],
  ["redoubt.delivery", "redoubt/options.proto"],
]);

/** The files of well-known types, without folder and ending. */
const WELL_KNOWN_FILES: ReadonlyMap<string, string> = new Map([
  ["Value", "struct"],
  ["ListValue", "struct"],
  ["NullValue", "struct"],
  ["DoubleValue", "wrappers"],
  ["FloatValue", "wrappers"],
  ["Int64Value", "wrappers"],
  ["UInt64Value", "wrappers"],
  ["Int32Value", "wrappers"],
  ["UInt32Value", "wrappers"],
  ["BoolValue", "wrappers"],
  ["StringValue", "wrappers"],
  ["BytesValue", "wrappers"],
  ["Any", "any"],
  ["Duration", "duration"],
  ["Empty", "empty"],
  ["FieldMask", "field_mask"],
  ["Struct", "struct"],
  ["Timestamp", "timestamp"],
]);

function wellKnownFile(fullName: string): string | undefined {
  const prefix = "google.protobuf.";
  if (!fullName.startsWith(prefix)) return WELL_KNOWN_OPTIONS.get(fullName);
  const file = WELL_KNOWN_FILES.get(fullName.slice(prefix.length));
  return file === undefined ? undefined : `google/protobuf/${file}.proto`;
}

/** Of definitions whose last parts are the same, the one with the full name that is most like it. */
function nearest(name: string, definitions: readonly Definition[]): Definition | undefined {
  if (definitions.length <= 1) return definitions[0];
  const fullName = suggest(
    name,
    definitions.map((each) => each.fullName),
  );
  return definitions.find((each) => each.fullName === fullName) ?? definitions[0];
}

function nearestLastPart(
  { byLastPart }: NameIndex,
  last: string,
  isWanted: (definition: Definition) => boolean,
): Definition | undefined {
  const known: string[] = [];
  for (const [part, definitions] of byLastPart) {
    if (definitions.some(isWanted)) known.push(part);
  }
  const part = suggest(last, known);
  return part === undefined ? undefined : byLastPart.get(part)?.find(isWanted);
}

/** The least of a full name that means the definition in a scope. */
function shortestName(file: LinkedFile, scope: string, definition: Definition): string {
  const { fullName } = definition;
  for (let dot = fullName.lastIndexOf("."); dot !== -1; dot = fullName.lastIndexOf(".", dot - 1)) {
    const name = fullName.slice(dot + 1);
    if (lookUp(file, scope, name) === definition) return name;
    if (dot === 0) break;
  }
  return lookUp(file, scope, fullName) === definition ? fullName : `.${fullName}`;
}

/** The types and extensions of a run by the last parts of their names, in lower case. */
interface NameIndex {
  readonly byLastPart: ReadonlyMap<string, readonly Definition[]>;
  /** How many definitions there were when it was made. */
  readonly size: number;
  suggestions: number;
}

const indices = new WeakMap<SymbolTable, NameIndex>();

function indexOf(symbols: SymbolTable): NameIndex {
  const { definitions } = symbols;
  const known = indices.get(symbols);
  if (known !== undefined && (known.size === definitions.size || known.suggestions >= SUGGESTIONS_MAX))
    return known;
  const byLastPart = new Map<string, Definition[]>();
  for (const definition of definitions.values()) {
    if (!isType(definition) && definition.kind !== "extension") continue;
    const last = definition.fullName.slice(definition.fullName.lastIndexOf(".") + 1).toLowerCase();
    const others = byLastPart.get(last);
    if (others === undefined) byLastPart.set(last, [definition]);
    else others.push(definition);
  }
  const index = { byLastPart, size: definitions.size, suggestions: known?.suggestions ?? 0 };
  indices.set(symbols, index);
  return index;
}
