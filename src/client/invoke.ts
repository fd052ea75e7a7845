import type { ClientReply, ClientRequest } from "../rpc/interceptor.js";
import type { Method } from "../rpc/method.js";
import { WritableGate } from "../rpc/writable-gate.js";
import type { CallingChannel, ChannelDelivery } from "./call-delivery.js";
import type { CallOptions, SendOptions } from "./call-options.js";
import { ClientCall } from "./client-call.js";
import { markHandled } from "./quiet.js";
import { RequestSender } from "./request-sender.js";
import { SingleReply } from "./single-reply.js";
import { StreamReply } from "./stream-reply.js";

/**
 * One message each way. What {@link quietly} does is done here by hand, without its second promise: the caller puts
 * the promise of this function into `reply.answer`.
 * @throws RpcError
 */
export async function callUnary(
  channel: CallingChannel,
  method: Method,
  message: unknown,
  options: CallOptions | undefined,
  reply: SingleReply<unknown>,
): Promise<unknown> {
  try {
    const call = new ClientCall(channel, method, options);
    call.start(reply);
    sendOnly(call, message);
    await reply.ended;
    return reply.take();
  } catch (error) {
    await undefined;
    if (reply.answer !== undefined) markHandled(reply.answer);
    throw error;
  }
}

/** One message each way, as often as it takes. @throws RpcError */
export async function callExactlyOnce(
  delivery: ChannelDelivery,
  method: Method,
  message: unknown,
  options: CallOptions | undefined,
  reply: SingleReply<unknown>,
): Promise<unknown> {
  delivery.start(method, message, options, reply);
  await reply.ended;
  return reply.take();
}

/** One message there, many back. */
export function callServerStreaming(
  channel: CallingChannel,
  method: Method,
  message: unknown,
  options: CallOptions | undefined,
): StreamReply<unknown> {
  const call = new ClientCall(channel, method, options);
  const reply = new StreamReply<unknown>(call, options);
  call.start(reply);
  sendOnly(call, message);
  return reply;
}

/** Many messages there, one back: the caller sends by `sender`. */
export function callClientStreaming(
  channel: CallingChannel,
  method: Method,
  options: CallOptions | undefined,
): { sender: RequestSender<unknown>; reply: SingleReply<unknown> } {
  const gate = new WritableGate();
  const call = new ClientCall(channel, method, options);
  const reply = new SingleReply<unknown>(options, gate);
  call.start(reply);
  return { sender: new RequestSender(call, gate), reply };
}

/** Many messages both ways. */
export function callBidirectional(
  channel: CallingChannel,
  method: Method,
  options: CallOptions | undefined,
): { sender: RequestSender<unknown>; reply: StreamReply<unknown> } {
  const call = new ClientCall(channel, method, options);
  const reply = new StreamReply<unknown>(call, options);
  call.start(reply);
  return { sender: new RequestSender(call, reply.gate), reply };
}

/** The options of a call that goes through interceptors. */
export interface InterceptedOptions extends CallOptions {
  /** What was said of a message where it was sent by hand. */
  readonly optionsFor?: (message: unknown) => SendOptions | undefined;
}

/** Makes the call that interceptors have passed on, in `timeoutMs` if given: the innermost `next`. */
export async function invoke(
  channel: CallingChannel,
  request: ClientRequest,
  timeoutMs: number | undefined,
  given: InterceptedOptions | undefined,
): Promise<ClientReply> {
  const { method } = request;
  // Spelled out: an object spread costs as much as the rest of an interceptor.
  const options: CallOptions = {
    timeoutMs: timeoutMs ?? Number.POSITIVE_INFINITY,
    metadata: request.metadata,
    signal: request.signal,
    parent: given?.parent,
    waitForReady: given?.waitForReady,
    compression: given?.compression,
    credentials: given?.credentials,
    key: given?.key,
    onHeaders: given?.onHeaders,
    onTrailers: given?.onTrailers,
  };
  switch (request.kind) {
    case "unary": {
      const reply = new SingleReply<unknown>(options);
      if (method.promise === "exactly-once") {
        const delivery = channel.exactlyOnce(method.path);
        const answer = await callExactlyOnce(delivery, method, request.message, options, reply);
        return { kind: "unary", message: answer, headers: reply.headers, trailers: reply.trailers };
      }
      const call = new ClientCall(channel, method, options);
      call.start(reply);
      sendOnly(call, request.message);
      await reply.ended;
      return singleReply("unary", reply);
    }
    case "client-streaming": {
      const { sender, reply } = callClientStreaming(channel, method, options);
      void sender.sendAll(request.messages, () => reply.over, given?.optionsFor);
      await reply.ended;
      return singleReply("client-streaming", reply);
    }
    case "server-streaming":
      return streamReply("server-streaming", callServerStreaming(channel, method, request.message, options));
    case "bidirectional": {
      const { sender, reply } = callBidirectional(channel, method, options);
      void sender.sendAll(request.messages, () => reply.over, given?.optionsFor);
      return streamReply("bidirectional", reply);
    }
  }
}

/** Sends the one request there is; what is wrong with it becomes the end of the call. */
function sendOnly(call: ClientCall, message: unknown): void {
  try {
    call.send(message, true);
  } catch (error) {
    call.refuse(error);
  }
}

function singleReply(kind: "unary" | "client-streaming", reply: SingleReply<unknown>): ClientReply {
  return { kind, message: reply.take(), headers: reply.headers, trailers: reply.trailers };
}

function streamReply(kind: "server-streaming" | "bidirectional", reply: StreamReply<unknown>): ClientReply {
  return {
    kind,
    messages: reply.messages,
    get headers() {
      return reply.headers;
    },
    get trailers() {
      return reply.trailers;
    },
  };
}
