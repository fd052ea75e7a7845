// The syntax tree of a `.proto` file (https://protobuf.dev/reference/protobuf/edition-2024-spec/). It says what was
// written and where; what it means is found out later.

/** Indices into the file's `Tokens`, of the first and the last token, both inclusive. */
export interface TokenRange {
  readonly first: number;
  readonly last: number;
}

export interface FileNode extends TokenRange {
  readonly kind: "file";
  readonly syntax?: SyntaxNode;
  readonly elements: readonly FileElement[];
}

export type FileElement =
  | PackageNode
  | ImportNode
  | OptionNode
  | MessageNode
  | EnumNode
  | ServiceNode
  | ExtendNode
  | EmptyNode;

/** A stray `;`. */
export interface EmptyNode extends TokenRange {
  readonly kind: "empty";
}

/** `syntax = "proto3";` or `edition = "2023";` */
export interface SyntaxNode extends TokenRange {
  readonly kind: "syntax";
  readonly keyword: "syntax" | "edition";
  readonly value: StringValue;
}

export interface PackageNode extends TokenRange {
  readonly kind: "package";
  readonly name: NameNode;
}

/** `import public "a.proto";` */
export interface ImportNode extends TokenRange {
  readonly kind: "import";
  readonly modifier?: "public" | "weak" | "option";
  /** The token index of the modifier. */
  readonly modifierToken?: number;
  readonly path: StringValue;
}

/** One identifier, or several with dots between and perhaps one in front: `.a.b.C`. Blanks and comments left out. */
export interface NameNode extends TokenRange {
  readonly kind: "name";
  readonly text: string;
}

/** `export` or `local` before a message or an enum (edition 2024). */
export interface VisibilityNode extends TokenRange {
  readonly kind: "visibility";
  readonly value: "export" | "local";
}

export interface MessageNode extends TokenRange {
  readonly kind: "message";
  readonly visibility?: VisibilityNode;
  readonly name: NameNode;
  readonly body: readonly MessageElement[];
}

export type MessageElement =
  | FieldNode
  | GroupNode
  | MapFieldNode
  | OneofNode
  | MessageNode
  | EnumNode
  | ExtendNode
  | ExtensionRangesNode
  | ReservedNode
  | OptionNode
  | EmptyNode;

export type LabelKeyword = "optional" | "required" | "repeated";

export interface LabelNode extends TokenRange {
  readonly kind: "label";
  readonly value: LabelKeyword;
}

export interface FieldNode extends TokenRange {
  readonly kind: "field";
  readonly label?: LabelNode;
  /** A scalar type's keyword, or the name of a message or an enum. */
  readonly type: NameNode;
  readonly name: NameNode;
  readonly number: IntValue;
  readonly options?: CompactOptionsNode;
}

/** `optional group Result = 1 { … }` (proto2). */
export interface GroupNode extends TokenRange {
  readonly kind: "group";
  readonly label?: LabelNode;
  /** The token `group`. */
  readonly keyword: number;
  readonly name: NameNode;
  readonly number: IntValue;
  readonly options?: CompactOptionsNode;
  readonly body: readonly MessageElement[];
}

/** `map<string, Project> projects = 3;` */
export interface MapFieldNode extends TokenRange {
  readonly kind: "map";
  /** A label is an error, which `describe` tells. */
  readonly label?: LabelNode;
  /** `map<…>`. */
  readonly type: TokenRange;
  readonly keyType: NameNode;
  readonly valueType: NameNode;
  readonly name: NameNode;
  readonly number: IntValue;
  readonly options?: CompactOptionsNode;
}

export interface OneofNode extends TokenRange {
  readonly kind: "oneof";
  readonly name: NameNode;
  readonly body: readonly (FieldNode | GroupNode | MapFieldNode | OptionNode)[];
}

/** `extensions 100 to 199, 500 [declaration = { … }];` */
export interface ExtensionRangesNode extends TokenRange {
  readonly kind: "extensions";
  readonly ranges: readonly RangeNode[];
  readonly options?: CompactOptionsNode;
}

/** `reserved 2, 15, 9 to 11;` or `reserved "foo", "bar";`, or with identifiers for names (editions). */
export interface ReservedNode extends TokenRange {
  readonly kind: "reserved";
  readonly ranges: readonly RangeNode[];
  readonly names: readonly (StringValue | NameNode)[];
}

/** Both ends inclusive; `end` is left out where it was not written. */
export interface RangeNode extends TokenRange {
  readonly kind: "range";
  readonly start: IntValue;
  readonly end?: IntValue | MaxNode;
}

