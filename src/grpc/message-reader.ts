import { Output } from "../bytes/output.js";
import { Status } from "../rpc/status.js";
import { ReassemblyBudget } from "./reassembly-budget.js";

/** Where a {@link MessageReader} puts what it finds. */
export interface MessageSink {
  /** One whole message, `bytes[start, end)`, borrowed. The sink may pause the reader. */
  onMessageBytes(bytes: Uint8Array, start: number, end: number): void;
  /** The bytes are no gRPC messages, or one is too large. The reader has stopped. */
  onMessageFault(code: Status, detail: string): void;
}

/** The flag and the 32-bit length in front of each message (PROTOCOL-HTTP2, "Length-Prefixed-Message"). */
export const PREFIX_BYTES = 5;

/**
 * Finds messages in the payload of a stream, however it is split, and holds back what its reader is not ready for.
 *
 * Bytes count as consumed (their flow-control credit goes back to the peer) once their message was delivered, or
 * at once where they belong to a message that is still incomplete and nobody has paused: otherwise a message larger
 * than the window could never arrive. So a paused reader holds at most a window, and a running one at most a
 * message more.
 */
export class MessageReader {
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

  constructor(sink: MessageSink, messageBytesMax: number, budget = new ReassemblyBudget()) {
    this.sink = sink;
    this.budget = budget;
    this.messageBytesMax = messageBytesMax;
  }

  /** Nothing is held back: the stream may end here. */
  get drained(): boolean {
    return this.backlog.length === this.readAt;
  }

  /** Whole messages may be waiting for `resume`. */
  get isPaused(): boolean {
    return this.paused;
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
    return at - start + this.creditAhead();
  }

  pause(): void {
    this.paused = true;
  }

  /** Delivers what was held back until paused again; returns how many bytes count as consumed now. */
  resume(): number {
    this.paused = false;
    return this.reading || this.stopped ? 0 : this.read();
  }

  /** Drops everything; what comes later is dropped too. */
  stop(): void {
    this.stopped = true;
    this.budget.give(this.creditedAhead);
    this.creditedAhead = 0;
    this.backlog.detach();
    this.readAt = 0;
  }

  /** Reads from the backlog. */
  private read(): number {
    if (this.paused) return 0;
    this.reading = true;
    const start = this.readAt;
    const at = this.deliver(this.backlog.bytes, start, this.backlog.length);
    this.reading = false;
    if (this.stopped) return 0;
    const ahead = Math.min(this.creditedAhead, at - start);
    this.creditedAhead -= ahead;
    this.budget.give(ahead);
    this.readAt = at;
    if (this.drained) this.clear();
    return at - start - ahead + this.creditAhead();
  }

  /** Delivers the whole messages in `bytes[at, end)` until paused; returns where it has got to. */
  private deliver(bytes: Uint8Array, at: number, end: number): number {
    while (!this.paused && !this.stopped && end - at >= PREFIX_BYTES) {
      const length = messageLength(bytes, at);
      if (bytes[at] !== 0) {
        this.fault(
          Status.INTERNAL,
          bytes[at] === 1 ? "compressed message without grpc-encoding" : `message flag ${bytes[at]}`,
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
      at = start + length;
      this.sink.onMessageBytes(bytes, start, at);
    }
    return at;
  }

  private fault(code: Status, detail: string): void {
    this.stop();
    this.sink.onMessageFault(code, detail);
  }

  private keep(bytes: Uint8Array, start: number, end: number): void {
    const { backlog } = this;
    if (this.readAt > 0 && !this.reading && backlog.length + end - start > backlog.bytes.length) {
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
    if (this.paused || unread < ROOM_AHEAD_BYTES_MIN) return;
    const missing = PREFIX_BYTES + messageLength(backlog.bytes, readAt) - unread;
    if (missing > 0) backlog.reserveExactly(Math.min(missing, 3 * unread));
  }

  /** While nobody has paused, all that is left is the beginning of one message. */
  private creditAhead(): number {
    if (this.paused) return 0;
    const credit = this.backlog.length - this.readAt - this.creditedAhead;
    if (credit > 0 && !this.budget.take(credit)) {
      this.fault(Status.RESOURCE_EXHAUSTED, "the connection holds too many messages that are not complete");
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

/** A drained backlog keeps its array for the next message only up to this size, and only while its call lives. */
const KEPT_BYTES_MAX = 128 * 1024;

/** Below this, doubling costs nothing worth avoiding. */
const ROOM_AHEAD_BYTES_MIN = 4096;

/** The length field of the prefix at `at`, 0 … 2^32-1. */
export function messageLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) >>> 0;
}
