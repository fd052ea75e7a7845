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
  const copies = new CopySlab();
  return {
    encode(message, output) {
      const complete = (message as Message).$typeName === undefined ? create(schema, message) : message;
      output.append(toBinary(schema, complete as MessageShape<Desc>));
    },
    decode(bytes, start, end) {
      return fromBinary(schema, copies.copy(bytes, start, end));
    },
  };
}

/**
 * Copies of small messages, side by side in one array: protobuf-es makes views of what it reads, so each message
 * needs bytes of its own, and an array with a buffer of its own for each is what the garbage collector is slowest
 * with (half of all time at 64 small calls). A `bytes` field of a small message keeps its slab alive.
 */
class CopySlab {
  private slab = new Uint8Array(0);
  private used = 0;

  copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > SMALL_MESSAGE_BYTES_MAX) return copyOf(bytes, start, end);
    if (this.used + length > this.slab.length) {
      this.slab = new Uint8Array(SLAB_BYTES);
      this.used = 0;
    }
    const at = this.used;
    this.used += length;
    for (let i = 0; i < length; i++) this.slab[at + i] = bytes[start + i];
    return this.slab.subarray(at, at + length);
  }
}

const SLAB_BYTES = 8192;
const SMALL_MESSAGE_BYTES_MAX = 512;

function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}
