import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { storeVarint64 } from "../bytes/varint.js";
import { boxOf } from "./boxes.js";
import {
  type Fields,
  isInherited,
  isLongString,
  isPackable,
  mapZero,
  scalarOf,
  setProperty,
  tagOf,
  valueTag,
  WireType,
  wireTypeOf,
  zeroOf,
} from "./field.js";
import { type DecoderLookup, mergeGroup, mergeMessage, readMessage } from "./message-decoder.js";
import { type PackedDecoder, packedDecoder } from "./packed-decoder.js";
import type { Reader } from "./reader.js";
import { freshValue } from "./zero-message.js";

/** Reads one occurrence of a field into a message; its tag was read already. */
export type FieldDecoder = (reader: Reader, message: Fields) => void;

/** Reads one value. */
type ValueDecoder = (reader: Reader) => unknown;

/** Reads one value; a message is merged into the one that is there. */
type MergingDecoder = (reader: Reader, begun: unknown) => unknown;

/** The readers of a field, by the tags that it may have. */
export function fieldDecoders(field: DescField, lookup: DecoderLookup): [tag: number, FieldDecoder][] {
  const decode = fieldDecoder(field, lookup);
  if (field.fieldKind !== "list" || !isPackable(field)) return [[valueTag(field), decode]];
  return [
    [valueTag(field), decode],
    [tagOf(field.number, WireType.LEN), packed(field, packedValues(field))],
  ];
}

function fieldDecoder(field: DescField, lookup: DecoderLookup): FieldDecoder {
  switch (field.fieldKind) {
    case "scalar":
      return singular(field, scalarDecoder(field));
    case "enum":
      return field.enum.open ? singular(field, scalarDecoder(field)) : closedEnum(field);
    case "message":
      return singular(field, messageDecoder(field, lookup));
    case "list":
      return element(
        field,
        field.listKind === "message" ? messageDecoder(field, lookup) : scalarDecoder(field),
      );
    case "map":
      return entry(field, lookup);
  }
}

/** Sets a field. */
function singular(field: DescField, decode: MergingDecoder): FieldDecoder {
  const { get, set } = accessOf(field);
  return (reader, message) => set(message, decode(reader, get(message)));
}

/** How the value of a singular field is got, undefined if it is not set, and set. */
function accessOf({ localName, oneof }: DescField): {
  get: (message: Fields) => unknown;
  set: (message: Fields, value: unknown) => void;
} {
  if (oneof !== undefined) {
    const group = oneof.localName;
    return {
      get: (message) => {
        const begun = message[group] as { case?: string; value?: unknown };
        return begun.case === localName ? begun.value : undefined;
      },
      set: (message, value) => {
        message[group] = { case: localName, value };
      },
    };
  }
  return {
    get: isInherited(localName)
      ? (message) => (Object.hasOwn(message, localName) ? message[localName] : undefined)
      : (message) => message[localName],
    set: (message, value) => {
      message[localName] = value;
    },
  };
}

function element({ localName }: DescField, decode: MergingDecoder): FieldDecoder {
  return (reader, message) => {
    (message[localName] as unknown[]).push(decode(reader, undefined));
  };
}

function packed({ localName }: DescField, decode: PackedDecoder): FieldDecoder {
  return (reader, message) => {
    const outerEnd = reader.end;
    reader.end = reader.length();
    decode(reader, message[localName] as unknown[]);
    reader.end = outerEnd;
  };
}

/** How a field's values are read when they are packed. */
export function packedValues(field: DescField): PackedDecoder {
  if (!isLongString(field)) return packedDecoder(scalarOf(field));
  const decode = scalarDecoder(field);
  return (reader, list) => {
    while (reader.at < reader.end) list.push(decode(reader));
  };
}

/** Values that the enum does not have count as unknown fields. */
function closedEnum(field: DescField & { fieldKind: "enum" }): FieldDecoder {
  const known = new Set(field.enum.values.map(({ number }) => number));
  const { set } = accessOf(field);
  return (reader, message) => {
    const value = reader.int32();
    if (known.has(value)) set(message, value);
    else if (reader.options.keepsUnknown)
      reader.addUnknown(field.number, WireType.VARINT, int32Varint(value));
  };
}

