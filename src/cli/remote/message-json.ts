import {
  create,
  createFileRegistry,
  createRegistry,
  type DescMessage,
  fromJson,
  type JsonValue,
  type Message,
  type Registry,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import {
  type Any,
  anyUnpack,
  BytesValueSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { CommandError, ExitCode, UsageError } from "../world.js";
import type { Interface } from "./interface.js";
import { checkNames } from "./json-input.js";

/** Between messages and protobuf's JSON. The types that an `Any` names are looked up when they are met. */
export class MessageJson {
  private readonly known: Interface;
  private readonly emitDefaults: boolean;
  private registry: Registry;

  /** `types` need not be looked up. With `emitDefaults`, fields that have no value are written as well. */
  constructor(
    known: Interface,
    options: { readonly types?: Registry; readonly emitDefaults?: boolean } = {},
  ) {
    this.known = known;
    this.registry = options.types === undefined ? WELL_KNOWN : createRegistry(WELL_KNOWN, options.types);
    this.emitDefaults = options.emitDefaults ?? false;
  }

  /** @throws UsageError where the JSON is no such message */
  async read(schema: DescMessage, json: unknown): Promise<Message> {
    await this.meet(schema.typeName);
    await this.meetTypesNamedIn(json);
    checkNames(schema, json);
    try {
      return fromJson(schema, json as JsonValue, { registry: this.registry });
    } catch (error) {
      throw new UsageError(messageOf(error));
    }
  }

  /**
   * An `Any` of a type that nobody knows becomes `{ "@type": …, "value": … }` with its bytes as base64; that changes the
   * message.
   * @throws CommandError where the message has no JSON form
   */
  async write(schema: DescMessage, message: Message): Promise<JsonValue> {
    await this.meet(schema.typeName);
    try {
      await this.meetTypesIn(reflect(schema, message));
      const options = { registry: this.registry, alwaysEmitImplicit: this.emitDefaults };
      return typesFirst(toJson(schema, message, options));
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(ExitCode.FAILED, `the answer has no form in JSON: ${messageOf(error)}`);
    }
  }

  /** Whether the type is known. */
  private async meet(name: string): Promise<boolean> {
    if (this.registry.getMessage(name) !== undefined) return true;
    const found = await this.known.registryWith(name);
    if (found !== undefined) this.registry = createRegistry(this.registry, found);
    return found !== undefined;
  }

  private async meetTypesNamedIn(json: unknown): Promise<void> {
    if (typeof json !== "object" || json === null) return;
    for (const [key, value] of Object.entries(json)) {
      if (key === "@type" && typeof value === "string") await this.meet(typeNameOf(value));
      else await this.meetTypesNamedIn(value);
    }
  }

  /** Whether that has changed something. */
  private async meetTypesIn(message: ReflectMessage): Promise<boolean> {
    if (message.desc.typeName === "google.protobuf.Any") return this.meetTypeOf(message.message as Any);
    let isChanged = false;
    for (const field of message.fields) {
      if (field.message === undefined || !message.isSet(field)) continue;
      for (const element of elementsOf(message.get(field)))
        if (await this.meetTypesIn(element)) isChanged = true;
    }
    return isChanged;
  }

  private async meetTypeOf(any: Any): Promise<boolean> {
    if (any.typeUrl === "") return false;
    const name = typeNameOf(any.typeUrl);
    if (!(await this.meet(name))) this.registry = createRegistry(this.registry, standIn(name));
    const type = this.registry.getMessage(name)!;
    if (type.file.proto.name === STAND_IN_FILE) {
      any.value = toBinary(BytesValueSchema, create(BytesValueSchema, { value: any.value }));
      return true;
    }
    const content = anyUnpack(any, type)!;
    const isChanged = await this.meetTypesIn(reflect(type, content));
    if (isChanged) any.value = toBinary(type, content);
    return isChanged;
  }
}

function elementsOf(value: unknown): Iterable<ReflectMessage> {
  if (isReflectMessage(value)) return [value];
  return value instanceof Object && "values" in value
    ? (value as ReadonlyMap<unknown, ReflectMessage>).values()
    : [];
}

function isReflectMessage(value: unknown): value is ReflectMessage {
  return value instanceof Object && "desc" in value && "message" in value;
}

/** `@type` in front of what it is the type of. */
function typesFirst(json: JsonValue): JsonValue {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(typesFirst);
  const { "@type": type, ...others } = json;
  const entries = Object.entries(others).map(([key, value]) => [key, typesFirst(value)] as const);
  return Object.fromEntries(type === undefined ? entries : [["@type", type], ...entries]);
}

/** Those that have a form of their own in JSON, and other types that everybody knows. */
const WELL_KNOWN = createRegistry(
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
);

/** No file has this name, since a name does not begin with a slash. */
const STAND_IN_FILE = "/unknown";

/** A message of that name, with one field of bytes: as `google.protobuf.BytesValue`, without its own form in JSON. */
function standIn(name: string): DescMessage {
  const value = {
    name: "value",
    jsonName: "value",
    number: 1,
    label: FieldDescriptorProto_Label.OPTIONAL,
    type: FieldDescriptorProto_Type.BYTES,
  };
  const file = create(FileDescriptorProtoSchema, {
    name: STAND_IN_FILE,
    syntax: "proto3",
    messageType: [{ name, field: [value] }],
  });
  return createFileRegistry(file, () => undefined).getMessage(name)!;
}

function typeNameOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
