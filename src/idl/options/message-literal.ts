import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { spanOf } from "../describe/described.js";
import { enclosingScope, isUsable, lookUp, nameWithin } from "../link/symbols.js";
import { reportUnresolved } from "../link/unresolved.js";
import type { LiteralField, MessageLiteral, OptionValue, TokenRange } from "../syntax/syntax.js";
import { inWords } from "../text/articles.js";
import { checkAllowed, type OptionContext, report } from "./option-context.js";
import {
  extensionType,
  type FieldType,
  hasImplicitPresence,
  isDelimited,
  isMapEntry,
  isMessage,
  isPacked,
  isRepeated,
  type MessageType,
  messageOf,
  messageTypeOf,
  requiredFields,
} from "./option-schema.js";
import { encodeScalar, type Payload, type Subject, writeField, zeroOf } from "./option-values.js";

// Message literals: `{ name: "x" [my.ext] { … } }`, in the text format
// (https://protobuf.dev/reference/protobuf/textformat-spec/).

/** Which fields of a message are set, and within those that are messages again which. */
export type SetFields = Map<number, SetFields>;

/** A literal as bytes, its fields in the order of their numbers. */
interface EncodedMessage {
  readonly payload: Payload;
  readonly fields: SetFields;
}

interface FieldValues {
  readonly field: FieldType;
  readonly payloads: Payload[];
  readonly fields: SetFields;
}

/** Undefined, and reported, where the literal does not fit the type. `name` is what it is for. */
function encodeMessageLiteral(
  context: OptionContext,
  type: MessageType,
  name: string,
  literal: MessageLiteral,
): EncodedMessage | undefined {
  const values = new Map<number, FieldValues>();
  const oneofs = new Map<number, string>();
  let isRight = true;
  for (const each of literal.fields) {
    const encoded = each.name.form === "any" ? encodeAny(context, type, each, values) : encodeField(each);
    isRight = encoded && isRight;
  }
  if (!isRight || !hasRequired(context, type, values, name, literal)) return undefined;
  return {
    payload: encodeValues(type, values),
    fields: new Map([...values].map(([n, { fields }]) => [n, fields])),
  };

  function encodeField(node: LiteralField): boolean {
    if (isReserved(type, node)) return true;
    const field = fieldOf(context, type, node);
    if (field === undefined || !checkAllowed(context, field, node.name.name, node.name)) return false;
    const { number } = field.proto;
    if (!isRepeated(field)) {
      if (values.has(number)) {
        report(context, node.name, `field \`${node.name.name}\` is set twice`);
        return false;
      }
      if (!checkOneof(node, field)) return false;
    }
    const of = values.get(number) ?? { field, payloads: [], fields: new Map() };
    values.set(number, of);
    if (node.value.kind === "list") {
      if (isRepeated(field)) return node.value.values.map((each) => encodeValue(of, each)).every(Boolean);
      report(context, node.value, `\`${node.name.name}\` is not repeated and takes one value, not a list`);
      return false;
    }
    return encodeValue(of, node.value);
  }

  function encodeValue({ field, payloads, fields }: FieldValues, value: OptionValue): boolean {
    const encoded = encodeFieldValue(context, { field, name: field.proto.name, notation: "literal" }, value);
    if (encoded === undefined) return false;
    payloads.push(encoded.payload);
    for (const [number, inner] of encoded.fields) fields.set(number, inner);
    return true;
  }

  function checkOneof(node: LiteralField, field: FieldType): boolean {
    if (field.isExtension || !Object.hasOwn(field.proto, "oneofIndex")) return true;
    const { oneofIndex, name } = field.proto;
    const other = oneofs.get(oneofIndex);
    oneofs.set(oneofIndex, name);
    if (other === undefined) return true;
    const oneof = type.proto.oneofDecl[oneofIndex].name;
    report(
      context,
      node.name,
      `\`${name}\` and \`${other}\` are both of the oneof \`${oneof}\`: set one of them`,
    );
    return false;
  }
}

/** A value of a field of any type; undefined, and reported, where it does not fit. */
export function encodeFieldValue(
  context: OptionContext,
  subject: Subject,
  value: OptionValue,
): EncodedMessage | undefined {
  const { field, name, notation } = subject;
  if (!isMessage(field)) {
    const payload = encodeScalar(context, subject, value);
    return payload && { payload, fields: new Map() };
  }
  const type = messageOf(field);
  if (type === undefined) return undefined;
  if (value.kind === "message-literal") return encodeMessageLiteral(context, type, name, value);
  const [first] = type.fields.keys();
  const ways = {
    literal: [`${name} { … }`],
    compact: [`${name} = { … }`, `${name}.${first} = …`],
    statement: [`option ${name} = { … };`, `option ${name}.${first} = …;`],
  }[notation];
  const all = first === undefined ? ways.slice(0, 1) : ways;
  report(context, value, `\`${name}\` is a message`, `write ${all.map((way) => `\`${way}\``).join(", or ")}`);
  return undefined;
}

function fieldOf(context: OptionContext, type: MessageType, { name }: LiteralField): FieldType | undefined {
  if (name.form === "field") {
    const field = type.fields.get(name.name) ?? groupNamed(type, name.name);
    if (field !== undefined) return field;
    const hint = context.diagnostics.meantHint(name.name, type.fields.keys());
    report(context, name, `\`${type.fullName}\` has no field \`${name.name}\``, hint);
    return undefined;
  }
  const scope = enclosingScope(type.fullName);
  const definition = lookUp(context.file, scope, name.name, "option");
  if (definition === undefined) {
    reportUnresolved(context, spanOf(context.described, name), scope, name.name, "extension");
    return undefined;
  }
  if (definition.kind === "extension" && !isUsable(definition)) return undefined;
  if (definition.kind === "extension" && definition.descriptor.extendee === `.${type.fullName}`) {
    context.onUse(definition);
    return extensionType(definition);
  }
  report(context, name, `\`${name.name}\` is not an extension of \`${type.fullName}\``);
  return undefined;
}

