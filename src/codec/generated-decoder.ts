import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { boxOf } from "./boxes.js";
import { inChunks } from "./chunks.js";
import { fieldReader } from "./closure-decoder.js";
import {
  type Fields,
  isInherited,
  isLongString,
  isPackable,
  mapZero,
  scalarOf,
  setProperty,
  sortedFields,
  tagOf,
  valueTag,
  WireType,
  wireTypeOf,
} from "./field.js";
import { packedValues, READER_METHODS } from "./field-decoder.js";
import { type DecoderLookup, type MessageDecoder, mergeMessage, readMessage } from "./message-decoder.js";
import type { Reader } from "./reader.js";
import { literal, property, quoted, Source } from "./source.js";
import { freshValue, zeroMessageMaker } from "./zero-message.js";

// The decoders here are those of `closure-decoder.ts` with what is frequent written out: one function for a message
// type, whose position in the bytes is a local variable. What is rare, or not as expected, is left to the closures.
//
// In the text: r is the reader, m the message, b the bytes, p the position, end where the message ends, e where the
// map entry ends that is being read; tag, v, k are a tag, a value, a map's key.

/** A decoder that is one function made from text. */
export function generatedDecoder(schema: DescMessage, lookup: DecoderLookup): MessageDecoder {
  const zero = zeroMessageMaker(schema)();
  return {
    make: generatedMaker(zero, "new Uint8Array(0)"),
    blank: generatedMaker(zero, "undefined"),
    read: generatedRead(schema, lookup, bytesIn(zero)),
  };
}

/** The members that are empty bytes. */
function bytesIn(zero: Fields): string[] {
  return Object.keys(zero).filter((name) => zero[name] instanceof Uint8Array);
}

/** Makes messages like `zero`, with `emptyBytes` for its bytes. */
function generatedMaker(zero: Fields, emptyBytes: string): () => Fields {
  const prototype = Object.getPrototypeOf(zero) as object;
  const source = new Source();
  const names = Object.keys(zero);
  if (prototype === Object.prototype) {
    const members = names.map((name) => `${memberName(name)}: ${zeroText(source, zero[name], emptyBytes)}`);
    source.line(`return () => ({ ${members.join(", ")} });`);
  } else {
    source.line("function Message() {");
    for (const name of names)
      source.line(`${property("this", name)} = ${zeroText(source, zero[name], emptyBytes)};`);
    source.line("}");
    source.line(`Message.prototype = ${source.constant(prototype)};`);
    source.line("return () => new Message();");
  }
  return source.compile() as () => Fields;
}

/** A property's name in an object literal, where `__proto__` would set the prototype and computed names are slow. */
function memberName(name: string): string {
  return name === "__proto__" ? `[${quoted(name)}]` : quoted(name);
}

function zeroText(source: Source, value: unknown, emptyBytes = "new Uint8Array(0)"): string {
  if (Object.is(freshValue(value), value)) return source.constant(value);
  if (value instanceof Uint8Array) return emptyBytes;
  if (Array.isArray(value)) return "[]";
  return "case" in (value as object) ? "{ case: undefined }" : "{}";
}

function generatedRead(
  schema: DescMessage,
  lookup: DecoderLookup,
  bytesNames: readonly string[],
): MessageDecoder["read"] {
  const [first, ...rest] = inChunks(sortedFields(schema));
  const completions = bytesNames.map((name) => {
    const target = property("m", name);
    return `if (${target} === undefined) ${target} = new Uint8Array(0);`;
  });
  const source = new Source();
  source.line(`return (r, m) => {
const b = r.bytes;
let p = r.at, end = r.end;
while (p < end) {
let tag = 0, e = 0, v, k;
${readTag("end")}
${switchText(source, first ?? [], lookup, readerOfRest(rest, fieldReader(schema, lookup), lookup))}
}
r.at = p;
${completions.join("\n")}
};`);
  return source.compile() as MessageDecoder["read"];
}

/** Reads what stands behind a tag, which is of one of these fields or else for `otherwise`. */
function readerOfRest(
  chunks: readonly DescField[][],
  otherwise: TagReader,
  lookup: DecoderLookup,
): TagReader {
  const [first, ...rest] = chunks;
  if (first === undefined) return otherwise;
  const source = new Source();
  source.line(`return (r, m, tag) => {
const b = r.bytes;
let p = r.at, end = r.end, e = 0, v, k;
${switchText(source, first, lookup, readerOfRest(rest, otherwise, lookup))}
r.at = p;
};`);
  return source.compile() as TagReader;
}

type TagReader = (reader: Reader, message: Fields, tag: number) => void;

/** The statements that read what stands behind `tag`; `otherwise` does it for all tags but the usual ones of these fields. */
function switchText(
  source: Source,
  fields: readonly DescField[],
  lookup: DecoderLookup,
  otherwise: TagReader,
): string {
  const cases = fields.map((field) => {
    const text = fieldText(source, field, lookup);
    return text === undefined ? "" : `case ${literal(field.number)}:\n${text}`;
  });
  return `known: {
switch (tag >>> 3) {
${cases.join("\n")}
}
r.at = p; ${source.constant(otherwise)}(r, m, tag); p = r.at; end = r.end;
}`;
}

/** Reads a tag, whose first byte is there. */
function readTag(end: string): string {
  return `tag = b[p++];
if (tag > 127) {
  if (p < ${end} && b[p] < 128) tag = tag & 127 | b[p++] << 7;
  else { r.at = p - 1; tag = r.tag(); p = r.at; }
}`;
}

