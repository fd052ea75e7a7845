import type { RpcError } from "../rpc/error.js";
import type { ClientInterceptor } from "../rpc/interceptor.js";
import type { Method } from "../rpc/method.js";
import type { CallTransport } from "../transport/call-transport.js";
import type { CallCarrier } from "./call-carrier.js";
import type { CallOptions } from "./call-options.js";
import type { ClientCallListener } from "./client-call.js";
import type { ProcessHold } from "./process-hold.js";

/** Keeps the promise of exactly-once methods on the client's side: what is given to a channel as `delivery`. */
export interface CallDelivery {
  /**
   * Makes the exactly-once calls of `channel` from now on.
   * @throws Error where it makes those of another channel already, or was closed
   */
  attach(channel: CallingChannel): ChannelDelivery;
}

/** A channel, as those see it that make calls on it. */
export interface CallingChannel extends CallCarrier {
  /** Wrapped around every call, the first outermost. */
  readonly interceptors: readonly ClientInterceptor[];
  /** Keeps the process alive while somebody waits for a call that has no connection. */
  readonly hold: ProcessHold;
  /** A transport that takes calls, also while the channel closes and its delivery says its last words. */
  openTransport(): CallTransport | undefined;
  /** What makes exactly-once calls. @throws TypeError where nothing does; `what` needs it */
  exactlyOnce(what: string): ChannelDelivery;
}

/** A {@link CallDelivery} at work for one channel. */
export interface ChannelDelivery {
  /**
   * Makes a call of a unary method; `listener` is told headers and message together with the end, and may be told
   * before this returns.
   * @throws TypeError on malformed options, RpcError where the message cannot be encoded
   */
  start(
    method: Method,
    message: unknown,
    options: CallOptions | undefined,
    listener: ClientCallListener,
  ): void;
  /** See `Channel.outcomeOf`. */
  outcomeOf(callId: string, options: OutcomeOptions): Promise<CallOutcome>;
  /**
   * The channel closes: no more attempts. Those under way may end for `graceMs`, all other calls end now. Undefined where
   * nothing is left to be said to the server; else resolves, never rejects, once it was said, soon after the grace at the latest. May be
   * called again, to cut the grace short.
   */
  close(graceMs: number): Promise<void> | undefined;
}

/** How `Channel.outcomeOf` asks. */
export interface OutcomeOptions {
  /** Time for the answer, in milliseconds; default: the channel's, or none. */
  readonly timeoutMs?: number;
  /** Takes the question back when it aborts. */
  readonly signal?: AbortSignal;
}

/** What became of an exactly-once call; final, as it is recorded by the server. */
export type CallOutcome =
  /** It was carried out; this is the message that it was answered with, as bytes: `fromBinary(schema, response)`. */
  | { readonly outcome: "executed"; readonly response: Uint8Array; readonly error?: undefined }
  /** It was answered with an error. */
  | { readonly outcome: "executed"; readonly error: RpcError; readonly response?: undefined }
  /** It was not carried out, and never will be: a request that is still under way would be refused. */
  | { readonly outcome: "not-executed"; readonly error?: undefined; readonly response?: undefined };
