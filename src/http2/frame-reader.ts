import { ErrorCode } from "./error.js";
import { Flag, FRAME_HEADER_BYTES, FrameType, readUint31 } from "./frame.js";

/** Where a {@link FrameReader} puts what it has cut. */
export interface FrameSink {
  /**
   * A piece of a DATA frame: `bytes[start, end)`, borrowed, is payload without padding. `padding` counts the
   * padding bytes and the pad length field that the piece brings along; both are subject to flow control. `last`:
   * the frame ends with this piece; `endStream` is only ever true then. An empty frame is one empty piece.
   */
  receiveData(
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    padding: number,
    last: boolean,
    endStream: boolean,
  ): void;
  /** A whole frame of another type: its payload is `bytes[start, end)`, borrowed. */
  receiveFrame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void;
  /** A fault in the framing itself: the connection cannot go on. */
  receiveFault(code: number, detail: string): void;
}

/**
 * Cuts a byte stream, in whatever pieces it comes, into frames (RFC 9113 §4). DATA passes through piece by piece
 * and is never collected; of any other frame at most `maxFrameBytes` + 9 bytes are kept until the rest has come.
 */
export class FrameReader {
  private readonly sink: FrameSink;
  private readonly maxFrameBytes: number;
  private stopped = false;
  /** The beginning of a frame that is not complete yet. */
  private kept: Uint8Array | undefined;
  private keptLength = 0;
  // The DATA frame we are in the middle of:
  private dataLeft = 0;
  private paddingLeft = 0;
  private dataStreamId = 0;
  private dataEndStream = false;
  private inData = false;

  constructor(sink: FrameSink, maxFrameBytes: number) {
    this.sink = sink;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** After this, `read` does nothing any more. */
  stop(): void {
    this.stopped = true;
    this.kept = undefined;
  }

  /** Takes the next bytes, from `at` on; they are borrowed until this returns. */
  read(bytes: Uint8Array, at = 0): void {
    const end = bytes.length;
    if (this.kept !== undefined) at = this.completeKept(bytes, at);
    while (at < end && !this.stopped) {
      if (this.inData) {
        at = this.readData(bytes, at);
        continue;
      }
      const needed = this.bytesNeeded(bytes, at, end - at);
      if (needed > end - at) {
        this.keep(bytes, at, needed);
        return;
      }
      at = this.readFrame(bytes, at);
    }
  }

  /** How many bytes from `at` on the reader must see at once to go on: of a DATA frame the header suffices. */
  private bytesNeeded(bytes: Uint8Array, at: number, available: number): number {
    if (available < FRAME_HEADER_BYTES) return FRAME_HEADER_BYTES;
    const length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    if (length > this.maxFrameBytes) return FRAME_HEADER_BYTES;
    if (bytes[at + 3] !== FrameType.DATA) return FRAME_HEADER_BYTES + length;
    return FRAME_HEADER_BYTES + (bytes[at + 4] & Flag.PADDED && length > 0 ? 1 : 0);
  }

  private keep(bytes: Uint8Array, at: number, needed: number): void {
    this.kept = new Uint8Array(needed);
    this.keptLength = bytes.length - at;
    this.kept.set(bytes.subarray(at));
  }

  /** Fills up the kept beginning from `bytes`; returns how far it has used them. */
  private completeKept(bytes: Uint8Array, at: number): number {
    while (this.kept !== undefined && at < bytes.length) {
      const take = Math.min(this.kept.length - this.keptLength, bytes.length - at);
      this.kept.set(bytes.subarray(at, at + take), this.keptLength);
      this.keptLength += take;
      at += take;
      if (this.keptLength < this.kept.length) return at;
      const needed = this.bytesNeeded(this.kept, 0, this.keptLength);
      if (needed > this.keptLength) {
        const longer = new Uint8Array(needed);
        longer.set(this.kept);
        this.kept = longer;
      } else {
        const frame = this.kept;
        this.kept = undefined;
        this.readFrame(frame, 0);
      }
    }
    return at;
  }

  /** Reads a frame of which {@link bytesNeeded} bytes are there; returns where the reader has got to. */
  private readFrame(bytes: Uint8Array, at: number): number {
    const length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    const type = bytes[at + 3];
    const flags = bytes[at + 4];
    const streamId = readUint31(bytes, at + 5);
    const start = at + FRAME_HEADER_BYTES;
    if (length > this.maxFrameBytes) {
      this.stop();
      this.sink.receiveFault(
        ErrorCode.FRAME_SIZE_ERROR,
        `frame of ${length} bytes; at most ${this.maxFrameBytes} are allowed`,
      );
      return bytes.length;
    }
    if (type !== FrameType.DATA) {
      this.sink.receiveFrame(type, flags, streamId, bytes, start, start + length);
      return start + length;
    }
    return this.beginData(bytes, start, length, flags, streamId);
  }

  private beginData(
    bytes: Uint8Array,
    start: number,
    length: number,
    flags: number,
    streamId: number,
  ): number {
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.PADDED) === 0) {
      if (start + length <= bytes.length) {
        this.sink.receiveData(streamId, bytes, start, start + length, 0, true, endStream);
        return start + length;
      }
      return this.enterData(bytes, start, length, 0, streamId, endStream);
    }
    if (length === 0) {
      this.stop();
      this.sink.receiveFault(ErrorCode.FRAME_SIZE_ERROR, "padded DATA frame without a pad length");
      return bytes.length;
    }
    const padding = bytes[start];
    if (padding >= length) {
      this.stop();
      this.sink.receiveFault(
        ErrorCode.PROTOCOL_ERROR,
        `padding of ${padding} bytes in a DATA frame of ${length}`,
      );
      return bytes.length;
    }
    const payload = length - 1 - padding;
    this.sink.receiveData(
      streamId,
      bytes,
      start + 1,
      start + 1,
      1,
      payload + padding === 0,
      endStream && payload + padding === 0,
    );
    if (payload + padding === 0) return start + 1;
    return this.enterData(bytes, start + 1, payload, padding, streamId, endStream);
  }

  private enterData(
    bytes: Uint8Array,
    at: number,
    payload: number,
    padding: number,
    streamId: number,
    endStream: boolean,
  ): number {
    this.inData = true;
    this.dataLeft = payload;
    this.paddingLeft = padding;
    this.dataStreamId = streamId;
    this.dataEndStream = endStream;
    return at < bytes.length ? this.readData(bytes, at) : at;
  }

  private readData(bytes: Uint8Array, at: number): number {
    const payload = Math.min(this.dataLeft, bytes.length - at);
    const padding = Math.min(this.paddingLeft, bytes.length - at - payload);
    this.dataLeft -= payload;
    this.paddingLeft -= padding;
    const last = this.dataLeft + this.paddingLeft === 0;
    this.inData = !last;
    this.sink.receiveData(
      this.dataStreamId,
      bytes,
      at,
      at + payload,
      padding,
      last,
      last && this.dataEndStream,
    );
    return at + payload + padding;
  }
}
