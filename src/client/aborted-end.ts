import { type CallEnd, localEnd } from "../rpc/call-end.js";
import { type Outcome, RpcError } from "../rpc/error.js";
import { Status } from "../rpc/status.js";

/** The end of a call that its signal has taken back: CANCELLED, unless the signal's reason is an RpcError. */
export function abortedEnd(signal: AbortSignal, outcome: Outcome): CallEnd {
  const reason: unknown = signal.reason;
  const text = reason instanceof Error && reason.name !== "AbortError" ? `: ${reason.message}` : "";
  const code = RpcError.is(reason) ? reason.code : Status.CANCELLED;
  return localEnd(code, `the call was aborted by its signal${text}`, outcome, reason);
}
