import { Output } from "../bytes/output.js";
import { ErrorCode } from "./error.js";
import { Flag, FrameType, readUint31, readUint32 } from "./frame.js";
import type { FrameSink } from "./frame-reader.js";
import { HpackDecoder } from "./hpack/decoder.js";
import { HeaderList } from "./hpack/header-list.js";

/** A header section that was decoded, or that was larger than we take. */
export type DecodedSection = HeaderList | { readonly listBytes: number };

/** What frames mean, one call each: well-formed, in an order that the RFC allows, without padding. */
export interface FrameMeanings {
  /** As {@link FrameSink.receiveData}. */
  receiveData(
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    padding: number,
    last: boolean,
    endStream: boolean,
  ): void;
  receiveSection(streamId: number, section: DecodedSection, endStream: boolean): void;
  /** A CONTINUATION frame has come; false if that was one too many. */
  receiveContinuation(): boolean;
  receivePriority(streamId: number, wellFormed: boolean): void;
  receiveRstStream(streamId: number, code: number): void;
  /** `[id, value]` pairs, in order. */
  receiveSettings(settings: readonly (readonly [number, number])[]): void;
  receiveSettingsAck(): void;
  /** The eight bytes of the payload start at `start`; borrowed. */
  receivePing(bytes: Uint8Array, start: number): void;
  receivePingAck(kind: number): void;
  receiveGoAway(lastStreamId: number, code: number, debug: string): void;
  /** `increment`: 0 … 2^31-1. */
  receiveWindowUpdate(streamId: number, increment: number): void;
  receiveUnknown(): void;
  /** The peer broke a rule of framing: the connection cannot go on. */
  receiveFault(code: number, detail: string): void;
}

/** The most text of a GOAWAY's debug data that is sent or kept: enough to tell, in an error, why a peer goes. */
export const DEBUG_BYTES_MAX = 512;

/**
 * Reads the payloads of frames (RFC 9113 §6) and checks all that can be checked without knowing the streams: sizes,
 * stream 0 or not, SETTINGS first, header blocks in one run of frames (§4.3). Decodes header blocks.
 */
export class FrameInterpreter implements FrameSink {
  private readonly meanings: FrameMeanings;
  private readonly decoder: HpackDecoder;
  private readonly listBytesMax: number;
  private settingsSeen = false;
  /** A header block that is spread over CONTINUATION frames. */
  private block: Output | undefined;
  private blockStreamId = 0;
  private blockEndStream = false;

  constructor(
    meanings: FrameMeanings,
    limits: { readonly tableBytesMax: number; readonly listBytesMax: number },
  ) {
    this.meanings = meanings;
    this.listBytesMax = limits.listBytesMax;
    this.decoder = new HpackDecoder(limits);
  }

  receiveFault(code: number, detail: string): void {
    this.meanings.receiveFault(code, detail);
  }

  receiveData(
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    padding: number,
    last: boolean,
    endStream: boolean,
  ): void {
    if (!this.settingsSeen || this.block !== undefined) return this.unexpectedFrame(FrameType.DATA);
    this.meanings.receiveData(streamId, bytes, start, end, padding, last, endStream);
  }

