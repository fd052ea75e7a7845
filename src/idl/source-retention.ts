import {
  clearField,
  create,
  type DescField,
  type DescMessage,
  isFieldSet,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import { isOptions, isSourceOnly, retainedRecords, type Stripping } from "./retained-records.js";

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

/** `message` itself if there is nothing to leave out or to put in order, else a copy. */
function strippedMessage(message: Message, desc: DescMessage, stripping: Stripping): Message {
  let copy: Message | undefined;
  for (const field of desc.fields) {
    if (field.message === SourceCodeInfoSchema || !isFieldSet(message, field)) continue;
    stripping.path.push(field.number);
    if (isSourceOnly(field)) {
      stripping.stripped.add(stripping.path.join());
      clearField((copy ??= copyOf(message)), field);
    } else if (field.message !== undefined) {
      const value = (message as unknown as Properties)[field.localName];
      const kept = strippedValue(value, field.message, stripping);
      if (kept !== value) {
        copy ??= copyOf(message);
        if (isEmptyOptions(kept, field)) {
          stripping.stripped.add(stripping.path.join());
          clearField(copy, field);
        } else {
          (copy as unknown as Properties)[field.localName] = kept;
        }
      }
    }
    stripping.path.pop();
  }
  if (message.$unknown === undefined) return copy ?? message;
  copy ??= copyOf(message);
  const records = retainedRecords(message.$unknown, desc, stripping);
  if (records.length > 0) copy.$unknown = records;
  else delete copy.$unknown;
  return copy;
}

/** Of descriptors: their fields are in no oneof. */
type Properties = Record<string, unknown>;

/** A message, or a list of them. */
function strippedValue(value: unknown, desc: DescMessage, stripping: Stripping): unknown {
  if (!Array.isArray(value)) return strippedMessage(value as Message, desc, stripping);
  let isSame = true;
  const kept = value.map((item: Message, index) => {
    stripping.path.push(index);
    const keptItem = strippedMessage(item, desc, stripping);
    stripping.path.pop();
    isSame &&= keptItem === item;
    return keptItem;
  });
  return isSame ? value : kept;
}

/** Options that had nothing else are gone altogether. */
function isEmptyOptions(value: unknown, { fieldKind, message: desc }: DescField): boolean {
  if (fieldKind !== "message" || !isOptions(desc)) return false;
  const options = value as Message;
  return options.$unknown === undefined && !desc.fields.some((field) => isFieldSet(options, field));
}

function isWithin(path: readonly number[], prefixes: ReadonlySet<string>): boolean {
  return path.some((_, index) => prefixes.has(path.slice(0, index + 1).join()));
}

/** The prototype holds the default values. */
function copyOf(message: Message): Message {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message);
}
