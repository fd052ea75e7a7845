import { Output } from "../bytes/output.js";
import { storeVarint, storeVarint64 } from "../bytes/varint.js";
import { utf8Length, writeUtf8 } from "../runtime/native-bytes.js";

/** Writes records for a journal, one after the other into the same memory: journals copy what they are given. */
export class RecordWriter {
  private readonly output = new Output();

  /** Starts a record of that kind, 0 … 255. What the last one held is gone. */
  begin(kind: number): this {
    const { output } = this;
    output.length = 0;
    output.reserve(1);
    output.bytes[output.length++] = kind;
    return this;
  }

  /** A whole number, 0 … 2^53-1, as a varint; any other is a bug, and must not get into a journal that is to be read again. */
  number(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new Error(`assertion failed: ${value} is no number of a record`);
    const { output } = this;
    output.reserve(VARINT_BYTES_MAX);
    const { bytes, length } = output;
    output.length =
      value < HALF
        ? storeVarint(bytes, length, value)
        : storeVarint64(bytes, length, value % HALF, Math.floor(value / HALF));
    return this;
  }

  /** Bytes, behind their number. */
  bytes(bytes: Uint8Array): this {
    this.number(bytes.length);
    this.output.append(bytes);
    return this;
  }

  /** Bytes whose number the reader knows, or which end the record. */
  raw(bytes: Uint8Array): this {
    this.output.append(bytes);
    return this;
  }

  /** Text of characters up to U+00FF, a byte each, whose number the reader knows. */
  characters(text: string): this {
    const { output } = this;
    output.reserve(text.length);
    const { bytes, length } = output;
    for (let i = 0; i < text.length; i++) bytes[length + i] = text.charCodeAt(i);
    output.length = length + text.length;
    return this;
  }

  /** Text as UTF-8; surrogates without a partner become U+FFFD. */
  text(text: string): this {
    this.number(utf8Length(text));
    const { output } = this;
    output.reserve(3 * text.length);
    output.length += writeUtf8(output.bytes, output.length, text);
    return this;
  }

  /** The record, until the next one begins. */
  view(): Uint8Array {
    return this.output.view();
  }
}

/** 53 bits, 7 in a byte, and what `storeVarint64` wants to have room for. */
const VARINT_BYTES_MAX = 10;

const HALF = 2 ** 32;
