import type { DescFile } from "@bufbuild/protobuf";
import { attachedText, type Comments, docComment } from "./comments.js";
import type { Declaration, OwnPlace, Place } from "./declarations.js";
import type { References } from "./references.js";

/** The module that a file becomes: what is asked and noted while its text is written. */
export interface Module {
  readonly file: DescFile;
  readonly references: References;
  readonly comments: Comments;
  /** Whether enums are made of syntax that goes away when types are erased. */
  readonly erasableSyntax: boolean;
  /** Whether there are types for JSON forms. */
  readonly jsonTypes: boolean;
}

/**
 * The doc comment of what was made from a part of a file: what is said about it there, and what it is, as in
 * `@generated from message Foo`.
 */
export function documentation(
  module: Module,
  origin: string,
  { path, isDeprecated }: Place,
  indentation = "",
): string {
  const said = attachedText(module.comments.get(path));
  const tags = `@generated from ${origin}${isDeprecated ? "\n@deprecated" : ""}`;
  return docComment(said + tags, indentation);
}

/** An exported constant. The annotation lets bundlers leave out what nobody uses. */
export function constant(name: string, type: string, value: string): string {
  return `export const ${name}: ${type} = /*@__PURE__*/\n  ${value};\n\n`;
}

/** The constant that describes a declaration, made by a function of protobuf-es. */
export function schema(
  { file, references }: Module,
  desc: Declaration["desc"],
  { indices }: OwnPlace,
  type: string,
  maker: "enumDesc" | "extDesc" | "messageDesc" | "serviceDesc",
): string {
  const args = [references.file(file), ...indices].join(", ");
  return constant(references.schema(desc), type, `${references.runtime(maker)}(${args})`);
}
