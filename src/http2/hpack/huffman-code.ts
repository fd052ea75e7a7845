/**
 * The Huffman code of RFC 7541 Appendix B.
 *
 * It is a canonical code: among codes of one length, and from one length to the next, codes ascend with the symbol.
 * So the lengths below say everything, and the codes are computed from them.
 */

/** Symbols: the 256 octets, then EOS. */
export const SYMBOL_COUNT = 257;

/** End of string: never sent whole, its first bits are the padding (RFC 7541 §5.2). */
export const SYMBOL_EOS = 256;

/** Bits of each symbol's code, 5 to 30; sixteen symbols per row, EOS last. */
// biome-ignore format: rows of sixteen
export const CODE_BITS = Uint8Array.of(
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
   6, 10, 10, 12, 13,  6,  8, 11, 10, 10,  8, 11,  8,  6,  6,  6,
   5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8, 15,  6, 12, 10,
  13,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
   7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8, 13, 19, 13, 14,  6,
  15,  5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,
   6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
);

/** The longest code, that of EOS and three control characters. */
export const CODE_BITS_MAX = 30;

/** Each symbol's code, right-aligned in {@link CODE_BITS} bits. */
export function huffmanCodes(): Uint32Array {
  const codes = new Uint32Array(SYMBOL_COUNT);
  let next = 0;
  for (let bits = 1; bits <= CODE_BITS_MAX; bits++) {
    next *= 2;
    for (let symbol = 0; symbol < SYMBOL_COUNT; symbol++) {
      if (CODE_BITS[symbol] === bits) codes[symbol] = next++;
    }
  }
  return codes;
}
