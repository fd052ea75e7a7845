import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type {
  EnumNode,
  EnumValueNode,
  ExtendNode,
  FieldNode,
  FileNode,
  GroupNode,
  MapFieldNode,
  MessageNode,
  OneofNode,
  OptionNode,
  RangeNode,
  RpcNode,
  ServiceNode,
  TokenRange,
} from "../syntax/syntax.js";
import type { Tokens } from "../syntax/tokens.js";
import type { Source, Span } from "../text/source.js";

/**
 * The node that a part of a descriptor was made from. An enum's and a message's ranges have a `RangeNode`; both the field
 * and the message of a group have its `GroupNode`.
 */
export type DescribedNode =
  | FileNode
  | MessageNode
  | GroupNode
  | FieldNode
  | MapFieldNode
  | OneofNode
  | EnumNode
  | EnumValueNode
  | ServiceNode
  | RpcNode
  | RangeNode;

/**
 * The options written for one part of a file, in the order in which they stand there. Without `default` and `json_name`,
 * which are part of the field itself. What a map field says of features is there for its entry's key and value, too.
 */
export interface WrittenOptions {
  /** What they are for: a `FieldDescriptorProto`, say. Its `options` are still unset, or empty. */
  readonly owner: Message & { options?: Message };
  /** The message that holds them: `google.protobuf.FieldOptions`, say. */
  readonly schema: DescMessage;
  readonly nodes: readonly OptionNode[];
  /** The scope in which their names are looked up: the full name of what encloses the owner. For a range of extension numbers, of what encloses its message. */
  readonly scope: string;
  /** The path of `owner` in the file's descriptor, as in `SourceCodeInfo.Location.path`. */
  readonly path: readonly number[];
}

/** A file whose descriptor says what was written: type names are not resolved yet, and options not interpreted. */
export interface DescribedFile {
  readonly source: Source;
  readonly tokens: Tokens;
  readonly tree: FileNode;
  readonly proto: FileDescriptorProto;
  /** For messages, fields, enums, values, oneofs, services, methods and ranges of `proto`. Not for what a map field or `optional` brings along. */
  readonly nodes: ReadonlyMap<Message, DescribedNode>;
  readonly options: readonly WrittenOptions[];
  /** The `extend` block that an extension was declared in. */
  readonly extendBlocks: ReadonlyMap<Message, ExtendNode>;
}

/** Where a node stands in its file's text. */
export function spanOf(file: DescribedFile, range: TokenRange): Span {
  return { start: file.tokens.start(range.first), end: file.tokens.end(range.last) };
}
