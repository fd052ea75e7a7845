import { type CallEnd, errorFromEnd } from "./call-end.js";
import { Status } from "./status.js";

/** Where the messages come from. `resume` may deliver one, by way of {@link MessageStream.push}, before it returns. */
export interface MessageSource {
  pause(): void;
  resume(): void;
  /** The reader has lost interest. */
  cancel(): void;
  /** The reader has read all there was. */
  ended?(end: CallEnd): void;
}

/**
 * The messages of one direction of a call, to be read with `for await`, by one reader.
 *
 * It holds at most one message: the source is paused as soon as that is there, so what the reader does not fetch
 * stays with the transport, in bytes, and holds the peer back. Leaving the loop early takes the call back.
 */
export class MessageStream<T> implements AsyncIterableIterator<T> {
  private readonly source: MessageSource;
  private message: T | undefined = undefined;
  private filled = false;
  private end: CallEnd | undefined = undefined;
  private left = false;
  /** Wakes the reader that waits. */
  private wake: (() => void) | undefined = undefined;

  constructor(source: MessageSource) {
    this.source = source;
  }

  /** Takes a message from the source, which is paused from now on. */
  push(message: T): void {
    if (this.left) return;
    this.message = message;
    this.filled = true;
    this.source.pause();
    this.wakeReader();
  }

  /** No more messages come; a status other than OK is thrown at the reader once it has read all. */
  finish(end: CallEnd): void {
    if (this.end === undefined || (this.end.code === Status.OK && !this.left)) this.end = end;
    this.wakeReader();
  }

  /** @throws RpcError where the call has failed */
  next(): Promise<IteratorResult<T>> {
    if (this.wake !== undefined)
      return Promise.reject(new Error("next() was called while another next() is waiting"));
    if (!this.filled && this.end === undefined && !this.left) this.source.resume();
    return this.filled ? Promise.resolve(this.take()) : this.wait();
  }

  /** Leaves the stream, as a `for await` does on `break`. */
  return(): Promise<IteratorResult<T>> {
    this.leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<T>> {
    this.leave();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private take(): IteratorResult<T> {
    const value = this.message as T;
    this.message = undefined;
    this.filled = false;
    return { done: false, value };
  }

  /** An async function of its own, so that an error is made where the reader's stack can still be told. */
  private async wait(): Promise<IteratorResult<T>> {
    let woken = false;
    while (!this.filled && this.end === undefined && !this.left) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        // What this reader was woken for another one has taken: the source, paused by it, is to go on.
        if (woken) this.source.resume();
      });
      woken = true;
    }
    if (this.filled) return this.take();
    if (!this.left && this.end !== undefined) {
      this.left = true;
      this.source.ended?.(this.end);
      if (this.end.code !== Status.OK) throw errorFromEnd(this.end);
    }
    return { done: true, value: undefined };
  }

  private leave(): void {
    if (this.left) return;
    this.left = true;
    this.message = undefined;
    this.filled = false;
    if (this.end === undefined) this.source.cancel();
    this.wakeReader();
  }

  private wakeReader(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }
}
