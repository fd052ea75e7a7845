import type {
  DescExtension,
  DescField,
  DescMessage,
  DescOneof,
  Registry,
  UnknownField,
} from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FeatureSet_FieldPresence, FieldOptions_OptionRetention } from "@bufbuild/protobuf/wkt";

// Custom options are fields that messages of options do not know. They are worked on as bytes: what was written, text
// that is not UTF-8 say, or a message without a field that is required, stays as it is.

/** A message that things are taken out of. */
export interface Stripping {
  /** Knows the extensions that custom options are. */
  readonly registry: Registry;
  /** From the file's descriptor to the message at hand, as in `SourceCodeInfo.Location.path`. */
  readonly path: number[];
  /** The paths of what was left out, the numbers joined with commas. */
  readonly stripped: Set<string>;
  /** Whether the message is within a group: of these protoc takes nothing out. */
  readonly isInGroup?: boolean;
}

type Field = DescField | DescExtension;

export function isSourceOnly({ proto }: Field): boolean {
  return proto.options?.retention === FieldOptions_OptionRetention.RETENTION_SOURCE;
}

/** Whether this is one of the messages whose extensions are options: without fields they are left out themselves. */
export function isOptions({ typeName }: DescMessage): boolean {
  return /^google\.protobuf\.\w+Options$/.test(typeName);
}

/**
 * The fields of a message of type `desc` without those that are for the source only, in order: one record for each field
 * that is not repeated or is packed, by number.
 */
export function retainedRecords(
  records: readonly UnknownField[],
  desc: DescMessage,
  stripping: Stripping,
): UnknownField[] {
  if (!desc.proto.options?.messageSetWireFormat) return retainedFields(records, desc, stripping);
  return retainedFields(records.map(fieldOfItem), desc, stripping).map(itemOf);
}

function retainedFields(
  records: readonly UnknownField[],
  desc: DescMessage,
  stripping: Stripping,
): UnknownField[] {
  const { path, registry, stripped, isInGroup } = stripping;
  const kept: UnknownField[] = [];
  for (const [number, ofField] of byNumber(records, desc)) {
    const field = fieldsOf(desc).get(number) ?? registry.getExtensionFor(desc, number);
    path.push(number);
    if (field === undefined) kept.push(...ofField);
    else if (isSourceOnly(field) && !isInGroup) stripped.add(path.join());
    else kept.push(...retainedValues(ofField, field, stripping));
    path.pop();
  }
  return kept;
}

/** In the order of numbers. Of the fields of a oneof only the last one is set. */
function byNumber(records: readonly UnknownField[], desc: DescMessage): [number, UnknownField[]][] {
  const found = new Map<number, UnknownField[]>();
  const set = new Map<DescOneof, number>();
  for (const record of records) {
    const oneof = fieldsOf(desc).get(record.no)?.oneof;
    if (oneof !== undefined) {
      const before = set.get(oneof);
      if (before !== undefined && before !== record.no) found.delete(before);
      set.set(oneof, record.no);
    }
    const others = found.get(record.no);
    if (others === undefined) found.set(record.no, [record]);
    else others.push(record);
  }
  return [...found].sort(([a], [b]) => a - b);
}

function retainedValues(records: UnknownField[], field: Field, stripping: Stripping): UnknownField[] {
  switch (field.fieldKind) {
    case "message": {
      const kept = retainedMessage(records, field.message, stripping);
      if (!isOptions(field.message) || hasFields(kept) || !records.some(hasFields)) return [kept];
      stripping.stripped.add(stripping.path.join());
      return [];
    }
    case "map":
      return records.map((record, index) => {
        const { message } = field;
        return message === undefined
          ? record
          : within(index, () => retainedEntry(record, message, stripping), stripping);
      });
    case "list":
      if (field.listKind === "message")
        return records.map((record, index) =>
          within(index, () => retainedMessage([record], field.message, stripping), stripping),
        );
      return field.packed ? [packed(records)] : records;
    default: {
      const last = records[records.length - 1];
      return field.presence === FeatureSet_FieldPresence.IMPLICIT && isZero(last) ? [] : [last];
    }
  }
}

