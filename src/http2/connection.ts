import { Output } from "../bytes/output.js";
import { type ConnectionFailure, ErrorCode, errorName, type StreamAbort } from "./error.js";
import { FloodBudget } from "./flood-budget.js";
import {
  appendPing,
  appendRstStream,
  appendSettings,
  appendSettingsAck,
  CLIENT_PREFACE,
  UINT31_MAX,
} from "./frame.js";
import { type DecodedSection, FrameInterpreter, type FrameMeanings } from "./frame-interpreter.js";
import { FrameReader } from "./frame-reader.js";
import { GoingAway } from "./going-away.js";
import { contentLength, fieldValue, headerFault, type SectionKind } from "./header-rules.js";
import type { HeaderTemplate } from "./hpack/encoder.js";
import { HeaderList } from "./hpack/header-list.js";
import { LinkedList } from "./linked-list.js";
import { ReceiveCredit, type WindowLimits } from "./receive-credit.js";
import { OUTPUT_BYTES_MAX, SendQueue } from "./send-queue.js";
import { applySetting, initialSettings, SettingId, type Settings } from "./settings.js";
import { Stream, type StreamHandler } from "./stream.js";
import { faultCode, nextState, StreamInput, StreamState } from "./stream-state.js";
import { StreamTable } from "./stream-table.js";

/** What a connection tells its driver and the layer above. */
export interface ConnectionEvents {
  /** The output has bytes to hand over; said once until {@link Connection.takeOutput}. */
  onOutput(): void;
  /**
   * A stream's last frame was encoded, and the output has got long ({@link LONG_OUTPUT_BYTES}): it may be handed over
   * here and now, but nothing else be done with the connection.
   */
  onLongOutput?(): void;
  /** The peer's first SETTINGS have come: streams may be opened. */
  onReady(): void;
  /** The peer has opened a stream (servers only); returns who handles it from here on. */
  onStream(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler;
  /**
   * The peer takes no new streams on this connection, said with each GOAWAY; or we have run out of stream ids. Open
   * ones go on.
   */
  onGoAway(code: number, debug: string): void;
  /** Our PING of that kind was acknowledged. */
  onPingAck(kind: number): void;
  /** The peer has sent a PING, which is answered. `busy`: since its last one we have sent HEADERS or DATA. */
  onPing?(busy: boolean): void;
  /** The last open stream has ended. */
  onIdle?(): void;
  /** The GOAWAY that names the last stream we take was said: see {@link Connection.shutdown}. */
  onFinalGoAway?(): void;
  /** Going away, and the last stream has ended: time to close the pipe. */
  onDrained(): void;
  /** The connection is over. Every stream was told before; the output may still hold a GOAWAY. */
  onConnectionClose(failure: ConnectionFailure): void;
}

/** All optional; `DEFAULTS` below gives the values and reasons. */
export interface ConnectionOptions extends Partial<WindowLimits> {
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
  // Calls are cheap here, under 4 KiB each without their messages: 64 MiB a peer.
  maxConcurrentStreams: 16_384,
  maxFrameBytes: 64 * KIB,
  maxHeaderListBytes: 64 * KIB,
};

/**
 * With this much output waiting, mostly answers to control frames that the peer does not fetch, the driver stops
 * reading until the pipe has taken it: see {@link Connection.congested}.
 */
const CONTROL_OUTPUT_BYTES_MAX = OUTPUT_BYTES_MAX + 64 * KIB;

/** Sections that are large are rare, and not worth being kept. */
const WELL_FORMED_BYTES_MAX = 2 * KIB;

/** A changed initial window is work for every open stream: so many of them cost the peer a token. */
const STREAMS_PER_TOKEN = 4;

/** Kinds of our PINGs, the first byte of their payload. Others are free for the layer above. */
const PingKind = { BANDWIDTH: 1, SHUTDOWN: 2 } as const;

/**
 * One HTTP/2 connection, either role, RFC 9113: bytes and commands in, bytes and events out. It knows neither
 * sockets nor clocks: the driver feeds {@link Connection.receive}, hands the {@link Connection.output} over once
 * per turn of the event loop and reports how far the pipe has got with it.
 *
 * Frames that fit window and output are encoded straight into the output. What does not fit waits in its stream's
 * queue; streams with a queue take turns, a frame at a time.
 */
export class Connection implements FrameMeanings {
  readonly output: Output;
  private readonly client: boolean;
  private readonly events: ConnectionEvents;
  private readonly local: Required<ConnectionOptions>;
  private readonly remote: Settings = initialSettings();
  private readonly reader: FrameReader;
  private readonly sending: SendQueue;
  private readonly credit: ReceiveCredit;
  private readonly streams: StreamTable;
  private readonly floodBudget: FloodBudget;
  private nowMs: number;

