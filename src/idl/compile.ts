import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { describe } from "./describe/describe.js";
import { BUILT_IN_NAMES, builtInProto, builtInText } from "./link/built-in.js";
import { refreshFeatures } from "./link/features.js";
import { warnOfUnusedImports } from "./link/imports.js";
import { defineBuiltIn, link } from "./link/link.js";
import { createSymbolTable, type LinkedFile, type SymbolTable } from "./link/symbols.js";
import { OptionInterpreter } from "./options/options.js";
import { sourceCodeInfo } from "./source-info/source-info.js";
import { tokenize } from "./syntax/lexer.js";
import { parse } from "./syntax/parser.js";
import type { FileNode, ImportNode } from "./syntax/syntax.js";
import type { Tokens } from "./syntax/tokens.js";
import { type Diagnostic, Diagnostics } from "./text/diagnostics.js";
import { Source } from "./text/source.js";
import { validate } from "./validate/validate.js";

/** A `.proto` file's content. */
export interface SourceText {
  readonly text: string;
  /** How messages name the file. Default: the name that it is imported by. */
  readonly path?: string;
}

/** A file that is there, but whose text cannot be had. */
export interface Unreadable {
  /** Why, in one line: "permission denied". */
  readonly fault: string;
  /** As of {@link SourceText}. */
  readonly path?: string;
}

export interface CompileOptions {
  /**
   * Gives the file of a name as imports write it: `google/api/http.proto`. Undefined where there is none; then it may
   * be one of the built-in files: the well-known types and `redoubt/options.proto`.
   */
  read(name: string): SourceText | Unreadable | string | undefined;
  /** Whether files come with `SourceCodeInfo`: places and comments. Default true. */
  readonly sourceInfo?: boolean;
}

/** What a run has made. */
export interface Compilation {
  /** Errors and warnings, by file in the order of `files`. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether there is an error among them; then `files` are for looking at, not for use. */
  readonly hasErrors: boolean;
  /**
   * The files that were asked for and all that they import, each behind its imports. Descriptors of well-known types are
   * protobuf-es's own: they are not to be changed.
   */
  readonly files: readonly FileDescriptorProto[];
  /** The names that were asked for. */
  readonly names: readonly string[];
}

/**
 * Compiles `.proto` files (proto2, proto3, editions 2023 and 2024) to descriptors, as protoc does. Nothing is thrown
 * for what is wrong with them.
 */
export function compile(names: readonly string[], options: CompileOptions): Compilation {
  return new Run(names, options).compile();
}

/** Compiles again and again, and parses only files whose text has changed. */
export class Compiler {
  private readonly options: CompileOptions;
  private parsed = new Map<string, ParsedFile>();

  constructor(options: CompileOptions) {
    this.options = options;
  }

  compile(names: readonly string[]): Compilation {
    const parsed = new Map<string, ParsedFile>();
    const compilation = new Run(names, this.options, { earlier: this.parsed, parsed }).compile();
    this.parsed = parsed;
    return compilation;
  }
}

/** What a text was parsed to, and what was wrong with its syntax. */
interface ParsedFile {
  readonly source: Source;
  readonly tokens: Tokens;
  readonly tree: FileNode;
  readonly diagnostics: Diagnostics;
}

/** Parsed files by name: those of the run before, and a place for those of this one. */
interface ParseCache {
  readonly earlier: ReadonlyMap<string, ParsedFile>;
  readonly parsed: Map<string, ParsedFile>;
}

/** A file on the way: its imports come first. */
interface PendingFile {
  readonly name: string;
  readonly parsed: ParsedFile;
  readonly imports: readonly ImportNode[];
  /** How many of the imports have been dealt with. */
  done: number;
}

class Run {
  private readonly names: ReadonlySet<string>;
  private readonly options: CompileOptions;
  private readonly cache: ParseCache | undefined;
  private readonly diagnostics = new Diagnostics();
  private readonly symbols: SymbolTable = createSymbolTable();
  /** Undefined for one that could not be had. */
  private readonly linked = new Map<string, LinkedFile | undefined>();
  /** Names of the files on the way. */
  private readonly pending = new Set<string>();
  private readonly files: FileDescriptorProto[] = [];

  constructor(names: readonly string[], options: CompileOptions, cache?: ParseCache) {
    this.names = new Set(names);
    this.options = options;
    this.cache = cache;
  }

  compile(): Compilation {
    for (const name of this.names) this.add(name);
    const { diagnostics, files, names } = this;
    return { diagnostics: diagnostics.all, hasErrors: diagnostics.errorCount > 0, files, names: [...names] };
  }

  /** Compiles a file and what it imports. The stack is our own: chains of imports may be long. */
  private add(name: string): void {
    const stack: PendingFile[] = [];
    if (!this.linked.has(name) && !this.open(name, stack))
      this.diagnostics.fileError(name, `there is no file \`${name}\``);
    for (let top = stack.at(-1); top !== undefined && !this.diagnostics.isFull; top = stack.at(-1)) {
      if (top.done < top.imports.length) {
        this.openImport(top, top.imports[top.done++], stack);
      } else {
        stack.pop();
        this.finishFile(top);
      }
    }
  }

