import type { ClientReply, ClientRequest, RequestMessages } from "../rpc/interceptor.js";
import { Metadata } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import type { CallingChannel } from "./call-delivery.js";
import { type InterceptedOptions, invoke } from "./invoke.js";

/** Sends a call through the channel's interceptors, outermost first. */
export function intercept(
  channel: CallingChannel,
  method: Method,
  messages: RequestMessages,
  options: InterceptedOptions | undefined,
): Promise<ClientReply> {
  const request = requestOf(channel, method, messages, options);
  const { interceptors, runtime } = channel;
  const { timeoutMs } = request;
  const startedMs = timeoutMs === undefined ? 0 : runtime.now();
  // Async, so that what an interceptor throws before its first promise is a rejection too.
  const step = async (index: number, call: ClientRequest): Promise<ClientReply> => {
    if (index < interceptors.length) return await interceptors[index](call, (next) => step(index + 1, next));
    // A timeout that was left as it is covers the whole call: interceptors and attempts before this one included.
    const unchanged = timeoutMs !== undefined && call.timeoutMs === timeoutMs;
    const leftMs = unchanged ? timeoutMs - (runtime.now() - startedMs) : call.timeoutMs;
    return await invoke(channel, call, leftMs, options);
  };
  return step(0, request);
}

/** Spelled out by kind: an object spread costs as much as the rest of an interceptor. */
function requestOf(
  channel: CallingChannel,
  method: Method,
  messages: RequestMessages,
  options: InterceptedOptions | undefined,
): ClientRequest {
  const metadata = new Metadata(options?.metadata);
  const timeoutMs = options?.timeoutMs ?? channel.defaultTimeoutMs;
  const signal = options?.signal;
  return "message" in messages
    ? { kind: messages.kind, message: messages.message, method, metadata, timeoutMs, signal }
    : { kind: messages.kind, messages: messages.messages, method, metadata, timeoutMs, signal };
}

/** The messages of an answer that is still under way through interceptors. */
export class DeferredMessages implements AsyncIterableIterator<unknown> {
  private readonly reply: Promise<ClientReply>;
  private readonly cancel: () => void;
  private readonly onOver: () => void;
  private iterator: AsyncIterator<unknown> | undefined = undefined;
  private over = false;

  /** `cancel` takes the call back where it is left early; `onOver`: nothing more is read. */
  constructor(reply: Promise<ClientReply>, cancel: () => void, onOver: () => void) {
    this.reply = reply;
    this.cancel = cancel;
    this.onOver = onOver;
  }

  async next(): Promise<IteratorResult<unknown>> {
    if (this.over) return DONE;
    try {
      if (this.iterator === undefined) {
        const reply = await this.reply;
        this.iterator ??= ("messages" in reply ? reply.messages : NO_MESSAGES)[Symbol.asyncIterator]();
      }
      const result = await this.iterator.next();
      if (result.done === true) this.finish();
      return result;
    } catch (error) {
      if (this.over) return DONE;
      this.finish();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<unknown>> {
    if (this.over) return DONE;
    this.finish();
    this.cancel();
    await this.iterator?.return?.();
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<unknown>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private finish(): void {
    this.over = true;
    this.onOver();
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

const NO_MESSAGES: AsyncIterable<never> = {
  async *[Symbol.asyncIterator]() {},
};
