import { CODE_BITS, huffmanCodes } from "./huffman-code.js";

/** Octets that `text` takes when Huffman-coded, padding included; `-1` if a code unit of it is above `0xff`. */
export function huffmanBytes(text: string): number {
  let bits = 0;
  let units = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    units |= unit;
    bits += CODE_BITS[unit & 0xff];
  }
  return units > 0xff ? -1 : (bits + 7) >>> 3;
}

/** Writes the Huffman code of `text`, {@link huffmanBytes} long, to `bytes` from `at` on (RFC 7541 §5.2). */
export function writeHuffman(text: string, bytes: Uint8Array, at: number): void {
  codes ??= huffmanCodes();
  // The low `pending` bits of `bits`, fewer than 16, are not yet written; those above them are stale.
  let bits = 0;
  let pending = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i);
    const code = codes[symbol];
    let codeBits = CODE_BITS[symbol];
    if (codeBits > 16) {
      // Together with the pending bits it might not fit into 32: all but its last 16 bits go ahead.
      codeBits -= 16;
      bits = (bits << codeBits) | (code >>> 16);
      pending += codeBits;
      if (pending >= 16) {
        pending -= 16;
        bytes[at++] = bits >>> (pending + 8);
        bytes[at++] = bits >>> pending;
      }
      codeBits = 16;
    }
    bits = (bits << codeBits) | (code & 0xffff);
    pending += codeBits;
    if (pending >= 16) {
      pending -= 16;
      bytes[at++] = bits >>> (pending + 8);
      bytes[at++] = bits >>> pending;
    }
  }
  if (pending >= 8) {
    pending -= 8;
    bytes[at++] = bits >>> pending;
  }
  if (pending > 0) bytes[at] = (bits << (8 - pending)) | (0xff >>> pending);
}

let codes: Uint32Array | undefined;
