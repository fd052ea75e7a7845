import type { ScanOptions } from "../../journal/store-reading.js";
import type { CallContext } from "../../rpc/call-context.js";
import type { Method } from "../../rpc/method.js";
import { GUARDED, type GuardedHandler, type GuardedStyle } from "../../server/guarded-handler.js";

/** What a `journaled` handler knows of the call that it carries out. */
export interface JournaledCall {
  readonly method: Method;
  /** Who has called, as {@link HomeOptions.principal} says; empty where nobody has proved who it is. */
  readonly principal: string;
  /** The home's durable state, as it is to this call. */
  readonly state: CallState;
}

/**
 * An ordered map of texts to bytes, kept by the home's journal. Calls see it as if they ran one after the other: a call
 * whose reads are no longer true when it is done runs again. Changes count once the handler has returned.
 */
export interface CallState {
  get(key: string): Uint8Array | undefined;
  put(key: string, value: Uint8Array): void;
  delete(key: string): void;
  /** Entries in the order of their keys' UTF-16 code units. */
  scan(options?: ScanOptions): Iterable<[key: string, value: Uint8Array]>;
}

/** A handler made by {@link journaled}. */
export type JournaledHandler<Request, Response> = GuardedHandler &
  ((request: Request, call: CallContext) => Response | Promise<Response>);

/**
 * A handler whose only effect is on `call.state`: changes and answer become durable together, before the answer leaves.
 * An RpcError that it throws is the answer, and drops the changes; whatever else it throws drops the call. It may run
 * several times, up to eleven, before one run counts: do nothing in it that others see, and leave the request as it is. May serve methods that promise
 * less than EXACTLY_ONCE as well.
 */
export function journaled<Request, Response>(
  handler: (request: Request, call: JournaledCall) => Response | Promise<Response>,
): JournaledHandler<Request, Response> {
  if (typeof handler !== "function") throw new TypeError("journaled(handler): the handler is a function");
  const style: JournaledStyle = { name: "journaled", handler: handler as JournaledStyle["handler"] };
  return Object.assign(runsOnlyInAHome, { [GUARDED]: style });
  function runsOnlyInAHome(): never {
    throw new TypeError("a journaled(…) handler cannot be called: a server with a home runs it");
  }
}

/** What a journaled handler is to a home. */
export interface JournaledStyle extends GuardedStyle {
  readonly name: "journaled";
  readonly handler: (this: object, request: unknown, call: JournaledCall) => unknown;
}
