import type { RequestSink } from "./request-sender.js";

/**
 * Requests on their way through interceptors: what `send` gives, the innermost call reads. Each `send` resolves
 * when its message was taken.
 */
export class RequestQueue<Request> implements RequestSink<Request>, AsyncIterableIterator<Request> {
  private readonly cancelCall: () => void;
  private readonly queue: { readonly message: Request; readonly taken: () => void }[] = [];
  private ended = false;
  private wake: (() => void) | undefined = undefined;

  constructor(cancelCall: () => void) {
    this.cancelCall = cancelCall;
  }

  send(message: Request): Promise<void> {
    if (this.ended) return Promise.reject(new Error("send() after end()"));
    if (this.queue.length >= QUEUED_MESSAGES_MAX)
      return Promise.reject(new Error(`${QUEUED_MESSAGES_MAX} messages wait to be sent: await each send`));
    return new Promise((resolve) => {
      this.queue.push({ message, taken: resolve });
      this.wake?.();
    });
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

/** Messages given without awaiting; beyond it the sender must wait. */
const QUEUED_MESSAGES_MAX = 1024;
