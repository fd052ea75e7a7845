import type { CallCredentials } from "../rpc/call-credentials.js";
import type { Compression } from "../rpc/compression.js";
import type { Metadata, MetadataInit } from "../rpc/metadata.js";

/** Settings of one call. */
export interface CallOptions {
  /** Time for the whole call, in milliseconds; 0 or less has passed already. Default: the channel's, or none. */
  readonly timeoutMs?: number;
  /**
   * Sent with the request. A durable client does not keep it: once nobody waits for an exactly-once call any more, that is
   * sent without. What says who calls belongs to the channel then: its `callCredentials`, or an interceptor.
   */
  readonly metadata?: MetadataInit;
  /** Give metadata that proves who calls, besides those of the channel. Refused with UNAUTHENTICATED on a channel without TLS. Kept as long as `metadata`. */
  readonly credentials?: CallCredentials | readonly CallCredentials[];
  /** Takes the call back when it aborts. */
  readonly signal?: AbortSignal;
  /** The call that is being handled: its deadline and its cancellation are passed on to this one. */
  readonly parent?: ParentCall;
  /** Wait, up to the deadline, while the server cannot be reached, instead of failing with UNAVAILABLE. Default false. */
  readonly waitForReady?: boolean;
  /**
   * How the requests are compressed; default: the channel's. A server that does not take it answers UNIMPLEMENTED.
   * @throws TypeError, from the call, where there is no such thing here
   */
  readonly compression?: Compression;
  /**
   * Exactly-once methods on a channel with a durable client: names the call in the program's own words (1 … 1,024
   * characters), beyond restarts. The same key is the same call: made again it gets the same answer, without another execution,
   * until `forget(key)`.
   * @throws TypeError, from the call, elsewhere
   */
  readonly key?: string;
  /** Gets the metadata that came before the first message; again where the call is made again. */
  readonly onHeaders?: (headers: Metadata) => void;
  /** Gets the metadata that came after the last message. */
  readonly onTrailers?: (trailers: Metadata) => void;
}

/** Settings of one message. */
export interface SendOptions {
  /** False: it goes uncompressed though the call's messages are compressed, as what is secret should. Default true. */
  readonly compress?: boolean;
}

/** What a call passes on from the one in whose handler it is made; a server's `call` is one. */
export interface ParentCall {
  timeRemainingMs(): number | undefined;
  readonly signal: AbortSignal;
}
