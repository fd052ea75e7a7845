import type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
  OneofDescriptorProto,
  ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { DescribedFile } from "../describe/described.js";
import { withArticle } from "../text/articles.js";

/** Everything that has a name: what the name stands for, and where that is. */
export type Definition =
  | DefinitionOf<"package", FileDescriptorProto>
  | DefinitionOf<"message", DescriptorProto>
  | DefinitionOf<"enum", EnumDescriptorProto>
  | DefinitionOf<"enum value", EnumValueDescriptorProto>
  | DefinitionOf<"field", FieldDescriptorProto>
  | DefinitionOf<"extension", FieldDescriptorProto>
  | DefinitionOf<"oneof", OneofDescriptorProto>
  | DefinitionOf<"service", ServiceDescriptorProto>
  | DefinitionOf<"method", MethodDescriptorProto>;

export interface DefinitionOf<Kind extends string, Descriptor> {
  readonly kind: Kind;
  /** Without a dot in front. */
  readonly fullName: string;
  readonly descriptor: Descriptor;
  /** A package's is the first file of the run that is in it. */
  readonly file: LinkedFile;
  /** The message, enum or service that it was declared in. */
  readonly parent?: Definition;
}

/** A file of a run, together with the files that it imports. */
export interface LinkedFile {
  readonly name: string;
  readonly proto: FileDescriptorProto;
  /** While the file is being compiled. Left out for one that is built in: it has no source, and is right. */
  described?: DescribedFile;
  /** By the order of `proto.dependency`; undefined where one could not be had. */
  readonly imports: readonly (LinkedFile | undefined)[];
  /** By the order of `proto.optionDependency`. */
  readonly optionImports: readonly (LinkedFile | undefined)[];
  readonly symbols: SymbolTable;
  /** The files that something of was used in this one, by `markUsed`. */
  readonly used: ReadonlySet<LinkedFile>;
  /** Notes that this file refers to a definition, so that its import is of use. */
  readonly markUsed: (definition: Definition) => void;
}

/** The names of a run. */
export interface SymbolTable {
  /** By full name without a dot in front. */
  readonly definitions: Map<string, Definition>;
  /** By the extended message's full name, then by number. Of two with the same number, the first. */
  readonly extensions: Map<string, Map<number, DefinitionOf<"extension", FieldDescriptorProto>>>;
  /** For each file, what it can see; kept once it was needed. */
  readonly views: WeakMap<LinkedFile, View>;
}

/** The files that one file can see, itself included, and the packages that these are in. */
interface View {
  readonly files: ReadonlySet<LinkedFile>;
  /** Those that only options can see: `import option`. */
  readonly optionFiles: ReadonlySet<LinkedFile>;
  readonly packages: ReadonlySet<string>;
}

/**
 * What a name is looked up for. A `type` is a message or an enum: others of that name are passed over. The name of an
 * `option`, or one in its value, can also be of a file that is imported for options only.
 */
export type Wanted = "type" | "any" | "option";

export function createSymbolTable(): SymbolTable {
  return { definitions: new Map(), extensions: new Map(), views: new WeakMap() };
}

/**
 * The definition that `name` means within `scope`, in a file: the rules of C++. The innermost scope that has the
 * first part of the name decides, and what that file does not import is as if it were not there. A name with a dot in
 * front is a full name.
 */
export function lookUp(
  file: LinkedFile,
  scope: string,
  name: string,
  wanted: Wanted = "any",
): Definition | undefined {
  if (name.startsWith(".")) return visibleDefinition(file, name.slice(1), wanted);
  const dot = name.indexOf(".");
  const first = dot === -1 ? name : name.slice(0, dot);
  for (let prefix = scope; prefix !== ""; prefix = enclosingScope(prefix)) {
    const definition = visibleDefinition(file, `${prefix}.${first}`, wanted);
    if (definition === undefined) continue;
    if (dot === -1) {
      if (wanted !== "type" || isType(definition)) return definition;
    } else if (isScope(definition)) {
      return visibleDefinition(file, `${prefix}.${name}`, wanted);
    }
  }
  return visibleDefinition(file, name, wanted);
}

/** A definition by its full name, if the file can see it. */
export function visibleDefinition(
  file: LinkedFile,
  fullName: string,
  wanted: Wanted,
): Definition | undefined {
  const definition = file.symbols.definitions.get(fullName);
  return definition !== undefined && canSee(file, definition, wanted) ? definition : undefined;
}

function canSee(file: LinkedFile, definition: Definition, wanted: Wanted): boolean {
  if (definition.file === file) return true;
  const view = viewOf(file);
  if (definition.kind === "package") return view.packages.has(definition.fullName);
  return view.files.has(definition.file) || (wanted === "option" && view.optionFiles.has(definition.file));
}

export function isType(definition: Definition): boolean {
  return definition.kind === "message" || definition.kind === "enum";
}

/** Whether what an extension extends and its type were found. If not, that was told where it is declared. */
export function isUsable({ descriptor }: Definition & { kind: "extension" }): boolean {
  return descriptor.extendee.startsWith(".") && Object.hasOwn(descriptor, "type");
}

/** The full name of what encloses a full name; the empty string for the outermost. */
export function enclosingScope(fullName: string): string {
  return fullName.slice(0, Math.max(fullName.lastIndexOf("."), 0));
}

/** A full name from that of the scope. */
export function nameWithin(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

/** What a definition is, for messages: `a message`, `an rpc`. */
export function kindText({ kind }: Definition): string {
  return withArticle(kind === "method" ? "rpc" : kind);
}

/** Definitions that others are within, so that a dotted name can go through them. */
export function isScope({ kind }: Definition): boolean {
  return kind === "package" || kind === "message" || kind === "enum" || kind === "service";
}

function viewOf(file: LinkedFile): View {
  const known = file.symbols.views.get(file);
  if (known !== undefined) return known;
  const files = withPublicImports(file.imports).add(file);
  const optionFiles = withPublicImports(file.optionImports);
  const packages = new Set<string>();
  for (const seen of [files, optionFiles]) {
    for (const { proto } of seen) {
      for (let name = proto.package; name !== "" && !packages.has(name); name = enclosingScope(name))
        packages.add(name);
    }
  }
  const view = { files, optionFiles, packages };
  file.symbols.views.set(file, view);
  return view;
}

/** Files, what they import publicly, and so on. */
function withPublicImports(imports: readonly (LinkedFile | undefined)[]): Set<LinkedFile> {
  const files = new Set<LinkedFile>();
  const add = (file: LinkedFile | undefined) => file !== undefined && files.add(file);
  imports.forEach(add);
  // A set may grow while it is walked: what is added is visited as well.
  for (const file of files) {
    for (const index of file.proto.publicDependency) add(file.imports[index]);
  }
  return files;
}
