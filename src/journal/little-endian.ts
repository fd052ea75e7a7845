/** Numbers of fixed width, lowest byte first. */

export function storeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

export function loadUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

/** Stores a whole number up to 2^53 - 1 in eight bytes. */
export function storePosition(bytes: Uint8Array, at: number, value: number): void {
  storeUint32(bytes, at, value % TWO_TO_32);
  storeUint32(bytes, at + 4, Math.floor(value / TWO_TO_32));
}

/** What eight bytes say; not exact above 2^53, which no position is. */
export function loadPosition(bytes: Uint8Array, at: number): number {
  return loadUint32(bytes, at + 4) * TWO_TO_32 + loadUint32(bytes, at);
}

const TWO_TO_32 = 2 ** 32;
