import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { appendVarint } from "../bytes/varint.js";
import { boxOf } from "./boxes.js";
import { inChunks } from "./chunks.js";
import { IMPLICIT, isInherited, LEGACY_REQUIRED, scalarOf, sortedFields, valueTag } from "./field.js";
import {
  collection,
  type FieldEncoder,
  failRequired,
  fieldEncoder,
  hasDefaultOnPrototype,
  isPresent,
  setTest,
} from "./field-encoder.js";
import {
  type EncoderLookup,
  isComplete,
  type MessageEncoder,
  writeMessage,
  writeUnknown,
} from "./message-encoder.js";
import { packedEncoder } from "./packed-encoder.js";
import { scalarEncoder } from "./scalar-encoder.js";
import { literal, property, Source } from "./source.js";

// The encoders here are those of `closure-encoder.ts` with what is frequent written out, one function for a message
// type. In the text: m is the message or init shape, o the output, x the options, f whether it is a complete message,
// v a value, i a list's index.

/** An encoder that is one function made from text, or one for each part of its fields where they are many. */
export function generatedEncoder(schema: DescMessage, lookup: EncoderLookup): MessageEncoder["write"] {
  const source = new Source();
  const [first = [], ...rest] = inChunks(sortedFields(schema));
  const parts = rest.map((fields) => `${source.constant(partEncoder(fields, lookup))}(m, o, x, f);`);
  source.line(`return (m, o, x) => {
const f = ${source.constant(isComplete)}(m, ${source.constant(schema)});
${fieldsText(source, first, lookup)}
${parts.join("\n")}
if (f && x.writesUnknown && m.$unknown !== undefined) ${source.constant(writeUnknown)}(m, o);
};`);
  return source.compile() as MessageEncoder["write"];
}

function partEncoder(fields: readonly DescField[], lookup: EncoderLookup): FieldEncoder {
  const source = new Source();
  source.line(`return (m, o, x, f) => {\n${fieldsText(source, fields, lookup)}\n};`);
  return source.compile() as FieldEncoder;
}

function fieldsText(source: Source, fields: readonly DescField[], lookup: EncoderLookup): string {
  const texts = fields.map(
    (field) =>
      fieldText(source, field, lookup) ?? `${source.constant(fieldEncoder(field, lookup))}(m, o, x, f);`,
  );
  return `let v, i = 0;\n${texts.join("\n")}`;
}

/** The statements for a field, if it is one that is written out. */
function fieldText(source: Source, field: DescField, lookup: EncoderLookup): string | undefined {
  if (boxOf(field) !== undefined || field.oneof !== undefined || isInherited(field.localName))
    return undefined;
  const value = property("m", field.localName);
  switch (field.fieldKind) {
    case "scalar":
    case "enum":
      return `v = ${value};\nif (${presenceText(source, field)}) { ${scalarText(source, field, "v")} }${requiredText(source, field)}`;
    case "message":
      if (field.delimitedEncoding) return undefined;
      return `v = ${value};\nif (${presenceText(source, field)}) ${messageText(source, field, lookup, "v")}${requiredText(source, field)}`;
    case "list":
      return listText(source, field, lookup);
    case "map":
      return undefined;
  }
}

/** The condition under which the value v is written. */
function presenceText(source: Source, field: DescField): string {
  if (field.presence === IMPLICIT) {
    const scalar = scalarOf(field);
    const slowly = `${source.constant(isPresent)}(v, ${literal(scalar)}, f)`;
    const usual = usualValues(scalar);
    return usual === undefined ? slowly : `${usual.isNotZero} && (typeof v === "${usual.type}" || ${slowly})`;
  }
  if (hasDefaultOnPrototype(field.parent, field.localName)) return `${source.constant(setTest(field))}(m, f)`;
  return "v !== undefined && (f || v !== null)";
}

/** What the values of a scalar usually are, and how they differ from zero. */
function usualValues(scalar: ScalarType): { type: string; isNotZero: string } | undefined {
  switch (scalar) {
    case ScalarType.STRING:
      return { type: "string", isNotZero: 'v !== ""' };
    case ScalarType.BOOL:
      return { type: "boolean", isNotZero: "v !== false" };
    case ScalarType.BYTES:
      return undefined;
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return { type: "number", isNotZero: "(v !== 0 || Object.is(v, -0))" };
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return { type: "bigint", isNotZero: "v !== 0n" };
    default:
      return { type: "number", isNotZero: "v !== 0" };
  }
}

function requiredText(source: Source, field: DescField): string {
  if (field.presence !== LEGACY_REQUIRED) return "";
  return ` else ${source.constant(failRequired)}(${source.constant(field)});`;
}

function scalarText(source: Source, field: DescField, value: string): string {
  const encode = source.constant(scalarEncoder(scalarOf(field)));
  return `${tagText(source, valueTag(field))} ${encode}(o, ${value}, ${source.constant(field)});`;
}

function tagText(source: Source, tag: number): string {
  return `${source.constant(appendVarint)}(o, ${literal(tag)});`;
}

function messageText(source: Source, field: DescField, lookup: EncoderLookup, value: string): string {
  const write = source.constant(writeMessage);
  const encoder = source.constant(lookup(field.message!));
  return `${write}(o, ${literal(valueTag(field))}, ${value}, ${encoder}, x, ${source.constant(field)});`;
}

function listText(
  source: Source,
  field: DescField & { fieldKind: "list" },
  lookup: EncoderLookup,
): string | undefined {
  if (field.listKind === "message" && field.delimitedEncoding) return undefined;
  const values = `v = ${source.constant(collection)}(${property("m", field.localName)}, f, ${source.constant(field)});`;
  const loop = "for (i = 0; i < v.length; i++)";
  if (field.listKind === "message")
    return `${values}\nif (v !== undefined) ${loop} ${messageText(source, field, lookup, "v[i]")}`;
  if (!field.packed)
    return `${values}\nif (v !== undefined) ${loop} { ${scalarText(source, field, "v[i]")} }`;
  const encode = source.constant(packedEncoder(field));
  return `${values}\nif (v !== undefined && v.length > 0) ${encode}(o, v);`;
}
