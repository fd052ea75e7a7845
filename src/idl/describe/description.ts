import type { DescMessage, Message } from "@bufbuild/protobuf";
import { type Edition, SymbolVisibility } from "@bufbuild/protobuf/wkt";
import type {
  ExtendNode,
  FileNode,
  IntValue,
  OptionNode,
  OptionValue,
  TokenRange,
  VisibilityNode,
} from "../syntax/syntax.js";
import type { Tokens } from "../syntax/tokens.js";
import type { Diagnostics } from "../text/diagnostics.js";
import type { Source } from "../text/source.js";
import type { DescribedNode, WrittenOptions } from "./described.js";

/** A file's descriptor in the making. */
export class Description {
  readonly source: Source;
  readonly tokens: Tokens;
  readonly tree: FileNode;
  readonly edition: Edition;
  readonly nodes = new Map<Message, DescribedNode>();
  readonly options: WrittenOptions[] = [];
  readonly extendBlocks = new Map<Message, ExtendNode>();
  private readonly diagnostics: Diagnostics;

  constructor(source: Source, tokens: Tokens, tree: FileNode, edition: Edition, diagnostics: Diagnostics) {
    this.source = source;
    this.tokens = tokens;
    this.tree = tree;
    this.edition = edition;
    this.diagnostics = diagnostics;
  }

  /** Notes options that were written, if any were. */
  addOptions(
    owner: WrittenOptions["owner"],
    schema: DescMessage,
    nodes: readonly OptionNode[],
    { outerScope, path }: Place,
  ): void {
    if (nodes.length > 0) this.options.push({ owner, schema, nodes, scope: outerScope, path });
  }

  error({ first, last }: TokenRange, message: string, hint?: string): undefined {
    const span = { start: this.tokens.start(first), end: this.tokens.end(last) };
    this.diagnostics.error(this.source, span, message, hint);
    return undefined;
  }

  warn({ first, last }: TokenRange, message: string, hint?: string): void {
    const span = { start: this.tokens.start(first), end: this.tokens.end(last) };
    this.diagnostics.warn(this.source, span, message, hint);
  }

  /** How messages name a value. */
  shown(value: OptionValue): string {
    switch (value.kind) {
      case "string":
        return "a string";
      case "message-literal":
        return "a message";
      case "list":
        return "a list";
      default: {
        const text = `${value.isNegative ? "-" : ""}${this.tokens.textOf(value.last)}`;
        return text.length > SHOWN_MAX ? `\`${text.slice(0, SHOWN_MAX)}…\`` : `\`${text}\``;
      }
    }
  }

  /** The hint to write a value as a string, where that makes sense. */
  quotesHint(value: OptionValue): string | undefined {
    if (value.kind === "message-literal" || value.kind === "list") return undefined;
    const text = this.textOf(value);
    return text.length > SHOWN_MAX ? "put it between quotes" : `write \`"${text}"\``;
  }

  /** The text of tokens as it stands in the file. */
  textOf({ first, last }: TokenRange): string {
    return this.tokens.text.slice(this.tokens.start(first), this.tokens.end(last));
  }
}

/** More of a value makes a message no clearer. */
const SHOWN_MAX = 40;

/** Where a part of a file stands. */
export interface Place {
  /** The scope of what is in it, which is that around it for a part that is no scope: the full name. */
  readonly innerScope: string;
  /** The scope that it is in itself, and that the names of its options are looked up in. */
  readonly outerScope: string;
  /** Its path in the file's descriptor. */
  readonly path: readonly number[];
}

/** The place of a part that is a scope of its own. */
export function namedPlace({ innerScope, path }: Place, name: string, field: number, index: number): Place {
  return {
    innerScope: innerScope === "" ? name : `${innerScope}.${name}`,
    outerScope: innerScope,
    path: [...path, field, index],
  };
}

/** The place of a part that is no scope. */
export function placeWithin({ innerScope, path }: Place, field: number, index: number): Place {
  return { innerScope, outerScope: innerScope, path: [...path, field, index] };
}

/** The options among the elements of a body. */
export function optionsIn(body: readonly { readonly kind: string }[]): readonly OptionNode[] {
  return body.filter((element) => element.kind === "option") as OptionNode[];
}

/** The value of an integer that is known to fit into 32 bits. */
export function intOf({ isNegative, magnitude }: IntValue): number {
  return isNegative && magnitude !== 0 ? -Number(magnitude) : Number(magnitude);
}

export function visibilityOf({ value }: VisibilityNode): SymbolVisibility {
  return value === "export" ? SymbolVisibility.VISIBILITY_EXPORT : SymbolVisibility.VISIBILITY_LOCAL;
}
