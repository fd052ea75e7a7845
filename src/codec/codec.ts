import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { type CodecMode, compiledTypes } from "./compiled-types.js";
import type { Fields } from "./field.js";
import type { Marshaller } from "./marshaller.js";
import type { MessageDecoder } from "./message-decoder.js";
import type { EncodeOptions } from "./message-encoder.js";
import { Reader, type ReaderOptions } from "./reader.js";

/** The marshaller of a protobuf-es message type; it encodes init shapes as well as messages. */
export function codecFor<Desc extends DescMessage>(
  schema: Desc,
  mode?: CodecMode,
): Marshaller<MessageShape<Desc> | MessageInitShape<Desc>> {
  const types = compiledTypes(mode);
  const encoder = types.encoderOf(schema);
  const decoder = types.decoderOf(schema);
  const options = { ...READER_DEFAULTS, typeName: schema.typeName };
  return {
    encode: (message, output) => encoder.write(message as Fields, output, ENCODE_DEFAULTS),
    decode: (bytes, start, end) =>
      decodeMessage(decoder, new Reader(bytes, start, end, options)) as unknown as MessageShape<Desc>,
  };
}

/** The message that the bytes of a new reader hold. */
export function decodeMessage(decoder: MessageDecoder, reader: Reader): Fields {
  const message = decoder.blank();
  decoder.read(reader, message);
  if (reader.unknown !== undefined) message.$unknown = reader.unknown;
  return message;
}

/** Unknown fields are written; entries of maps stay in the order in which they are there. */
export const ENCODE_DEFAULTS: EncodeOptions = { writesUnknown: true, deterministic: false };

/** Messages in messages: protobuf's customary limit, far from what the stack holds. */
const RECURSION_LIMIT_MAX = 100;

/** What is read is borrowed, and unknown fields are kept. */
export const READER_DEFAULTS: Omit<ReaderOptions, "typeName"> = {
  recursionLimit: RECURSION_LIMIT_MAX,
  keepsUnknown: true,
  owned: false,
};
