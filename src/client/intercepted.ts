import type { ClientReply, ClientRequest, RequestMessages } from "../rpc/interceptor.js";
import { Metadata } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import type { CallOptions } from "./call-options.js";
import type { Channel } from "./channel.js";
import { invoke } from "./invoke.js";

/** Sends a call through the channel's interceptors, outermost first. */
export function intercept(
  channel: Channel,
  method: Method,
  messages: RequestMessages,
  options: CallOptions | undefined,
): Promise<ClientReply> {
  const request: ClientRequest = {
    ...messages,
    method,
    metadata: new Metadata(options?.metadata),
    timeoutMs: options?.timeoutMs ?? channel.defaultTimeoutMs,
    signal: options?.signal,
  };
  const { interceptors } = channel;
  const step = (index: number, call: ClientRequest): Promise<ClientReply> =>
    index === interceptors.length
      ? invoke(channel, call, options)
      : interceptors[index](call, (next) => step(index + 1, next));
  return step(0, request);
}

/** The messages of an answer that is still under way through interceptors. */
export class DeferredMessages implements AsyncIterableIterator<unknown> {
  private readonly reply: Promise<ClientReply>;
  private readonly cancel: () => void;
  private iterator: AsyncIterator<unknown> | undefined = undefined;

  /** `cancel` takes the call back where it is left before an answer has come. */
  constructor(reply: Promise<ClientReply>, cancel: () => void) {
    this.reply = reply;
    this.cancel = cancel;
    reply.catch(() => {});
  }

  async next(): Promise<IteratorResult<unknown>> {
    if (this.iterator === undefined) {
      const reply = await this.reply;
      this.iterator = ("messages" in reply ? reply.messages : NO_MESSAGES)[Symbol.asyncIterator]();
    }
    return this.iterator.next();
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.cancel();
    await this.iterator?.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<unknown>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const NO_MESSAGES: AsyncIterable<never> = {
  async *[Symbol.asyncIterator]() {},
};