/** The `max` of a range. */
export interface MaxNode extends TokenRange {
  readonly kind: "max";
}

export interface EnumNode extends TokenRange {
  readonly kind: "enum";
  readonly visibility?: VisibilityNode;
  readonly name: NameNode;
  readonly body: readonly (EnumValueNode | ReservedNode | OptionNode | EmptyNode)[];
}

export interface EnumValueNode extends TokenRange {
  readonly kind: "enumValue";
  readonly name: NameNode;
  readonly number: IntValue;
  readonly options?: CompactOptionsNode;
}

/** `extend Foo { … }` */
export interface ExtendNode extends TokenRange {
  readonly kind: "extend";
  readonly extendee: NameNode;
  readonly body: readonly (FieldNode | GroupNode | MapFieldNode)[];
}

export interface ServiceNode extends TokenRange {
  readonly kind: "service";
  readonly name: NameNode;
  readonly body: readonly (RpcNode | OptionNode | EmptyNode)[];
}

export interface RpcNode extends TokenRange {
  readonly kind: "rpc";
  readonly name: NameNode;
  readonly input: RpcTypeNode;
  readonly output: RpcTypeNode;
  /** Where it ends with a body instead of `;`. */
  readonly body?: readonly (OptionNode | EmptyNode)[];
}

/** `(stream Foo)` */
export interface RpcTypeNode extends TokenRange {
  readonly kind: "rpcType";
  /** The token `stream`. */
  readonly stream?: number;
  readonly type: NameNode;
}

/** `[deprecated = true, (my.option).x = 1]` */
export interface CompactOptionsNode extends TokenRange {
  readonly kind: "compactOptions";
  readonly options: readonly OptionNode[];
}

/** `option java_package = "x";`, or one of those between brackets: then without keyword and `;`. */
export interface OptionNode extends TokenRange {
  readonly kind: "option";
  readonly name: OptionNameNode;
  readonly value: OptionValue;
}

/** `foo.(bar.baz).qux` */
export interface OptionNameNode extends TokenRange {
  readonly kind: "optionName";
  readonly parts: readonly OptionNamePart[];
}

/** `qux`, or `(bar.baz)` whose name may have a dot in front; the range includes the parentheses. */
export interface OptionNamePart extends TokenRange {
  readonly kind: "optionNamePart";
  readonly name: string;
  readonly isExtension: boolean;
}

export type OptionValue =
  | IdentifierValue
  | IntValue
  | FloatValue
  | StringValue
  | MessageLiteral
  | ListLiteral;

/** `true`, `SPEED`, and also `inf` and `nan`. A sign in front is only right for the latter two. */
export interface IdentifierValue extends TokenRange {
  readonly kind: "identifier";
  readonly isNegative: boolean;
  readonly text: string;
}

/** Decimal, octal or hexadecimal. */
export interface IntValue extends TokenRange {
  readonly kind: "int";
  readonly isNegative: boolean;
  /** Without the sign, at most 2^64 - 1: a larger decimal one is a `FloatValue`. A safe integer is held as a number. */
  readonly magnitude: number | bigint;
}

export interface FloatValue extends TokenRange {
  readonly kind: "float";
  readonly isNegative: boolean;
  /** Without the sign; infinite where it is too large for a double. */
  readonly magnitude: number;
}

/** One string literal, or several in a row, escapes resolved. */
export interface StringValue extends TokenRange {
  readonly kind: "string";
  /** A string of bytes: escapes can make any, valid UTF-8 or not. */
  readonly bytes: Uint8Array;
  /** The bytes as UTF-8, invalid ones as U+FFFD. */
  readonly text: string;
}

/** `{ name: "x" values: [1, 2] [ext.name] { … } }`, in text format. Always within braces or angle brackets. */
export interface MessageLiteral extends TokenRange {
  readonly kind: "message-literal";
  readonly fields: readonly LiteralField[];
}

export interface LiteralField extends TokenRange {
  readonly kind: "literalField";
  readonly name: LiteralFieldName;
  readonly value: OptionValue;
}

export interface LiteralFieldName extends TokenRange {
  readonly kind: "literalFieldName";
  /** A field's name, an extension's full name, or with a slash in it the type URL of an expanded `Any`. */
  readonly name: string;
  readonly form: "field" | "extension" | "any";
}

/** `[1, 2]` in a message literal. */
export interface ListLiteral extends TokenRange {
  readonly kind: "list";
  readonly values: readonly OptionValue[];
}
