import {
  clearExtension,
  clearField,
  create,
  type DescExtension,
  type DescField,
  type DescMessage,
  getExtension,
  isFieldSet,
  isMessage,
  type Message,
  type Registry,
  setExtension,
} from "@bufbuild/protobuf";
import {
  FieldOptions_OptionRetention,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";

/**
 * The file without the options that are for the source only (`retention = RETENTION_SOURCE`), and without the places
 * where these were written, as protoc gives it to plugins and into descriptor sets. What is left of custom options is
 * in order: one record for each that is not repeated or is packed, by number. `registry` has the extensions that they are.
 *
 * The file itself is not changed.
 */
export function withoutSourceRetention(file: FileDescriptorProto, registry: Registry): FileDescriptorProto {
  const stripping: Stripping = { registry, path: [], stripped: new Set() };
  const kept = strippedMessage(file, FileDescriptorProtoSchema, stripping) as FileDescriptorProto;
  if (stripping.stripped.size > 0 && file.sourceCodeInfo !== undefined) {
    const location = file.sourceCodeInfo.location.filter(({ path }) => !isWithin(path, stripping.stripped));
    kept.sourceCodeInfo = create(SourceCodeInfoSchema, { location });
  }
  return kept;
}

interface Stripping {
  /** Knows the extensions that custom options are. */
  readonly registry: Registry;
  /** From the file's descriptor to the message at hand, as in `SourceCodeInfo.Location.path`. */
  readonly path: number[];
  /** The paths of what was left out, the numbers joined with commas. */
  readonly stripped: Set<string>;
}

/** `message` itself if there is nothing to leave out or to put in order, else a copy. */
function strippedMessage(message: Message, desc: DescMessage, stripping: Stripping): Message {
  let copy: Message | undefined;
  for (const field of desc.fields) {
    if (field.message === SourceCodeInfoSchema || !isFieldSet(message, field)) continue;
    stripping.path.push(field.number);
    if (isSourceOnly(field)) {
      stripping.stripped.add(stripping.path.join());
      clearField((copy ??= copyOf(message)), field);
    } else if (messageOf(field) !== undefined) {
      const value = fieldValue(message, field);
      const kept = strippedValue(value, field, stripping);
      if (kept !== value) {
        copy ??= copyOf(message);
        if (isEmptyOptions(kept, field)) {
          stripping.stripped.add(stripping.path.join());
          clearField(copy, field);
        } else {
          setFieldValue(copy, field, kept);
        }
      }
    }
    stripping.path.pop();
  }
  if (message.$unknown === undefined) return copy ?? message;
  return withStrippedExtensions(copy ?? copyOf(message), desc, stripping);
}

/** `message` is changed in place. */
function withStrippedExtensions(message: Message, desc: DescMessage, stripping: Stripping): Message {
  for (const number of new Set(message.$unknown?.map(({ no }) => no))) {
    const extension = stripping.registry.getExtensionFor(desc, number);
    stripping.path.push(number);
    if (extension !== undefined && isSourceOnly(extension)) {
      stripping.stripped.add(stripping.path.join());
      clearExtension(message, extension);
    } else if (extension?.message !== undefined) {
      setExtension(message, extension, strippedValue(getExtension(message, extension), extension, stripping));
    } else if (extension?.fieldKind === "list") {
      setExtension(message, extension, getExtension(message, extension));
    }
    stripping.path.pop();
  }
  const records = message.$unknown?.toSorted((a, b) => a.no - b.no) ?? [];
  if (records.length > 0) message.$unknown = records;
  else delete message.$unknown;
  return message;
}

/** Options that had nothing else are gone altogether. */
function isEmptyOptions(value: unknown, { fieldKind, message: desc }: DescField): boolean {
  if (fieldKind !== "message" || !/^google\.protobuf\.\w+Options$/.test(desc.typeName)) return false;
  const options = value as Message;
  return options.$unknown === undefined && !desc.fields.some((field) => isFieldSet(options, field));
}

/** What a field holds whose type is a message: one, a list of them, or a map to them. */
function strippedValue(value: unknown, field: DescField | DescExtension, stripping: Stripping): unknown {
  const desc = messageOf(field)!;
  // A wrapper or a Struct can be held as a plain value.
  const strip = (item: unknown) => (isMessage(item) ? strippedMessage(item, desc, stripping) : item);
  if (field.fieldKind === "message") return strip(value);
  let isSame = true;
  const kept = Object.entries(value as object).map(([key, item], index): [string, unknown] => {
    stripping.path.push(index);
    const keptItem = strip(item);
    stripping.path.pop();
    isSame &&= keptItem === item;
    return [key, keptItem];
  });
  if (isSame) return value;
  return field.fieldKind === "list" ? kept.map(([, item]) => item) : Object.fromEntries(kept);
}

function messageOf(field: DescField | DescExtension): DescMessage | undefined {
  return field.fieldKind === "scalar" || field.fieldKind === "enum" ? undefined : field.message;
}

function isSourceOnly({ proto }: DescField | DescExtension): boolean {
  return proto.options?.retention === FieldOptions_OptionRetention.RETENTION_SOURCE;
}

function isWithin(path: readonly number[], prefixes: ReadonlySet<string>): boolean {
  return path.some((_, index) => prefixes.has(path.slice(0, index + 1).join()));
}

// A message's fields are properties; those of a oneof share one.

interface Case {
  readonly case?: string;
  readonly value?: unknown;
}

function fieldValue(message: Message, field: DescField): unknown {
  const properties = message as unknown as Record<string, unknown>;
  if (field.oneof === undefined) return properties[field.localName];
  return (properties[field.oneof.localName] as Case).value;
}

function setFieldValue(message: Message, field: DescField, value: unknown): void {
  const properties = message as unknown as Record<string, unknown>;
  if (field.oneof === undefined) properties[field.localName] = value;
  else properties[field.oneof.localName] = { case: field.localName, value };
}

/** The prototype holds the default values. */
function copyOf(message: Message): Message {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message);
}
