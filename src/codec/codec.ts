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

/** The marshaller of a protobuf-es message type; it encodes init shapes as well as messages. */
export function codecFor<Desc extends DescMessage>(
  schema: Desc,
): Marshaller<MessageShape<Desc> | MessageInitShape<Desc>> {
  return {
    encode(message, output) {
      const complete = (message as Message).$typeName === undefined ? create(schema, message) : message;
      output.append(toBinary(schema, complete as MessageShape<Desc>));
    },
    decode(bytes, start, end) {
      // protobuf-es makes views of what it reads: it gets a copy that is the message's own.
      const own = new Uint8Array(end - start);
      own.set(bytes.subarray(start, end));
      return fromBinary(schema, own);
    },
  };
}
