/** A frame as it stands on the wire, RFC 9113 §4.1. */
export interface WireFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
}

export const WireType = { DATA: 0, HEADERS: 1, RST_STREAM: 3, GOAWAY: 7 } as const;

/** END_STREAM, on DATA and HEADERS. */
export const END_STREAM = 0x1;

const CLIENT_PREFACE_BYTES = 24;
const HEADER_BYTES = 9;

/** Finds the frames in the bytes of one direction; shares no code with the engine under test. */
export class FrameWatch {
  private readonly onFrame: (frame: WireFrame) => void;
  private bytes = Buffer.alloc(0);
  private skip: number;

  constructor(sender: "client" | "server", onFrame: (frame: WireFrame) => void) {
    this.onFrame = onFrame;
    this.skip = sender === "client" ? CLIENT_PREFACE_BYTES : 0;
  }

  push(bytes: Uint8Array): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
    if (this.skip > 0) {
      const skipped = Math.min(this.skip, this.bytes.length);
      this.skip -= skipped;
      this.bytes = this.bytes.subarray(skipped);
    }
    for (;;) {
      if (this.bytes.length < HEADER_BYTES) return;
      const end = HEADER_BYTES + this.bytes.readUIntBE(0, 3);
      if (this.bytes.length < end) return;
      this.onFrame({
        type: this.bytes[3],
        flags: this.bytes[4],
        streamId: this.bytes.readUInt32BE(5) & 0x7fffffff,
        payload: this.bytes.subarray(HEADER_BYTES, end),
      });
      this.bytes = this.bytes.subarray(end);
    }
  }
}
