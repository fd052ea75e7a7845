import type { DescMessage, Message } from "@bufbuild/protobuf";
import * as protobufEs from "@bufbuild/protobuf";
import * as redoubt from "@redoubt/rpc";

/** What is under test: the binary form of messages. */
export interface Codec {
  fromBinary(schema: DescMessage, bytes: Uint8Array): Message;
  toBinary(schema: DescMessage, message: Message): Uint8Array;
}

export const CODECS: Readonly<Record<string, Codec>> = { redoubt, "protobuf-es": protobufEs };
