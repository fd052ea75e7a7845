import { type DescMessage, isMessage, type Message } from "@bufbuild/protobuf";
import { FIELD_NUMBER_MAX } from "./wire.test.util.js";

// The oracle lets protobuf-es read fields under another number, and map entries under another key, than they have.
// Here what came of them gets its own number, wire type and key back.

/** In place of the map key `__proto__`, which protobuf-es would set as the map's prototype, or lose. */
export const PROTO_KEY_ALIAS = "\0 __proto__ \0";

/** A number that no message has that can be in a message of this type. */
export function aliasOf(schema: DescMessage): number {
  const known = aliases.get(schema);
  if (known !== undefined) return known;
  const messages = new Set([schema]);
  for (const { fields } of messages) {
    for (const { message } of fields) if (message !== undefined) messages.add(message);
  }
  const taken = new Set([...messages].flatMap(({ fields }) => fields.map(({ number }) => number)));
  let alias = FIELD_NUMBER_MAX;
  while (taken.has(alias)) alias--;
  aliases.set(schema, alias);
  return alias;
}

const aliases = new WeakMap<DescMessage, number>();

/**
 * Changes `message` in place: each entry of `$unknown` is of the number `alias`, and holds a tag with what belongs to it.
 */
export function restore(schema: DescMessage, message: Message, alias: number): Message {
  if (message.$unknown !== undefined) message.$unknown = message.$unknown.map(({ data }) => inner(data));
  const owner = message as unknown as Record<string, unknown>;
  for (const field of schema.fields) {
    const oneof = field.oneof && (owner[field.oneof.localName] as { case?: string; value?: unknown });
    const value = oneof === undefined ? owner[field.localName] : oneof.value;
    if (oneof !== undefined && oneof.case !== field.localName) continue;
    const isJson = field.message?.typeName === "google.protobuf.Struct" && schema.typeName !== VALUE;
    const part = (value: unknown): unknown => {
      if (isJson) return restoreJson(value);
      if (field.message !== undefined && isMessage(value)) restore(field.message, value, alias);
      return value;
    };
    if (field.fieldKind === "list") owner[field.localName] = (value as unknown[]).map(part);
    else if (field.fieldKind === "map") owner[field.localName] = restoreKeys(value as object, part);
    else if (value !== undefined && oneof !== undefined) oneof.value = part(value);
    else if (value !== undefined && isJson) owner[field.localName] = part(value);
    else part(value);
  }
  return message;
}

const VALUE = "google.protobuf.Value";

/** The number and wire type are of one varint, as the oracle wrote them. */
function inner(entry: Uint8Array): { no: number; wireType: number; data: Uint8Array } {
  const [, lengthBytes] = varintAt(entry, 0);
  const [tag, tagBytes] = varintAt(entry, lengthBytes);
  const data = entry.slice(lengthBytes + tagBytes);
  return { no: Math.floor(tag / 8), wireType: tag % 8, data };
}

function varintAt(bytes: Uint8Array, position: number): [value: number, count: number] {
  let [value, count] = [0, 0];
  do value += (bytes[position + count] & 0x7f) * 2 ** (7 * count);
  while (bytes[position + count++] >= 0x80);
  return [value, count];
}

function restoreJson(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(restoreJson);
  return typeof json === "object" && json !== null ? restoreKeys(json, restoreJson) : json;
}

function restoreKeys(map: object, part: (value: unknown) => unknown): object {
  const restored = {};
  for (const [key, value] of Object.entries(map)) {
    Object.defineProperty(restored, key === PROTO_KEY_ALIAS ? "__proto__" : key, {
      value: part(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return restored;
}
