import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { DynamicMessage } from "../rpc/dynamic-message.js";
import { type Method, methodFrom } from "../rpc/method.js";
import type { CallOptions } from "./call-options.js";
import type { Channel } from "./channel.js";
import { DeferredMessages, intercept } from "./intercepted.js";
import {
  callBidirectional,
  callClientStreaming,
  callExactlyOnce,
  callServerStreaming,
  callUnary,
  type InterceptedOptions,
} from "./invoke.js";
import { quietly } from "./quiet.js";
import { RequestQueue } from "./request-queue.js";
import { SingleReply } from "./single-reply.js";
import { BidiStream, ClientStream } from "./streams.js";

/** A service's methods, to be called on a channel. */
export type Stub<Service extends DescService> = {
  [Name in keyof Service["method"]]: StubMethod<Service["method"][Name]>;
};

/** What a method is called like, by its kind. */
export type StubMethod<Desc> =
  Desc extends DescMethodUnary<infer Input, infer Output>
    ? (request: MessageInitShape<Input>, options?: CallOptions) => Promise<MessageShape<Output>>
    : Desc extends DescMethodServerStreaming<infer Input, infer Output>
      ? (
          request: MessageInitShape<Input>,
          options?: CallOptions,
        ) => AsyncIterableIterator<MessageShape<Output>>
      : Desc extends DescMethodClientStreaming<infer Input, infer Output>
        ? ClientStreamingMethod<MessageInitShape<Input>, MessageShape<Output>>
        : Desc extends DescMethodBiDiStreaming<infer Input, infer Output>
          ? BidirectionalMethod<MessageInitShape<Input>, MessageShape<Output>>
          : DescMethod extends Desc
            ? DynamicMethod
            : never;

// One signature for two ways of calling: of methods with several signatures no editor shows the comment.

/** Requests from an iterable, with the answer as a promise; or, without one, sent by hand. */
export type ClientStreamingMethod<Request, Response> = <
  First extends RequestSource<Request> | CallOptions | undefined = undefined,
>(
  requests?: First,
  options?: CallOptions,
) => First extends RequestSource<Request> ? Promise<Response> : ClientStream<Request, Response>;

/** Requests from an iterable, or, without one, sent by hand; the answers are read with `for await`. */
export type BidirectionalMethod<Request, Response> = <
  First extends RequestSource<Request> | CallOptions | undefined = undefined,
>(
  requests?: First,
  options?: CallOptions,
) => First extends RequestSource<Request> ? AsyncIterableIterator<Response> : BidiStream<Request, Response>;

type RequestSource<Request> = AsyncIterable<Request> | Iterable<Request>;

/**
 * A method of a service that was loaded at run time. It takes what its kind takes: a message, or an iterable of
 * messages, or nothing, to send them by hand.
 */
export interface DynamicMethod {
  (): DynamicStream;
  (
    request: DynamicRequest | AsyncIterable<DynamicRequest> | Iterable<DynamicRequest>,
    options?: CallOptions,
  ): DynamicReply;
}

/** The fields to set, by their names in generated code. */
export type DynamicRequest = Readonly<Record<string, unknown>>;

/** To be awaited if the method answers with one message, and read with `for await` if with a stream. */
export type DynamicReply = Promise<DynamicMessage> & AsyncIterableIterator<DynamicMessage>;

/** A {@link ClientStream} or a {@link BidiStream}. */
export type DynamicStream = Pick<
  ClientStream<DynamicRequest, DynamicMessage>,
  keyof ClientStream<DynamicRequest, DynamicMessage>
> &
  AsyncIterableIterator<DynamicMessage>;

/**
 * The methods of `service` as functions that make calls on `channel`. A call starts when its function is called;
 * one whose result nobody reads never becomes an unhandled rejection.
 *
 * A message belongs to its call until that is over: it is read again where the call is made again.
 * @throws TypeError where a streaming method is to be called exactly once
 */
export function stub<Service extends DescService>(service: Service, channel: Channel): Stub<Service> {
  const methods: Record<string, unknown> = {};
  for (const descriptor of service.methods)
    methods[descriptor.localName] = stubMethod(channel, methodFrom(descriptor));
  return methods as Stub<Service>;
}

function stubMethod(channel: Channel, method: Method): unknown {
  checkPromise(method);
  const direct = channel.interceptors.length === 0;
  switch (method.kind) {
    case "unary":
      if (!direct) return interceptedUnary(channel, method);
      return method.promise === "exactly-once" ? exactlyOnce(channel, method) : unary(channel, method);
    case "server-streaming":
      return direct ? serverStreaming(channel, method) : interceptedServerStreaming(channel, method);
    case "client-streaming":
      return direct ? clientStreaming(channel, method) : interceptedClientStreaming(channel, method);
    case "bidirectional":
      return direct ? bidirectional(channel, method) : interceptedBidirectional(channel, method);
  }
}

function checkPromise({ path, kind, promise }: Method): void {
  if (promise === "exactly-once" && kind !== "unary")
    throw new TypeError(
      `${path} is ${kind} and EXACTLY_ONCE: only unary methods can be called exactly once; take the option away, or make it unary`,
    );
}

