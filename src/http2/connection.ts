import { Output } from "../bytes/output.js";
import { BandwidthEstimator } from "./bandwidth.js";
import { assert, type ConnectionFailure, ErrorCode, errorName, type StreamAbort } from "./error.js";
import { FloodBudget } from "./flood-budget.js";
import { ReceiveWindow } from "./flow-control.js";
import {
  appendGoAway,
  appendPing,
  appendRstStream,
  appendSettings,
  appendSettingsAck,
  appendWindowUpdate,
  CLIENT_PREFACE,
  Flag,
  FRAME_HEADER_BYTES,
  FrameType,
  readUint31,
  readUint32,
  storeFrameHeader,
  UINT31_MAX,
} from "./frame.js";
import { FrameReader, type FrameSink } from "./frame-reader.js";
import { fieldValue, headerFault, type SectionKind } from "./header-rules.js";
import { HpackDecoder } from "./hpack/decoder.js";
import { type HeaderTemplate, HpackEncoder } from "./hpack/encoder.js";
import { HeaderList } from "./hpack/header-list.js";
import { applySetting, DEFAULT_WINDOW_BYTES, initialSettings, SettingId, type Settings } from "./settings.js";
import { type QueuedSend, Stream, type StreamHandler } from "./stream.js";
import { StreamList } from "./stream-list.js";
import { faultCode, nextState, StreamInput, StreamState } from "./stream-state.js";

/** What a connection tells its driver and the layer above. */
export interface ConnectionEvents {
  /** The output has bytes to hand over; said once until {@link Connection.takeOutput}. */
  onOutput(): void;
  /** The peer's first SETTINGS have come: streams may be opened. */
  onReady(): void;
  /** The peer has opened a stream (servers only); returns who handles it from here on. */
  onStream(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler;
  /** The peer takes no new streams on this connection, or we have run out of stream ids. Open ones go on. */
  onGoAway(code: number, debug: string): void;
  /** Our PING of that kind was acknowledged. */
  onPingAck(kind: number): void;
  /** Going away, and the last stream has ended: time to close the pipe. */
  onDrained(): void;
  /** The connection is over. Every stream was told before; the output may still hold a GOAWAY. */
  onConnectionClose(failure: ConnectionFailure): void;
}

/** All optional; `DEFAULTS` below gives the values and reasons. */
export interface ConnectionOptions {
  /** Receive window of each stream at the start, 1 … 2^31-1 bytes. */
  readonly streamWindowBytes?: number;
  /** The most that measured bandwidth enlarges it to. */
  readonly streamWindowBytesMax?: number;
  /** Receive window of the connection at the start, at least 65,535 bytes. */
  readonly connectionWindowBytes?: number;
  readonly connectionWindowBytesMax?: number;
  /** Streams that the peer may have open at once, with those whose handlers still run after a reset. */
  readonly maxConcurrentStreams?: number;
  /** The largest frame payload that we take, 16,384 … 16,777,215 bytes. */
  readonly maxFrameBytes?: number;
  /** The largest header section that we take, in bytes as RFC 9113 §10.5.1 counts them. */
  readonly maxHeaderListBytes?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

const DEFAULTS: Required<ConnectionOptions> = {
  // A megabyte in flight fills 80 Mbit/s at 100 ms; measured bandwidth takes it to 640 Mbit/s.
  streamWindowBytes: 1 * MIB,
  streamWindowBytesMax: 8 * MIB,
  connectionWindowBytes: 4 * MIB,
  connectionWindowBytesMax: 16 * MIB,
  // Calls are cheap here (under 4 KiB each): the bound keeps one peer below 64 MiB.
  maxConcurrentStreams: 16_384,
  maxFrameBytes: 64 * KIB,
  maxHeaderListBytes: 64 * KIB,
};

/** The most that is encoded and not yet taken by the pipe; beyond it only control frames are added. */
export const OUTPUT_BYTES_MAX = 128 * KIB;

/**
 * With this much output waiting, mostly answers to control frames that the peer does not fetch, the driver stops
 * reading until the pipe has taken it: see {@link Connection.congested}.
 */
const CONTROL_OUTPUT_BYTES_MAX = OUTPUT_BYTES_MAX + 64 * KIB;

/** Ids of streams that we have reset, so that what the peer had under way for them is ignored (RFC 9113 §5.4.2). */
const RECENT_RESETS_MAX = 1024;

/** The most text of a GOAWAY's debug data that is kept. */
const DEBUG_BYTES_MAX = 512;

/** Kinds of our PINGs, the first byte of their payload. Others are free for the layer above. */
const PingKind = { BANDWIDTH: 1, SHUTDOWN: 2 } as const;

const EMPTY = new Uint8Array(0);

/**
 * One HTTP/2 connection, either role, RFC 9113: bytes and commands in, bytes and events out. It knows neither
 * sockets nor clocks: the driver feeds {@link Connection.receive}, hands the {@link Connection.output} over once
 * per turn of the event loop and reports how far the pipe has got with it.
 *
 * Frames that fit window and output are encoded straight into the output. What does not fit waits in its stream's
 * queue; streams with a queue take turns, a frame at a time.
 */
export class Connection implements FrameSink {
  readonly output: Output;
  private readonly client: boolean;
  private readonly events: ConnectionEvents;
  private readonly local: Required<ConnectionOptions>;
  /** The receive window of streams to come: grows with the measured bandwidth. */
  private streamWindowBytes: number;
  private readonly remote: Settings = initialSettings();
  private readonly reader: FrameReader;
  private readonly encoder = new HpackEncoder();
  private readonly decoder: HpackDecoder;
  private readonly streams = new Map<number, Stream>();
  private readonly recentResets = new Set<number>();
  private readonly floodBudget: FloodBudget;
  private readonly bandwidth = new BandwidthEstimator();
  private readonly receiveWindow: ReceiveWindow;
  private sendWindow = DEFAULT_WINDOW_BYTES;
  private nowMs: number;

