import type { PeerCertificate, PipeSecurity } from "../runtime/tls.js";
import type { Compression } from "./compression.js";
import type { Metadata } from "./metadata.js";
import type { Method } from "./method.js";

/** What a handler knows of the call that it serves. */
export interface CallContext {
  readonly method: Method;
  /** Sent with the request. */
  readonly metadata: Metadata;
  /** What is left of the caller's deadline in milliseconds, 0 once it has passed; undefined without one. */
  timeRemainingMs(): number | undefined;
  /** Aborts when the call is taken back, its deadline passes or its connection is lost: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly peer: Peer;
  /** Our end, in the same form. */
  readonly localAddress: string;
  /** Sent before the first message; changes after that are lost. */
  readonly responseHeaders: Metadata;
  /** Sent after the last message. */
  readonly responseTrailers: Metadata;
  /**
   * How the answer is compressed; default: the server's. It counts as far as the client takes it, otherwise, and for
   * what compression makes no smaller, messages go as they are. Once the answer has begun, `identity` and the value
   * that it began with turn compression off and on from message to message.
   * @throws TypeError where there is no such thing here, Error where the answer has begun with another one
   */
  compression: Compression;
  /** Whether the request message that was received last came compressed. */
  readonly requestCompressed: boolean;
  /** Sends the response headers now instead of with the first message. @throws where they were sent already */
  sendHeaders(): void;
}

/** The other end of a call. */
export interface Peer {
  /** `127.0.0.1:5000`, `[::1]:5000`, `unix:/path` or `in-process`. */
  readonly address: string;
  /** What TLS has agreed on; undefined without TLS. */
  readonly security: PipeSecurity | undefined;
  /** The certificate that the peer has shown; undefined where it has shown none. */
  readonly certificate: PeerCertificate | undefined;
}
