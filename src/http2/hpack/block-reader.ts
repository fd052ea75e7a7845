import { decodeHuffman } from "./huffman-decode.js";
import { latin1 } from "./latin1.js";

/**
 * A cursor over one header block that reads the primitive types of RFC 7541 §5.
 *
 * A read that fails returns {@link NO_INTEGER} or `undefined` and says why in {@link BlockReader.failure}.
 */
export class BlockReader {
  /** Why the last read failed. */
  failure = "";

  private bytes: Uint8Array = NO_BYTES;
  private at = 0;
  private end = 0;

  /** Borrows `bytes[start, end)` until {@link BlockReader.close}. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  close(): void {
    this.bytes = NO_BYTES;
  }

  atEnd(): boolean {
    return this.at === this.end;
  }

  /** Only if not at the end. */
  readOctet(): number {
    return this.bytes[this.at++];
  }

  /**
   * Reads the rest of an integer (RFC 7541 §5.1).
   * @param first its first octet, already read
   * @param prefixMax `2^N - 1` for a prefix of `N` bits
   * @returns `0` to `2^32 - 1`, or {@link NO_INTEGER}
   */
  readInteger(first: number, prefixMax: number): number {
    const prefix = first & prefixMax;
    return prefix < prefixMax ? prefix : this.readLongInteger(prefixMax);
  }

  /** Reads a string literal (RFC 7541 §5.2), each octet as one code unit. */
  readString(): string | undefined {
    if (this.atEnd()) return this.failString("block ends where a string was due");
    const first = this.readOctet();
    const length = this.readInteger(first, 0x7f);
    if (length === NO_INTEGER) return undefined;
    const start = this.at;
    if (length > this.end - start) return this.failString("block ends within a string");
    this.at = start + length;
    if (first < HUFFMAN) return latin1(this.bytes, start, this.at);
    return (
      decodeHuffman(this.bytes, start, this.at) ?? this.failString("Huffman code with EOS or wrong padding")
    );
  }

  private readLongInteger(prefixMax: number): number {
    let value = prefixMax;
    let weight = 1;
    for (let count = 0; count < CONTINUATION_OCTETS_MAX; count++) {
      if (this.atEnd()) return this.failInteger("block ends within an integer");
      const octet = this.readOctet();
      value += (octet & 0x7f) * weight;
      weight *= 0x80;
      if (octet < 0x80) return value <= INTEGER_MAX ? value : this.failInteger("integer above 32 bits");
    }
    return this.failInteger("integer of too many octets");
  }

  private failInteger(failure: string): number {
    this.failure = failure;
    return NO_INTEGER;
  }

  private failString(failure: string): undefined {
    this.failure = failure;
    return undefined;
  }
}

/** What {@link BlockReader.readInteger} returns if there is none to read. */
export const NO_INTEGER = -1;

/** No length or index comes near it; RFC 7541 §5.1 wants excessive values refused. */
const INTEGER_MAX = 0xffff_ffff;

/** Seven bits each: five hold 32 bits, and more would only be zeros in front. */
const CONTINUATION_OCTETS_MAX = 5;

const HUFFMAN = 0x80;

const NO_BYTES = new Uint8Array(0);
