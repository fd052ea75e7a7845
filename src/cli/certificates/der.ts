/** Distinguished Encoding Rules of ASN.1 (X.690), as far as certificates need them: each function gives one encoded value. */
export const der = {
  sequence: (...parts: readonly Uint8Array[]) => tagged(0x30, ...parts),
  set: (...parts: readonly Uint8Array[]) => tagged(0x31, ...parts),
  /** A context-specific tag around a value (`[3] EXPLICIT`). */
  explicit: (number: number, part: Uint8Array) => tagged(0xa0 + number, part),
  /** A context-specific tag in place of a value's own (`[2] IMPLICIT`). */
  implicit: (number: number, content: Uint8Array) => tagged(0x80 + number, content),
  boolean: (value: boolean) => tagged(0x01, Uint8Array.of(value ? 0xff : 0)),
  /** A whole number that is not negative, from its bytes, the most significant first. */
  integer: (bytes: Uint8Array) => tagged(0x02, bytes[0] >= 0x80 ? Uint8Array.of(0) : EMPTY, bytes),
  octets: (content: Uint8Array) => tagged(0x04, content),
  bits: (content: Uint8Array, unusedBits = 0) => tagged(0x03, Uint8Array.of(unusedBits), content),
  text: (text: string) => tagged(0x0c, new TextEncoder().encode(text)),
  /** RFC 5280 §4.1.2.5: two digits of the year until 2049, four from then on. */
  time: (time: Date) => {
    const digits = `${time
      .toISOString()
      .replace(/\.\d+Z$/, "")
      .replaceAll(/[-T:]/g, "")}Z`;
    const isShort = time.getUTCFullYear() >= 1950 && time.getUTCFullYear() < 2050;
    return tagged(isShort ? 0x17 : 0x18, new TextEncoder().encode(isShort ? digits.slice(2) : digits));
  },
  /** An object identifier from its dotted form. */
  oid: (dotted: string) => {
    const [first, second, ...rest] = dotted.split(".").map(Number);
    return tagged(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
  },
};

const EMPTY = new Uint8Array(0);

function tagged(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Uint8Array.from([tag, ...encodedLength(length), ...parts.flatMap((part) => [...part])]);
}

function encodedLength(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 + bytes.length, ...bytes];
}

function base128(number: number): number[] {
  const bytes = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