  /** Bytes of our preface that wait in the output: whatever happens, they come first. */
  private prefaceBytes = 0;
  /** Our streams that wait to be opened: for a free slot, for room in the output, for the peer's SETTINGS. */
  private readonly openWaiters = new LinkedList<Stream>();
  /** Streams of ours that are open. */
  private openedCount = 0;
  /** The last of our streams whose HEADERS the pipe was given. */
  private handedOverStreamId = 0;
  /** Something that was received lets waiting streams go on. */
  private resumeNeeded = false;

  /** Bytes of the client preface that a server has seen. */
  private prefaceSeen = 0;
  private settingsSeen = false;
  private readonly goingAway: GoingAway;
  private failure: ConnectionFailure | undefined;
  /** The last section that was looked at, as the next one mostly begins like it. */
  private wellFormed: HeaderList | undefined = undefined;

  constructor(
    role: "client" | "server",
    events: ConnectionEvents,
    nowMs: number,
    options: ConnectionOptions = {},
    output = new Output(),
  ) {
    this.client = role === "client";
    this.events = events;
    this.output = output;
    this.local = withDefaults(options);
    this.nowMs = nowMs;
    this.streams = new StreamTable(this.client);
    this.goingAway = new GoingAway(output);
    this.floodBudget = new FloodBudget(nowMs);
    const interpreter = new FrameInterpreter(this, {
      tableBytesMax: this.remote.headerTableBytes,
      listBytesMax: this.local.maxHeaderListBytes,
    });
    this.reader = new FrameReader(interpreter, this.local.maxFrameBytes);
    this.sending = new SendQueue(output, this.floodBudget, {
      onOutput: () => this.events.onOutput(),
      onSentEnd: (stream) => this.onSentEnd(stream),
    });
    this.credit = new ReceiveCredit(
      output,
      this.local,
      () => this.sending.announce(),
      () => this.ping(PingKind.BANDWIDTH),
    );
    this.start();
  }

  // ── What the layer above asks ─────────────────────────────────────────────────────────────────────────────

  /** Streams may be opened here, now or once a slot is free. */
  get acceptsStreams(): boolean {
    return this.failure === undefined && !this.goingAway.begun && this.streams.hasIds;
  }

  /** Streams that wait to be opened. */
  get waitingStreams(): number {
    return this.openWaiters.length;
  }

  /** Streams that are open, either side's. */
  get openStreams(): number {
    return this.streams.size;
  }

  /** Bytes that the connection's windows let us send now, and the peer. */
  get windows(): { readonly sendBytes: number; readonly receiveBytes: number } {
    return { sendBytes: this.sending.window, receiveBytes: this.credit.connectionBytes };
  }

  /** The largest header section that the peer says it takes (advisory, RFC 9113 §6.5.2). */
  get peerMaxHeaderListBytes(): number {
    return this.remote.maxHeaderListBytes;
  }

  /** More output waits than data alone can make: the peer does not read. Stop reading from it. */
  get congested(): boolean {
    return this.sending.pendingAnswerBytes > CONTROL_OUTPUT_BYTES_MAX;
  }

  // ── Commands ──────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * A new stream of ours (clients). Its id comes with its HEADERS, at once or when there is a slot. It is closed
   * from the start where no stream can be opened any more.
   */
  openStream(handler: StreamHandler): Stream {
    const stream = new Stream(handler, this.credit.streamWindow());
    if (!this.acceptsStreams) stream.state = StreamState.CLOSED;
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
    if (stream.id !== 0) this.sending.sendHeaders(stream, template, extra, endStream);
    else if (stream.list !== undefined) this.sending.enqueueHeaders(stream, template, extra, endStream);
    else if (!this.acceptsStreams)
      this.abortUnopened(stream, ErrorCode.NO_ERROR, "the connection takes no new streams");
    else if (!this.canOpen() || !this.openWaiters.empty) {
      this.sending.enqueueHeaders(stream, template, extra, endStream);
      this.openWaiters.push(stream);
    } else {
      this.assignId(stream);
      this.sending.encodeHeaders(stream, template, extra, endStream);
    }
  }