function within<T>(index: number, action: () => T, { path }: Stripping): T {
  path.push(index);
  const result = action();
  path.pop();
  return result;
}

/** Several records of one message are parts of it. */
function retainedMessage(
  records: readonly UnknownField[],
  desc: DescMessage,
  stripping: Stripping,
): UnknownField {
  const [first] = records;
  const isGroup = first.wireType === WireType.StartGroup;
  const within = isGroup && !stripping.isInGroup ? { ...stripping, isInGroup: true } : stripping;
  return withFields(first, retainedRecords(records.flatMap(fieldsIn), desc, within));
}

/** An entry of a map, whose values are messages. */
function retainedEntry(record: UnknownField, desc: DescMessage, stripping: Stripping): UnknownField {
  const fields = fieldsIn(record);
  const value = fields.filter(({ no }) => no === 2);
  const key = fields.filter(({ no }) => no === 1).slice(-1);
  return withFields(record, value.length === 0 ? key : [...key, retainedMessage(value, desc, stripping)]);
}

const fieldsOfMessage = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsOf(desc: DescMessage): ReadonlyMap<number, DescField> {
  let fields = fieldsOfMessage.get(desc);
  if (fields === undefined) {
    fields = new Map(desc.fields.map((field) => [field.number, field]));
    fieldsOfMessage.set(desc, fields);
  }
  return fields;
}

// A message set holds each extension as a group 1 of a type id, 2, and a message, 3.

function fieldOfItem(item: UnknownField): UnknownField {
  const [typeId, message] = fieldsIn(item);
  return { ...message, no: new BinaryReader(typeId.data).uint32() };
}

function itemOf(field: UnknownField): UnknownField {
  const typeId = new BinaryWriter().uint32(field.no).finish();
  const fields = [
    { no: 2, wireType: WireType.Varint, data: typeId },
    { ...field, no: 3 },
  ];
  return withFields({ no: 1, wireType: WireType.StartGroup, data: field.data }, fields);
}

// The wire format. The data of a record has its length in front, or the end of the group behind.

/** Groups are read so deep: deeper than the names and values of options can go. */
const GROUP_DEPTH_MAX = 1_000;

/** The fields of a message or a group. */
function fieldsIn({ no, wireType, data }: UnknownField): UnknownField[] {
  const reader = new BinaryReader(wireType === WireType.StartGroup ? data : payloadOf(data));
  const end = wireType === WireType.StartGroup ? data.length - endOfGroup(no).length : reader.len;
  const fields: UnknownField[] = [];
  while (reader.pos < end) {
    const [number, type] = reader.tag();
    fields.push({ no: number, wireType: type, data: reader.skip(type, number, GROUP_DEPTH_MAX) });
  }
  return fields;
}

function hasFields(record: UnknownField): boolean {
  return fieldsIn(record).length > 0;
}

/** A record of the same kind with other fields. */
function withFields({ no, wireType }: UnknownField, fields: readonly UnknownField[]): UnknownField {
  const writer = new BinaryWriter();
  const isGroup = wireType === WireType.StartGroup;
  if (!isGroup) writer.fork();
  for (const field of fields) writer.tag(field.no, field.wireType).raw(field.data);
  if (isGroup) writer.raw(endOfGroup(no));
  else writer.join();
  return { no, wireType, data: writer.finish() };
}

/** All values in one record. */
function packed(records: readonly UnknownField[]): UnknownField {
  const writer = new BinaryWriter().fork();
  for (const { wireType, data } of records)
    writer.raw(wireType === WireType.LengthDelimited ? payloadOf(data) : data);
  return { no: records[0].no, wireType: WireType.LengthDelimited, data: writer.join().finish() };
}

function endOfGroup(number: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.EndGroup).finish();
}

function payloadOf(data: Uint8Array): Uint8Array {
  return new BinaryReader(data).bytes();
}

/** Whether a scalar is 0, false or empty. */
function isZero({ data }: UnknownField): boolean {
  return data.every((byte) => byte === 0);
}
