import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { type Fields, setProperty } from "./field.js";
import { wrongValue } from "./scalar-encoder.js";

/**
 * How protobuf-es represents a message field by something else than a message: wrappers by their value, a
 * `google.protobuf.Struct` by an object as JSON has it.
 */
interface Box {
  /** The message that a value of a field stands for. @throws where it is none */
  box(value: unknown, field: DescField): Fields;
  /** The message that further bytes are read into where the field has a value already. */
  begin(begun: unknown): Fields | undefined;
  /** The value that a message stands for, which was read where the field had the value `begun`, if any. */
  unbox(message: Fields, begun?: unknown): unknown;
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
    begin: (value) => ({ $typeName, value }),
    unbox: ({ value }) => value,
  };
}

const structBox: Box = {
  box: (value, field) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      wrongValue(field, "an object of JSON values", value);
    return structFrom(value as Fields);
  },
  // Only entries are read, each in place of one with its key, so that what is there need not be converted again.
  begin: () => undefined,
  unbox: (struct, begun = {}) => addEntries(struct, begun as Fields),
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

function addEntries(struct: Fields, json: Fields): Fields {
  const fields = struct.fields as Record<string, Fields>;
  for (const key of Object.keys(fields)) setProperty(json, key, jsonFromValue(fields[key]));
  return json;
}

function jsonFromValue(value: Fields): unknown {
  const kind = value.kind as { case: string | undefined; value?: unknown };
  switch (kind.case) {
    case "structValue":
      return addEntries(kind.value as Fields, {});
    case "listValue":
      return (kind.value as { values: Fields[] }).values.map(jsonFromValue);
    case "nullValue":
    case undefined:
      return null;
    default:
      return kind.value;
  }
}