  /**
   * Starts a DATA frame in the output's own array. The caller appends the payload to {@link draft} and calls
   * {@link finishData} or {@link abandonData}. Whatever is sent meanwhile, by what the caller calls, leaves behind the
   * frame. Returns -1 where data would have to wait, or while another frame is begun: then use {@link sendData}.
   */
  beginData(stream: Stream): number {
    return stream.id === 0 || stream.closed ? -1 : this.sending.beginData(stream);
  }

  /** Holds the output's array between {@link beginData} and its end. */
  get draft(): Output {
    return this.sending.draft;
  }

  /** Ends what {@link beginData} began, in vain where the stream was closed meanwhile. A payload that does not fit is taken out again and queued. Result as {@link sendData}. */
  finishData(stream: Stream, at: number, endStream: boolean): boolean {
    return this.sending.finishData(stream, at, endStream);
  }

  /** Takes back what {@link beginData} began. */
  abandonData(at: number): void {
    this.sending.abandonData(at);
  }

  /**
   * Sends payload; `bytes` are the connection's from now on. False: some of it waits; `onWritable` comes when
   * all of it has been taken. Ignored on a closed stream.
   */
  sendData(stream: Stream, bytes: Uint8Array, endStream: boolean): boolean {
    return stream.closed || this.sending.sendData(stream, bytes, endStream);
  }

  /** Ends a stream at once, in both directions; nothing more is heard of it. What it held is given back. */
  resetStream(stream: Stream, code: number): void {
    if (stream.closed) return;
    if (stream.id !== 0) {
      this.sending.resetStream(stream.id, code);
      this.streams.rememberReset(stream.id);
    }
    this.close(stream);
  }

  /** Gives received bytes back to the windows. May be called after the stream has ended, for what is still held. */
  consume(stream: Stream, count: number): void {
    const bytes = Math.min(count, stream.heldBytes);
    if (bytes === 0 || this.failure !== undefined) return;
    stream.heldBytes -= bytes;
    this.credit.release(bytes);
    this.credit.creditStream(stream, bytes, this.nowMs);
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
    if (stream.closed) this.streams.freeSlot(stream);
  }

  /** Sends a PING; `onPingAck(kind)` follows. `kind`: 16 … 255. */
  ping(kind: number): void {
    if (this.failure !== undefined) return;
    const payload = new Uint8Array(8);
    payload[0] = kind;
    appendPing(this.output, false, payload);
    this.sending.announce();
  }

  /**
   * Takes no new streams and lets the open and waiting ones finish; `onDrained` follows. A server sends a GOAWAY
   * with the highest id and, a round trip later, one with the real last id, so that no request under way is lost
   * (RFC 9113 §6.8). A client says GOAWAY when the last stream has ended: a server may close once it is idle, and
   * streams that wait here would find it gone. `debug` tells the peer why, in ASCII.
   */
  shutdown(debug = ""): void {
    if (this.failure !== undefined || this.goingAway.saysSo) return;
    this.goingAway.announce(this.client, debug);
    if (!this.client) this.ping(PingKind.SHUTDOWN);
    this.checkDrained();
  }

  /** The peer takes too long with that round trip: says the final GOAWAY now. What it sends later is refused. */
  finishShutdown(): void {
    if (this.failure !== undefined || !this.goingAway.awaitsRoundTrip) return;
    this.sayFinalGoAway();
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
    this.prefaceBytes = 0;
    this.handedOverStreamId = this.sending.lastEncodedStreamId;
    return this.sending.handOver();
  }

  /** The pipe has taken what {@link handOver} gave. True if more waits to be encoded: call {@link resume} in a later turn. */
  outputTaken(): boolean {
    this.sending.outputTaken();
    return this.sending.busy || !this.openWaiters.empty;
  }

  /** Encodes what waits and fits now: first new streams, then data, a frame a stream in turn. */
  resume(): void {
    this.resumeNeeded = false;
    this.openWaiting();
    for (const stream of this.sending.writeReady()) if (!stream.closed) stream.handler.onWritable();
  }

