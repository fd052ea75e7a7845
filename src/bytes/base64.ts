/** Base64 (RFC 4648 §4), written without padding and read with or without it, as gRPC's `-bin` metadata wants it. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  let at = 0;
  for (; at + 2 < bytes.length; at += 3) {
    const bits = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    text +=
      ALPHABET[bits >> 18] + ALPHABET[(bits >> 12) & 63] + ALPHABET[(bits >> 6) & 63] + ALPHABET[bits & 63];
  }
  const left = bytes.length - at;
  if (left === 1) text += ALPHABET[bytes[at] >> 2] + ALPHABET[(bytes[at] << 4) & 63];
  if (left === 2) {
    const bits = (bytes[at] << 8) | bytes[at + 1];
    text += ALPHABET[bits >> 10] + ALPHABET[(bits >> 4) & 63] + ALPHABET[(bits << 2) & 63];
  }
  return text;
}

/** Undefined where `text` is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  let length = text.length;
  if (length % 4 === 0 && length > 0) {
    if (text[length - 1] === "=") length--;
    if (text[length - 1] === "=") length--;
  }
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array((length * 3) >> 2);
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? VALUES[code] : -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[at++] = bits >> bitCount;
    }
  }
  return bytes;
}
