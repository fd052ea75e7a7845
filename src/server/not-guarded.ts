import { type CallEnd, localEnd } from "../rpc/call-end.js";
import { REFUSAL_FIELD } from "../rpc/delivery-fields.js";
import { Metadata } from "../rpc/metadata.js";
import { Status } from "../rpc/status.js";

/**
 * How a call that wants to be carried out exactly once ends at a method that knows nothing of that: nor of what became of
 * earlier attempts.
 */
export function notGuardedEnd(path: string): CallEnd {
  const message = `${path} is not called exactly once here: Delivery.Open says which methods are`;
  return {
    ...localEnd(Status.FAILED_PRECONDITION, message, "unknown"),
    trailers: () => new Metadata({ [REFUSAL_FIELD]: "not-guarded" }),
  };
}
