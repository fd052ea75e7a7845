import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { Output } from "../bytes/output.js";
import { appendVarint } from "../bytes/varint.js";
import { type Fields, tagOf, WIRE_TYPE_LAST, WireType } from "./field.js";
import type { UnknownField } from "./reader.js";
import { beginLength, endLength, wrongValue } from "./scalar-encoder.js";

/** What an encoder is told besides the message. */
export interface EncodeOptions {
  /** Whether unknown fields are written, behind the known ones. */
  readonly writesUnknown: boolean;
  /** Whether map entries are written in the order of their keys. */
  readonly deterministic: boolean;
}

/** Turns messages and init shapes of one type into bytes. */
export interface MessageEncoder {
  /** Appends the fields of `message`. @throws where one is not of its type; the output holds a beginning then */
  write(message: Fields, output: Output, options: EncodeOptions): void;
  /** How many bytes the length of the last one took: the next is expected to take as many. */
  lengthBytes: number;
}

/** Knows the encoder of each message type that a field may hold. */
export type EncoderLookup = (schema: DescMessage) => MessageEncoder;

/** Appends a message behind its tag and length. */
export function writeMessage(
  output: Output,
  tag: number,
  value: unknown,
  encoder: MessageEncoder,
  options: EncodeOptions,
  field: DescField,
): void {
  if (typeof value !== "object" || value === null) wrongValue(field, "a message", value);
  appendVarint(output, tag);
  const kept = encoder.lengthBytes;
  const at = beginLength(output, kept);
  encoder.write(value as Fields, output, options);
  encoder.lengthBytes = endLength(output, at, kept, output.length - at - kept);
}

/** Appends a message between the tags of a group. */
export function writeGroup(
  output: Output,
  tag: number,
  value: unknown,
  encoder: MessageEncoder,
  options: EncodeOptions,
  field: DescField,
): void {
  if (typeof value !== "object" || value === null) wrongValue(field, "a message", value);
  appendVarint(output, tag);
  encoder.write(value as Fields, output, options);
  appendVarint(output, tagOf(field.number, WireType.EGROUP));
}

/** Whether an object is a message and not an init shape. @throws where it is a message of another type, or none */
export function isComplete(message: Fields, schema: DescMessage): boolean {
  const typeName = message.$typeName;
  if (typeName === schema.typeName) return true;
  if (typeName !== undefined)
    throw new Error(`cannot encode ${schema} to binary: this is a message of type ${typeName}`);
  if (Array.isArray(message)) throw new Error(`cannot encode ${schema} to binary: this is an array`);
  return false;
}

/** Appends the fields that the schema does not know. @throws where they are none */
export function writeUnknown(message: Fields, output: Output): void {
  for (const unknown of message.$unknown as UnknownField[]) {
    if (!isUnknownField(unknown))
      throw new Error(`cannot encode ${message.$typeName} to binary: $unknown holds what is no field`);
    appendVarint(output, tagOf(unknown.no, unknown.wireType));
    output.append(unknown.data);
  }
}

function isUnknownField({ no, wireType, data }: UnknownField): boolean {
  const isTag = no > 0 && no <= FIELD_NUMBER_MAX && wireType >= 0 && wireType <= WIRE_TYPE_LAST;
  return isTag && Number.isInteger(no) && Number.isInteger(wireType) && data instanceof Uint8Array;
}

/** What a tag has room for beside the wire type. */
const FIELD_NUMBER_MAX = 2 ** 29 - 1;
