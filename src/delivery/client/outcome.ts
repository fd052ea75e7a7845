import type { CallOutcome } from "../../client/call-delivery.js";
import { decodeStatusDetails } from "../../grpc/status-details.js";
import { RpcError } from "../../rpc/error.js";
import type { OutcomeReply, RecordedAnswer } from "../../rpc/gen/redoubt/delivery_pb.js";
import { Status, statusFrom } from "../../rpc/status.js";
import type { AttemptEnd } from "./attempts.js";

/** What a home has said became of a call; undefined while it is being carried out. @throws Error where it said nothing */
export function outcomeFrom(outcome: OutcomeReply["outcome"]): CallOutcome | undefined {
  switch (outcome.case) {
    case "inProgress":
      return undefined;
    case "answer":
      return outcomeOfAnswer(outcome.value);
    case "refused":
      return NOT_EXECUTED;
    case undefined:
      throw new Error("it has no outcome");
  }
}

/** A recorded answer that came for the call itself. */
export function outcomeOfEnd(end: AttemptEnd): CallOutcome {
  const { code, message, response } = end;
  if (code === Status.OK) return { outcome: "executed", response: response ?? NO_BYTES };
  if (end.outcome === "not-executed") return NOT_EXECUTED;
  const details = end.details();
  return { outcome: "executed", error: new RpcError(code, message, { details, outcome: "executed" }) };
}

function outcomeOfAnswer({ code, message, response, statusDetails }: RecordedAnswer): CallOutcome {
  if (code === Status.OK) return { outcome: "executed", response };
  const details = decodeStatusDetails(statusDetails);
  return {
    outcome: "executed",
    error: new RpcError(statusFrom(code), message, { details, outcome: "executed" }),
  };
}

/** How much memory it takes, about. */
export function outcomeBytes({ response }: CallOutcome): number {
  return OUTCOME_BYTES + (response === undefined ? 0 : response.length);
}

/** Of one without a response: identity, error, and their place in a table. */
const OUTCOME_BYTES = 512;

const NOT_EXECUTED: CallOutcome = { outcome: "not-executed" };

const NO_BYTES = new Uint8Array(0);
