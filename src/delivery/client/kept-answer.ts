import type { CallOutcome } from "../../client/call-delivery.js";
import { decodeStatusDetails, encodeStatusDetails } from "../../grpc/status-details.js";
import type { CallEnd } from "../../rpc/call-end.js";
import { REFUSAL_FIELD } from "../../rpc/delivery-fields.js";
import { RpcError } from "../../rpc/error.js";
import { Status, statusFrom } from "../../rpc/status.js";
import type { AttemptEnd } from "./attempts.js";
import type { KeptAnswer } from "./client-records.js";
import { refusalTrailers } from "./refused-end.js";

/** A recorded answer, as it came. */
export function keptFromEnd(end: AttemptEnd): KeptAnswer {
  const outcome = end.outcome === "unknown" ? "executed" : end.outcome;
  return kept(end, outcome, end.response);
}

/** What a home has told of a call. */
export function keptFromOutcome(told: CallOutcome): KeptAnswer {
  if (told.outcome === "not-executed") return kept(REFUSED, "not-executed", undefined);
  if (told.error === undefined)
    return kept({ code: Status.OK, message: "", details: () => [] }, "executed", told.response);
  const { code, message, details } = told.error;
  return kept({ code, message, details: () => details }, "executed", undefined);
}

/** What became of a call is not known, and will not be. */
export function keptFromLoss({ code, message, trailers }: CallEnd): KeptAnswer {
  const refusal = trailers().get(REFUSAL_FIELD);
  const answer = kept({ code, message, details: () => [] }, "unknown", undefined);
  return refusal === undefined ? answer : { ...answer, refusal };
}

/** In the place of an answer that no record has room for. */
export function tooLargeToKeep({ response }: KeptAnswer): KeptAnswer {
  const message = `the answer of ${response.length} bytes was too large to be kept (DurableClientOptions.segmentBytes)`;
  return kept({ code: Status.RESOURCE_EXHAUSTED, message, details: () => [] }, "executed", undefined);
}

/** The same as an end, to be given to a caller. */
export function endFromKept(answer: KeptAnswer): AttemptEnd {
  const { code, message, outcome, response, statusDetails, refusal } = answer;
  return {
    code: statusFrom(code),
    message,
    outcome,
    trailers: () => refusalTrailers(refusal),
    details: () => decodeStatusDetails(statusDetails),
    headers: undefined,
    response,
    recorded: undefined,
    refusal: undefined,
    hasLeft: true,
  };
}

/** The same for who has asked what became of the call. @throws RpcError where that is not known */
export function outcomeFromKept(answer: KeptAnswer): CallOutcome {
  const { code, outcome, response } = answer;
  if (outcome === "not-executed") return { outcome };
  if (code === Status.OK) return { outcome: "executed", response };
  const error = errorFromKept(answer);
  if (outcome === "unknown") throw error;
  return { outcome: "executed", error };
}

/** Not for OK. */
export function errorFromKept({ code, message, outcome, statusDetails, refusal }: KeptAnswer): RpcError {
  const [details, metadata] = [decodeStatusDetails(statusDetails), refusalTrailers(refusal)];
  return new RpcError(statusFrom(code), message, { details, metadata, outcome });
}

function kept(
  { code, message, details }: Pick<CallEnd, "code" | "message" | "details">,
  outcome: KeptAnswer["outcome"],
  response: Uint8Array | undefined,
): KeptAnswer {
  const typed = details();
  const statusDetails = typed.length === 0 ? NO_BYTES : encodeStatusDetails(code, message, typed);
  return { code, message, outcome, response: response ?? NO_BYTES, statusDetails };
}

const REFUSED = {
  code: Status.CANCELLED,
  message:
    "nothing was recorded of the call when somebody asked what became of it, and it was refused from then on",
  details: () => [],
};

const NO_BYTES = new Uint8Array(0);
