import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { type Fields, setProperty } from "./field.js";

/**
 * How protobuf-es represents a message field by something else than a message: wrappers by their value, a
 * `google.protobuf.Struct` by an object as JSON has it.
 */
export interface Box {
  /** The message that a value stands for. */
  box(value: unknown): Fields;
  unbox(message: Fields): unknown;
}

/** The box of a field's values, if they need one. */
export function boxOf(field: DescField): Box | undefined {
  const { message } = field;
  if (message === undefined) return undefined;
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapper(message))
    return wrapperBox(message.typeName);
  return message.typeName === STRUCT && field.parent.typeName !== VALUE ? structBox : undefined;
}

const STRUCT = "google.protobuf.Struct";
const VALUE = "google.protobuf.Value";

const WRAPPERS = new Set(
  ["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"].map(
    (name) => `google.protobuf.${name}Value`,
  ),
);

/** The types of google/protobuf/wrappers.proto; one that only has such a name is a message like any other. */
function isWrapper({ typeName, fields: [field] }: DescMessage): boolean {
  return (
    WRAPPERS.has(typeName) && field?.fieldKind === "scalar" && field.name === "value" && field.number === 1
  );
}

function wrapperBox($typeName: string): Box {
  return {
    box: (value) => ({ $typeName, value }),
    unbox: ({ value }) => value,
  };
}

const structBox: Box = {
  box: (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Error("a google.protobuf.Struct is given as an object of JSON values");
    return structFrom(value as Fields);
  },
  unbox: jsonFromStruct,
};

function structFrom(json: Fields): Fields {
  const fields: Fields = {};
  for (const key of Object.keys(json))
    setProperty(fields, key, { $typeName: VALUE, kind: kindFrom(json[key]) });
  return { $typeName: STRUCT, fields };
}

function kindFrom(json: unknown): { case: string | undefined; value?: unknown } {
  switch (typeof json) {
    case "number":
      return { case: "numberValue", value: json };
    case "string":
      return { case: "stringValue", value: json };
    case "boolean":
      return { case: "boolValue", value: json };
    case "object":
      if (json === null) return { case: "nullValue", value: 0 };
      if (!Array.isArray(json)) return { case: "structValue", value: structFrom(json as Fields) };
      return {
        case: "listValue",
        value: {
          $typeName: "google.protobuf.ListValue",
          values: json.map((value) => ({ $typeName: VALUE, kind: kindFrom(value) })),
        },
      };
    default:
      return { case: undefined };
  }
}

function jsonFromStruct(struct: Fields): Fields {
  const fields = struct.fields as Record<string, Fields>;
  const json: Fields = {};
  for (const key of Object.keys(fields)) setProperty(json, key, jsonFromValue(fields[key]));
  return json;
}

function jsonFromValue(value: Fields): unknown {
  const kind = value.kind as { case: string | undefined; value?: unknown };
  switch (kind.case) {
    case "structValue":
      return jsonFromStruct(kind.value as Fields);
    case "listValue":
      return (kind.value as { values: Fields[] }).values.map(jsonFromValue);
    case "nullValue":
    case undefined:
      return null;
    default:
      return kind.value;
  }
}
