import type { DescService } from "@bufbuild/protobuf";
import type { CallContext } from "../rpc/call-context.js";
import type { CallEnd } from "../rpc/call-end.js";
import type { RpcError } from "../rpc/error.js";
import type { Method } from "../rpc/method.js";
import type { CallLimiter } from "./call-limiter.js";
import type { AnyHandler } from "./handlers.js";

/**
 * Stands between calls and the handlers of methods that promise more than at-most-once, behind the interceptors. It decides whether a call is new, under way, done, or refused, and runs the handlers itself: a handler that has begun
 * goes on whatever becomes of those who wait for it.
 *
 * A server without a gate calls every handler itself.
 */
export interface ExecutionGate {
  /** Services of its own: the server adds them by itself, does not list them, and serves them however busy it is. */
  readonly services: readonly GateService[];
  /**
   * The guard of a method's calls, asked for once, when its service is added; undefined where the server is to call the
   * handler itself. `owner` is the handler's `this`.
   * @throws TypeError where a promise cannot be kept so
   */
  guard(method: Method, handler: AnyHandler, owner: object): MethodGuard | undefined;
  /** A method that it was to guard was not added after all: its service was refused. */
  release(method: Method): void;
  /**
   * Makes the gate ready. Calls that come earlier wait, or are refused. May be called repeatedly, and again after it
   * has failed.
   */
  start(host: GateHost): Promise<void>;
}

/** A service that a gate brings along. */
export interface GateService {
  readonly descriptor: DescService;
  readonly handlers: object;
}

/** What a gate needs of its server. */
export interface GateHost {
  /** Where handlers take their places that calls have not taken along; undefined: there are no limits. */
  readonly limiter: CallLimiter | undefined;
  /** Answers may have at most this many bytes. */
  readonly sendBytesMax: number;
  /** Clients can reach it: it has listened, or was handed a connection, and is not closing. */
  readonly isServing: boolean;
}

/** Decides about the calls of one method. */
export interface MethodGuard {
  /**
   * Takes a call: answers it, at once or later, unless nobody waits for the answer any more by then.
   * @throws the error to answer with
   */
  admit(call: GuardedCall): Admission;
}

/** A call that a guard has admitted. */
export interface Admission {
  /** Nobody waits for this call's answer any more. Not called once it has been answered. */
  leave(call: GuardedCall): void;
}

/** One attempt of a call, as a gate sees it. */
export interface GuardedCall {
  readonly context: CallContext;
  /** What the metadata field `redoubt-call` says; undefined for a call of plain gRPC. */
  readonly callField: string | undefined;
  /** SHA-256 of the request as it was received, a character for each byte; empty without `callField`. */
  readonly fingerprint: string;
  /** Bytes of the request as it was received; 0 without `callField`. */
  readonly requestBytes: number;
  /** What interceptors have left of the request. */
  readonly request: unknown;
  /** What a handler has thrown, as the error to answer with; what was not meant for the client is reported. */
  publicError(error: unknown): RpcError;
  /**
   * Takes over this call's place among the running, if it has one: whoever has it gives it back to the limiter. A call with
   * a `callField` has none: what is under way or done needs no other.
   */
  takePlace(): boolean;
  /** Ends the call; once. */
  answer(answer: GuardedAnswer): void;
}

/** How a gate answers a call. */
export type GuardedAnswer =
  /** Its bytes are the response message; `end` is an OK. */
  | { readonly kind: AnswerKind; readonly response: Uint8Array; readonly end: CallEnd }
  /** The client also gets the error's `outcome`, which is about all attempts of the same call, and its metadata as trailers. */
  | { readonly kind: AnswerKind; readonly error: RpcError };

/**
 * Where an answer comes from:
 * - `execute`: the handler ran for this very attempt;
 * - `join`: it ran for another attempt of the same call;
 * - `replay`: the call had been executed before;
 * - `refuse`: it is not executed.
 */
export type AnswerKind = "execute" | "join" | "replay" | "refuse";
