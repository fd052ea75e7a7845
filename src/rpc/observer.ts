import type { Address } from "../runtime/runtime.js";
import type { CallEnd } from "./call-end.js";
import type { Method } from "./method.js";
import { throwLater } from "./throw-later.js";

/**
 * Sees calls go by, for metrics and tracing. One observer is given to a channel or a server; it is asked once for
 * each call and may decline. Methods are called synchronously on the way of the call and must be quick. What they
 * throw becomes an uncaught exception, and harms no call.
 */
export interface CallObserver {
  /** A call begins; returns who observes it, or undefined for nobody. `path` is all that is known of an unknown method. */
  onCall(path: string, method: Method | undefined): CallObservation | undefined;
  /**
   * Client: a server has closed a connection because of too many keepalive pings (gRFC A8). The channel's next
   * connections ask every `timeMs`: set `keepalive.timeMs` so, or the server's `minPingIntervalMs`.
   */
  onTooManyPings?(timeMs: number): void;
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
  /** `compressed`: it came so. */
  onMessageReceived?(message: { readonly compressed: boolean }): void;
  /** The call is over. */
  onEnd?(end: CallEnd): void;
}

/** Asks an observer about a call; what it throws, now or later, is kept away from the call. */
export function observe(
  observer: CallObserver | undefined,
  path: string,
  method: Method | undefined,
): CallObservation | undefined {
  if (observer === undefined) return undefined;
  const observation = guarded(() => observer.onCall(path, method));
  return observation === undefined ? undefined : new GuardedObservation(observation);
}

/** Says {@link CallObserver.onTooManyPings}. */
export function tellTooManyPings(observer: CallObserver | undefined, timeMs: number): void {
  guarded(() => observer?.onTooManyPings?.(timeMs));
}

class GuardedObservation implements Required<CallObservation> {
  private readonly observation: CallObservation;

  constructor(observation: CallObservation) {
    this.observation = observation;
  }

  onAttempt(attempt: Parameters<Required<CallObservation>["onAttempt"]>[0]): void {
    guarded(() => this.observation.onAttempt?.(attempt));
  }

  onHandlerStart(queuedMs: number): void {
    guarded(() => this.observation.onHandlerStart?.(queuedMs));
  }

  onMessageSent(): void {
    guarded(() => this.observation.onMessageSent?.());
  }

  onMessageReceived(message: { readonly compressed: boolean }): void {
    guarded(() => this.observation.onMessageReceived?.(message));
  }

  onEnd(end: CallEnd): void {
    guarded(() => this.observation.onEnd?.(end));
  }
}

function guarded<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    throwLater(error);
    return undefined;
  }
}