/** A 32-bit integer as a varint; negative ones take ten bytes, as if they had 64 bits. */
function int32Varint(value: number): Uint8Array {
  const bytes = new Uint8Array(10);
  return bytes.slice(0, storeVarint64(bytes, 0, value, value >> 31));
}

function messageDecoder(
  field: DescField & ({ fieldKind: "message" } | { fieldKind: "list"; listKind: "message" }),
  lookup: DecoderLookup,
): MergingDecoder {
  const decoder = lookup(field.message);
  const { number, delimitedEncoding } = field;
  const merge = delimitedEncoding
    ? (reader: Reader, begun: Fields | undefined) => mergeGroup(reader, decoder, number, begun)
    : (reader: Reader, begun: Fields | undefined) => mergeMessage(reader, decoder, begun);
  const box = boxOf(field);
  if (box === undefined) return (reader, begun) => merge(reader, begun as Fields | undefined);
  return (reader, begun) =>
    box.unbox(merge(reader, begun === undefined ? undefined : box.begin(begun)), begun);
}

/** Within an entry, what is not the key or the value is skipped. */
function entry(field: DescField & { fieldKind: "map" }, lookup: DecoderLookup): FieldDecoder {
  const { localName } = field;
  const keyTag = tagOf(1, wireTypeOf(field.mapKey));
  const decodeKey = scalarValueDecoder(field.mapKey, field.utf8Validation);
  const keyZero = zeroOf(field.mapKey);
  const value = mapValue(field, lookup);
  return (reader, message) => {
    const outerEnd = reader.end;
    reader.end = reader.length();
    let key: unknown = keyZero;
    let content: unknown;
    while (reader.at < reader.end) {
      const tag = reader.tag();
      if (tag === keyTag) key = decodeKey(reader);
      else if (tag === value.tag) content = value.decode(reader);
      else reader.skip(tag);
    }
    reader.end = outerEnd;
    setProperty(message[localName] as Fields, String(key), content ?? value.zero());
  };
}

function mapValue(
  field: DescField & { fieldKind: "map" },
  lookup: DecoderLookup,
): { tag: number; decode: ValueDecoder; zero: () => unknown } {
  switch (field.mapKind) {
    case "message": {
      const decoder = lookup(field.message);
      const box = boxOf(field);
      const unbox = (message: Fields) => (box === undefined ? message : box.unbox(message));
      return {
        tag: tagOf(2, WireType.LEN),
        decode: (reader) => unbox(readMessage(reader, decoder)),
        zero: () => unbox(decoder.make()),
      };
    }
    case "enum":
    case "scalar": {
      const zero = mapZero(field);
      return {
        tag: tagOf(2, wireTypeOf(scalarOf(field))),
        decode: scalarValueDecoder(scalarOf(field), field.utf8Validation),
        zero: () => freshValue(zero),
      };
    }
  }
}

/** The value of a scalar or enum field, as it is in the message. */
function scalarDecoder(field: DescField): ValueDecoder {
  const decode = scalarValueDecoder(scalarOf(field), field.utf8Validation);
  return isLongString(field) ? (reader) => String(decode(reader)) : decode;
}

function scalarValueDecoder(scalar: ScalarType, utf8Validation: boolean): ValueDecoder {
  if (scalar === ScalarType.STRING && !utf8Validation) return (reader) => reader.lenientString();
  const method = READER_METHODS[scalar];
  return (reader) => reader[method]();
}

/** Which of the reader's methods reads a scalar. */
export const READER_METHODS = {
  [ScalarType.DOUBLE]: "double",
  [ScalarType.FLOAT]: "float",
  [ScalarType.INT64]: "int64",
  [ScalarType.UINT64]: "uint64",
  [ScalarType.INT32]: "int32",
  [ScalarType.FIXED64]: "fixed64",
  [ScalarType.FIXED32]: "fixed32",
  [ScalarType.BOOL]: "bool",
  [ScalarType.STRING]: "string",
  [ScalarType.BYTES]: "byteArray",
  [ScalarType.UINT32]: "uint32",
  [ScalarType.SFIXED32]: "sfixed32",
  [ScalarType.SFIXED64]: "sfixed64",
  [ScalarType.SINT32]: "sint32",
  [ScalarType.SINT64]: "sint64",
} as const satisfies Record<ScalarType, keyof Reader>;
