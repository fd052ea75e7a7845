import type { Fixture } from "../fixtures.js";

/** One implementation of protobuf's binary format. */
export interface CodecPeer {
  /** How it encodes and decodes a fixture's message. */
  codecOf(fixture: Fixture): Codec;
}

/** Encodes and decodes one type of message, as the peer's own users would write it. */
export interface Codec {
  /** The peer's own message, of values as {@link Fixture.init} gives them. */
  create(init: object): object;
  /** The bytes of a message that `create` or `decode` made: a fresh array each time. */
  encode(message: object): Uint8Array;
  /** A fresh message. */
  decode(bytes: Uint8Array): object;
}