  /** Reads and parses a file, or takes the built-in one; false if there is none. */
  private open(name: string, stack: PendingFile[]): boolean {
    const given = this.options.read(name) ?? builtInText(name);
    if (given === undefined) return this.addBuiltIn(name);
    if (typeof given === "object" && "fault" in given) {
      this.diagnostics.fileError(given.path ?? name, given.fault);
      this.linked.set(name, undefined);
      return true;
    }
    const { text, path } = typeof given === "string" ? { text: given, path: undefined } : given;
    const parsed = this.parse(name, text, path);
    const imports = parsed.tree.elements.filter((element) => element.kind === "import");
    this.pending.add(name);
    stack.push({ name, parsed, imports, done: 0 });
    return true;
  }

  private openImport(by: PendingFile, node: ImportNode, stack: PendingFile[]): void {
    const name = node.path.text;
    if (this.linked.has(name)) return;
    const { source, tokens } = by.parsed;
    const span = { start: tokens.start(node.path.first), end: tokens.end(node.path.last) };
    if (name === "") {
      this.diagnostics.error(source, span, "the name of the file to import is empty");
      return;
    }
    const form = nameForm(name);
    if (form !== undefined) {
      this.diagnostics.error(source, span, `\`${name}\` is not how files are named in imports`, form);
      return;
    }
    if (this.pending.has(name)) {
      const from = stack.findIndex((pending) => pending.name === name);
      const chain = [...stack.slice(from).map((pending) => pending.name), name].join(" → ");
      const isOwn = name === by.name;
      this.diagnostics.error(
        source,
        span,
        isOwn ? "the file imports itself" : `\`${name}\` imports itself: ${chain}`,
      );
      this.linked.set(name, undefined);
    } else if (!this.open(name, stack)) {
      this.linked.set(name, undefined);
      const meant = this.diagnostics.meantHint(name, [...this.linked.keys(), ...BUILT_IN_NAMES]);
      const hint = meant ?? "imports are relative to an include directory";
      this.diagnostics.error(source, span, `there is no file \`${name}\``, hint);
    }
  }

  /** Everything from the syntax tree to the descriptor; what the file imports is linked. */
  private finishFile({ name, parsed }: PendingFile): void {
    const { diagnostics } = this;
    const errorsBefore = diagnostics.errorCount;
    diagnostics.addAll(parsed.diagnostics);
    const described = describe(parsed.source, parsed.tokens, parsed.tree, diagnostics);
    const { proto } = described;
    const importsOf = (names: readonly string[]) => names.map((each) => this.linked.get(each));
    const file = link(
      described,
      importsOf(proto.dependency),
      importsOf(proto.optionDependency),
      this.symbols,
      diagnostics,
    );
    const options = new OptionInterpreter(file, diagnostics, file.markUsed);
    options.interpret("known");
    refreshFeatures(file);
    options.interpret("extensions");
    validate(file, diagnostics);
    if (diagnostics.errorCount === errorsBefore) {
      if (this.names.has(name)) warn(file, diagnostics);
      if (this.options.sourceInfo !== false) proto.sourceCodeInfo = sourceCodeInfo(described, options.paths);
    }
    file.described = undefined;
    this.linked.set(name, file);
    this.pending.delete(name);
    this.files.push(proto);
  }

  private addBuiltIn(name: string): boolean {
    const proto = builtInProto(name);
    if (proto === undefined) return false;
    const imports = proto.dependency.map((each) => {
      if (!this.linked.has(each)) this.addBuiltIn(each);
      return this.linked.get(each);
    });
    this.linked.set(name, defineBuiltIn(proto, imports, this.symbols));
    this.files.push(proto);
    return true;
  }

  private parse(name: string, text: string, path: string | undefined): ParsedFile {
    const earlier = this.cache?.earlier.get(name);
    const isSame =
      earlier !== undefined && earlier.source.text === text && earlier.source.displayPath === (path ?? name);
    const parsed = isSame ? earlier : parseText(new Source(name, text, path));
    this.cache?.parsed.set(name, parsed);
    return parsed;
  }
}

/** What is worth a warning in a file that was asked for and is right. */
function warn(file: LinkedFile, diagnostics: Diagnostics): void {
  const { source, tree } = file.described!;
  if (tree.syntax === undefined)
    diagnostics.warn(
      source,
      { start: 0, end: 0 },
      "the file does not say its syntax: it is read as proto2",
      'begin it with `syntax = "proto2";`, or with another, which has other rules',
    );
  warnOfUnusedImports(file, diagnostics);
}

/** What to write instead of a name that is no path from an include directory; undefined where it is one. */
function nameForm(name: string): string | undefined {
  const slashes = name.replaceAll("\\", "/");
  if (slashes.startsWith("/") || slashes.split("/").includes(".."))
    return "name it relative to an include directory";
  const plain = slashes
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
  return plain === name ? undefined : `write \`${plain}\``;
}

function parseText(source: Source): ParsedFile {
  const diagnostics = new Diagnostics();
  const tokens = tokenize(source, diagnostics);
  return { source, tokens, tree: parse(source, tokens, diagnostics), diagnostics };
}