  private outputAnnounced = false;
  /** Bytes that the pipe has been given and has not taken yet. */
  private pipeBytes = 0;
  /** Streams that could send now, but for the room in the output. */
  private readonly readyStreams = new StreamList();
  /** Streams that wait for the connection's send window. */
  private readonly windowWaiters = new StreamList();
  /** Our streams that wait to be opened: for a free slot, for room in the output, for the peer's SETTINGS. */
  private readonly openWaiters = new StreamList();
  private resumeNeeded = false;

  /** Bytes of the client preface that a server has seen. */
  private prefaceSeen = 0;
  private settingsSeen = false;
  /** A header block that is spread over CONTINUATION frames. */
  private headerBlock: Output | undefined;
  private headerBlockStreamId = 0;
  private headerBlockEndStream = false;

  private nextStreamId = 1;
  private openedCount = 0;
  /** The last of our streams whose HEADERS the pipe was given. */
  private handedOverStreamId = 0;
  private lastEncodedStreamId = 0;
  private lastPeerStreamId = 0;
  private peerSlots = 0;
  private goingAway: "no" | "announced" | "final" = "no";
  private goAwayReceived = false;
  private goAwayLastStreamId = UINT31_MAX;
  private failure: ConnectionFailure | undefined;
  private drainedTold = false;

  constructor(
    role: "client" | "server",
    events: ConnectionEvents,
    nowMs: number,
    options: ConnectionOptions = {},
    output = new Output(),
  ) {
    this.output = output;
    this.client = role === "client";
    this.events = events;
    this.local = withDefaults(options);
    this.streamWindowBytes = this.local.streamWindowBytes;
    this.nowMs = nowMs;
    this.floodBudget = new FloodBudget(nowMs);
    this.reader = new FrameReader(this, this.local.maxFrameBytes);
    this.decoder = new HpackDecoder({
      tableBytesMax: this.remote.headerTableBytes,
      listBytesMax: this.local.maxHeaderListBytes,
    });
    const connectionWindow = Math.max(this.local.connectionWindowBytes, DEFAULT_WINDOW_BYTES);
    this.receiveWindow = new ReceiveWindow(connectionWindow);
    this.start(connectionWindow);
  }

  // ── What the layer above asks ─────────────────────────────────────────────────────────────────────────────

  /** Streams may be opened here, now or once a slot is free. */
  get acceptsStreams(): boolean {
    return (
      this.failure === undefined &&
      !this.goAwayReceived &&
      this.goingAway === "no" &&
      this.nextStreamId <= UINT31_MAX
    );
  }

  /** Streams that wait to be opened. */
  get waitingStreams(): number {
    return this.openWaiters.length;
  }

  /** Streams that are open, either side's. */
  get openStreams(): number {
    return this.streams.size;
  }

  /** The largest header section that the peer says it takes (advisory, RFC 9113 §6.5.2). */
  get peerMaxHeaderListBytes(): number {
    return this.remote.maxHeaderListBytes;
  }

  /** More output waits than data alone can make: the peer does not read. Stop reading from it. */
  get congested(): boolean {
    return this.pipeBytes + this.output.length > CONTROL_OUTPUT_BYTES_MAX;
  }

  // ── Commands ──────────────────────────────────────────────────────────────────────────────────────────────

  /** A new stream of ours (clients). Its id comes with its HEADERS, at once or when there is a slot. */
  openStream(handler: StreamHandler): Stream {
    const stream = new Stream(handler, new ReceiveWindow(this.streamWindowBytes));
    if (this.failure !== undefined || !this.acceptsStreams) stream.state = StreamState.CLOSED;
    return stream;
  }

  /** Sends a header section: a request, a response or trailers. Ignored on a closed stream. */
  sendHeaders(
    stream: Stream,
    template: HeaderTemplate | undefined,
    extra: readonly string[] | undefined,
    endStream: boolean,
  ): void {
    if (stream.closed) return;
    if (stream.id === 0) {
      if (!this.slotFree() || !this.openWaiters.empty) {
        this.enqueue(stream, { kind: "headers", template, extra, endStream }, 0);
        this.openWaiters.push(stream);
        return;
      }
      this.assignId(stream);
    } else if (this.mustQueue(stream)) {
      this.enqueue(stream, { kind: "headers", template, extra, endStream }, 0);
      this.park(stream);
      return;
    }
    this.encodeHeaders(stream, template, extra, endStream);
  }

  /**
   * Starts a DATA frame in the output itself. The caller appends the payload to `output` and calls
   * {@link finishData} or {@link abandonData} before anything else. Returns -1 where data would have to wait:
   * then use {@link sendData}.
   */
  beginData(stream: Stream): number {
    if (
      stream.id === 0 ||
      stream.closed ||
      this.mustQueue(stream) ||
      stream.sendWindow <= 0 ||
      this.sendWindow <= 0
    )
      return -1;
    const { output } = this;
    const at = output.length;
    output.reserve(FRAME_HEADER_BYTES);
    output.length = at + FRAME_HEADER_BYTES;
    return at;
  }

  /** Ends what {@link beginData} began. A payload that does not fit is taken out again and queued. Result as {@link sendData}. */
  finishData(stream: Stream, at: number, endStream: boolean): boolean {
    const { output } = this;
    const payload = output.length - at - FRAME_HEADER_BYTES;
    if (
      payload > stream.sendWindow ||
      payload > this.sendWindow ||
      payload > this.remote.maxFrameBytes ||
      output.length + this.pipeBytes > OUTPUT_BYTES_MAX
    ) {
      const bytes = output.bytes.slice(at + FRAME_HEADER_BYTES, output.length);
      output.length = at;
      return this.sendData(stream, bytes, endStream);
    }
    stream.sendWindow -= payload;
    this.sendWindow -= payload;
    storeFrameHeader(output.bytes, at, payload, FrameType.DATA, endStream ? Flag.END_STREAM : 0, stream.id);
    this.announceOutput();
    if (endStream) this.sentEnd(stream);
    return true;
  }

  /** Takes back what {@link beginData} began. */
  abandonData(at: number): void {
    this.output.length = at;
  }

