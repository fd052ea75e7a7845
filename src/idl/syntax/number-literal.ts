/** The largest integer that a `.proto` file can have: that of `uint64`. */
const UINT64_LIMIT = 0xffff_ffff_ffff_ffffn;

/** So many decimal digits are a safe integer whatever they are. */
const SAFE_DIGITS = 15;

/**
 * The value of a decimal, an octal (`017`) or a hexadecimal (`0xf`) integer literal: a number where that is exact, otherwise
 * a bigint. Undefined beyond 2^64 - 1.
 */
export function intMagnitude(literal: string): number | bigint | undefined {
  const isDecimal = literal.charCodeAt(0) !== 0x30;
  if (isDecimal) {
    if (literal.length <= SAFE_DIGITS) return Number(literal);
    return literal.length > 20 ? undefined : narrowed(BigInt(literal));
  }
  if (literal.length === 1) return 0;
  const isHexadecimal = (literal.charCodeAt(1) | 0x20) === 0x78;
  const digits = literal.slice(isHexadecimal ? 2 : 1).replace(/^0+(?=.)/, "");
  if (digits.length > (isHexadecimal ? 16 : 22)) return undefined;
  return narrowed(BigInt((isHexadecimal ? "0x" : "0o") + digits));
}

function narrowed(value: bigint): number | bigint | undefined {
  if (value > UINT64_LIMIT) return undefined;
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
