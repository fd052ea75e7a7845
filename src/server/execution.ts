import type { CallContext } from "../rpc/call-context.js";
import type { Outcome, RpcError } from "../rpc/error.js";

/** A call as those see it that stand between it and its handler. */
export interface Execution extends CallContext {
  /** @throws RpcError where nobody waits for the answer any more */
  throwIfOver(): void;
  /** Calls the handler; from here on the call counts as executed. */
  enterHandler(request: unknown): unknown;
  /** What is certain of the execution, where more is known than whether the handler was entered. */
  setOutcome(outcome: Outcome): void;
  /** What the handler has thrown, as the error to answer with; what was not meant for the client is reported. */
  publicError(error: unknown): RpcError;
  /** Gives the place among the running calls to the next one. */
  leavePlace(): void;
}