  /**
   * Sends payload; `bytes` are the connection's from now on. False: some of it waits; `onWritable` comes when
   * all of it has been taken. Ignored on a closed stream.
   */
  sendData(stream: Stream, bytes: Uint8Array, endStream: boolean): boolean {
    if (stream.closed) return true;
    this.enqueue(stream, { kind: "data", bytes, at: 0, endStream }, bytes.length);
    if (stream.id === 0 || stream.list !== undefined) return false;
    if (this.readyStreams.empty) {
      while (this.hasRoom() && this.canProgress(stream)) this.writeTurn(stream);
    }
    return this.park(stream);
  }

  /** Ends a stream at once, in both directions; nothing more is heard of it. What it held is given back. */
  resetStream(stream: Stream, code: number): void {
    if (stream.closed) return;
    if (stream.id !== 0) {
      appendRstStream(this.output, stream.id, code);
      this.announceOutput();
      this.rememberReset(stream.id);
    }
    this.close(stream);
  }

  /** Gives received bytes back to the windows. May be called after the stream has ended, for what is still held. */
  consume(stream: Stream, count: number): void {
    const bytes = Math.min(count, stream.heldBytes);
    if (bytes === 0) return;
    stream.heldBytes -= bytes;
    this.creditConnection(bytes);
    this.creditStream(stream, bytes);
  }

  /**
   * Keeps the slot of a peer's stream taken after the stream has ended, while its handler still runs: a peer that
   * opens and resets in a loop gets no more work out of us than its slots allow (CVE-2023-44487).
   */
  holdSlot(stream: Stream): void {
    if (stream.slot === "stream") stream.slot = "handler";
  }

  /** Ends what {@link holdSlot} began. */
  releaseSlot(stream: Stream): void {
    if (stream.slot !== "handler") return;
    stream.slot = "stream";
    if (stream.closed) this.freeSlot(stream);
  }

  /** Sends a PING; `onPingAck(kind)` follows. `kind`: 16 … 255. */
  ping(kind: number): void {
    if (this.failure !== undefined) return;
    const payload = new Uint8Array(8);
    payload[0] = kind;
    appendPing(this.output, false, payload);
    this.announceOutput();
  }

  /**
   * Takes no new streams from the peer and lets the open ones finish; `onDrained` follows. First a GOAWAY with
   * the highest id, then, a round trip later, one with the real last id, so that no request under way is lost
   * (RFC 9113 §6.8).
   */
  shutdown(): void {
    if (this.failure !== undefined || this.goingAway !== "no") return;
    this.goingAway = "announced";
    if (this.client) {
      this.sayFinalGoAway();
    } else {
      appendGoAway(this.output, UINT31_MAX, ErrorCode.NO_ERROR, "");
      this.ping(PingKind.SHUTDOWN);
    }
    this.announceOutput();
    this.checkDrained();
  }

  /** Ends the connection with an error of ours; every stream is told. */
  fail(code: number, detail: string): void {
    this.end({ code, detail, initiator: "local" });
  }

  // ── The driver's side ─────────────────────────────────────────────────────────────────────────────────────

  /** Takes the next bytes from the pipe; they are borrowed until this returns. */
  receive(bytes: Uint8Array, nowMs: number): void {
    if (this.failure !== undefined) return;
    this.nowMs = nowMs;
    const at = this.client || this.prefaceSeen === CLIENT_PREFACE.length ? 0 : this.receivePreface(bytes);
    this.reader.read(bytes, at);
    if (this.resumeNeeded) this.resume();
  }

  /** The pipe is closed: every stream is told. */
  pipeClosed(detail: string): void {
    this.end({ code: ErrorCode.NO_ERROR, detail, initiator: "pipe" });
  }

  /**
   * The output is about to be handed to the pipe. The driver passes `output.view()` on and then calls
   * {@link outputTaken}, at once or when the pipe reports it; in the second case it first gives `output` another
   * array.
   */
  handOver(): number {
    this.outputAnnounced = false;
    this.handedOverStreamId = this.lastEncodedStreamId;
    this.pipeBytes = this.output.length;
    return this.pipeBytes;
  }

  /** The pipe has taken what {@link handOver} gave. True if more waits to be encoded: call {@link resume} in a later turn. */
  outputTaken(): boolean {
    this.pipeBytes = 0;
    return !this.readyStreams.empty || !this.openWaiters.empty;
  }

  /** Encodes what waits and fits now: first new streams, then data, a frame a stream in turn. */
  resume(): void {
    this.resumeNeeded = false;
    this.openWaiting();
    const writable: Stream[] = [];
    while (this.hasRoom()) {
      const stream = this.readyStreams.shift();
      if (stream === undefined) break;
      this.writeTurn(stream);
      if (this.park(stream)) writable.push(stream);
    }
    for (const stream of writable) if (!stream.closed) stream.handler.onWritable();
  }

  // ── Sending ───────────────────────────────────────────────────────────────────────────────────────────────

  private start(connectionWindow: number): void {
    const { local } = this;
    if (this.client) this.output.append(CLIENT_PREFACE);
    const settings: [number, number][] = [
      [SettingId.INITIAL_WINDOW_SIZE, local.streamWindowBytes],
      [SettingId.MAX_FRAME_SIZE, local.maxFrameBytes],
      [SettingId.MAX_HEADER_LIST_SIZE, local.maxHeaderListBytes],
    ];
    if (this.client) settings.unshift([SettingId.ENABLE_PUSH, 0]);
    else settings.unshift([SettingId.MAX_CONCURRENT_STREAMS, local.maxConcurrentStreams]);
    appendSettings(this.output, settings);
    if (connectionWindow > DEFAULT_WINDOW_BYTES)
      appendWindowUpdate(this.output, 0, connectionWindow - DEFAULT_WINDOW_BYTES);
  }

  private announceOutput(): void {
    if (this.outputAnnounced) return;
    this.outputAnnounced = true;
    this.events.onOutput();
  }

  private hasRoom(): boolean {
    return this.output.length + this.pipeBytes < OUTPUT_BYTES_MAX;
  }

  private mustQueue(stream: Stream): boolean {
    return stream.queue !== undefined || !this.readyStreams.empty || !this.hasRoom();
  }

  private enqueue(stream: Stream, item: QueuedSend, bytes: number): void {
    if (stream.queue === undefined) stream.queue = [item];
    else stream.queue.push(item);
    stream.queuedBytes += bytes;
  }