// ── Direct ──────────────────────────────────────────────────────────────────────────────────────────────────

function unary(channel: Channel, method: Method) {
  return (request: unknown, options?: CallOptions) => {
    const reply = new SingleReply<unknown>(options);
    return (reply.answer = callUnary(channel, method, request, options, reply));
  };
}

function exactlyOnce(channel: Channel, method: Method) {
  const delivery = channel.exactlyOnce(method.path);
  return (request: unknown, options?: CallOptions) =>
    quietly(() => callExactlyOnce(delivery, method, request, options, new SingleReply<unknown>(options)));
}

function serverStreaming(channel: Channel, method: Method) {
  return (request: unknown, options?: CallOptions) =>
    callServerStreaming(channel, method, request, options).messages;
}

function clientStreaming(channel: Channel, method: Method) {
  return (...args: StreamingArguments) => {
    const { requests, options } = streamingArguments(args);
    if (requests === undefined) {
      const { sender, reply } = callClientStreaming(channel, method, options);
      return new ClientStream(
        sender,
        quietly(() => answerOf(reply)),
      );
    }
    return quietly(() => {
      const { sender, reply } = callClientStreaming(channel, method, options);
      void sender.sendAll(requests, () => reply.over);
      return answerOf(reply);
    });
  };
}

function bidirectional(channel: Channel, method: Method) {
  return (...args: StreamingArguments) => {
    const { requests, options } = streamingArguments(args);
    const { sender, reply } = callBidirectional(channel, method, options);
    if (requests === undefined) return new BidiStream(sender, reply.messages);
    void sender.sendAll(requests, () => reply.over);
    return reply.messages;
  };
}

async function answerOf(reply: SingleReply<unknown>): Promise<unknown> {
  await reply.ended;
  return reply.take();
}

// ── Through interceptors ────────────────────────────────────────────────────────────────────────────────────

function interceptedUnary(channel: Channel, method: Method) {
  return (message: unknown, options?: CallOptions) =>
    quietly(async () => {
      const reply = await intercept(channel, method, { kind: "unary", message }, options);
      return "message" in reply ? reply.message : undefined;
    });
}

function interceptedServerStreaming(channel: Channel, method: Method) {
  return (message: unknown, options?: CallOptions) => {
    const { signal, abort } = abortable(options);
    const reply = quietly(() =>
      intercept(channel, method, { kind: "server-streaming", message }, { ...options, signal }),
    );
    return new DeferredMessages(reply, abort, () => {});
  };
}

function interceptedClientStreaming(channel: Channel, method: Method) {
  const answer = async (
    messages: AsyncIterable<unknown>,
    options: InterceptedOptions | undefined,
    queue?: RequestQueue<unknown>,
  ) => {
    try {
      const reply = await intercept(channel, method, { kind: "client-streaming", messages }, options);
      return "message" in reply ? reply.message : undefined;
    } finally {
      queue?.close();
    }
  };
  return (...args: StreamingArguments) => {
    const { requests, options } = streamingArguments(args);
    if (requests !== undefined) return quietly(() => answer(asyncIterable(requests), options));
    const { signal, abort } = abortable(options);
    const queue = new RequestQueue<unknown>(abort);
    return new ClientStream(
      queue,
      quietly(() => answer(queue, { ...options, signal, optionsFor: queue.optionsFor }, queue)),
    );
  };
}

function interceptedBidirectional(channel: Channel, method: Method) {
  return (...args: StreamingArguments) => {
    const { requests, options } = streamingArguments(args);
    const { signal, abort } = abortable(options);
    const queue = new RequestQueue<unknown>(abort);
    const messages = requests === undefined ? queue : asyncIterable(requests);
    const reply = quietly(async () => {
      try {
        const given = { ...options, signal, optionsFor: queue.optionsFor };
        return await intercept(channel, method, { kind: "bidirectional", messages }, given);
      } catch (error) {
        queue.close();
        throw error;
      }
    });
    const answers = new DeferredMessages(reply, abort, () => queue.close());
    return requests === undefined ? new BidiStream(queue, answers) : answers;
  };
}

/** A signal that follows the caller's and can be aborted here too. */
function abortable(options: CallOptions | undefined): {
  signal: AbortSignal;
  abort: (reason?: unknown) => void;
} {
  const controller = new AbortController();
  const outer = options?.signal;
  const signal = outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal]);
  return { signal, abort: (reason) => controller.abort(reason) };
}

async function* asyncIterable(messages: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<unknown> {
  yield* messages;
}

// ── Arguments ───────────────────────────────────────────────────────────────────────────────────────────────

type Requests = AsyncIterable<unknown> | Iterable<unknown>;
type StreamingArguments = [requests: Requests, options?: CallOptions] | [options?: CallOptions];

function streamingArguments(args: StreamingArguments): {
  requests: Requests | undefined;
  options: CallOptions | undefined;
} {
  const [first, second] = args;
  const iterable = first !== undefined && (Symbol.asyncIterator in first || Symbol.iterator in first);
  return iterable
    ? { requests: first as Requests, options: second }
    : { requests: undefined, options: first as CallOptions | undefined };
}
