// HTTP/2 frames, byte by byte (RFC 9113 §4), for what no HTTP library can be made to send.

export const Type = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
} as const;

export const Flag = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8 } as const;

export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

export function data(streamId: number, payload: Uint8Array, flags = 0): Buffer {
  return frame(Type.DATA, flags, streamId, payload);
}

/** A header section without compression; one code unit is one octet. */
export function headers(streamId: number, fields: Record<string, string>, flags = 0): Buffer {
  const literals = Object.entries(fields).map(([name, value]) =>
    Buffer.concat([Buffer.from([0]), hpackString(name), hpackString(value)]),
  );
  return frame(Type.HEADERS, flags | Flag.END_HEADERS, streamId, Buffer.concat(literals));
}

export function rstStream(streamId: number, code: number): Buffer {
  return frame(Type.RST_STREAM, 0, streamId, uint32s(code));
}

export function goAway(lastStreamId: number, code: number, debug = ""): Buffer {
  return frame(Type.GOAWAY, 0, 0, Buffer.concat([uint32s(lastStreamId, code), Buffer.from(debug)]));
}

/** Takes the whole frames from the front of `bytes`; the rest is `left`. */
/** Takes what one end of a connection sends as it comes, and gives the frames that are complete. */
export class FrameParser {
  private left: Buffer = Buffer.alloc(0);
  private prefaceLeft: number;

  constructor(from: "client" | "server") {
    this.prefaceLeft = from === "client" ? PREFACE.length : 0;
  }

  take(bytes: Uint8Array): Frame[] {
    const skipped = Math.min(this.prefaceLeft, bytes.length);
    this.prefaceLeft -= skipped;
    const { frames, left } = parseFrames(Buffer.concat([this.left, bytes.subarray(skipped)]));
    this.left = left;
    return frames;
  }
}

function parseFrames(bytes: Buffer): { frames: Frame[]; left: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= 9) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({
      type: bytes[at + 3],
      flags: bytes[at + 4],
      streamId: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, end),
    });
    at = end;
  }
  return { frames, left: bytes.subarray(at) };
}

function hpackString(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

function uint32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}
