import type { DescMessage } from "@bufbuild/protobuf";
import type { Fields } from "./field.js";
import type { Reader } from "./reader.js";

/** Makes messages of one type out of bytes. */
export interface MessageDecoder {
  /** A message without any field, as protobuf-es's `create` makes it. */
  make(): Fields;
  /** The same, to be read into: empty bytes, which cost an object each, may be missing until then. */
  blank(): Fields;
  /**
   * Reads fields into a message, up to the reader's end, and completes it. What is there already is merged with as
   * protobuf says.
   */
  read(reader: Reader, message: Fields): void;
}

/** Knows the decoder of each message type that a field may hold. */
export type DecoderLookup = (schema: DescMessage) => MessageDecoder;

/** Reads what stands behind a length into a new message. */
export function readMessage(reader: Reader, decoder: MessageDecoder): Fields {
  const message = decoder.blank();
  readInto(reader, decoder, message, undefined);
  return message;
}

/** Reads what stands behind a length into a message that may have been begun: messages that come in parts are merged. */
export function mergeMessage(reader: Reader, decoder: MessageDecoder, begun: Fields | undefined): Fields {
  if (begun === undefined) return readMessage(reader, decoder);
  readInto(reader, decoder, begun, unknownOf(begun));
  return begun;
}

function readInto(reader: Reader, decoder: MessageDecoder, message: Fields, known: Reader["unknown"]): void {
  const { end, group, unknown } = reader;
  reader.end = reader.length();
  reader.group = 0;
  reader.unknown = known;
  reader.enter();
  decoder.read(reader, message);
  reader.leave();
  if (reader.unknown !== undefined) message.$unknown = reader.unknown;
  reader.end = end;
  reader.group = group;
  reader.unknown = unknown;
}

/** Reads a group, up to its end tag. */
export function mergeGroup(
  reader: Reader,
  decoder: MessageDecoder,
  number: number,
  begun: Fields | undefined,
): Fields {
  const message = begun ?? decoder.blank();
  const { end, group, unknown } = reader;
  reader.group = number;
  reader.unknown = begun && unknownOf(begun);
  reader.enter();
  decoder.read(reader, message);
  reader.leave();
  if (reader.group !== 0) reader.fail(`group ${number} has no end`);
  if (reader.unknown !== undefined) message.$unknown = reader.unknown;
  reader.end = end;
  reader.group = group;
  reader.unknown = unknown;
  return message;
}

function unknownOf(message: Fields): Reader["unknown"] {
  return message.$unknown as Reader["unknown"];
}