  // ── Opening and closing streams ───────────────────────────────────────────────────────────────────────────

  private start(): void {
    const { local } = this;
    if (this.client) this.output.append(CLIENT_PREFACE);
    appendSettings(this.output, [
      this.client
        ? [SettingId.ENABLE_PUSH, 0]
        : [SettingId.MAX_CONCURRENT_STREAMS, local.maxConcurrentStreams],
      [SettingId.INITIAL_WINDOW_SIZE, local.streamWindowBytes],
      [SettingId.MAX_FRAME_SIZE, local.maxFrameBytes],
      [SettingId.MAX_HEADER_LIST_SIZE, local.maxHeaderListBytes],
    ]);
    this.credit.start();
    this.prefaceBytes = this.output.length;
  }

  /**
   * Another stream of ours may be opened now. Not while the pipe is behind: what is encoded then could still be
   * taken back, but its call would have to say that nothing is known of it.
   */
  private canOpen(): boolean {
    return (
      this.settingsSeen &&
      this.openedCount < this.remote.maxConcurrentStreams &&
      !this.sending.blocked &&
      this.sending.hasRoom
    );
  }

  private assignId(stream: Stream): void {
    this.streams.open(stream);
    this.openedCount++;
    stream.sendWindow = this.remote.initialWindowBytes;
    this.credit.catchUp(stream);
    if (!this.streams.hasIds) this.stopOpening(ErrorCode.NO_ERROR, "all stream ids are used up");
  }

  private openWaiting(): void {
    while (this.canOpen() && !this.goingAway.received && this.streams.hasIds) {
      const stream = this.openWaiters.shift();
      if (stream === undefined) return;
      this.assignId(stream);
      this.sending.writeTurn(stream);
      stream.handler.onOpened();
      if (this.sending.park(stream) && !stream.closed) stream.handler.onWritable();
    }
  }

  /** No new streams here any more: those that wait are told that they were not processed. */
  private stopOpening(code: number, debug: string): void {
    const detail = `the connection takes no new streams (${errorName(code)}${debug && `: ${debug}`})`;
    this.abortWaiting(code, detail);
    this.events.onGoAway(code, debug);
  }

  private abortWaiting(code: number, detail: string): void {
    for (let stream = this.openWaiters.shift(); stream !== undefined; stream = this.openWaiters.shift())
      this.abortUnopened(stream, code, detail);
  }

  /** Nothing of the stream has left, nor will. */
  private abortUnopened(stream: Stream, code: number, detail: string): void {
    stream.state = StreamState.CLOSED;
    stream.queue = undefined;
    stream.handler.onAbort({ code, detail, initiator: "connection", unprocessed: true });
  }

  private onSentEnd(stream: Stream): void {
    if (stream.closed) this.forget(stream);
    // The response is complete and the rest of the request is of no use, RFC 9113 §8.1.
    else if (!this.client) this.resetStream(stream, ErrorCode.NO_ERROR);
    if (this.sending.isLong) this.events.onLongOutput?.();
  }

  private close(stream: Stream): void {
    stream.list?.remove(stream);
    stream.state = StreamState.CLOSED;
    stream.queue = undefined;
    this.credit.release(stream.heldBytes);
    stream.heldBytes = 0;
    this.forget(stream);
  }

  /** A closed stream leaves the books, if it ever was in them; its slot is free again. */
  private forget(stream: Stream): void {
    if (this.streams.remove(stream) && this.client) {
      this.openedCount--;
      if (!this.openWaiters.empty) this.resumeSoon();
    }
    if (this.streams.size > 0) return;
    this.events.onIdle?.();
    this.checkDrained();
  }

  private abort(stream: Stream, abort: StreamAbort): void {
    if (stream.closed) return;
    this.close(stream);
    stream.handler.onAbort(abort);
  }

  /** A fault in what the peer sent on one stream: that stream ends, the connection lives (RFC 9113 §5.4.2). */
  private streamError(stream: Stream, code: number, detail: string): void {
    if (stream.closed) return;
    this.resetStream(stream, code);
    stream.handler.onAbort({ code, detail, initiator: "local", unprocessed: false });
  }

