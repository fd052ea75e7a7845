import type { Output } from "../bytes/output.js";

/** Turns messages of one type into bytes and back. */
export interface Marshaller<T = unknown> {
  /** Appends `message` to `output`. @throws where the message cannot be encoded; the output's length is then undefined */
  encode(message: T, output: Output): void;
  /** Makes a message of `bytes[start, end)`; the bytes are borrowed and nothing of the message refers to them. @throws on malformed bytes */
  decode(bytes: Uint8Array, start: number, end: number): T;
}
