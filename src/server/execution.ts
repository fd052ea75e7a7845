import type { CallContext } from "../rpc/call-context.js";
import type { CallEnd } from "../rpc/call-end.js";
import type { Outcome, RpcError } from "../rpc/error.js";
import type { GuardedAnswer, MethodGuard } from "./execution-gate.js";

/** A call as those see it that stand between it and its handler. */
export interface Execution extends CallContext {
  /** What the metadata field `redoubt-call` says, if it is there. */
  readonly callField: string | undefined;
  /** SHA-256 of the request as it was received, a character for each byte; empty without `callField`. */
  readonly fingerprint: string;
  /** Bytes of the request as it was received; 0 without `callField`. */
  readonly requestBytes: number;
  /** @throws RpcError where nobody waits for the answer any more */
  throwIfOver(): void;
  /** Calls the handler; from here on the call counts as executed. */
  enterHandler(request: unknown): unknown;
  /** Hands the call to its guard, which answers it once, perhaps before this returns. */
  enterGuard(guard: MethodGuard, request: unknown, onAnswer: (answer: GuardedAnswer) => void): void;
  /** How the call ends if nothing goes wrong any more. */
  setSuccess(end: CallEnd): void;
  /** What is certain of the execution, where more is known than whether the handler was entered. */
  setOutcome(outcome: Outcome): void;
  /** What the handler has thrown, as the error to answer with; what was not meant for the client is reported. */
  publicError(error: unknown): RpcError;
  /** Takes the place among the running calls over from this one, if it has one. */
  takePlace(): boolean;
}
