import {
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescMessage,
  getExtension,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";

/** Options as a `.proto` file writes them: `deprecated = true`, `(redoubt.delivery) = EXACTLY_ONCE`. */
export function optionTexts(schema: DescMessage, options: Message | undefined, types: Registry): string[] {
  if (options === undefined) return [];
  const message = reflect(schema, options);
  const texts: string[] = [];
  for (const field of message.sortedFields)
    if (message.isSet(field) && !INTERNAL.has(field.name))
      for (const value of valuesOf(field, message.get(field))) texts.push(`${field.name} = ${value}`);
  const numbers = new Set(message.getUnknown()?.map(({ no }) => no));
  for (const number of numbers) {
    const extension = types.getExtensionFor(schema, number);
    if (extension === undefined) continue;
    for (const value of valuesOf(extension, extensionValue(options, extension)))
      texts.push(`(${extension.typeName}) = ${value}`);
  }
  return texts;
}

/** What compilers note for themselves. */
const INTERNAL: ReadonlySet<string> = new Set(["map_entry", "uninterpreted_option"]);

function extensionValue(options: Message, extension: DescExtension): unknown {
  const value: unknown = getExtension(options, extension);
  return extension.fieldKind === "message" ? reflect(extension.message, value as Message) : value;
}

/** Each element of a list is an option of its own. */
function valuesOf(field: DescField | DescExtension, value: unknown): string[] {
  if (field.fieldKind !== "list") return [valueText(field, value)];
  return Array.from(value as Iterable<unknown>, (element) => valueText(field, element));
}

function valueText({ enum: enumType, message }: DescField | DescExtension, value: unknown): string {
  if (enumType !== undefined) return enumText(enumType, Number(value));
  if (message !== undefined)
    return messageText(isReflected(value) ? value : reflect(message, value as Message));
  if (typeof value === "string") return JSON.stringify(value);
  return value instanceof Uint8Array ? bytesText(value) : String(value);
}

function enumText({ value }: DescEnum, number: number): string {
  return value[number]?.name ?? String(number);
}

/** The text format, on one line. */
function messageText(message: ReflectMessage): string {
  const fields = message.sortedFields.filter((field) => message.isSet(field));
  const texts = fields.flatMap((field) =>
    valuesOf(field, message.get(field)).map((value) => `${field.name}: ${value}`),
  );
  return texts.length === 0 ? "{}" : `{ ${texts.join(", ")} }`;
}

function bytesText(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, "0")}`,
  ).join("");
  return `"${text}"`;
}

function isReflected(value: unknown): value is ReflectMessage {
  return value instanceof Object && "desc" in value;
}
