import type { CallContext } from "../rpc/call-context.js";
import type { RpcError } from "../rpc/error.js";
import type { Method } from "../rpc/method.js";

/**
 * The last thing between a call and its handler, after limits and interceptors. Through it a method that promises
 * more than at-most-once decides whether a call is new, under way, or done.
 *
 * A server without a gate executes every call.
 */
export interface ExecutionGate {
  /** Whether calls of this method pass the gate; asked once a method. */
  guards(method: Method): boolean;
  /** Decides about one call of a unary method. */
  admit(call: GatedCall): Admission | Promise<Admission>;
}

/** What a gate decides about. */
export interface GatedCall {
  readonly method: Method;
  readonly context: CallContext;
  readonly request: unknown;
}

/** How a call was answered. */
export type Answer = { readonly message: unknown } | { readonly error: RpcError };

/** What a gate has decided. */
export type Admission =
  /** The handler runs; its answer leaves once `settle` has resolved with what to answer. */
  | { readonly kind: "execute"; settle(answer: Answer): Answer | Promise<Answer> }
  /** The same call runs already: it waits for that one's answer and takes no place among the running. */
  | { readonly kind: "join"; readonly answer: Promise<Answer> }
  /** It was executed before. */
  | { readonly kind: "replay"; readonly answer: Answer }
  /** Not executed now. The client also gets the error's `outcome`, which is about all attempts of the same call. */
  | { readonly kind: "refuse"; readonly error: RpcError };
