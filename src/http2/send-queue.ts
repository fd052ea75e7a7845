import { Output } from "../bytes/output.js";
import { assert } from "./error.js";
import type { FloodBudget } from "./flood-budget.js";
import { appendRstStream, Flag, FRAME_HEADER_BYTES, FrameType, storeFrameHeader } from "./frame.js";
import { type HeaderTemplate, HpackEncoder } from "./hpack/encoder.js";
import { LinkedList } from "./linked-list.js";
import { DEFAULT_WINDOW_BYTES, MIN_MAX_FRAME_BYTES } from "./settings.js";
import type { QueuedSend, Stream } from "./stream.js";
import { nextState, StreamInput, StreamState } from "./stream-state.js";

/** The most that is encoded and not yet taken by the pipe; beyond it only control frames are added. */
export const OUTPUT_BYTES_MAX = 128 * 1024;

/** So much is worth a write in the middle of a turn: the peer begins with the first calls while we make the others. */
export const LONG_OUTPUT_BYTES = 8 * 1024;

export interface SendQueueEvents {
  /** The output has bytes to hand over; said once until {@link SendQueue.handOver}. */
  onOutput(): void;
  /** END_STREAM was encoded. */
  onSentEnd(stream: Stream): void;
}

/**
 * The way out of a connection: header sections and data of all streams into one output, within the peer's windows
 * and the room there is.
 *
 * What fits is encoded straight into the output. What does not waits in its stream's queue, and the stream stands
 * in one of two lists, or in none:
 *
 * | waits for | stands in | woken by |
 * |---|---|---|
 * | room in the output | ready | the pipe has taken the output |
 * | the connection's window | window waiters | WINDOW_UPDATE on stream 0 |
 * | its own window | none | WINDOW_UPDATE on the stream, SETTINGS |
 *
 * Ready streams take turns, a DATA frame at a time, so that they share the connection fairly; as long as one is
 * ready, nobody goes straight to the output.
 */
export class SendQueue {
  readonly output: Output;
  /** Has the output's array while a message is marshalled into it. */
  readonly draft = new Output();
  private drafting = false;
  readonly encoder = new HpackEncoder();
  /** What the connection's window lets us send, RFC 9113 §6.9. */
  window = DEFAULT_WINDOW_BYTES;
  /** The peer's SETTINGS_MAX_FRAME_SIZE. */
  frameBytesMax = MIN_MAX_FRAME_BYTES;
  /** The highest id of a stream whose HEADERS were encoded. */
  lastEncodedStreamId = 0;
  /** HEADERS or DATA were encoded since the owner last set this to false. */
  sentSincePing = false;
  private readonly floodBudget: FloodBudget;
  private readonly events: SendQueueEvents;
  private readonly ready = new LinkedList<Stream>();
  private readonly windowWaiters = new LinkedList<Stream>();
  private announced = false;
  /** Bytes that the pipe has been given and has not taken yet. */
  private pipeBytes = 0;
  /** How much of the output, and of what the pipe has, are RST_STREAM frames of our own accord. */
  private resetBytes = 0;
  private pipeResetBytes = 0;

  /** `floodBudget` earns with the data that is sent: a peer that downloads sends little but WINDOW_UPDATEs. */
  constructor(output: Output, floodBudget: FloodBudget, events: SendQueueEvents) {
    this.output = output;
    this.floodBudget = floodBudget;
    this.events = events;
  }

  /** All that is encoded and not yet taken by the pipe. */
  get pendingBytes(): number {
    return this.output.length + this.pipeBytes;
  }

  /** What of that answers the peer's frames: our own resets do not count, or two ends that cancel much could both stop reading. */
  get pendingAnswerBytes(): number {
    return this.pendingBytes - this.resetBytes - this.pipeResetBytes;
  }

  resetStream(streamId: number, code: number): void {
    const { length } = this.output;
    appendRstStream(this.output, streamId, code);
    this.resetBytes += this.output.length - length;
    this.announce();
  }

  /** The pipe has been given bytes and has not taken them all yet. */
  get blocked(): boolean {
    return this.pipeBytes > 0;
  }

  get hasRoom(): boolean {
    return this.output.length + this.pipeBytes < OUTPUT_BYTES_MAX;
  }

  /** It is time to hand the output over, all of which stands in it. */
  get isLong(): boolean {
    return this.output.length >= LONG_OUTPUT_BYTES && !this.drafting;
  }

  /** Streams wait for room. */
  get busy(): boolean {
    return !this.ready.empty;
  }

