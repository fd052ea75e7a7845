import type { CallContext } from "./call-context.js";
import type { ReplyMessages, RequestMessages } from "./interceptor.js";
import type { Method } from "./method.js";

/** A call that has come in, as interceptors see it. Metadata, deadline and the answer's metadata are in `context`. */
export type ServerRequest = RequestMessages & { readonly method: Method; readonly context: CallContext };

/**
 * Wraps calls of all four kinds on the server, after the limits and before the handler. It may look at and change
 * both directions, or answer by itself; what it throws ends the call as if the handler had thrown it.
 *
 * The first interceptor of a server is the outermost.
 */
export type ServerInterceptor = (
  call: ServerRequest,
  next: (call: ServerRequest) => Promise<ReplyMessages>,
) => Promise<ReplyMessages>;
