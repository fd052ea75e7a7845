import { Output } from "../bytes/output.js";
import { Status } from "../rpc/status.js";
import type { MessageDecompressor, MessageFault } from "./message-decompressor.js";
import { ReassemblyBudget } from "./reassembly-budget.js";

/** Where a {@link MessageReader} puts what it finds. */
export interface MessageSink {
  /** One whole message, `bytes[start, end)`, borrowed; `compressed`: it came so. The sink may pause the reader. */
  onMessageBytes(bytes: Uint8Array, start: number, end: number, compressed: boolean): void;
  /** The bytes are no gRPC messages, or one is too large. The reader has stopped. */
  onMessageFault(code: Status, detail: string): void;
}

/** The flag and the 32-bit length in front of each message (PROTOCOL-HTTP2, "Length-Prefixed-Message"). */
export const PREFIX_BYTES = 5;

/** The prefix's first byte where the message is compressed. */
export const COMPRESSED_FLAG = 1;

/**
 * Finds messages in the payload of a stream, however it is split, and holds back what its reader is not ready for.
 *
 * Bytes count as consumed (their flow-control credit goes back to the peer) once their message was delivered, or
 * at once where they belong to a message that is still incomplete and nobody has paused: otherwise a message larger
 * than the window could never arrive. So a paused reader holds at most a window, and a running one at most a
 * message more.
 *
 * A compressed message that is not small is decompressed off the event loop, where it stands in the backlog; what
 * comes behind it waits, as if the reader were paused, and so does its credit.
 */
export class MessageReader {
  /** Undoes compression; undefined where there is none. To be set before the first message comes. */
  decompressor: MessageDecompressor | undefined = undefined;
  private readonly sink: MessageSink;
  private readonly messageBytesMax: number;
  private readonly budget: ReassemblyBudget;
  /** Unread bytes: `backlog[readAt, length)`. */
  private readonly backlog = new Output();
  private readAt = 0;
  /** How many of the unread bytes were credited ahead. */
  private creditedAhead = 0;
  private paused = false;
  private reading = false;
  private stopped = false;
  /** The message at the head of the backlog is being decompressed, or has to be. */
  private decompressing: "no" | "due" | "under way" = "no";
  /** It is done, but its reader has paused. */
  private decompressed: Uint8Array | undefined = undefined;

  constructor(sink: MessageSink, messageBytesMax: number, budget = new ReassemblyBudget()) {
    this.sink = sink;
    this.budget = budget;
    this.messageBytesMax = messageBytesMax;
  }

  /** Nothing is held back: the stream may end here. */
  get drained(): boolean {
    return this.backlog.length === this.readAt;
  }

  /** Whole messages may be waiting: for `resume`, or for one to be decompressed. */
  get holdsBack(): boolean {
    return this.paused || this.decompressing !== "no";
  }

  /** Takes payload; returns how many bytes count as consumed now. */
  receive(bytes: Uint8Array, start: number, end: number): number {
    if (this.stopped) return end - start;
    if (this.backlog.length > this.readAt || this.paused || this.reading) {
      this.keep(bytes, start, end);
      return this.reading ? 0 : this.read();
    }
    this.reading = true;
    const at = this.deliver(bytes, start, end);
    this.reading = false;
    if (this.stopped) return end - start;
    if (at < end) this.keep(bytes, at, end);
    this.startDecompressing();
    return at - start + this.creditAhead();
  }

  pause(): void {
    this.paused = true;
  }

  /** Delivers what was held back until paused again; returns how many bytes count as consumed now. */
  resume(): number {
    this.paused = false;
    if (this.reading || this.stopped) return 0;
    const { decompressed } = this;
    return decompressed === undefined ? this.read() : this.deliverDecompressed(decompressed);
  }

  /** Takes what the decompressor has made of the message it was given; returns how many bytes count as consumed now. */
  onDecompressed(result: Uint8Array | MessageFault): number {
    if (!(result instanceof Uint8Array)) this.fault(result.code, result.detail);
    else if (!this.paused) return this.deliverDecompressed(result);
    else if (this.budget.take(result.length)) this.decompressed = result;
    else this.fault(Status.RESOURCE_EXHAUSTED, TOO_MUCH_KEPT);
    return 0;
  }

  /** Drops everything; what comes later is dropped too. */
  stop(): void {
    this.stopped = true;
    this.budget.give(this.creditedAhead);
    this.creditedAhead = 0;
    this.forgetDecompressed();
    this.decompressor?.cancel();
    this.backlog.detach();
    this.readAt = 0;
  }

  /** Reads from the backlog. */
  private read(): number {
    if (this.holdsBack) return 0;
    this.reading = true;
    const at = this.deliver(this.backlog.bytes, this.readAt, this.backlog.length);
    this.reading = false;
    if (this.stopped) return 0;
    const credit = this.leaveBehind(at);
    this.startDecompressing();
    return credit + this.creditAhead();
  }

  /** The backlog has been read up to `at`; returns how many bytes of that were not credited ahead. */
  private leaveBehind(at: number): number {
    const count = at - this.readAt;
    const ahead = Math.min(this.creditedAhead, count);
    this.creditedAhead -= ahead;
    this.budget.give(ahead);
    this.readAt = at;
    if (this.drained) this.clear();
    return count - ahead;
  }