  /** What a stream waits for decides where it stands. True if it waits for nothing any more. */
  private park(stream: Stream): boolean {
    const item = stream.queue?.[0];
    if (item === undefined) return true;
    if (stream.list !== undefined) return false;
    const needsWindow = item.kind === "data" && item.at < item.bytes.length;
    if (needsWindow && stream.sendWindow <= 0) return false;
    if (needsWindow && this.sendWindow <= 0) this.windowWaiters.push(stream);
    else this.readyStreams.push(stream);
    return false;
  }

  private canProgress(stream: Stream): boolean {
    const item = stream.queue?.[0];
    if (item === undefined) return false;
    if (item.kind === "headers" || item.at === item.bytes.length) return true;
    return stream.sendWindow > 0 && this.sendWindow > 0;
  }

  /** One stream's turn: the header sections at the head of its queue and at most one DATA frame. */
  private writeTurn(stream: Stream): void {
    while (stream.queue !== undefined) {
      const item = stream.queue[0];
      if (item.kind === "headers") {
        this.dequeue(stream);
        this.encodeHeaders(stream, item.template, item.extra, item.endStream);
      } else {
        this.writeDataFrame(stream, item);
        return;
      }
    }
  }

  private dequeue(stream: Stream): void {
    const queue = stream.queue as QueuedSend[];
    queue.shift();
    if (queue.length === 0) stream.queue = undefined;
  }

  private writeDataFrame(stream: Stream, item: Extract<QueuedSend, { kind: "data" }>): void {
    const { output } = this;
    const left = item.bytes.length - item.at;
    const room = OUTPUT_BYTES_MAX - output.length - this.pipeBytes - FRAME_HEADER_BYTES;
    const length = Math.min(
      left,
      stream.sendWindow,
      this.sendWindow,
      this.remote.maxFrameBytes,
      Math.max(room, 1),
    );
    if (length <= 0 && left > 0) return;
    const endStream = item.endStream && length === left;
    output.reserve(FRAME_HEADER_BYTES + length);
    storeFrameHeader(
      output.bytes,
      output.length,
      length,
      FrameType.DATA,
      endStream ? Flag.END_STREAM : 0,
      stream.id,
    );
    output.length += FRAME_HEADER_BYTES;
    output.append(item.bytes, item.at, item.at + length);
    item.at += length;
    stream.queuedBytes -= length;
    stream.sendWindow -= length;
    this.sendWindow -= length;
    this.floodBudget.earn();
    this.announceOutput();
    if (item.at === item.bytes.length) this.dequeue(stream);
    if (endStream) this.sentEnd(stream);
  }

  private encodeHeaders(
    stream: Stream,
    template: HeaderTemplate | undefined,
    extra: readonly string[] | undefined,
    endStream: boolean,
  ): void {
    const state = nextState(stream.state, StreamInput.SEND_HEADERS);
    assert(state <= StreamState.CLOSED, "HEADERS on a stream that is closed for sending");
    stream.state = state as StreamState;
    const { output } = this;
    const at = output.length;
    output.reserve(FRAME_HEADER_BYTES);
    output.length = at + FRAME_HEADER_BYTES;
    this.encoder.encode(output, template, extra);
    const length = output.length - at - FRAME_HEADER_BYTES;
    const endFlag = endStream ? Flag.END_STREAM : 0;
    if (length <= this.remote.maxFrameBytes) {
      storeFrameHeader(output.bytes, at, length, FrameType.HEADERS, endFlag | Flag.END_HEADERS, stream.id);
    } else {
      this.splitHeaderBlock(at, stream.id, endFlag);
    }
    this.announceOutput();
    if (endStream) this.sentEnd(stream);
  }

  /** The block behind `at` is larger than a frame: cuts it into HEADERS and CONTINUATION. */
  private splitHeaderBlock(at: number, streamId: number, endFlag: number): void {
    const { output } = this;
    const block = output.bytes.slice(at + FRAME_HEADER_BYTES, output.length);
    const { maxFrameBytes } = this.remote;
    output.length = at;
    for (let start = 0; start < block.length; start += maxFrameBytes) {
      const end = Math.min(start + maxFrameBytes, block.length);
      const flags = (start === 0 ? endFlag : 0) | (end === block.length ? Flag.END_HEADERS : 0);
      const type = start === 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      output.reserve(FRAME_HEADER_BYTES);
      storeFrameHeader(output.bytes, output.length, end - start, type, flags, streamId);
      output.length += FRAME_HEADER_BYTES;
      output.append(block, start, end);
    }
  }

  private sentEnd(stream: Stream): void {
    const state = nextState(stream.state, StreamInput.SEND_END);
    assert(state <= StreamState.CLOSED, "END_STREAM on a stream that is closed for sending");
    stream.state = state as StreamState;
    if (stream.state === StreamState.CLOSED) {
      this.forget(stream);
    } else if (!this.client) {
      // The response is complete and the rest of the request is of no use, RFC 9113 §8.1.
      this.resetStream(stream, ErrorCode.NO_ERROR);
    }
  }

  // ── Opening and closing streams ───────────────────────────────────────────────────────────────────────────

  private slotFree(): boolean {
    return this.settingsSeen && this.openedCount < this.remote.maxConcurrentStreams && this.hasRoom();
  }

  private assignId(stream: Stream): void {
    stream.id = this.nextStreamId;
    this.nextStreamId += 2;
    this.openedCount++;
    this.lastEncodedStreamId = stream.id;
    stream.sendWindow = this.remote.initialWindowBytes;
    this.streams.set(stream.id, stream);
    if (this.nextStreamId > UINT31_MAX) this.stopOpening(ErrorCode.NO_ERROR, "all stream ids are used up");
  }

  private openWaiting(): void {
    while (this.slotFree() && !this.goAwayReceived && this.nextStreamId <= UINT31_MAX) {
      const stream = this.openWaiters.shift();
      if (stream === undefined) return;
      this.assignId(stream);
      this.writeTurn(stream);
      stream.handler.onOpened();
      if (this.park(stream) && !stream.closed) stream.handler.onWritable();
    }
  }

