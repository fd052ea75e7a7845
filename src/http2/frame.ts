import type { Output } from "../bytes/output.js";

/** Frame types, RFC 9113 §6. */
export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const;

/** Frame flags, RFC 9113 §6; which ones count depends on the type. */
export const Flag = {
  ACK: 0x1,
  END_STREAM: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20,
} as const;

/** Bytes of the header in front of every frame's payload: length 24 bits, type 8, flags 8, stream id 31 (§4.1). */
export const FRAME_HEADER_BYTES = 9;

/** What a client says first, §3.4; then follow its SETTINGS. */
export const CLIENT_PREFACE = new Uint8Array(
  Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (c) => c.charCodeAt(0)),
);

/** The largest stream id, window and window increment: 31 bits. */
export const UINT31_MAX = 0x7fff_ffff;

/** Stores a frame header at `at`; the nine bytes must be there. */
export function storeFrameHeader(
  bytes: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  bytes[at] = length >>> 16;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  bytes[at + 5] = streamId >>> 24;
  bytes[at + 6] = streamId >>> 16;
  bytes[at + 7] = streamId >>> 8;
  bytes[at + 8] = streamId;
}

function appendUint32(output: Output, value: number): void {
  const { bytes } = output;
  let at = output.length;
  bytes[at++] = value >>> 24;
  bytes[at++] = value >>> 16;
  bytes[at++] = value >>> 8;
  bytes[at++] = value;
  output.length = at;
}

/** Appends a frame header and makes room for the payload of `length` bytes behind it. */
function appendFrameHeader(
  output: Output,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  output.reserve(FRAME_HEADER_BYTES + length);
  storeFrameHeader(output.bytes, output.length, length, type, flags, streamId);
  output.length += FRAME_HEADER_BYTES;
}

export function appendRstStream(output: Output, streamId: number, errorCode: number): void {
  appendFrameHeader(output, 4, FrameType.RST_STREAM, 0, streamId);
  appendUint32(output, errorCode);
}

/** `increment`: 1 … 2^31-1. Stream 0 is the connection. */
export function appendWindowUpdate(output: Output, streamId: number, increment: number): void {
  appendFrameHeader(output, 4, FrameType.WINDOW_UPDATE, 0, streamId);
  appendUint32(output, increment);
}

/** `settings` as pairs of id and value. */
export function appendSettings(output: Output, settings: readonly (readonly [number, number])[]): void {
  appendFrameHeader(output, settings.length * 6, FrameType.SETTINGS, 0, 0);
  for (const [id, value] of settings) {
    output.bytes[output.length++] = id >>> 8;
    output.bytes[output.length++] = id;
    appendUint32(output, value);
  }
}

export function appendSettingsAck(output: Output): void {
  appendFrameHeader(output, 0, FrameType.SETTINGS, Flag.ACK, 0);
}

/** `payload`: a source of at least 8 bytes from `start` on. */
export function appendPing(output: Output, ack: boolean, payload: Uint8Array, start = 0): void {
  appendFrameHeader(output, 8, FrameType.PING, ack ? Flag.ACK : 0, 0);
  output.append(payload, start, start + 8);
}

export function appendGoAway(output: Output, lastStreamId: number, errorCode: number, debug: string): void {
  appendFrameHeader(output, 8 + debug.length, FrameType.GOAWAY, 0, 0);
  appendUint32(output, lastStreamId);
  appendUint32(output, errorCode);
  for (let i = 0; i < debug.length; i++) output.bytes[output.length++] = debug.charCodeAt(i);
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** A stream id, window increment or last-stream-id: the reserved top bit is ignored, as §4.1 says. */
export function readUint31(bytes: Uint8Array, at: number): number {
  return readUint32(bytes, at) & UINT31_MAX;
}