/** What stands below a field's case: it ends with `break known`, or breaks where it is not for this tag. */
function fieldText(source: Source, field: DescField, lookup: DecoderLookup): string | undefined {
  if (boxOf(field) !== undefined || isInherited(field.localName)) return undefined;
  const target = property("m", field.localName);
  const expectTag = `if (tag !== ${literal(valueTag(field))}) break;`;
  switch (field.fieldKind) {
    case "scalar":
      return `${expectTag}\n${readValue(field, "end")}\n${setText(field, "v")}\nbreak known;`;
    case "enum":
      if (!field.enum.open) return undefined;
      return `${expectTag}\n${readValue(field, "end")}\n${setText(field, "v")}\nbreak known;`;
    case "message": {
      if (field.delimitedEncoding) return undefined;
      const merge = source.constant(mergeMessage);
      const decoder = source.constant(lookup(field.message));
      const begun = begunText(field);
      return `${expectTag}\nr.at = p; v = ${merge}(r, ${decoder}, ${begun}); p = r.at;\n${setText(field, "v")}\nbreak known;`;
    }
    case "list":
      if (field.listKind === "message") {
        if (field.delimitedEncoding) return undefined;
        const read = source.constant(readMessage);
        const decoder = source.constant(lookup(field.message));
        return `${expectTag}\nr.at = p; ${target}.push(${read}(r, ${decoder})); p = r.at;\nbreak known;`;
      }
      return `${packedText(source, field, target)}${expectTag}\n${readValue(field, "end")}\n${target}.push(v);\nbreak known;`;
    case "map":
      return mapText(source, field, lookup);
  }
}

function setText({ localName, oneof }: DescField, value: string): string {
  if (oneof === undefined) return `${property("m", localName)} = ${value};`;
  return `${property("m", oneof.localName)} = { case: ${quoted(localName)}, value: ${value} };`;
}

function begunText({ localName, oneof }: DescField): string {
  if (oneof === undefined) return property("m", localName);
  const begun = property("m", oneof.localName);
  return `${begun}.case === ${quoted(localName)} ? ${begun}.value : undefined`;
}

/** Reads a packed list where the tag says that there is one. */
function packedText(source: Source, field: DescField, target: string): string {
  if (!isPackable(field)) return "";
  return `if (tag === ${literal(tagOf(field.number, WireType.LEN))}) {
r.at = p; r.end = r.length(); ${source.constant(packedValues(field))}(r, ${target}); p = r.at; r.end = end;
break known;
}
`;
}

function readValue(field: DescField, end: string): string {
  const text = readScalar("v", { scalar: scalarOf(field), utf8Validation: field.utf8Validation, end });
  return isLongString(field) ? `${text} v = String(v);` : text;
}

/** Reads a scalar into a variable. */
function readScalar(
  variable: string,
  { scalar, utf8Validation, end }: { scalar: ScalarType; utf8Validation: boolean; end: string },
): string {
  const method = scalar === ScalarType.STRING && !utf8Validation ? "lenientString" : READER_METHODS[scalar];
  const call = `r.at = p; ${variable} = r.${method}(); p = r.at;`;
  const short = shortVarint(variable, scalar);
  if (short === undefined) return call;
  return `if (p < ${end} && b[p] < 128) { ${short} } else { ${call} }`;
}

/** Reads a varint of one byte. */
function shortVarint(variable: string, scalar: ScalarType): string | undefined {
  switch (scalar) {
    case ScalarType.INT32:
    case ScalarType.UINT32:
      return `${variable} = b[p++];`;
    case ScalarType.SINT32:
      return `${variable} = b[p++]; ${variable} = ${variable} >>> 1 ^ -(${variable} & 1);`;
    case ScalarType.BOOL:
      return `${variable} = b[p++] !== 0;`;
    default:
      return undefined;
  }
}

function mapText(source: Source, field: DescField & { fieldKind: "map" }, lookup: DecoderLookup): string {
  const { utf8Validation } = field;
  const key = readScalar("k", { scalar: field.mapKey, utf8Validation, end: "e" });
  const value = mapValueText(source, field, lookup);
  const target = property("m", field.localName);
  const set = `${source.constant(setProperty)}(${target}, k, v);`;
  return `if (tag !== ${literal(valueTag(field))}) break;
r.at = p; e = r.length(); p = r.at; r.end = e;
k = ${zeroKey(field.mapKey)}; v = undefined;
while (p < e) {
${readTag("e")}
if (tag === ${literal(tagOf(1, wireTypeOf(field.mapKey)))}) { ${key} }
else if (tag === ${literal(value.tag)}) { ${value.read} }
else { r.at = p; r.skip(tag); p = r.at; }
}
r.end = end;
if (v === undefined) v = ${value.zero};
${field.mapKey === ScalarType.STRING ? `if (k === "__proto__") ${set} else ` : ""}${target}[k] = v;
break known;`;
}

function zeroKey(scalar: ScalarType): string {
  if (scalar === ScalarType.STRING) return '""';
  return scalar === ScalarType.BOOL ? "false" : "0";
}

function mapValueText(
  source: Source,
  field: DescField & { fieldKind: "map" },
  lookup: DecoderLookup,
): { tag: number; read: string; zero: string } {
  switch (field.mapKind) {
    case "message": {
      const decoder = source.constant(lookup(field.message));
      const read = source.constant(readMessage);
      return {
        tag: tagOf(2, WireType.LEN),
        read: `r.at = p; v = ${read}(r, ${decoder}); p = r.at;`,
        zero: `${decoder}.make()`,
      };
    }
    case "enum":
    case "scalar": {
      const { utf8Validation } = field;
      const scalar = scalarOf(field);
      return {
        tag: tagOf(2, wireTypeOf(scalar)),
        read: readScalar("v", { scalar, utf8Validation, end: "e" }),
        zero: zeroText(source, mapZero(field)),
      };
    }
  }
}
