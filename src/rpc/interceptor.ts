import type { Metadata } from "./metadata.js";
import type { Method } from "./method.js";

/** The messages of a request: one, or a stream. */
export type RequestMessages =
  | { readonly kind: "unary" | "server-streaming"; readonly message: unknown }
  | { readonly kind: "client-streaming" | "bidirectional"; readonly messages: AsyncIterable<unknown> };

/** The messages of an answer: one, or a stream. */
export type ReplyMessages =
  | { readonly kind: "unary" | "client-streaming"; readonly message: unknown }
  | { readonly kind: "server-streaming" | "bidirectional"; readonly messages: AsyncIterable<unknown> };

/** A call on its way out, as interceptors see it. Pass a changed copy on to change it: `next({ ...call, timeoutMs: 100 })`. */
export type ClientRequest = RequestMessages & {
  readonly method: Method;
  /** What will be sent; entries may be added. */
  readonly metadata: Metadata;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
};

/** What came back. For streams `trailers` fills once the messages have ended. */
export type ClientReply = ReplyMessages & { readonly headers: Metadata; readonly trailers: Metadata };

/**
 * Wraps calls of all four kinds on the client. It may look at and change both directions, answer by itself, or
 * call `next` again (of a stream of requests, what was read is gone). Not for methods that promise EXACTLY_ONCE: each
 * `next` is a call of its own there, carried out once, and the channel repeats it by itself. A call that failed is a rejected promise for
 * unary and client-streaming calls, and an error thrown by the messages otherwise.
 *
 * The first interceptor of a channel is the outermost.
 */
export type ClientInterceptor = (
  call: ClientRequest,
  next: (call: ClientRequest) => Promise<ClientReply>,
) => Promise<ClientReply>;