  private resumeSoon(): void {
    this.resumeNeeded = true;
    this.sending.announce();
  }

  private checkDrained(): void {
    const { goingAway } = this;
    if (!goingAway.begun || this.failure !== undefined || goingAway.isOver) return;
    if (this.streams.size > 0 || !this.openWaiters.empty || !goingAway.mayEnd(this.client)) return;
    goingAway.isOver = true;
    if (!goingAway.isFinal) this.sayFinalGoAway();
    this.events.onDrained();
  }

  private sayFinalGoAway(): void {
    this.goingAway.sayFinal(this.streams.lastPeerStreamId);
    this.sending.announce();
    this.events.onFinalGoAway?.();
  }

  private end(failure: ConnectionFailure): void {
    if (this.failure !== undefined) return;
    this.failure = failure;
    this.reader.stop();
    const { code, detail } = failure;
    for (const stream of this.streams.allInOrder()) {
      const unsent = stream.id > this.handedOverStreamId || stream.id > this.goingAway.admittedStreamId;
      const unprocessed = this.client && unsent && !stream.receivedHeaders;
      this.abort(stream, { code, detail, initiator: "connection", unprocessed });
    }
    this.abortWaiting(code, detail);
    // What the pipe has not been given must not leave after streams were told so; nor what they said to that.
    this.output.length = this.prefaceBytes;
    if (failure.initiator === "local") {
      this.goingAway.sayFailure(this.streams.lastPeerStreamId, code, detail);
      this.sending.announce();
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
    if (!this.credit.receive(flowBytes))
      return this.fail(ErrorCode.FLOW_CONTROL_ERROR, "the peer has overstepped the connection's window");
    if (end > start) this.floodBudget.earn();
    else if (last && !endStream && !this.spend("empty DATA frames")) return;
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      this.credit.creditConnection(flowBytes);
      if (last) this.receivedOnClosedStream(streamId, "DATA");
      return;
    }
    const state = nextState(stream.state, StreamInput.RECEIVE_DATA);
    if (state > StreamState.CLOSED || !stream.receivedHeaders) {
      this.credit.creditConnection(flowBytes);
      return this.streamError(
        stream,
        state > StreamState.CLOSED ? faultCode(state) : ErrorCode.PROTOCOL_ERROR,
        "DATA outside of a message body",
      );
    }
    if (!stream.receiveWindow.receive(flowBytes)) {
      this.credit.creditConnection(flowBytes);
      return this.streamError(
        stream,
        ErrorCode.FLOW_CONTROL_ERROR,
        "the peer has overstepped the stream's window",
      );
    }
    if (padding > 0) {
      this.credit.creditConnection(padding);
      this.credit.creditStream(stream, padding, this.nowMs);
    }
    if (stream.contentLeft >= 0 && (stream.contentLeft -= end - start) < 0) {
      this.credit.creditConnection(end - start);
      return this.streamError(stream, ErrorCode.PROTOCOL_ERROR, "more DATA than content-length announced");
    }
    if (end > start) {
      stream.heldBytes += end - start;
      this.credit.hold(end - start);
      stream.handler.onData(bytes, start, end);
    }
    if (endStream && !stream.closed) this.receivedEnd(stream);
  }

  /** Charges a frame that costs the peer little; false if that was one too many, and the connection has ended. */
  private spend(what: string): boolean {
    if (this.floodBudget.spend(this.nowMs)) return true;
    this.fail(ErrorCode.ENHANCE_YOUR_CALM, `too many ${what}`);
    return false;
  }

  /** A frame for a stream that is not open: idle ones are an error, those long closed get STREAM_CLOSED. */
  private receivedOnClosedStream(streamId: number, what: string): void {
    if (this.streams.isIdle(streamId))
      return this.fail(ErrorCode.PROTOCOL_ERROR, `${what} on idle stream ${streamId}`);
    if (this.streams.wasReset(streamId)) return;
    if (!this.spend("frames on closed streams")) return;
    appendRstStream(this.output, streamId, ErrorCode.STREAM_CLOSED);
    this.streams.rememberReset(streamId);
    this.sending.announce();
  }

  receiveUnknown(): void {
    this.spend("frames of unknown type");
  }

  receiveContinuation(): boolean {
    return this.spend("CONTINUATION frames");
  }

