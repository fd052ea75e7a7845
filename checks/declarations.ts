import { lineOf, type Node, type Source, targetOf } from "./source.js";

/** What a file declares outermost: a class, function, type, or each name of a `const`. */
export interface Declaration {
  readonly name: string;
  /** `src/http2/frame.ts:35` */
  readonly where: string;
  readonly isExported: boolean;
  /** Has a doc comment right above. */
  readonly isDocumented: boolean;
}

/** One name that a file gives to others. */
export interface Export {
  /** The name that importers use. */
  readonly name: string;
  /** What it is called where it comes from. */
  readonly localName: string;
  /** The file it comes from; the exporting one itself, or a package's name. */
  readonly from: string;
}

export function declarationsOf(source: Source): Declaration[] {
  return (source.program.body as Node[]).flatMap((statement) => {
    const isExported = statement.type === "ExportNamedDeclaration";
    const declaration = isExported ? (statement.declaration as Node | null) : statement;
    if (declaration === null) return [];
    const where = `${source.path}:${lineOf(source.text, statement.start)}`;
    const isDocumented = hasDocComment(source, statement);
    return namesOf(declaration).map((name) => ({ name, where, isExported, isDocumented }));
  });
}

/** What `export { a as b } from "…"` and `export { a }` give; exports of declarations are in {@link declarationsOf}. */
export function namedExportsOf({ path, program }: Source): Export[] {
  return (program.body as Node[]).flatMap((statement) => {
    if (statement.type !== "ExportNamedDeclaration") return [];
    const source = statement.source as { value: string } | null;
    const from = source === null ? path : (targetOf(path, source.value) ?? source.value);
    return (statement.specifiers as { local: Named; exported: Named }[]).map(({ local, exported }) => ({
      name: exported.name,
      localName: local.name,
      from,
    }));
  });
}

/** The files that `export * from "…"` leads to. */
export function starExportsOf({ path, program }: Source): string[] {
  return (program.body as Node[]).flatMap((statement) => {
    if (statement.type !== "ExportAllDeclaration") return [];
    return targetOf(path, (statement.source as { value: string }).value) ?? [];
  });
}

interface Named {
  readonly name: string;
}

function namesOf(declaration: Node): string[] {
  const declarators = declaration.declarations as { id: Partial<Named> }[] | undefined;
  const named = declarators?.map(({ id }) => id) ?? [declaration.id as Partial<Named> | undefined];
  return named.flatMap((id) => id?.name ?? []);
}

function hasDocComment({ text, comments }: Source, statement: Node): boolean {
  return comments.some(
    ({ type, value, start, end }) =>
      type === "Block" &&
      value.startsWith("*") &&
      start < statement.start &&
      text.slice(end, statement.start).trim() === "",
  );
}
