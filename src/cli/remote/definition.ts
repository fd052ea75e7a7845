import type {
  DescEnum,
  DescEnumValue,
  DescExtension,
  DescField,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
  Registry,
} from "@bufbuild/protobuf";
import {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  type FieldDescriptorProto,
  FieldOptionsSchema,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofOptionsSchema,
  ServiceOptionsSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { defaultJsonName } from "../../idl/describe/json-name.js";
import { attachedText, type Comments, commentsOf } from "../../idl/emit/comments.js";
import { optionTexts } from "./option-texts.js";

/** What has a definition of its own, or stands in one. */
export type Definable =
  | DescService
  | DescMethod
  | DescMessage
  | DescField
  | DescOneof
  | DescEnum
  | DescEnumValue;

/**
 * A definition as a `.proto` file has it, with types by their full names, and with comments if the descriptor has
 * them. `types` knows custom options.
 */
export function definitionText(desc: Definable, types: Registry): string {
  return new DefinitionPrinter(desc, types).text(desc);
}

/** The numbers that paths of comments are made of: those of the fields of descriptors (descriptor.proto). */
const PATH = {
  file: { message: 4, enum: 5, service: 6 },
  message: { field: 2, message: 3, enum: 4, extension: 6, oneof: 8 },
  enum: { value: 2 },
  service: { method: 2 },
} as const;

/** The largest number that a field can have; ranges call it `max`. */
const FIELD_NUMBERS_MAX = 536_870_911;

/** The same of an enum's values. */
const ENUM_NUMBERS_MAX = 2_147_483_647;

class DefinitionPrinter {
  private readonly types: Registry;
  private readonly comments: Comments;
  private readonly hasLabels: boolean;

  constructor(desc: Definable, types: Registry) {
    const file = fileOf(desc);
    this.types = types;
    this.comments = commentsOf(file);
    this.hasLabels = file.proto.syntax === "" || file.proto.syntax === "proto2";
  }

  text(desc: Definable): string {
    const path = pathOf(desc).join(".");
    const lines = this.lines(desc, path);
    return `${lines.join("\n")}\n`;
  }

  private lines(desc: Definable, path: string): string[] {
    switch (desc.kind) {
      case "service":
        return this.service(desc, path);
      case "rpc":
        return this.method(desc, path);
      case "message":
        return this.message(desc, path);
      case "field":
        return this.field(desc, path);
      case "oneof":
        return this.oneof(desc, path);
      case "enum":
        return this.enum(desc, path);
      case "enum_value":
        return this.value(desc, path);
    }
  }

  private service(service: DescService, path: string): string[] {
    const options = optionTexts(ServiceOptionsSchema, service.proto.options, this.types);
    return this.block(path, `service ${service.name}`, options, [
      service.methods.map((method, i) => this.method(method, `${path}.${PATH.service.method}.${i}`)),
    ]);
  }

  private method(method: DescMethod, path: string): string[] {
    const { clientStreaming, serverStreaming, options } = method.proto;
    const request = `${clientStreaming ? "stream " : ""}${method.input.typeName}`;
    const response = `${serverStreaming ? "stream " : ""}${method.output.typeName}`;
    const head = `rpc ${method.name}(${request}) returns (${response})`;
    const texts = optionTexts(MethodOptionsSchema, options, this.types);
    if (texts.length === 0) return [...this.comment(path), `${head};`];
    return this.block(path, head, texts, []);
  }

  private message(message: DescMessage, path: string, head = `message ${message.name}`): string[] {
    const { proto } = message;
    const groups = new Set(message.fields.filter(isGroup).map((field) => field.message));
    const nested = message.nestedMessages.flatMap((each, i) =>
      groups.has(each) ? [] : [this.message(each, `${path}.${PATH.message.message}.${i}`)],
    );
    const enums = message.nestedEnums.map((each, i) => this.enum(each, `${path}.${PATH.message.enum}.${i}`));
    const printed = new Set<DescOneof>();
    const members = message.fields.flatMap((field) => {
      if (field.oneof === undefined) return [this.field(field, this.fieldPath(field, path))];
      if (printed.has(field.oneof)) return [];
      printed.add(field.oneof);
      return [
        this.oneof(field.oneof, `${path}.${PATH.message.oneof}.${message.oneofs.indexOf(field.oneof)}`),
      ];
    });
    const extensions = message.nestedExtensions.map((each, i) =>
      this.extension(each, `${path}.${PATH.message.extension}.${i}`),
    );
    const ranges = [
      rangesLine(
        "reserved",
        proto.reservedRange.map(({ start, end }) => [start, end - 1]),
        FIELD_NUMBERS_MAX,
      ),
      namesLine(proto.reservedName),
      rangesLine(
        "extensions",
        proto.extensionRange.map(({ start, end }) => [start, end - 1]),
        FIELD_NUMBERS_MAX,
      ),
    ].flat();
    const options = optionTexts(MessageOptionsSchema, proto.options, this.types);
    return this.block(path, head, options, [
      nested,
      enums,
      members,
      extensions,
      ranges.map((line) => [line]),
    ]);
  }

  private oneof(oneof: DescOneof, path: string): string[] {
    const messagePath = path.split(".").slice(0, -2).join(".");
    const options = optionTexts(OneofOptionsSchema, oneof.proto.options, this.types);
    const fields = oneof.fields.map((field) => this.field(field, this.fieldPath(field, messagePath)));
    return this.block(path, `oneof ${oneof.name}`, options, [fields]);
  }

  private field(field: DescField, path: string): string[] {
    if (field.fieldKind !== "map") return this.fieldOrExtension(field, path);
    const key = TYPE_NAMES[field.mapKey];
    const value = field.message?.typeName ?? field.enum?.typeName ?? TYPE_NAMES[field.scalar!];
    return [
      ...this.comment(path),
      `map<${key}, ${value}> ${field.name} = ${field.number}${this.options(field)};`,
    ];
  }

  private extension(extension: DescExtension, path: string): string[] {
    const field = this.fieldOrExtension(extension, path);
    return [`extend ${extension.extendee.typeName} {`, ...indented(field), "}"];
  }

  private fieldOrExtension(field: DescField | DescExtension, path: string): string[] {
    const { proto } = field;
    const label = this.labelOf(field);
    if (isGroup(field) && field.message !== undefined && this.hasLabels) {
      const head = `${label}group ${field.message.name} = ${field.number}${this.options(field)}`;
      return this.message(field.message, path, head);
    }
    const type = field.message?.typeName ?? field.enum?.typeName ?? TYPE_NAMES[proto.type];
    return [...this.comment(path), `${label}${type} ${field.name} = ${field.number}${this.options(field)};`];
  }

  private labelOf({ proto, oneof }: DescField | DescExtension): string {
    if (proto.label === Label.REPEATED) return "repeated ";
    if (proto.proto3Optional) return "optional ";
    if (!this.hasLabels || oneof !== undefined) return "";
    return proto.label === Label.REQUIRED ? "required " : "optional ";
  }

  private options({ proto }: DescField | DescExtension): string {
    const texts = optionTexts(FieldOptionsSchema, proto.options, this.types);
    if (proto.defaultValue !== "") texts.unshift(`default = ${defaultText(proto)}`);
    const hasOwnJsonName = proto.jsonName !== "" && proto.jsonName !== defaultJsonName(proto.name);
    if (hasOwnJsonName && proto.extendee === "") texts.push(`json_name = ${JSON.stringify(proto.jsonName)}`);
    return texts.length === 0 ? "" : ` [${texts.join(", ")}]`;
  }

  private enum({ name, values, proto }: DescEnum, path: string): string[] {
    const options = optionTexts(EnumOptionsSchema, proto.options, this.types);
    const lines = values.map((value, i) => this.value(value, `${path}.${PATH.enum.value}.${i}`));
    const reserved = [
      ...rangesLine(
        "reserved",
        proto.reservedRange.map(({ start, end }) => [start, end]),
        ENUM_NUMBERS_MAX,
      ),
      ...namesLine(proto.reservedName),
    ];
    return this.block(path, `enum ${name}`, options, [lines, reserved.map((line) => [line])]);
  }

  private value({ name, number, proto }: DescEnumValue, path: string): string[] {
    const texts = optionTexts(EnumValueOptionsSchema, proto.options, this.types);
    return [
      ...this.comment(path),
      `${name} = ${number}${texts.length === 0 ? "" : ` [${texts.join(", ")}]`};`,
    ];
  }

  /** What stands in braces: groups of parts, each part some lines. */
  private block(
    path: string,
    head: string,
    options: readonly string[],
    groups: readonly (readonly (readonly string[])[])[],
  ): string[] {
    const all = [options.map((option) => [`option ${option};`]), ...groups].filter(
      ({ length }) => length > 0,
    );
    if (all.length === 0) return [...this.comment(path), `${head} {}`];
    const body = all.flatMap((parts, i) => [...(i === 0 ? [] : [""]), ...spaced(parts)]);
    return [...this.comment(path), `${head} {`, ...indented(body), "}"];
  }

  private comment(path: string): string[] {
    const text = attachedText(this.comments.get(path)).trimEnd();
    return text === "" ? [] : text.split("\n").map((line) => `// ${line}`.trimEnd());
  }

  private fieldPath({ parent, proto }: DescField, messagePath: string): string {
    return `${messagePath}.${PATH.message.field}.${parent.proto.field.indexOf(proto)}`;
  }
}

function fileOf(desc: Definable) {
  return "file" in desc ? desc.file : desc.parent.file;
}

function pathOf(desc: Definable): number[] {
  switch (desc.kind) {
    case "service":
      return [PATH.file.service, desc.file.services.indexOf(desc)];
    case "rpc":
      return [...pathOf(desc.parent), PATH.service.method, desc.parent.methods.indexOf(desc)];
    case "message":
      return desc.parent === undefined
        ? [PATH.file.message, desc.file.messages.indexOf(desc)]
        : [...pathOf(desc.parent), PATH.message.message, desc.parent.nestedMessages.indexOf(desc)];
    case "field":
      return [...pathOf(desc.parent), PATH.message.field, desc.parent.proto.field.indexOf(desc.proto)];
    case "oneof":
      return [...pathOf(desc.parent), PATH.message.oneof, desc.parent.oneofs.indexOf(desc)];
    case "enum":
      return desc.parent === undefined
        ? [PATH.file.enum, desc.file.enums.indexOf(desc)]
        : [...pathOf(desc.parent), PATH.message.enum, desc.parent.nestedEnums.indexOf(desc)];
    case "enum_value":
      return [...pathOf(desc.parent), PATH.enum.value, desc.parent.values.indexOf(desc)];
  }
}

function isGroup({ proto }: DescField | DescExtension): boolean {
  return proto.type === Type.GROUP;
}

function defaultText({ type, defaultValue }: FieldDescriptorProto): string {
  // Those of bytes are escaped already.
  if (type === Type.BYTES) return `"${defaultValue}"`;
  return type === Type.STRING ? JSON.stringify(defaultValue) : defaultValue;
}

function rangesLine(word: string, ranges: readonly (readonly [number, number])[], max: number): string[] {
  if (ranges.length === 0) return [];
  const texts = ranges.map(([from, to]) =>
    from === to ? `${from}` : `${from} to ${to === max ? "max" : to}`,
  );
  return [`${word} ${texts.join(", ")};`];
}

function namesLine(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`reserved ${names.map((name) => JSON.stringify(name)).join(", ")};`];
}

/** Parts of several lines with an empty line between them. */
function spaced(parts: readonly (readonly string[])[]): string[] {
  return parts.flatMap((part, i) =>
    i > 0 && (part.length > 1 || parts[i - 1].length > 1) ? ["", ...part] : [...part],
  );
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

/** By the values of FieldDescriptorProto.Type, which are also those of ScalarType. */
const TYPE_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(Type).map(([name, number]) => [number, name.toLowerCase()]),
);