  /** No new streams here any more: those that wait are told that they were not processed. */
  private stopOpening(code: number, debug: string): void {
    const detail = `the connection takes no new streams (${errorName(code)}${debug && `: ${debug}`})`;
    for (let stream = this.openWaiters.shift(); stream !== undefined; stream = this.openWaiters.shift()) {
      this.abort(stream, { code, detail, initiator: "connection", unprocessed: true });
    }
    this.events.onGoAway(code, debug);
  }

  private close(stream: Stream): void {
    stream.list?.remove(stream);
    stream.state = StreamState.CLOSED;
    stream.queue = undefined;
    stream.queuedBytes = 0;
    this.creditConnection(stream.heldBytes);
    stream.heldBytes = 0;
    this.forget(stream);
  }

  /** A closed stream leaves the books; its slot is free again. */
  private forget(stream: Stream): void {
    if (!this.streams.delete(stream.id)) return;
    if (this.client) {
      this.openedCount--;
      if (!this.openWaiters.empty) this.resumeSoon();
    } else if (stream.slot === "stream") {
      this.freeSlot(stream);
    }
    this.checkDrained();
  }

  private freeSlot(stream: Stream): void {
    stream.slot = "none";
    this.peerSlots--;
  }

  private abort(stream: Stream, abort: StreamAbort): void {
    this.close(stream);
    stream.handler.onAbort(abort);
  }

  /** A fault in what the peer sent on one stream: that stream ends, the connection lives (RFC 9113 §5.4.2). */
  private streamError(stream: Stream, code: number, detail: string): void {
    if (stream.closed) return;
    this.resetStream(stream, code);
    stream.handler.onAbort({ code, detail, initiator: "local", unprocessed: false });
  }

  private rememberReset(streamId: number): void {
    this.recentResets.add(streamId);
    if (this.recentResets.size > RECENT_RESETS_MAX) {
      for (const oldest of this.recentResets) {
        this.recentResets.delete(oldest);
        break;
      }
    }
  }

  private resumeSoon(): void {
    this.resumeNeeded = true;
    this.announceOutput();
  }

  private checkDrained(): void {
    if (this.drainedTold || this.failure !== undefined || this.streams.size > 0 || !this.openWaiters.empty)
      return;
    if (!this.goAwayReceived && this.goingAway !== "final") return;
    this.drainedTold = true;
    this.events.onDrained();
  }

  private sayFinalGoAway(): void {
    this.goingAway = "final";
    appendGoAway(this.output, this.lastPeerStreamId, ErrorCode.NO_ERROR, "");
    this.announceOutput();
  }

  private end(failure: ConnectionFailure): void {
    if (this.failure !== undefined) return;
    this.failure = failure;
    this.reader.stop();
    // HEADERS that the pipe has not been given must not leave after their streams were told so.
    this.output.length = 0;
    if (failure.initiator === "local") {
      appendGoAway(
        this.output,
        this.lastPeerStreamId,
        failure.code,
        failure.detail.slice(0, DEBUG_BYTES_MAX),
      );
      this.announceOutput();
    }
    const { code, detail } = failure;
    for (const stream of this.streams.values()) {
      const unprocessed =
        this.client && (stream.id > this.handedOverStreamId || stream.id > this.goAwayLastStreamId);
      this.abort(stream, { code, detail, initiator: "connection", unprocessed });
    }
    for (let stream = this.openWaiters.shift(); stream !== undefined; stream = this.openWaiters.shift()) {
      this.abort(stream, { code, detail, initiator: "connection", unprocessed: true });
    }
    this.events.onConnectionClose(failure);
  }

  // ── Receiving ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Checks the client preface; returns where the frames begin. */
  private receivePreface(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.prefaceSeen < CLIENT_PREFACE.length) {
      if (bytes[at++] !== CLIENT_PREFACE[this.prefaceSeen++]) {
        this.fail(ErrorCode.PROTOCOL_ERROR, "the client did not start with the HTTP/2 preface");
        return bytes.length;
      }
    }
    return at;
  }

  receiveFault(code: number, detail: string): void {
    this.fail(code, detail);
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
    const flowBytes = end - start + padding;
    if (!this.settingsSeen || this.headerBlock !== undefined) return this.unexpectedFrame(FrameType.DATA);
    if (!this.receiveWindow.receive(flowBytes))
      return this.fail(ErrorCode.FLOW_CONTROL_ERROR, "the peer has overstepped the connection's window");
    this.bandwidth.receive(flowBytes);
    if (flowBytes > 0) this.floodBudget.earn();
    else if (!endStream && !this.spend("empty DATA frames")) return;
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      this.creditConnection(flowBytes);
      if (last) this.receivedOnClosedStream(streamId, "DATA");
      return;
    }
    const state = nextState(stream.state, StreamInput.RECEIVE_DATA);
    if (state > StreamState.CLOSED || !stream.receivedHeaders) {
      this.creditConnection(flowBytes);
      return this.streamError(
        stream,
        state > StreamState.CLOSED ? faultCode(state) : ErrorCode.PROTOCOL_ERROR,
        "DATA outside of a message body",
      );
    }
    if (!stream.receiveWindow.receive(flowBytes)) {
      this.creditConnection(flowBytes);
      return this.streamError(
        stream,
        ErrorCode.FLOW_CONTROL_ERROR,
        "the peer has overstepped the stream's window",
      );
    }
    if (padding > 0) {
      this.creditConnection(padding);
      this.creditStream(stream, padding);
    }
    if (stream.contentLeft >= 0 && (stream.contentLeft -= end - start) < 0) {
      this.creditConnection(end - start);
      return this.streamError(stream, ErrorCode.PROTOCOL_ERROR, "more DATA than content-length announced");
    }
    if (end > start) {
      stream.heldBytes += end - start;
      stream.handler.onData(bytes, start, end);
    }
    if (endStream && !stream.closed) this.receivedEnd(stream);
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
    if (this.headerBlock !== undefined && type !== FrameType.CONTINUATION) return this.unexpectedFrame(type);
    switch (type) {
      case FrameType.HEADERS:
        return this.receiveHeaders(flags, streamId, bytes, start, end);
      case FrameType.PRIORITY:
        return this.receivePriority(streamId, end - start);
      case FrameType.RST_STREAM:
        return this.receiveRstStream(streamId, bytes, start, end);
      case FrameType.SETTINGS:
        return this.receiveSettings(flags, streamId, bytes, start, end);
      case FrameType.PUSH_PROMISE:
        return this.fail(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE, though push is switched off");
      case FrameType.PING:
        return this.receivePing(flags, streamId, bytes, start, end);
      case FrameType.GOAWAY:
        return this.receiveGoAway(streamId, bytes, start, end);
      case FrameType.WINDOW_UPDATE:
        return this.receiveWindowUpdate(streamId, bytes, start, end);
      case FrameType.CONTINUATION:
        return this.receiveContinuation(flags, streamId, bytes, start, end);
      default:
        // Unknown types are ignored, §4.1.
        this.spend("frames of unknown type");
    }
  }

