/** Percent-encoding of `grpc-message`: UTF-8, all but space to `~` without `%` escaped (PROTOCOL-HTTP2, "Percent-Byte"). */

const UNESCAPED = /^[ -$&-~]*$/;

export function encodeStatusMessage(message: string): string {
  // A field value neither starts nor ends with a space (RFC 9113 §8.2.1).
  return escapeBytes(message).replace(/^ | $/g, "%20");
}

function escapeBytes(message: string): string {
  if (UNESCAPED.test(message)) return message;
  let text = "";
  for (const byte of new TextEncoder().encode(message)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    text += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}

/** As much of the message, from the start, as fits `bytesMax` encoded; says so where that is not all. */
export function encodeStatusMessageWithin(message: string, bytesMax: number): string {
  let text = "";
  for (const character of message) {
    const piece = escapeBytes(character);
    if (text.length + piece.length + CUT.length > bytesMax) return text + CUT;
    text += piece;
  }
  return text.replace(/^ | $/g, "%20");
}

const CUT = " (cut)";

/** Never fails: what is not properly escaped is taken as it stands, octets above `~` too, as the gRPC document asks. */
export function decodeStatusMessage(text: string): string {
  if (UNESCAPED.test(text)) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const escaped = text[i] === "%" && /^[0-9a-fA-F]{2}$/.test(text.slice(i + 1, i + 3));
    if (escaped) {
      bytes.push(Number.parseInt(text.slice(i + 1, i + 3), 16));
      i += 2;
    } else bytes.push(text.charCodeAt(i) & 0xff);
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(bytes));
}
