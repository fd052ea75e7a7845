import {
  create,
  type DescMessage,
  fromBinary as esFromBinary,
  toBinary as esToBinary,
  type Message,
} from "@bufbuild/protobuf";
import { Output } from "../../bytes/output.js";
import { type BinaryReadOptions, type BinaryWriteOptions, fromBinary, toBinary } from "../binary.js";
import { codecFor, decodeMessage, READER_DEFAULTS } from "../codec.js";
import { type CodecMode, compiledTypes } from "../compiled-types.js";
import type { Fields } from "../field.js";
import { Reader } from "../reader.js";

/** What the properties compare: something that turns messages of any type into bytes and back. */
export interface Codec {
  readonly name: string;
  /** `message` may be an init shape. @throws Error where it cannot be encoded */
  encode(schema: DescMessage, message: object, options?: BinaryWriteOptions): Uint8Array;
  /** @throws Error on malformed bytes */
  decode(schema: DescMessage, bytes: Uint8Array, options?: BinaryReadOptions): Message;
}

/** What the others are held to. */
export const protobufEs: Codec = {
  name: "protobuf-es",
  encode: (schema, message, options) => esToBinary(schema, create(schema, message as Message), options),
  decode: (schema, bytes, options) => esFromBinary(schema, bytes, options),
};

/** The functions that the package exports. */
export const publicFunctions: Codec = {
  name: "toBinary and fromBinary",
  encode: (schema, message, options) => toBinary(schema, message as Message, options),
  decode: (schema, bytes, options) => fromBinary(schema, bytes, options),
};

/** A codec as calls use it: it writes behind what an output holds, and reads bytes that are only lent. */
export function codecOf(mode: CodecMode): Codec {
  return {
    name: `the codec in mode "${mode}"`,
    encode(schema, message, options) {
      const output = new TightOutput();
      output.append(BEFORE);
      if (options === undefined) codecFor(schema, mode).encode(message as Message, output);
      else {
        const { writeUnknownFields = true, deterministic = false } = options;
        const encodeOptions = { writesUnknown: writeUnknownFields, deterministic };
        compiledTypes(mode)
          .encoderOf(schema)
          .write(message as Fields, output, encodeOptions);
      }
      if (output.bytes[0] !== BEFORE[0]) throw new TypeError("it wrote over what was there");
      return output.view().slice(BEFORE.length);
    },
    decode(schema, bytes, options) {
      const lent = lend(bytes);
      const [start, end] = [BEFORE.length, BEFORE.length + bytes.length];
      try {
        if (options === undefined) return codecFor(schema, mode).decode(lent, start, end) as Message;
        const { readUnknownFields = true, recursionLimit = READER_DEFAULTS.recursionLimit } = options;
        const { typeName } = schema;
        const readerOptions = { typeName, keepsUnknown: readUnknownFields, recursionLimit, owned: false };
        const reader = new Reader(lent, start, end, readerOptions);
        return decodeMessage(compiledTypes(mode).decoderOf(schema), reader) as unknown as Message;
      } finally {
        lent.fill(0xee);
      }
    },
  };
}

/** Never has more room than it was asked for, so that writing more than that, or losing bytes in growing, shows. */
class TightOutput extends Output {
  override reserve(count: number): void {
    this.reserveExactly(count);
  }
}

const BEFORE = new Uint8Array([0xff]);

/** The bytes among others that are none of the message's, as a Buffer or not, as they come from pipes. */
function lend(bytes: Uint8Array): Uint8Array {
  const lent = bytes.length % 2 === 0 ? new Uint8Array(bytes.length + 5) : Buffer.alloc(bytes.length + 5);
  lent.fill(0xff);
  lent.set(bytes, BEFORE.length);
  return lent;
}
