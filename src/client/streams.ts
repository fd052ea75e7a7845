import type { SendOptions } from "./call-options.js";
import type { RequestSink } from "./request-sender.js";

/** A client-streaming call: send messages, `end`, and await `reply`. */
export class ClientStream<Request, Response> {
  /** The answer. @throws RpcError where the call has failed */
  readonly reply: Promise<Response>;
  private readonly sink: RequestSink<Request>;

  constructor(sink: RequestSink<Request>, reply: Promise<Response>) {
    this.sink = sink;
    this.reply = reply;
  }

  /**
   * Sends a message; resolves when there is room for another one, or when the call is over (`reply` says how).
   * @throws RpcError where the message cannot be encoded or is too large, or too many wait; the call ends with it
   */
  send(message: Request, options?: SendOptions): Promise<void> {
    return this.sink.send(message, options);
  }

  /** No more messages come. */
  end(): void {
    this.sink.end();
  }

  /** Takes the call back. */
  cancel(): void {
    this.sink.cancel();
  }
}

/** A bidirectional call: send messages and `end`, and read the answers with `for await`. */
export class BidiStream<Request, Response> implements AsyncIterableIterator<Response> {
  private readonly sink: RequestSink<Request>;
  private readonly messages: AsyncIterableIterator<Response>;

  constructor(sink: RequestSink<Request>, messages: AsyncIterableIterator<Response>) {
    this.sink = sink;
    this.messages = messages;
  }

  /**
   * Sends a message; resolves when there is room for another one, or when the call is over (the answers say how).
   * @throws RpcError where the message cannot be encoded or is too large, or too many wait; the call ends with it
   */
  send(message: Request, options?: SendOptions): Promise<void> {
    return this.sink.send(message, options);
  }

  /** No more messages come. */
  end(): void {
    this.sink.end();
  }

  /** Takes the call back. */
  cancel(): void {
    this.sink.cancel();
  }

  next(): Promise<IteratorResult<Response>> {
    return this.messages.next();
  }

  return(): Promise<IteratorResult<Response>> {
    return leave(this.messages);
  }

  throw(error: unknown): Promise<IteratorResult<Response>> {
    return leave(this.messages).then(() => Promise.reject(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

async function leave<T>(messages: AsyncIterableIterator<T>): Promise<IteratorResult<T>> {
  await messages.return?.();
  return { done: true, value: undefined };
}
