import { Output } from "../bytes/output.js";
import { appendVarint } from "../bytes/varint.js";
import { readUtf8, utf8Length, writeUtf8 } from "../runtime/native-bytes.js";

/**
 * Changes to a store as bytes, one after another: the length of the key in UTF-8, doubled, and one more for a value (a
 * varint); the key; for a value its length (a varint) and its bytes. Without a value the key is deleted.
 */
export class ChangesEncoder {
  private readonly output = new Output();

  get bytes(): number {
    return this.output.length;
  }

  put(key: string, value: Uint8Array): void {
    this.key(key, 1);
    appendVarint(this.output, value.length);
    this.output.append(value);
  }

  delete(key: string): void {
    this.key(key, 0);
  }

  /** All so far, in memory of its own; begins anew. */
  take(): Uint8Array {
    const bytes = this.output.view().slice();
    this.output.length = 0;
    return bytes;
  }

  private key(key: string, hasValue: 0 | 1): void {
    const { output } = this;
    const length = utf8Length(key);
    appendVarint(output, 2 * length + hasValue);
    output.reserve(length);
    output.length += writeUtf8(output.bytes, output.length, key);
  }
}

/** Gives each change in order; a deletion without a value. Values are views. @throws TypeError where the bytes are no changes */
export function eachChange(
  bytes: Uint8Array,
  change: (key: string, value: Uint8Array | undefined) => void,
): void {
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 0x80) {
      const byte = bytes[at++];
      if (byte === undefined || scale > SCALE_MAX) throw malformed();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const skip = (count: number): number => {
    const start = at;
    at += count;
    if (at > bytes.length) throw malformed();
    return start;
  };
  while (at < bytes.length) {
    const keyLength = varint();
    const keyAt = skip(keyLength >>> 1);
    const key = readUtf8(bytes, keyAt, at);
    if (keyLength % 2 === 0) change(key, undefined);
    else {
      const valueAt = skip(varint());
      change(key, bytes.subarray(valueAt, at));
    }
  }
}

function malformed(): TypeError {
  return new TypeError("these bytes are no changes of a store");
}

/** Of the fifth byte of a varint. */
const SCALE_MAX = 2 ** 28;
