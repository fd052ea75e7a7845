import type { DescMessage } from "@bufbuild/protobuf";
import type { Fields } from "./field.js";
import type { Reader } from "./reader.js";

/** Makes messages of one type out of bytes. */
export interface MessageDecoder {
  /** A message without any field, as protobuf-es's `create` makes it. */
  make(): Fields;
  /** Reads fields into a message, up to the reader's end. What is there already is merged with as protobuf says. */
  read(reader: Reader, message: Fields): void;
}

/** Knows the decoder of each message type that a field may hold. */
export type DecoderLookup = (schema: DescMessage) => MessageDecoder;

/** Reads what stands behind a length into a new message. */
export function readMessage(reader: Reader, decoder: MessageDecoder): Fields {
  const end = reader.length();
  const message = decoder.make();
  readInto(reader, decoder, { message, unknown: undefined, end, group: 0 });
  return message;
}

/** Reads what stands behind a length into a message that may have been begun: messages that come in parts are merged. */
export function mergeMessage(reader: Reader, decoder: MessageDecoder, begun: Fields | undefined): Fields {
  if (begun === undefined) return readMessage(reader, decoder);
  const end = reader.length();
  readInto(reader, decoder, { message: begun, unknown: unknownOf(begun), end, group: 0 });
  return begun;
}

/** Reads a group, up to its end tag. */
export function mergeGroup(
  reader: Reader,
  decoder: MessageDecoder,
  group: number,
  begun: Fields | undefined,
): Fields {
  const message = begun ?? decoder.make();
  const unknown = begun && unknownOf(begun);
  if (readInto(reader, decoder, { message, unknown, end: reader.end, group }) !== 0)
    reader.fail(`group ${group} has no end`);
  return message;
}

/** Returns the group that is still open. */
function readInto(
  reader: Reader,
  decoder: MessageDecoder,
  inner: { message: Fields; unknown: Reader["unknown"]; end: number; group: number },
): number {
  const { end, group, unknown } = reader;
  reader.enter();
  reader.end = inner.end;
  reader.group = inner.group;
  reader.unknown = inner.unknown;
  decoder.read(reader, inner.message);
  if (reader.unknown !== undefined) inner.message.$unknown = reader.unknown;
  const open = reader.group;
  reader.leave();
  reader.end = end;
  reader.group = group;
  reader.unknown = unknown;
  return open;
}

function unknownOf(message: Fields): Reader["unknown"] {
  return message.$unknown as Reader["unknown"];
}