  private unexpectedFrame(type: number): void {
    const detail = this.settingsSeen
      ? `frame of type ${type} in the middle of a header block`
      : `the connection started with a frame of type ${type} instead of SETTINGS`;
    this.fail(ErrorCode.PROTOCOL_ERROR, detail);
  }

  /** Charges a frame that costs the peer little; false if that was one too many, and the connection has ended. */
  private spend(what: string): boolean {
    if (this.floodBudget.spend(this.nowMs)) return true;
    this.fail(ErrorCode.ENHANCE_YOUR_CALM, `too many ${what}`);
    return false;
  }

  /** A frame for a stream that is not open: idle ones are an error, those long closed get STREAM_CLOSED. */
  private receivedOnClosedStream(streamId: number, what: string): void {
    if (this.isIdle(streamId))
      return this.fail(ErrorCode.PROTOCOL_ERROR, `${what} on idle stream ${streamId}`);
    if (this.recentResets.has(streamId)) return;
    if (!this.spend("frames on closed streams")) return;
    appendRstStream(this.output, streamId, ErrorCode.STREAM_CLOSED);
    this.rememberReset(streamId);
    this.announceOutput();
  }

  private isIdle(streamId: number): boolean {
    const ours = (streamId & 1) === (this.client ? 1 : 0);
    if (streamId === 0) return true;
    return ours ? streamId >= this.nextStreamId : streamId > this.lastPeerStreamId;
  }

  private receiveHeaders(
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (streamId === 0) return this.fail(ErrorCode.PROTOCOL_ERROR, "HEADERS on stream 0");
    let padding = 0;
    if (flags & Flag.PADDED) {
      if (start === end)
        return this.fail(ErrorCode.FRAME_SIZE_ERROR, "padded HEADERS frame without a pad length");
      padding = bytes[start++];
    }
    if (flags & Flag.PRIORITY) start += 5;
    if (start + padding > end)
      return this.fail(ErrorCode.PROTOCOL_ERROR, "HEADERS frame is shorter than its fields");
    end -= padding;
    this.floodBudget.earn();
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if (flags & Flag.END_HEADERS) return this.receiveHeaderBlock(streamId, endStream, bytes, start, end);
    this.headerBlock = new Output();
    this.headerBlock.append(bytes, start, end);
    this.headerBlockStreamId = streamId;
    this.headerBlockEndStream = endStream;
  }

  private receiveContinuation(
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const block = this.headerBlock;
    if (block === undefined || streamId !== this.headerBlockStreamId)
      return this.fail(
        ErrorCode.PROTOCOL_ERROR,
        `CONTINUATION on stream ${streamId} without HEADERS before it`,
      );
    if (!this.spend("CONTINUATION frames")) return;
    // Encoded blocks are not larger than the list they stand for, but for a few bytes an entry.
    if (block.length + end - start > 2 * this.local.maxHeaderListBytes)
      return this.fail(ErrorCode.ENHANCE_YOUR_CALM, "header block too large");
    block.append(bytes, start, end);
    if ((flags & Flag.END_HEADERS) === 0) return;
    this.headerBlock = undefined;
    this.receiveHeaderBlock(streamId, this.headerBlockEndStream, block.bytes, 0, block.length);
  }

  private receiveHeaderBlock(
    streamId: number,
    endStream: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const headers = this.decoder.decode(bytes, start, end);
    if (!(headers instanceof HeaderList) && headers.kind === "compression")
      return this.fail(ErrorCode.COMPRESSION_ERROR, headers.detail);
    const stream = this.streams.get(streamId);
    if (stream !== undefined) return this.receiveSection(stream, headers, endStream);
    if (this.client || (streamId & 1) === 0 || streamId <= this.lastPeerStreamId) {
      if (!this.client && (streamId & 1) === 0)
        return this.fail(ErrorCode.PROTOCOL_ERROR, `the client opened stream ${streamId}: its ids are odd`);
      return this.receivedOnClosedStream(streamId, "HEADERS");
    }
    this.acceptStream(streamId, headers, endStream);
  }

  private acceptStream(
    streamId: number,
    headers: HeaderList | { listBytes: number },
    endStream: boolean,
  ): void {
    this.lastPeerStreamId = streamId;
    if (this.goingAway === "final" || this.peerSlots >= this.local.maxConcurrentStreams)
      return this.refuseStream(streamId, ErrorCode.REFUSED_STREAM);
    if (!(headers instanceof HeaderList)) return this.refuseStream(streamId, ErrorCode.ENHANCE_YOUR_CALM);
    if (this.sectionFault(headers, "request") !== undefined)
      return this.refuseStream(streamId, ErrorCode.PROTOCOL_ERROR);
    const stream = new Stream(NO_HANDLER, new ReceiveWindow(this.streamWindowBytes));
    stream.id = streamId;
    stream.state = endStream ? StreamState.HALF_CLOSED_REMOTE : StreamState.OPEN;
    stream.sendWindow = this.remote.initialWindowBytes;
    stream.receivedHeaders = true;
    stream.slot = "stream";
    this.peerSlots++;
    this.streams.set(streamId, stream);
    if (!this.takeContentLength(stream, headers, endStream))
      return this.resetStream(stream, ErrorCode.PROTOCOL_ERROR);
    stream.handler = this.events.onStream(stream, headers, endStream);
  }