  /** Something was added to the output, or something else calls for the driver's turn. */
  announce(): void {
    if (this.announced) return;
    this.announced = true;
    this.events.onOutput();
  }

  handOver(): number {
    this.announced = false;
    this.pipeResetBytes = this.resetBytes;
    this.resetBytes = 0;
    this.pipeBytes = this.output.length;
    return this.pipeBytes;
  }

  outputTaken(): void {
    this.pipeBytes = 0;
    this.pipeResetBytes = 0;
  }

  sendHeaders(
    stream: Stream,
    template: HeaderTemplate | undefined,
    extra: readonly string[] | undefined,
    endStream: boolean,
  ): void {
    if (this.mustQueue(stream)) {
      this.enqueueHeaders(stream, template, extra, endStream);
      this.park(stream);
    } else this.encodeHeaders(stream, template, extra, endStream);
  }

  /** Puts a header section in the stream's queue, and nothing else. */
  enqueueHeaders(
    stream: Stream,
    template: HeaderTemplate | undefined,
    extra: readonly string[] | undefined,
    endStream: boolean,
  ): void {
    enqueue(stream, { kind: "headers", template, extra, endStream });
  }

  /** Moves the output into the draft and makes room for a DATA frame's header there; -1 where data would have to wait. */
  beginData(stream: Stream): number {
    if (this.drafting || this.mustQueue(stream) || stream.sendWindow <= 0 || this.window <= 0) return -1;
    if (stream.state === StreamState.HALF_CLOSED_LOCAL) return -1;
    const { output, draft } = this;
    output.reserve(FRAME_HEADER_BYTES);
    const at = output.length;
    draft.bytes = output.detach();
    draft.length = at + FRAME_HEADER_BYTES;
    this.drafting = true;
    return at;
  }

  /** Takes the frame at `at` out of the draft, and the rest back. */
  abandonData(at: number): void {
    this.draft.length = at;
    this.takeDraft();
  }

  /** Moves the draft back into the output; what was written meanwhile goes behind it. */
  private takeDraft(): void {
    const { output, draft } = this;
    const meanwhile = output.length > 0 ? output.view() : undefined;
    output.bytes = draft.bytes;
    output.length = draft.length;
    draft.detach();
    this.drafting = false;
    if (meanwhile !== undefined) output.append(meanwhile);
  }

  /** The payload stands behind `at`: completes the frame, or takes it out again and queues what does not fit. */
  finishData(stream: Stream, at: number, endStream: boolean): boolean {
    const { draft } = this;
    if (stream.closed || stream.state === StreamState.HALF_CLOSED_LOCAL) {
      this.abandonData(at);
      return true;
    }
    const payload = draft.length - at - FRAME_HEADER_BYTES;
    if (
      payload > stream.sendWindow ||
      payload > this.window ||
      payload > this.frameBytesMax ||
      draft.length + this.output.length + this.pipeBytes > OUTPUT_BYTES_MAX
    ) {
      const bytes = draft.bytes.slice(at + FRAME_HEADER_BYTES, draft.length);
      this.abandonData(at);
      return this.sendData(stream, bytes, endStream);
    }
    stream.sendWindow -= payload;
    this.window -= payload;
    this.floodBudget.earn();
    this.sentSincePing = true;
    storeFrameHeader(draft.bytes, at, payload, FrameType.DATA, endStream ? Flag.END_STREAM : 0, stream.id);
    this.takeDraft();
    this.announce();
    if (endStream) this.sentEnd(stream);
    return true;
  }

  /** False: some of it waits. */
  sendData(stream: Stream, bytes: Uint8Array, endStream: boolean): boolean {
    assert(stream.state !== StreamState.HALF_CLOSED_LOCAL, "DATA on a stream that is closed for sending");
    enqueue(stream, { kind: "data", bytes, at: 0, endStream });
    if (stream.id === 0 || stream.list !== undefined) return false;
    if (this.ready.empty) {
      while (this.hasRoom && this.canProgress(stream)) this.writeTurn(stream);
    }
    return this.park(stream);
  }

  /** What a stream waits for decides where it stands. True if it waits for nothing any more. */
  park(stream: Stream): boolean {
    const item = stream.queue?.[0];
    if (item === undefined) return true;
    if (stream.list !== undefined) return false;
    const needsWindow = item.kind === "data" && item.at < item.bytes.length;
    if (needsWindow && stream.sendWindow <= 0) return false;
    if (needsWindow && this.window <= 0) this.windowWaiters.push(stream);
    else this.ready.push(stream);
    return false;
  }

