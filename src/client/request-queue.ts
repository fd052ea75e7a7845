import { RpcError } from "../rpc/error.js";
import { Status } from "../rpc/status.js";
import type { SendOptions } from "./call-options.js";
import { quietRejection } from "./quiet.js";
import type { RequestSink } from "./request-sender.js";

/**
 * Requests on their way through interceptors: what `send` gives, the innermost call reads. Each `send` resolves
 * when its message was taken.
 */
export class RequestQueue<Request> implements RequestSink<Request>, AsyncIterableIterator<Request> {
  private readonly cancelCall: (reason?: unknown) => void;
  private readonly queue: { readonly message: Request; readonly taken: () => void }[] = [];
  /** No more messages come. */
  private ended = false;
  /** Nobody reads any more. */
  private closed = false;
  private wake: (() => void) | undefined = undefined;
  /** What is to go uncompressed: known by identity, since interceptors see messages and nothing else. */
  private plain: WeakSet<object> | undefined = undefined;

  constructor(cancelCall: (reason?: unknown) => void) {
    this.cancelCall = cancelCall;
  }

  send(message: Request, options?: SendOptions): Promise<void> {
    if (this.closed) return Promise.resolve();
    if (this.ended) return this.refuse(new Error("send() after end()"));
    if (this.queue.length >= QUEUED_MESSAGES_MAX)
      return this.refuse(
        new RpcError(
          Status.RESOURCE_EXHAUSTED,
          `${QUEUED_MESSAGES_MAX} messages wait to be sent: await each send`,
        ),
      );
    if (options?.compress === false) {
      this.plain ??= new WeakSet();
      this.plain.add(message as object);
    }
    return new Promise((resolve) => {
      this.queue.push({ message, taken: resolve });
      this.wake?.();
    });
  }

  /** How a message that was read from here is to be sent. An interceptor that gives another one in its place loses it. */
  readonly optionsFor = (message: unknown): SendOptions | undefined =>
    this.plain?.has(message as object) ? PLAIN : undefined;

  /** What cannot be sent ends the call, since a stream with a gap must not pass for a whole one. */
  private refuse(error: Error): Promise<never> {
    this.close();
    this.cancelCall(error);
    return quietRejection(error);
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  cancel(): void {
    this.close();
    this.cancelCall();
  }

  /** Nobody reads any more: those who send need not wait. */
  close(): void {
    this.closed = true;
    this.end();
    for (const { taken } of this.queue.splice(0)) taken();
  }

  async next(): Promise<IteratorResult<Request>> {
    while (this.queue.length === 0) {
      if (this.ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    const { message, taken } = this.queue.shift() as { message: Request; taken: () => void };
    taken();
    return { done: false, value: message };
  }

  async return(): Promise<IteratorResult<Request>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const PLAIN: SendOptions = { compress: false };

/** Messages given without awaiting; beyond it the sender must wait. */
const QUEUED_MESSAGES_MAX = 1024;
