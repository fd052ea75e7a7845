import {
  create,
  type DescMessage,
  fromBinary,
  type Message,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { Marshaller } from "./marshaller.js";
import { plainDecoder } from "./plain-decode.js";
import { plainEncoder } from "./plain-encode.js";
import { isPlain } from "./plain-schema.js";

/**
 * The marshaller of a protobuf-es message type; it encodes init shapes as well as messages.
 *
 * Plain messages take a short way of our own. Where a type or a message is not plain, protobuf-es does the work,
 * so that it alone says what is valid and what the error is.
 */
export function codecFor<Desc extends DescMessage>(
  schema: Desc,
): Marshaller<MessageShape<Desc> | MessageInitShape<Desc>> {
  return isPlain(schema) ? plainCodec(schema) : protobufEsCodec(schema);
}

function plainCodec<Desc extends DescMessage>(
  schema: Desc,
): Marshaller<MessageShape<Desc> | MessageInitShape<Desc>> {
  const whole = protobufEsCodec(schema);
  const encode = plainEncoder(schema);
  const decode = plainDecoder(schema);
  return {
    encode(message, output) {
      const start = output.length;
      if (encode(message, output)) return;
      output.length = start;
      whole.encode(message, output);
    },
    decode(bytes, start, end) {
      return (decode(bytes, start, end) as MessageShape<Desc> | undefined) ?? whole.decode(bytes, start, end);
    },
  };
}

function protobufEsCodec<Desc extends DescMessage>(
  schema: Desc,
): Marshaller<MessageShape<Desc> | MessageInitShape<Desc>> {
  return {
    encode(message, output) {
      const complete = (message as Message).$typeName === undefined ? create(schema, message) : message;
      output.append(toBinary(schema, complete as MessageShape<Desc>));
    },
    decode(bytes, start, end) {
      // protobuf-es makes views of what it reads: it gets bytes that are the message's own.
      const own = new Uint8Array(end - start);
      own.set(bytes.subarray(start, end));
      return fromBinary(schema, own);
    },
  };
}
