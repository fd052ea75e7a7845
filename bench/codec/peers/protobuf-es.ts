/** `@bufbuild/protobuf`: walks the descriptor of a message. */
import { create, fromBinary, type Message, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { CodecPeer } from "./peer.js";
import { schemas } from "./schemas.js";

export const protobufEs: CodecPeer = {
  codecOf({ name }) {
    const schema = schemas[name];
    return {
      create: (init) => create(schema, init as MessageInitShape<typeof schema>),
      encode: (message) => toBinary(schema, message as Message),
      decode: (bytes) => fromBinary(schema, bytes),
    };
  },
};