  receiveFrame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (!this.settingsSeen && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0))
      return this.unexpectedFrame(type);
    if (this.block !== undefined && type !== FrameType.CONTINUATION) return this.unexpectedFrame(type);
    const fault = frameFault(type, flags, streamId, end - start);
    if (fault !== undefined) return this.receiveFault(fault.code, fault.detail);
    const { meanings } = this;
    switch (type) {
      case FrameType.HEADERS:
        return this.receiveHeaders(flags, streamId, bytes, start, end);
      case FrameType.PRIORITY:
        return meanings.receivePriority(streamId, end - start === PRIORITY_BYTES);
      case FrameType.RST_STREAM:
        return meanings.receiveRstStream(streamId, readUint32(bytes, start));
      case FrameType.SETTINGS:
        return this.receiveSettings(flags, bytes, start, end);
      case FrameType.PING:
        return flags & Flag.ACK ? meanings.receivePingAck(bytes[start]) : meanings.receivePing(bytes, start);
      case FrameType.GOAWAY:
        return this.receiveGoAway(bytes, start, end);
      case FrameType.WINDOW_UPDATE:
        return meanings.receiveWindowUpdate(streamId, readUint31(bytes, start));
      case FrameType.CONTINUATION:
        return this.receiveContinuation(flags, streamId, bytes, start, end);
      default:
        // Unknown types are ignored, §4.1.
        meanings.receiveUnknown();
    }
  }

  private unexpectedFrame(type: number): void {
    const detail = this.settingsSeen
      ? `frame of type ${type} in the middle of a header block`
      : `the connection started with a frame of type ${type} instead of SETTINGS`;
    this.receiveFault(ErrorCode.PROTOCOL_ERROR, detail);
  }

  private receiveHeaders(
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const fieldBytes = (flags & Flag.PADDED ? 1 : 0) + (flags & Flag.PRIORITY ? PRIORITY_BYTES : 0);
    if (fieldBytes > end - start)
      return this.receiveFault(ErrorCode.FRAME_SIZE_ERROR, "HEADERS frame is shorter than its fields");
    const padding = flags & Flag.PADDED ? bytes[start] : 0;
    start += fieldBytes;
    if (padding > end - start)
      return this.receiveFault(ErrorCode.PROTOCOL_ERROR, `padding of ${padding} bytes in a HEADERS frame`);
    end -= padding;
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if (flags & Flag.END_HEADERS) return this.receiveBlock(streamId, endStream, bytes, start, end);
    this.block = new Output();
    this.block.append(bytes, start, end);
    this.blockStreamId = streamId;
    this.blockEndStream = endStream;
  }

  private receiveContinuation(
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { block } = this;
    if (block === undefined || streamId !== this.blockStreamId)
      return this.receiveFault(
        ErrorCode.PROTOCOL_ERROR,
        `CONTINUATION on stream ${streamId} without HEADERS before it`,
      );
    if (!this.meanings.receiveContinuation()) return;
    // Encoded blocks are not larger than the list they stand for, but for a few bytes an entry.
    if (block.length + end - start > 2 * this.listBytesMax)
      return this.receiveFault(ErrorCode.ENHANCE_YOUR_CALM, "header block too large");
    block.append(bytes, start, end);
    if ((flags & Flag.END_HEADERS) === 0) return;
    this.block = undefined;
    this.receiveBlock(streamId, this.blockEndStream, block.bytes, 0, block.length);
  }

  private receiveBlock(
    streamId: number,
    endStream: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const section = this.decoder.decode(bytes, start, end);
    if (!(section instanceof HeaderList) && section.kind === "compression")
      return this.receiveFault(ErrorCode.COMPRESSION_ERROR, section.detail);
    this.meanings.receiveSection(streamId, section, endStream);
  }

  private receiveSettings(flags: number, bytes: Uint8Array, start: number, end: number): void {
    if (flags & Flag.ACK) return this.meanings.receiveSettingsAck();
    this.settingsSeen = true;
    const settings: [number, number][] = [];
    for (let at = start; at < end; at += SETTING_BYTES)
      settings.push([(bytes[at] << 8) | bytes[at + 1], readUint32(bytes, at + 2)]);
    this.meanings.receiveSettings(settings);
  }

  private receiveGoAway(bytes: Uint8Array, start: number, end: number): void {
    const debugEnd = Math.min(end, start + GOAWAY_BYTES_MIN + DEBUG_BYTES_MAX);
    const debug = latin1(bytes, start + GOAWAY_BYTES_MIN, debugEnd);
    this.meanings.receiveGoAway(readUint31(bytes, start), readUint32(bytes, start + 4), debug);
  }
}

const PRIORITY_BYTES = 5;
const SETTING_BYTES = 6;
const GOAWAY_BYTES_MIN = 8;

/** What is wrong with a frame's stream id or size, by its type (RFC 9113 §6.2 to §6.10); a connection error. */
function frameFault(
  type: number,
  flags: number,
  streamId: number,
  length: number,
): { readonly code: number; readonly detail: string } | undefined {
  switch (type) {
    case FrameType.HEADERS:
    case FrameType.PRIORITY:
      return streamId === 0 ? misplaced(type, streamId) : undefined;
    case FrameType.RST_STREAM:
      return length !== 4 ? missized(type, length) : streamId === 0 ? misplaced(type, streamId) : undefined;
    case FrameType.WINDOW_UPDATE:
      return length !== 4 ? missized(type, length) : undefined;
    case FrameType.SETTINGS:
      if (streamId !== 0) return misplaced(type, streamId);
      return (flags & Flag.ACK ? length !== 0 : length % SETTING_BYTES !== 0)
        ? missized(type, length)
        : undefined;
    case FrameType.PING:
      return streamId !== 0 ? misplaced(type, streamId) : length !== 8 ? missized(type, length) : undefined;
    case FrameType.GOAWAY:
      if (streamId !== 0) return misplaced(type, streamId);
      return length < GOAWAY_BYTES_MIN ? missized(type, length) : undefined;
    case FrameType.PUSH_PROMISE:
      return { code: ErrorCode.PROTOCOL_ERROR, detail: "PUSH_PROMISE, though push is switched off" };
    default:
      return undefined;
  }
}

const NAMES = Object.keys(FrameType);

function misplaced(type: number, streamId: number): { readonly code: number; readonly detail: string } {
  return { code: ErrorCode.PROTOCOL_ERROR, detail: `${NAMES[type]} on stream ${streamId}` };
}

function missized(type: number, length: number): { readonly code: number; readonly detail: string } {
  return { code: ErrorCode.FRAME_SIZE_ERROR, detail: `${NAMES[type]} frame of ${length} bytes` };
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
