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

  /** Begins anew. */
  clear(): void {
    this.output.length = 0;
  }

  /** All so far, in memory of its own; begins anew. */
  take(): Uint8Array {
    const { output } = this;
    const bytes = output.bytes.slice(0, output.length);
    output.length = 0;
    if (output.bytes.length > KEPT_BYTES_MAX) output.detach();
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

/** Reads changes, one after the other. Everything malformed throws a TypeError. */
export class ChangesReader {
  /** Of the present change. */
  key = "";
  private readonly bytes: Uint8Array;
  private at = 0;
  /** Where the value begins, which ends at `at`; -1 for a deletion. */
  private valueAt = -1;

  /** The bytes are borrowed. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Goes on to the next change; false at the end. */
  next(): boolean {
    if (this.at === this.bytes.length) return false;
    const keyLength = this.varint();
    const keyAt = this.skip(Math.floor(keyLength / 2));
    this.key = readUtf8(this.bytes, keyAt, this.at);
    this.valueAt = keyLength % 2 === 0 ? -1 : this.skip(this.varint());
    return true;
  }

  /** A copy of the present change's value; undefined for a deletion. */
  value(): Uint8Array | undefined {
    return this.valueAt < 0 ? undefined : this.bytes.slice(this.valueAt, this.at);
  }

  private varint(): number {
    for (let value = 0, scale = 1; ; scale *= 0x80) {
      if (this.at === this.bytes.length || scale > SCALE_MAX) throw malformed();
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  private skip(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw malformed();
    this.at = start + count;
    return start;
  }
}

function malformed(): TypeError {
  return new TypeError("these bytes are no changes of a store");
}

/** Of the fifth byte of a varint. */
const SCALE_MAX = 2 ** 28;

/** An encoder keeps its memory for the next changes, if they have not been unusually large. */
const KEPT_BYTES_MAX = 64 * 1024;