/** What is written for a name that was given up is passed over, so that old literals still stand. */
function isReserved({ proto, fields }: MessageType, { name }: LiteralField): boolean {
  return name.form === "field" && !fields.has(name.name) && proto.reservedName.includes(name.name);
}

/** A group is named by its type, which is declared with it, not by its field. */
function groupNamed(type: MessageType, name: string): FieldType | undefined {
  const field = type.fields.get(name.toLowerCase());
  if (field === undefined || !isMessage(field) || !isDelimited(field)) return undefined;
  return field.proto.typeName === `.${nameWithin(type.fullName, name)}` ? field : undefined;
}

/** `[type.googleapis.com/pkg.Message] { … }` in a `google.protobuf.Any`: the prefixes that stand for the file's types. */
const TYPE_URL_PREFIXES = ["type.googleapis.com/", "type.googleprod.com/"];

function encodeAny(
  context: OptionContext,
  type: MessageType,
  { name, value }: LiteralField,
  values: Map<number, FieldValues>,
): boolean {
  const typeUrl = type.fields.get("type_url");
  const bytes = type.fields.get("value");
  if (type.fullName !== "google.protobuf.Any" || typeUrl === undefined || bytes === undefined) {
    report(context, name, `\`${type.fullName}\` is not \`google.protobuf.Any\` and holds no type URL`);
    return false;
  }
  if (values.size > 0) {
    report(context, name, "an `Any` holds one message");
    return false;
  }
  const slash = name.name.lastIndexOf("/");
  if (!TYPE_URL_PREFIXES.includes(name.name.slice(0, slash + 1))) {
    const prefixes = TYPE_URL_PREFIXES.map((prefix) => `\`${prefix}\``).join(" or ");
    report(context, name, `the type URL must start with ${prefixes}`);
    return false;
  }
  const typeName = name.name.slice(slash + 1);
  const definition = lookUp(context.file, "", typeName);
  if (definition?.kind !== "message") {
    reportUnresolved(context, spanOf(context.described, name), "", typeName, "message");
    return false;
  }
  context.onUse(definition);
  if (value.kind !== "message-literal") {
    report(context, value, `\`${name.name}\` is a message`, `write \`[${name.name}] { … }\``);
    return false;
  }
  const within = { ...context, isWithinAny: true };
  const encoded = encodeMessageLiteral(within, messageTypeOf(definition), typeName, value);
  if (encoded === undefined) return false;
  const url = new TextEncoder().encode(name.name);
  values.set(1, { field: typeUrl, payloads: [url], fields: new Map() });
  values.set(2, { field: bytes, payloads: [encoded.payload], fields: new Map() });
  return true;
}

/** Whether all required fields of a message are set; tells of those that are not. `name` is what the message is for. */
export function hasRequired(
  context: OptionContext,
  type: MessageType,
  set: ReadonlyMap<number, unknown>,
  name: string,
  at: TokenRange,
): boolean {
  const missing = requiredFields(type).filter(({ proto }) => !set.has(proto.number));
  if (missing.length === 0) return true;
  const fields = inWords(missing.map(({ proto }) => `\`${proto.name}\``));
  report(context, at, `\`${name}\` lacks the required field${missing.length > 1 ? "s" : ""} ${fields}`);
  return false;
}

function encodeValues(type: MessageType, values: ReadonlyMap<number, FieldValues>): Payload {
  if (isMapEntry(type)) return encodeMapEntry(type, values);
  const writer = new BinaryWriter();
  const isMessageSet = type.proto.options?.messageSetWireFormat === true;
  for (const { field, payloads } of [...values.values()].sort(
    (a, b) => a.field.proto.number - b.field.proto.number,
  )) {
    if (payloads.length === 0) continue;
    if (isPacked(field)) {
      writer.tag(field.proto.number, WireType.LengthDelimited).fork();
      for (const payload of payloads) writer.raw(payload);
      writer.join();
      continue;
    }
    for (const payload of payloads) {
      if (isMessageSet && field.isExtension) writeMessageSetItem(writer, field, payload);
      else if (!(hasImplicitPresence(field) && isZero(field, payload))) writeField(writer, field, payload);
    }
  }
  return writer.finish();
}

/** An entry of a map always has both key and value. */
function encodeMapEntry(type: MessageType, values: ReadonlyMap<number, FieldValues>): Payload {
  const writer = new BinaryWriter();
  for (const field of type.fields.values())
    writeField(writer, field, values.get(field.proto.number)?.payloads[0] ?? zeroOf(field));
  return writer.finish();
}

/** A message set holds each extension as a group 1 of a type id, 2, and a message, 3. */
function writeMessageSetItem(writer: BinaryWriter, field: FieldType, payload: Payload): void {
  writer.tag(1, WireType.StartGroup);
  writer.tag(2, WireType.Varint).uint32(field.proto.number);
  writer.tag(3, WireType.LengthDelimited).bytes(payload);
  writer.tag(1, WireType.EndGroup);
}

function isZero(field: FieldType, payload: Payload): boolean {
  const zero = zeroOf(field);
  return payload.length === zero.length && payload.every((byte) => byte === 0);
}
