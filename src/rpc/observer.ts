import type { Address } from "../runtime/runtime.js";
import type { CallEnd } from "./call-end.js";
import type { Method } from "./method.js";

/**
 * Sees calls go by, for metrics and tracing. One observer is given to a channel or a server; it is asked once for
 * each call and may decline. Methods are called synchronously on the way of the call: they must be quick and must
 * not throw.
 */
export interface CallObserver {
  /** A call begins; returns who observes it, or undefined for nobody. `path` is all that is known of an unknown method. */
  onCall(path: string, method: Method | undefined): CallObservation | undefined;
}

/** What can be seen of one call. */
export interface CallObservation {
  /** Client: an attempt goes to a connection, after `queuedMs` of waiting for one. */
  onAttempt?(attempt: {
    readonly number: number;
    readonly remoteAddress: Address | undefined;
    readonly queuedMs: number;
  }): void;
  /** Server: the call leaves the queue and its handler starts, after `queuedMs`. */
  onHandlerStart?(queuedMs: number): void;
  onMessageSent?(): void;
  onMessageReceived?(): void;
  /** The call is over. */
  onEnd?(end: CallEnd): void;
}