  private refuseStream(streamId: number, code: number): void {
    if (!this.spend("refused streams")) return;
    appendRstStream(this.output, streamId, code);
    this.rememberReset(streamId);
    this.announceOutput();
  }

  /** A header section on an open stream: the response, or trailers. */
  private receiveSection(
    stream: Stream,
    headers: HeaderList | { listBytes: number },
    endStream: boolean,
  ): void {
    const state = nextState(stream.state, StreamInput.RECEIVE_HEADERS);
    if (state > StreamState.CLOSED)
      return this.streamError(stream, faultCode(state), "HEADERS after the end of the stream");
    if (!(headers instanceof HeaderList)) {
      const detail = `header section of ${headers.listBytes} bytes; at most ${this.local.maxHeaderListBytes} are allowed`;
      return this.streamError(stream, ErrorCode.ENHANCE_YOUR_CALM, detail);
    }
    const trailers = stream.receivedHeaders;
    const fault = this.sectionFault(headers, trailers ? "trailers" : "response");
    if (fault !== undefined) return this.streamError(stream, ErrorCode.PROTOCOL_ERROR, fault);
    if (trailers && !endStream)
      return this.streamError(stream, ErrorCode.PROTOCOL_ERROR, "trailers that do not end the stream");
    if (!trailers) {
      if (isInformational(headers)) {
        if (endStream)
          this.streamError(stream, ErrorCode.PROTOCOL_ERROR, "informational response that ends the stream");
        return;
      }
      stream.receivedHeaders = true;
      if (!this.takeContentLength(stream, headers, endStream))
        return this.streamError(stream, ErrorCode.PROTOCOL_ERROR, "malformed content-length");
    }
    if (!endStream) return stream.handler.onHeaders(headers, false);
    if (stream.contentLeft > 0)
      return this.streamError(stream, ErrorCode.PROTOCOL_ERROR, "less DATA than content-length announced");
    this.closeRemote(stream);
    stream.handler.onHeaders(headers, true);
  }

  /** What is wrong with a section, remembered with it, since blocks that repeat are decoded once. */
  private sectionFault(headers: HeaderList, kind: SectionKind): string | undefined {
    if (headers.checkedAs === kind) return undefined;
    const fault = headerFault(headers.fields, kind);
    if (fault === undefined) headers.checkedAs = kind;
    return fault;
  }

  /** False if the field is malformed or contradicts the end of the stream, RFC 9113 §8.1.1. */
  private takeContentLength(stream: Stream, headers: HeaderList, endStream: boolean): boolean {
    const text = fieldValue(headers.fields, "content-length");
    if (text === undefined) return true;
    if (!/^[0-9]{1,15}$/.test(text)) return false;
    // A response without content may announce the length of what a GET would have brought.
    if (endStream) return this.client || Number(text) === 0;
    stream.contentLeft = Number(text);
    return true;
  }

  private closeRemote(stream: Stream): void {
    stream.state = nextState(stream.state, StreamInput.RECEIVE_END) as StreamState;
    if (stream.state === StreamState.CLOSED) this.forget(stream);
  }

  private receivedEnd(stream: Stream): void {
    if (stream.contentLeft > 0)
      return this.streamError(stream, ErrorCode.PROTOCOL_ERROR, "less DATA than content-length announced");
    this.closeRemote(stream);
    stream.handler.onEnd();
  }

  private receivePriority(streamId: number, length: number): void {
    if (streamId === 0) return this.fail(ErrorCode.PROTOCOL_ERROR, "PRIORITY on stream 0");
    if (!this.spend("PRIORITY frames")) return;
    if (length === 5) return;
    const stream = this.streams.get(streamId);
    if (stream !== undefined)
      this.streamError(stream, ErrorCode.FRAME_SIZE_ERROR, `PRIORITY frame of ${length} bytes`);
    else this.fail(ErrorCode.FRAME_SIZE_ERROR, `PRIORITY frame of ${length} bytes`);
  }

  private receiveRstStream(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start !== 4)
      return this.fail(ErrorCode.FRAME_SIZE_ERROR, `RST_STREAM frame of ${end - start} bytes`);
    if (this.isIdle(streamId))
      return this.fail(ErrorCode.PROTOCOL_ERROR, `RST_STREAM on idle stream ${streamId}`);
    if (!this.spend("RST_STREAM frames")) return;
    const stream = this.streams.get(streamId);
    if (stream === undefined) return;
    const code = readUint32(bytes, start);
    this.abort(stream, {
      code,
      detail: `the peer reset the stream (${errorName(code)})`,
      initiator: "remote",
      unprocessed: code === ErrorCode.REFUSED_STREAM,
    });
  }

  private receiveSettings(
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (streamId !== 0) return this.fail(ErrorCode.PROTOCOL_ERROR, `SETTINGS on stream ${streamId}`);
    if (flags & Flag.ACK) {
      if (end !== start) this.fail(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS acknowledgement with a payload");
      return;
    }
    if ((end - start) % 6 !== 0)
      return this.fail(ErrorCode.FRAME_SIZE_ERROR, `SETTINGS frame of ${end - start} bytes`);
    if (!this.spend("SETTINGS frames")) return;
    const windowBefore = this.remote.initialWindowBytes;
    for (let at = start; at < end; at += 6) {
      const id = (bytes[at] << 8) | bytes[at + 1];
      const value = readUint32(bytes, at + 2);
      if (this.client && id === SettingId.ENABLE_PUSH && value !== 0)
        return this.fail(ErrorCode.PROTOCOL_ERROR, "a server may not set SETTINGS_ENABLE_PUSH");
      const fault = applySetting(this.remote, id, value);
      if (fault !== undefined) return this.fail(fault.code, fault.detail);
    }
    this.encoder.setPeerTableBytesMax(this.remote.headerTableBytes);
    if (!this.moveSendWindows(this.remote.initialWindowBytes - windowBefore))
      return this.fail(
        ErrorCode.FLOW_CONTROL_ERROR,
        "SETTINGS_INITIAL_WINDOW_SIZE takes a window above 2^31-1",
      );
    appendSettingsAck(this.output);
    this.announceOutput();
    if (!this.settingsSeen) {
      this.settingsSeen = true;
      this.events.onReady();
    }
    this.resumeNeeded = true;
  }

  /** A changed initial window moves the windows of all streams along, §6.9.2. */
  private moveSendWindows(difference: number): boolean {
    if (difference === 0) return true;
    for (const stream of this.streams.values()) {
      stream.sendWindow += difference;
      if (stream.sendWindow > UINT31_MAX) return false;
      this.park(stream);
    }
    return true;
  }

  private receivePing(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId !== 0) return this.fail(ErrorCode.PROTOCOL_ERROR, `PING on stream ${streamId}`);
    if (end - start !== 8) return this.fail(ErrorCode.FRAME_SIZE_ERROR, `PING frame of ${end - start} bytes`);
    if (flags & Flag.ACK) return this.receivePingAck(bytes[start]);
    if (!this.spend("PING frames")) return;
    appendPing(this.output, true, bytes, start);
    this.announceOutput();
  }

