import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import { hasCustomJsonRepresentation } from "@bufbuild/protobuf/wkt";
import { suggest } from "../../idl/text/suggest.js";
import { UsageError } from "../world.js";

/** As deep as messages may be nested in JSON (protobuf-es refuses what is deeper). */
const DEPTH_MAX = 100;

/** More names than this are no help to who has misspelt one. */
const SHOWN_NAMES_MAX = 12;

/**
 * Finds names of fields and enum values that are wrong, to say where and what may be meant: protobuf's own errors say
 * neither. What else can be wrong is left to them.
 * @throws UsageError
 */
export function checkNames(message: DescMessage, json: unknown): void {
  checkMessage(message, json, "", 0);
}

function checkMessage(message: DescMessage, json: unknown, path: string, depth: number): void {
  if (depth > DEPTH_MAX || hasCustomJsonRepresentation(message) || !isObject(json)) return;
  for (const [key, value] of Object.entries(json)) {
    // Extensions stand in brackets; whether they are known, only the registry knows.
    if (key.startsWith("[")) continue;
    const field = message.fields.find(({ name, jsonName }) => name === key || jsonName === key);
    const place = path === "" ? key : `${path}.${key}`;
    if (field === undefined) throw unknownField(message, key, place);
    checkField(field, value, place, depth + 1);
  }
}

function checkField(field: DescField, value: unknown, path: string, depth: number): void {
  const check = (element: unknown, place: string) => {
    if (field.message !== undefined) checkMessage(field.message, element, place, depth);
    if (field.enum !== undefined) checkEnum(field.enum, element, place);
  };
  if (field.fieldKind === "list") {
    if (Array.isArray(value)) for (const [i, element] of value.entries()) check(element, `${path}[${i}]`);
  } else if (field.fieldKind === "map") {
    if (isObject(value))
      for (const [key, element] of Object.entries(value)) check(element, `${path}[${JSON.stringify(key)}]`);
  } else check(value, path);
}

function checkEnum({ typeName, values }: DescEnum, value: unknown, path: string): void {
  const names = values.map(({ name }) => name);
  if (typeof value !== "string" || names.includes(value)) return;
  throw new UsageError(`\`${path}\`: \`${typeName}\` has no value \`${value}\``, meantOrListed(value, names));
}

function unknownField({ typeName, fields }: DescMessage, key: string, place: string): UsageError {
  const message = `\`${place}\`: message \`${typeName}\` has no field \`${key}\``;
  return new UsageError(
    message,
    meantOrListed(
      key,
      fields.map(({ jsonName }) => jsonName),
    ) ?? "it has none at all",
  );
}

function meantOrListed(word: string, names: readonly string[]): string | undefined {
  const meant = suggest(word, names);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  if (names.length === 0) return undefined;
  const more = names.length > SHOWN_NAMES_MAX ? `, and ${names.length - SHOWN_NAMES_MAX} more` : "";
  return `there are: ${names.slice(0, SHOWN_NAMES_MAX).join(", ")}${more}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
