import { posix } from "node:path";
import { parseSync } from "rolldown/utils";
import { repositoryFiles, textOf } from "./repository.js";

/** One TypeScript file, parsed. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly comments: readonly Comment[];
  readonly imports: readonly Import[];
}

/** A node of the syntax tree (ESTree, with its TypeScript extension). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Comment {
  readonly type: "Line" | "Block";
  /** Without the marks around it: a doc comment's begins with `*`. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** One import, or export from elsewhere, of whatever form. */
export interface Import {
  /** As written: `../bytes/output.js`, `node:net`. */
  readonly specifier: string;
  /** The file of this repository that a relative specifier leads to. */
  readonly target: string | undefined;
  /** Gone once compiled: `import type`, `export type`, `import("x").Y` as a type. */
  readonly isType: boolean;
  readonly line: number;
}

/** What supports the tests, `x.test.util.ts`, counts as a test. */
export function isTest(path: string): boolean {
  return /\.test\.(util\.)?ts$/.test(path);
}

/** The TypeScript files below these folders, tests and generated code among them. */
export function sourcesIn(...folders: readonly string[]): readonly Source[] {
  const isWanted = (path: string) =>
    /\.m?ts$/.test(path) && folders.some((folder) => path.startsWith(`${folder}/`));
  return repositoryFiles()
    .filter(isWanted)
    .map((path) => parseSource(path, textOf(path)));
}

export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]!.message}`);
  const root = program as unknown as Node;
  return { path, text, program: root, comments, imports: [...importsOf(path, text, root)] };
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** A node with where it stands: `parent[field]` is the node, or an array that has it. */
export interface Place {
  readonly node: Node;
  readonly parent: Node | undefined;
  readonly field: string;
}

/** Every node, outermost first. */
export function* walk(node: Node, parent?: Node, field = ""): Generator<Place> {
  yield { node, parent, field };
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* walk(child, node, name);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function* importsOf(path: string, text: string, program: Node): Generator<Import> {
  for (const { node } of walk(program)) {
    const source = SOURCE_FIELD[node.type];
    const literal = source === undefined ? undefined : node[source];
    if (!isNode(literal) || typeof literal.value !== "string") continue;
    const specifier = literal.value;
    const isType = node.importKind === "type" || node.exportKind === "type" || node.type === "TSImportType";
    yield { specifier, target: targetOf(path, specifier), isType, line: lineOf(text, node.start) };
  }
}

const SOURCE_FIELD: Readonly<Record<string, string>> = {
  ImportDeclaration: "source",
  ImportExpression: "source",
  ExportAllDeclaration: "source",
  ExportNamedDeclaration: "source",
  TSImportType: "source",
};

/** The file that a relative specifier leads to; nothing for a package. */
export function targetOf(importer: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return posix.join(posix.dirname(importer), specifier).replace(/\.js$/, ".ts");
}