  private receivePingAck(kind: number): void {
    if (kind === PingKind.BANDWIDTH) this.enlargeWindows();
    else if (kind === PingKind.SHUTDOWN && this.goingAway === "announced") {
      this.sayFinalGoAway();
      this.checkDrained();
    } else this.events.onPingAck(kind);
  }

  private receiveGoAway(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId !== 0) return this.fail(ErrorCode.PROTOCOL_ERROR, `GOAWAY on stream ${streamId}`);
    if (end - start < 8) return this.fail(ErrorCode.FRAME_SIZE_ERROR, `GOAWAY frame of ${end - start} bytes`);
    if (!this.spend("GOAWAY frames")) return;
    const lastStreamId = readUint31(bytes, start);
    const code = readUint32(bytes, start + 4);
    const debug = latin1(bytes, start + 8, Math.min(end, start + 8 + DEBUG_BYTES_MAX));
    if (lastStreamId > this.goAwayLastStreamId)
      return this.fail(ErrorCode.PROTOCOL_ERROR, "GOAWAY with a higher last stream id than before");
    this.goAwayLastStreamId = lastStreamId;
    const first = !this.goAwayReceived;
    this.goAwayReceived = true;
    if (this.client) this.abortAbove(lastStreamId, code, debug);
    if (first) this.stopOpening(code, debug);
    this.checkDrained();
  }

  private abortAbove(lastStreamId: number, code: number, debug: string): void {
    const detail = `the peer went away before it processed the stream (${errorName(code)}${debug && `: ${debug}`})`;
    for (const stream of this.streams.values()) {
      if (stream.id > lastStreamId)
        this.abort(stream, { code, detail, initiator: "connection", unprocessed: true });
    }
  }

  private receiveWindowUpdate(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start !== 4)
      return this.fail(ErrorCode.FRAME_SIZE_ERROR, `WINDOW_UPDATE frame of ${end - start} bytes`);
    if (!this.spend("WINDOW_UPDATE frames")) return;
    const increment = readUint31(bytes, start);
    if (streamId === 0) return this.enlargeSendWindow(increment);
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      if (this.isIdle(streamId))
        this.fail(ErrorCode.PROTOCOL_ERROR, `WINDOW_UPDATE on idle stream ${streamId}`);
      return;
    }
    if (increment === 0) return this.streamError(stream, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
    stream.sendWindow += increment;
    if (stream.sendWindow > UINT31_MAX)
      return this.streamError(
        stream,
        ErrorCode.FLOW_CONTROL_ERROR,
        "WINDOW_UPDATE takes the window above 2^31-1",
      );
    if (stream.queue !== undefined) {
      this.park(stream);
      this.resumeNeeded = true;
    }
  }

  private enlargeSendWindow(increment: number): void {
    if (increment === 0) return this.fail(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
    this.sendWindow += increment;
    if (this.sendWindow > UINT31_MAX)
      return this.fail(
        ErrorCode.FLOW_CONTROL_ERROR,
        "WINDOW_UPDATE takes the connection's window above 2^31-1",
      );
    for (let stream = this.windowWaiters.shift(); stream !== undefined; stream = this.windowWaiters.shift()) {
      this.readyStreams.push(stream);
      this.resumeNeeded = true;
    }
  }

  // ── Receive windows ───────────────────────────────────────────────────────────────────────────────────────

  private creditConnection(bytes: number): void {
    if (bytes === 0) return;
    const increment = this.receiveWindow.consume(bytes);
    if (increment === 0) return;
    appendWindowUpdate(this.output, 0, increment);
    this.announceOutput();
  }

  private creditStream(stream: Stream, bytes: number): void {
    if (stream.state !== StreamState.OPEN && stream.state !== StreamState.HALF_CLOSED_LOCAL) return;
    const increment = stream.receiveWindow.consume(bytes);
    if (increment === 0) return;
    appendWindowUpdate(this.output, stream.id, increment);
    this.announceOutput();
    if (this.bandwidth.start(this.nowMs, this.streamWindowBytes, this.local.streamWindowBytesMax))
      this.ping(PingKind.BANDWIDTH);
  }

  private enlargeWindows(): void {
    const { streamWindowBytesMax, connectionWindowBytesMax } = this.local;
    const enlarged = this.bandwidth.finish(this.nowMs, this.streamWindowBytes, streamWindowBytesMax);
    if (enlarged === this.streamWindowBytes) return;
    this.streamWindowBytes = enlarged;
    appendSettings(this.output, [[SettingId.INITIAL_WINDOW_SIZE, enlarged]]);
    for (const stream of this.streams.values()) stream.receiveWindow.enlarge(enlarged);
    const increment = this.receiveWindow.enlarge(Math.min(2 * enlarged, connectionWindowBytesMax));
    if (increment > 0) appendWindowUpdate(this.output, 0, increment);
    this.announceOutput();
  }
}

function withDefaults(options: ConnectionOptions): Required<ConnectionOptions> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}

const NO_HANDLER: StreamHandler = {
  onHeaders() {},
  onData() {},
  onEnd() {},
  onOpened() {},
  onWritable() {},
  onAbort() {},
};

function isInformational(headers: HeaderList): boolean {
  return fieldValue(headers.fields, ":status")?.charCodeAt(0) === 0x31;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