  /** The connection's window has grown: those who waited for it are ready. True if there are any. */
  wakeWindowWaiters(): boolean {
    let any = false;
    for (let stream = this.windowWaiters.shift(); stream !== undefined; stream = this.windowWaiters.shift()) {
      this.ready.push(stream);
      any = true;
    }
    return any;
  }

  /** Gives ready streams their turns while there is room; returns those whose queue is empty now. */
  writeReady(): Stream[] {
    const emptied: Stream[] = [];
    while (this.hasRoom) {
      const stream = this.ready.shift();
      if (stream === undefined) break;
      this.writeTurn(stream);
      if (this.park(stream)) emptied.push(stream);
    }
    return emptied;
  }

  /** One stream's turn: the header sections at the head of its queue and at most one DATA frame. */
  writeTurn(stream: Stream): void {
    while (stream.queue !== undefined) {
      const item = stream.queue[0];
      if (item.kind === "headers") {
        dequeue(stream);
        this.encodeHeaders(stream, item.template, item.extra, item.endStream);
      } else {
        this.writeDataFrame(stream, item);
        return;
      }
    }
  }

  private mustQueue(stream: Stream): boolean {
    return stream.queue !== undefined || !this.ready.empty || !this.hasRoom;
  }

  private canProgress(stream: Stream): boolean {
    const item = stream.queue?.[0];
    if (item === undefined) return false;
    if (item.kind === "headers" || item.at === item.bytes.length) return true;
    return stream.sendWindow > 0 && this.window > 0;
  }

  private writeDataFrame(stream: Stream, item: Extract<QueuedSend, { kind: "data" }>): void {
    const { output } = this;
    const left = item.bytes.length - item.at;
    const room = OUTPUT_BYTES_MAX - this.pendingBytes - FRAME_HEADER_BYTES;
    // SETTINGS may have taken the stream's window below 0 (RFC 9113 §6.9.2), and an empty frame needs none.
    const window = Math.max(Math.min(stream.sendWindow, this.window), 0);
    const length = Math.min(left, window, this.frameBytesMax, Math.max(room, 1));
    if (length === 0 && left > 0) return;
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
    stream.sendWindow -= length;
    this.window -= length;
    this.floodBudget.earn();
    this.sentSincePing = true;
    this.announce();
    if (item.at === item.bytes.length) dequeue(stream);
    if (endStream) this.sentEnd(stream);
  }

  /**
   * Straight to the output. For the HEADERS that open a stream it is the only way, since ids have to leave in
   * order; the caller has seen to it that there is room.
   */
  encodeHeaders(
    stream: Stream,
    template: HeaderTemplate | undefined,
    extra: readonly string[] | undefined,
    endStream: boolean,
  ): void {
    const state = nextState(stream.state, StreamInput.SEND_HEADERS);
    assert(state <= StreamState.CLOSED, "HEADERS on a stream that is closed for sending");
    stream.state = state as StreamState;
    this.sentSincePing = true;
    if (stream.id > this.lastEncodedStreamId) this.lastEncodedStreamId = stream.id;
    const { output } = this;
    const at = output.length;
    output.reserve(FRAME_HEADER_BYTES);
    output.length = at + FRAME_HEADER_BYTES;
    this.encoder.encode(output, template, extra);
    const length = output.length - at - FRAME_HEADER_BYTES;
    const endFlag = endStream ? Flag.END_STREAM : 0;
    if (length <= this.frameBytesMax) {
      storeFrameHeader(output.bytes, at, length, FrameType.HEADERS, endFlag | Flag.END_HEADERS, stream.id);
    } else {
      this.splitHeaderBlock(at, stream.id, endFlag);
    }
    this.announce();
    if (endStream) this.sentEnd(stream);
  }

  /** The block behind `at` is larger than a frame: cuts it into HEADERS and CONTINUATION. */
  private splitHeaderBlock(at: number, streamId: number, endFlag: number): void {
    const { output, frameBytesMax } = this;
    const block = output.bytes.slice(at + FRAME_HEADER_BYTES, output.length);
    output.length = at;
    for (let start = 0; start < block.length; start += frameBytesMax) {
      const end = Math.min(start + frameBytesMax, block.length);
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
    this.events.onSentEnd(stream);
  }
}

function enqueue(stream: Stream, item: QueuedSend): void {
  if (stream.queue === undefined) stream.queue = [item];
  else stream.queue.push(item);
}

function dequeue(stream: Stream): void {
  const queue = stream.queue as QueuedSend[];
  queue.shift();
  if (queue.length === 0) stream.queue = undefined;
}