  receiveSection(streamId: number, section: DecodedSection, endStream: boolean): void {
    this.floodBudget.earn();
    const stream = this.streams.get(streamId);
    if (stream !== undefined) return this.receiveSectionOn(stream, section, endStream);
    if (this.client) return this.receivedOnClosedStream(streamId, "HEADERS");
    if ((streamId & 1) === 0)
      return this.fail(ErrorCode.PROTOCOL_ERROR, `the client opened stream ${streamId}: its ids are odd`);
    if (streamId <= this.streams.lastPeerStreamId) {
      // Trailers may have been under way when we reset a stream; ids that were used or skipped do not come back, §5.1.1.
      if (this.streams.mayHaveBeenReset(streamId)) return this.receivedOnClosedStream(streamId, "HEADERS");
      return this.fail(ErrorCode.PROTOCOL_ERROR, `HEADERS on stream ${streamId}, which is closed`);
    }
    this.acceptStream(streamId, section, endStream);
  }

  private acceptStream(streamId: number, headers: DecodedSection, endStream: boolean): void {
    this.streams.lastPeerStreamId = streamId;
    if (this.goingAway.isFinal || this.streams.peerSlots >= this.local.maxConcurrentStreams)
      return this.refuseStream(streamId, ErrorCode.REFUSED_STREAM);
    if (!(headers instanceof HeaderList)) return this.refuseStream(streamId, ErrorCode.ENHANCE_YOUR_CALM);
    if (this.sectionFault(headers, "request") !== undefined)
      return this.refuseStream(streamId, ErrorCode.PROTOCOL_ERROR);
    const stream = new Stream(NO_HANDLER, this.credit.streamWindow());
    stream.state = endStream ? StreamState.HALF_CLOSED_REMOTE : StreamState.OPEN;
    stream.sendWindow = this.remote.initialWindowBytes;
    stream.receivedHeaders = true;
    this.streams.accept(stream, streamId);
    if (!this.takeContentLength(stream, headers, endStream))
      return this.resetStream(stream, ErrorCode.PROTOCOL_ERROR);
    stream.handler = this.events.onStream(stream, headers, endStream);
  }

  private refuseStream(streamId: number, code: number): void {
    if (!this.spend("refused streams")) return;
    appendRstStream(this.output, streamId, code);
    this.streams.rememberReset(streamId);
    this.sending.announce();
  }

  /** A header section on an open stream: the response, or trailers. */
  private receiveSectionOn(stream: Stream, headers: DecodedSection, endStream: boolean): void {
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
    const known = this.wellFormed?.checkedAs === kind ? this.wellFormed.fields : undefined;
    const fault = headerFault(headers.fields, kind, known);
    if (fault !== undefined) return fault;
    headers.checkedAs = kind;
    if (headers.listBytes <= WELL_FORMED_BYTES_MAX) this.wellFormed = headers;
    return undefined;
  }

