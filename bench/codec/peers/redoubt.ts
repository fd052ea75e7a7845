/** Redoubt itself, through its public face. */
import { create, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { fromBinary, toBinary } from "@redoubt/rpc";
import type { CodecPeer } from "./peer.js";
import { schemas } from "./schemas.js";

export const redoubt: CodecPeer = {
  codecOf({ name }) {
    const schema = schemas[name];
    return {
      create: (init) => create(schema, init as MessageInitShape<typeof schema>),
      encode: (message) => toBinary(schema, message as Message),
      decode: (bytes) => fromBinary(schema, bytes),
    };
  },
};
