import { type FieldDescriptorProto, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { escapeBytes, isUtf8 } from "../syntax/string-literal.js";
import type { OptionValue, StringValue } from "../syntax/syntax.js";
import { scalarText } from "../text/articles.js";
import type { Description } from "./description.js";
import { doubleText, floatText } from "./float-text.js";
import { INTEGERS } from "./integers.js";

/**
 * The default of a field as descriptors write it; undefined, and told, where it does not fit the type. Where that is not
 * known yet, it is what was written: the name of an enum value, if all is well.
 */
export function defaultValue(
  description: Description,
  { type, typeName }: FieldDescriptorProto,
  value: OptionValue,
): string | undefined {
  if (typeName !== "") return description.textOf(value);
  const wrong = (wanted: string) => wrongKind(description, type, value, wanted);
  switch (type) {
    case Type.FLOAT:
    case Type.DOUBLE: {
      const number = numberOf(value);
      if (number === undefined)
        return wrong(value.kind === "string" ? "a number" : "a number, `inf` or `nan`");
      return type === Type.FLOAT ? floatText(number) : doubleText(number);
    }
    case Type.BOOL: {
      const isBool = value.kind === "identifier" && (value.text === "true" || value.text === "false");
      return isBool ? value.text : wrong("`true` or `false`");
    }
    case Type.STRING:
      return value.kind === "string" ? stringText(description, value) : wrong("a string");
    case Type.BYTES:
      return value.kind === "string" ? escapeBytes(value.bytes) : wrong("a string");
    default:
      return integerText(description, type, value);
  }
}

/** protoc keeps bytes that are no characters; our descriptors hold strings. */
function stringText(description: Description, value: StringValue): string {
  const { bytes, text } = value;
  if (text.includes("\ufffd") && !isUtf8(bytes)) {
    const message = "the default is not UTF-8: U+FFFD stands for what is no character of it";
    description.warn(value, message, "take `bytes`");
  }
  return text;
}

function integerText(description: Description, type: Type, value: OptionValue): string | undefined {
  const integer = integerOf(description, value);
  if (integer === undefined) return wrongKind(description, type, value, "an integer");
  const { min, max } = INTEGERS.get(type)!;
  const isUnsigned = min === 0n;
  const isMinusZero = value.kind === "int" && value.isNegative && integer === 0n;
  if (integer >= min && integer <= max && !(isUnsigned && isMinusZero)) return String(integer);
  const message = `${description.shown(value)} is out of range for ${scalarText(Type[type].toLowerCase())}`;
  return description.error(value, message, `it takes ${min} to ${max}`);
}

/** An integer of any size. */
function integerOf(description: Description, value: OptionValue): bigint | undefined {
  if (value.kind === "int") return value.isNegative ? -BigInt(value.magnitude) : BigInt(value.magnitude);
  const isLarge = value.kind === "float" && /^-?\s*[0-9]+$/.test(description.textOf(value));
  if (!isLarge) return undefined;
  return value.isNegative ? INTEGERS.get(Type.INT64)!.min - 1n : INTEGERS.get(Type.UINT64)!.max + 1n;
}

function numberOf(value: OptionValue): number | undefined {
  switch (value.kind) {
    case "int":
    case "float":
      return value.isNegative ? -Number(value.magnitude) : Number(value.magnitude);
    case "identifier":
      if (value.text === "nan") return Number.NaN;
      if (value.text !== "inf") return undefined;
      return value.isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    default:
      return undefined;
  }
}

function wrongKind(description: Description, type: Type, value: OptionValue, wanted: string): undefined {
  let hint: string | undefined;
  if (value.kind === "string") hint = "leave out the quotes";
  else if (wanted === "a string") hint = description.quotesHint(value);
  const message = `the default of ${scalarText(Type[type].toLowerCase())} must be ${wanted}, not ${description.shown(value)}`;
  return description.error(value, message, hint);
}
