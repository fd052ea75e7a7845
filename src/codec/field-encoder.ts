import { create, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { Output } from "../bytes/output.js";
import { appendVarint } from "../bytes/varint.js";
import { boxOf } from "./boxes.js";
import {
  type Fields,
  IMPLICIT,
  isInherited,
  LEGACY_REQUIRED,
  scalarOf,
  tagOf,
  valueTag,
  WireType,
  wireTypeOf,
  zeroOf,
} from "./field.js";
import { byKey } from "./map-order.js";
import { type EncodeOptions, type EncoderLookup, writeGroup, writeMessage } from "./message-encoder.js";
import { packedEncoder } from "./packed-encoder.js";
import { beginLength, endLength, isZero, scalarEncoder, wrongValue } from "./scalar-encoder.js";

/** Appends a field of a message or of an init shape; `complete` says which. */
export type FieldEncoder = (
  message: Fields,
  output: Output,
  options: EncodeOptions,
  complete: boolean,
) => void;

/** Appends a value that is there, with its tag. */
type ValueEncoder = (output: Output, value: unknown, options: EncodeOptions) => void;

/** The encoder of one field. */
export function fieldEncoder(field: DescField, lookup: EncoderLookup): FieldEncoder {
  switch (field.fieldKind) {
    case "scalar":
    case "enum":
      return singular(field, taggedScalar(field, valueTag(field)));
    case "message":
      return singular(field, messageValue(field, lookup));
    case "list":
      return list(field, lookup);
    case "map":
      return map(field, lookup);
  }
}

function singular(field: DescField, encode: ValueEncoder): FieldEncoder {
  if (field.oneof !== undefined) return oneofMember(field, encode);
  const readFrom = propertyReader(field.localName);
  if (field.presence === IMPLICIT) {
    const scalar = scalarOf(field);
    return (message, output, options, complete) => {
      const value = readFrom(message);
      if (isPresent(value, scalar, complete)) encode(output, value, options);
    };
  }
  const isSet = setTest(field);
  return (message, output, options, complete) => {
    if (isSet(message, complete)) encode(output, readFrom(message), options);
    else if (field.presence === LEGACY_REQUIRED) failRequired(field);
  };
}

/** Reads a property; where all objects inherit one of this name, only an object's own. */
function propertyReader(name: string): (message: Fields) => unknown {
  if (!isInherited(name)) return (message) => message[name];
  return (message) => (Object.hasOwn(message, name) ? message[name] : undefined);
}

/** Whether the value of a field with implicit presence has to be written. Members of init shapes may be missing. */
export function isPresent(value: unknown, scalar: ScalarType, complete: boolean): boolean {
  return !isZero(scalar, value) && (complete || (value !== undefined && value !== null));
}

/** Whether a field with explicit presence is set. A message whose prototype has its default has to have it itself. */
export function setTest({ localName, parent }: DescField): (message: Fields, complete: boolean) => boolean {
  const readFrom = propertyReader(localName);
  if (!hasDefaultOnPrototype(parent, localName))
    return (message, complete) => isGiven(readFrom(message), complete);
  return (message, complete) =>
    (!complete || Object.hasOwn(message, localName)) && isGiven(readFrom(message), complete);
}

/** Whether a message's prototype has a property of a field's name: its default, or one that all objects inherit. */
export function hasDefaultOnPrototype(schema: DescMessage, localName: string): boolean {
  return localName in (Object.getPrototypeOf(create(schema)) as object);
}

/** Whether there is a value. A message's null is no value of any type and for the encoder to refuse. */
function isGiven(value: unknown, complete: boolean): boolean {
  return value !== undefined && (complete || value !== null);
}

/** @throws always: a required field is not set */
export function failRequired(field: DescField): never {
  throw new Error(`cannot encode ${field} to binary: required field not set`);
}

/** The values of a list or map; undefined where an init shape has none. */
export function collection(value: unknown, complete: boolean, field: DescField): object | undefined {
  if (!isGiven(value, complete)) {
    if (complete) wrongValue(field, EXPECTED[field.fieldKind as "list" | "map"], value);
    return undefined;
  }
  const isRight =
    field.fieldKind === "list"
      ? Array.isArray(value)
      : typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
  if (!isRight) wrongValue(field, EXPECTED[field.fieldKind as "list" | "map"], value);
  return value as object;
}

const EXPECTED = { list: "an array", map: "an object whose properties are the map's entries" };

function oneofMember(field: DescField, encode: ValueEncoder): FieldEncoder {
  const { localName, oneof } = field;
  const chosenOf = propertyReader(oneof!.localName);
  const zero = oneofZero(field);
  const isNone = (value: unknown) => value === undefined || (value === null && field.fieldKind !== "scalar");
  return (message, output, options, complete) => {
    const chosen = chosenOf(message) as { case?: unknown; value?: unknown } | undefined | null;
    if (chosen === undefined || chosen === null) {
      if (complete) throw new Error(`cannot encode ${oneof} to binary: it is ${chosen}`);
    } else if (chosen.case === localName) encode(output, isNone(chosen.value) ? zero : chosen.value, options);
  };
}

/** What a oneof stands for that has a member chosen and no value. */
function oneofZero(field: DescField): unknown {
  switch (field.fieldKind) {
    case "message":
      return {};
    case "enum":
      return field.enum.values[0].number;
    default:
      return zeroOf(scalarOf(field));
  }
}

function taggedScalar(field: DescField, tag: number): ValueEncoder {
  const encode = scalarEncoder(scalarOf(field));
  return (output, value) => {
    appendVarint(output, tag);
    encode(output, value, field);
  };
}

function messageValue(
  field: DescField & ({ fieldKind: "message" } | { fieldKind: "list"; listKind: "message" }),
  lookup: EncoderLookup,
): ValueEncoder {
  const encoder = lookup(field.message);
  const tag = valueTag(field);
  const box = boxOf(field);
  const write = field.delimitedEncoding ? writeGroup : writeMessage;
  if (box === undefined)
    return (output, value, options) => write(output, tag, value, encoder, options, field);
  return (output, value, options) => write(output, tag, box.box(value), encoder, options, field);
}

function list(field: DescField & { fieldKind: "list" }, lookup: EncoderLookup): FieldEncoder {
  const readFrom = propertyReader(field.localName);
  if (field.packed) {
    const encodePacked = packedEncoder(field);
    return (message, output, _, complete) => {
      const values = collection(readFrom(message), complete, field) as unknown[] | undefined;
      if (values !== undefined && values.length > 0) encodePacked(output, values);
    };
  }
  const encode =
    field.listKind === "message" ? messageValue(field, lookup) : taggedScalar(field, valueTag(field));
  return (message, output, options, complete) => {
    const values = collection(readFrom(message), complete, field) as unknown[] | undefined;
    if (values === undefined) return;
    for (let i = 0; i < values.length; i++) encode(output, values[i], options);
  };
}

function map(field: DescField & { fieldKind: "map" }, lookup: EncoderLookup): FieldEncoder {
  const { mapKey } = field;
  const readFrom = propertyReader(field.localName);
  const tag = valueTag(field);
  const keyTag = tagOf(1, wireTypeOf(mapKey));
  const encodeKey = scalarEncoder(mapKey);
  const encodeValue = mapValue(field, lookup);
  return (message, output, options, complete) => {
    const entries = collection(readFrom(message), complete, field) as Fields | undefined;
    if (entries === undefined) return;
    const keys = Object.keys(entries);
    if (options.deterministic) keys.sort(byKey(mapKey));
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      appendVarint(output, tag);
      const at = beginLength(output, 1);
      appendVarint(output, keyTag);
      encodeKey(output, mapKey === ScalarType.BOOL ? boolKey(key) : key, field);
      encodeValue(output, entries[key], options);
      endLength(output, at, 1, output.length - at - 1);
    }
  };
}

function mapValue(field: DescField & { fieldKind: "map" }, lookup: EncoderLookup): ValueEncoder {
  if (field.mapKind !== "message") return taggedScalar(field, tagOf(2, wireTypeOf(scalarOf(field))));
  const encoder = lookup(field.message);
  const tag = tagOf(2, WireType.LEN);
  const box = boxOf(field);
  return (output, value, options) =>
    writeMessage(output, tag, box === undefined ? value : box.box(value), encoder, options, field);
}

/** The value that a property name stands for, where the keys are booleans. What it does not stand for is refused. */
function boolKey(key: string): unknown {
  return key === "true" ? true : key === "false" ? false : key;
}
