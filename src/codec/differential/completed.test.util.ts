import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";

type Members = Record<string, unknown>;

/**
 * A message with what `create` would have made of its parts: messages of init shapes, and bytes of arrays. Only the
 * codec takes such parts within messages.
 */
export function completed(desc: DescMessage, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { $typeName } = value as Members;
  if ($typeName !== undefined && $typeName !== desc.typeName) return value;
  const message = ($typeName === undefined ? create(desc, value as Message) : shallowCopy(value)) as Members;
  for (const member of desc.members) {
    const given = message[member.localName];
    if (given === undefined || !Object.hasOwn(message, member.localName)) continue;
    if (member.kind === "field") message[member.localName] = completedField(member, given);
    else {
      const { case: chosen, value } = Object(given) as Members;
      const field = member.fields.find(({ localName }) => localName === chosen);
      if (field !== undefined)
        message[member.localName] = { case: chosen, value: completedValue(field, value) };
    }
  }
  return message;
}

function completedField(field: DescField, value: unknown): unknown {
  if (field.fieldKind === "list") {
    return Array.isArray(value) ? value.map((item) => completedValue(field, item)) : value;
  }
  if (field.fieldKind !== "map" || typeof value !== "object" || value === null)
    return completedValue(field, value);
  const copy = shallowCopy(value) as Members;
  for (const key of Object.keys(copy)) copy[key] = completedValue(field, copy[key]);
  return copy;
}

function completedValue(field: DescField, value: unknown): unknown {
  const { message } = field;
  if (message === undefined) {
    return field.scalar === ScalarType.BYTES && Array.isArray(value) ? new Uint8Array(value) : value;
  }
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(message)) {
    return completedValue(message.fields[0], value);
  }
  const isJson =
    message.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value";
  return isJson ? value : completed(message, value);
}

function shallowCopy(value: object): object {
  return Object.assign(Object.create(Object.getPrototypeOf(value) as object | null), value) as object;
}
