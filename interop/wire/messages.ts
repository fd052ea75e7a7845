import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Message, MessageSchema } from "../gen/echo_pb.js";

/** Where the Echo service's methods are. */
export const PATH = {
  unary: "/redoubt.test.v1.Echo/Unary",
  collect: "/redoubt.test.v1.Echo/Collect",
  expand: "/redoubt.test.v1.Echo/Expand",
  chat: "/redoubt.test.v1.Echo/Chat",
} as const;

/** Bytes with gRPC's prefix in front (PROTOCOL-HTTP2, Length-Prefixed-Message). */
export function prefixed(bytes: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

/** A message as it travels. */
export function wireMessage(init: MessageInitShape<typeof MessageSchema>): Buffer {
  return prefixed(toBinary(MessageSchema, create(MessageSchema, init)));
}

/** The messages in the payload of a whole stream. */
export function messagesIn(payload: Buffer): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < payload.length; ) {
    const end = at + 5 + payload.readUInt32BE(at + 1);
    messages.push(fromBinary(MessageSchema, payload.subarray(at + 5, end)));
    at = end;
  }
  return messages;
}