  /** False if the field is malformed or contradicts the end of the stream, RFC 9113 §8.1.1. */
  private takeContentLength(stream: Stream, headers: HeaderList, endStream: boolean): boolean {
    const length = contentLength(headers.fields);
    if (length === undefined) return true;
    if (Number.isNaN(length)) return false;
    // A response without content may announce the length of what a GET would have brought.
    if (endStream) return this.client || length === 0;
    stream.contentLeft = length;
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

  receivePriority(streamId: number, wellFormed: boolean): void {
    if (!this.spend("PRIORITY frames") || wellFormed) return;
    const stream = this.streams.get(streamId);
    const detail = "PRIORITY frame of another size than 5 bytes";
    if (stream !== undefined) this.streamError(stream, ErrorCode.FRAME_SIZE_ERROR, detail);
    else this.fail(ErrorCode.FRAME_SIZE_ERROR, detail);
  }

  receiveRstStream(streamId: number, code: number): void {
    if (this.streams.isIdle(streamId))
      return this.fail(ErrorCode.PROTOCOL_ERROR, `RST_STREAM on idle stream ${streamId}`);
    if (!this.spend("RST_STREAM frames")) return;
    const stream = this.streams.get(streamId);
    if (stream === undefined) return;
    this.abort(stream, {
      code,
      detail: `the peer reset the stream (${errorName(code)})`,
      initiator: "remote",
      unprocessed: code === ErrorCode.REFUSED_STREAM && !stream.receivedHeaders,
    });
  }

  receiveSettingsAck(): void {
    this.credit.settingsAcknowledged = true;
  }

  receiveSettings(settings: readonly (readonly [number, number])[]): void {
    if (!this.spend("SETTINGS frames")) return;
    const windowBefore = this.remote.initialWindowBytes;
    for (const [id, value] of settings) {
      if (this.client && id === SettingId.ENABLE_PUSH && value !== 0)
        return this.fail(ErrorCode.PROTOCOL_ERROR, "a server may not set SETTINGS_ENABLE_PUSH");
      const fault = applySetting(this.remote, id, value);
      if (fault !== undefined) return this.fail(fault.code, fault.detail);
      // One by one, since a table that was smaller in between has lost its entries (RFC 7541 §4.2).
      if (id === SettingId.HEADER_TABLE_SIZE) this.sending.encoder.setPeerTableBytesMax(value);
    }
    this.sending.frameBytesMax = this.remote.maxFrameBytes;
    const moved = this.moveSendWindows(this.remote.initialWindowBytes - windowBefore);
    if (this.failure !== undefined) return;
    if (!moved)
      return this.fail(
        ErrorCode.FLOW_CONTROL_ERROR,
        "SETTINGS_INITIAL_WINDOW_SIZE takes a window above 2^31-1",
      );
    appendSettingsAck(this.output);
    this.sending.announce();
    if (!this.settingsSeen) {
      this.settingsSeen = true;
      this.events.onReady();
    }
    this.resumeNeeded = true;
  }

  /** A changed initial window moves the windows of all streams along, §6.9.2. */
  private moveSendWindows(difference: number): boolean {
    if (difference === 0) return true;
    for (let streams = this.streams.size; streams > 0; streams -= STREAMS_PER_TOKEN)
      if (!this.spend("changes of the initial window")) return true;
    for (const stream of this.streams.all()) {
      stream.sendWindow += difference;
      if (stream.sendWindow > UINT31_MAX) return false;
      this.sending.park(stream);
    }
    return true;
  }

  receivePing(bytes: Uint8Array, start: number): void {
    if (!this.spend("PING frames")) return;
    appendPing(this.output, true, bytes, start);
    this.sending.announce();
    const busy = this.sending.sentSincePing;
    this.sending.sentSincePing = false;
    this.events.onPing?.(busy);
  }

  receivePingAck(kind: number): void {
    if (kind === PingKind.BANDWIDTH) this.credit.finishMeasuring(this.nowMs, this.streams.all());
    else if (kind === PingKind.SHUTDOWN) this.finishShutdown();
    else this.events.onPingAck(kind);
  }

  receiveGoAway(lastStreamId: number, code: number, debug: string): void {
    if (!this.spend("GOAWAY frames")) return;
    if (!this.goingAway.receive(lastStreamId))
      return this.fail(ErrorCode.PROTOCOL_ERROR, "GOAWAY with a higher last stream id than before");
    if (this.client) this.abortAbove(lastStreamId, code, debug);
    this.stopOpening(code, debug);
    this.checkDrained();
  }

  private abortAbove(lastStreamId: number, code: number, debug: string): void {
    const detail = `the peer went away before it processed the stream (${errorName(code)}${debug && `: ${debug}`})`;
    for (const stream of this.streams.allInOrder()) {
      if (stream.id > lastStreamId)
        this.abort(stream, { code, detail, initiator: "connection", unprocessed: !stream.receivedHeaders });
    }
  }

  receiveWindowUpdate(streamId: number, increment: number): void {
    if (!this.spend("WINDOW_UPDATE frames")) return;
    if (streamId === 0) return this.enlargeSendWindow(increment);
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      if (this.streams.isIdle(streamId))
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
      this.sending.park(stream);
      this.resumeNeeded = true;
    }
  }

  private enlargeSendWindow(increment: number): void {
    if (increment === 0) return this.fail(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
    this.sending.window += increment;
    if (this.sending.window > UINT31_MAX)
      return this.fail(
        ErrorCode.FLOW_CONTROL_ERROR,
        "WINDOW_UPDATE takes the connection's window above 2^31-1",
      );
    if (this.sending.wakeWindowWaiters()) this.resumeNeeded = true;
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