  /** Gives the message at the head of the backlog to the decompressor, if it is due; it stays where it is meanwhile. */
  private startDecompressing(): void {
    if (this.decompressing !== "due") return;
    this.decompressing = "under way";
    const { bytes } = this.backlog;
    const start = this.readAt + PREFIX_BYTES;
    this.decompressor?.later(bytes, start, start + messageLength(bytes, this.readAt));
  }

  private deliverDecompressed(message: Uint8Array): number {
    this.forgetDecompressed();
    this.reading = true;
    this.sink.onMessageBytes(message, 0, message.length, true);
    this.reading = false;
    if (this.stopped) return 0;
    this.decompressing = "no";
    const length = messageLength(this.backlog.bytes, this.readAt);
    return this.leaveBehind(this.readAt + PREFIX_BYTES + length) + this.read();
  }

  private forgetDecompressed(): void {
    if (this.decompressed === undefined) return;
    this.budget.give(this.decompressed.length);
    this.decompressed = undefined;
  }

  /** Delivers the whole messages in `bytes[at, end)` until paused; returns where it has got to. */
  private deliver(bytes: Uint8Array, at: number, end: number): number {
    while (!this.paused && !this.stopped && end - at >= PREFIX_BYTES) {
      const length = messageLength(bytes, at);
      const flag = bytes[at];
      if (flag !== 0 && (flag !== COMPRESSED_FLAG || this.decompressor === undefined)) {
        this.fault(
          Status.INTERNAL,
          flag === COMPRESSED_FLAG ? "compressed message without grpc-encoding" : `message flag ${flag}`,
        );
        return end;
      }
      if (length > this.messageBytesMax) {
        this.fault(
          Status.RESOURCE_EXHAUSTED,
          `received message of ${length} bytes; at most ${this.messageBytesMax} are allowed`,
        );
        return end;
      }
      if (end - at - PREFIX_BYTES < length) return at;
      const start = at + PREFIX_BYTES;
      if (flag === 0) this.sink.onMessageBytes(bytes, start, start + length, false);
      else if (!this.decompress(bytes, start, start + length)) return this.stopped ? end : at;
      at = start + length;
    }
    return at;
  }

  /** Delivers a compressed message. False: it is wrong, or has to go to the decompressor. */
  private decompress(bytes: Uint8Array, start: number, end: number): boolean {
    const message = (this.decompressor as MessageDecompressor).now(bytes, start, end);
    if (message === undefined) this.decompressing = "due";
    else if (message instanceof Uint8Array) this.sink.onMessageBytes(message, 0, message.length, true);
    else this.fault(message.code, message.detail);
    return message instanceof Uint8Array;
  }

  private fault(code: Status, detail: string): void {
    this.stop();
    this.sink.onMessageFault(code, detail);
  }

  private keep(bytes: Uint8Array, start: number, end: number): void {
    const { backlog } = this;
    const movable = !this.reading && this.decompressing !== "under way";
    if (this.readAt > 0 && movable && backlog.length + end - start > backlog.bytes.length) {
      backlog.bytes.copyWithin(0, this.readAt, backlog.length);
      backlog.length -= this.readAt;
      this.readAt = 0;
    }
    backlog.append(bytes, start, end);
    this.makeRoom();
  }

  /**
   * Makes room for the rest of an incomplete message at once where that is at most four times what has come: large
   * messages are not copied again and again, and a length alone makes nobody allocate.
   */
  private makeRoom(): void {
    const { backlog, readAt } = this;
    const unread = backlog.length - readAt;
    if (this.holdsBack || unread < ROOM_AHEAD_BYTES_MIN) return;
    const missing = PREFIX_BYTES + messageLength(backlog.bytes, readAt) - unread;
    if (missing > 0) backlog.reserveExactly(Math.min(missing, 3 * unread));
  }

  /** While nobody has paused, all that is left is the beginning of one message. */
  private creditAhead(): number {
    if (this.holdsBack) return 0;
    const credit = this.backlog.length - this.readAt - this.creditedAhead;
    if (credit > 0 && !this.budget.take(credit)) {
      this.fault(Status.RESOURCE_EXHAUSTED, TOO_MUCH_KEPT);
      return 0;
    }
    this.creditedAhead += credit;
    return credit;
  }

  private clear(): void {
    this.readAt = 0;
    if (this.backlog.bytes.length > KEPT_BYTES_MAX) this.backlog.detach();
    else this.backlog.length = 0;
  }
}

const TOO_MUCH_KEPT = "the connection holds too many messages that are not complete";

/** A drained backlog keeps its array for the next message only up to this size, and only while its call lives. */
const KEPT_BYTES_MAX = 128 * 1024;

/** Below this, doubling costs nothing worth avoiding. */
const ROOM_AHEAD_BYTES_MIN = 4096;

/** What stands in front of a message of `length` bytes. */
export function messagePrefix(flag: number, length: number): Uint8Array {
  return new Uint8Array([flag, length >>> 24, length >>> 16, length >>> 8, length]);
}

/** The length field of the prefix at `at`, 0 … 2^32-1. */
export function messageLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) >>> 0;
}
